"""What the report says: one module per section, each turning a Diagnostic into blocks.

A section picks, orders and words what the Diagnostic holds. It computes no statistic and no amount of money.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from cxmaturity.core.problems import UnknownIdError

if TYPE_CHECKING:
    from cxmaturity.reporting.blocks import Block
    from cxmaturity.reporting.context import ReportContext

SECTIONS: Final = (
    "summary",
    "profile",
    "agreement",
    "evidence",
    "journeys",
    "benefits",
    "case",
    "risk",
    "limits",
    "next_steps",
    "method",
)
"""The sections in the order of the report; the cover comes before them and is always there."""
CHAPTERS: Final = {
    "profile": "level",
    "agreement": "level",
    "evidence": "level",
    "journeys": "journeys",
    "benefits": "worth",
    "case": "worth",
    "risk": "doubt",
    "limits": "doubt",
    "next_steps": "after",
    "method": "after",
}
"""Sections that read as one: the first of them opens a page in print, the others may follow on it."""


def build(section: str, context: ReportContext) -> list[Block]:
    """Return the blocks of one section (or of ``cover``).

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` for a section that does not exist, with the nearest one.
    """
    known = ("cover", *SECTIONS)
    if section not in known:
        raise UnknownIdError.from_name("section", section, known)
    blocks: list[Block] = import_module(f"{__name__}.{section}").build(context)
    return blocks
