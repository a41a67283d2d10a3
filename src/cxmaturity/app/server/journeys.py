"""Whose journeys a server opens: the folder that it was started with, else a copy of an invented client to try out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from cxmaturity.app.server.services import Services
from cxmaturity.core.problems import CxMaturityError
from cxmaturity.resources import resource
from cxmaturity.store.values import Campaign

_EXAMPLE: Final = "maison-lavande"


async def has_journey(services: Services, campaign: Campaign) -> bool:
    """Say whether the server opens a journey of this campaign's very client: only then there is a workshop."""
    client = await services.run(_client_of, services.options.engagement)
    return client is not None and client.casefold() == campaign.plan.client.casefold()


def _client_of(folder: Path | None) -> str | None:
    """Return the client whose journeys a folder holds; None when it holds none that can be read."""
    from cxmaturity.files.journey import read_atlas  # only where a workshop is held

    try:
        return None if folder is None else str(read_atlas(folder).client)
    except CxMaturityError:
        return None


def example_copy(place: Path) -> Path:
    """Copy the shipped example into a folder that is made, and return the copy: what a page saves never touches ours."""
    return Path(shutil.copytree(resource("examples") / _EXAMPLE, place / _EXAMPLE))
