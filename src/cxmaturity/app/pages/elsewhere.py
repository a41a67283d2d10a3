"""The way to another device: a link and its QR code, drawn here so that no image and no service is needed."""

from __future__ import annotations

from typing import Any

import segno

from cxmaturity.app.pages.base import page
from cxmaturity.core.text import Language
from cxmaturity.store.values import Campaign

__all__ = ["MINUTES", "elsewhere_page", "qr_code"]

MINUTES = 15
_QUIET_ZONE = 4


def qr_code(url: str) -> dict[str, Any]:
    """Return the QR code of an address: the `size` of its square, in modules, and the `path` of an SVG stroke.

    Examples
    --------
    >>> qr_code("http://127.0.0.1/i/abc")["size"]
    33
    """
    code = segno.make_qr(url, error="m")
    runs: list[str] = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                runs.append(f"M{x + _QUIET_ZONE} {y + _QUIET_ZONE + 0.5}h{length}")
            x += length or 1
    return {"size": len(code.matrix) + 2 * _QUIET_ZONE, "path": "".join(runs)}


def elsewhere_page(*, campaign: Campaign, url: str, language: Language, minutes: int = MINUTES) -> str:
    """Return the page of the link to another device, for a browser without scripts.

    Parameters
    ----------
    campaign : Campaign
        Whose self-test goes on.
    url : str
        The whole address of the link.
    language : {"en", "fr"}
        Language of the page.
    minutes : int
        How long the link works.
    """
    return page(
        "elsewhere.html.j2",
        language=language,
        languages=campaign.plan.languages,
        primary=campaign.plan.primary,
        client=campaign.plan.client,
        campaign=campaign,
        url=url,
        minutes=minutes,
        qr=qr_code(url),
    )
