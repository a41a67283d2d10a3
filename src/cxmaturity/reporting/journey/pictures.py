"""The picture of a journey as pages and slides need it, and how it is asked for."""

from __future__ import annotations

from typing import Final, Literal, Protocol, get_args

from cxmaturity.catalog import Catalog
from cxmaturity.charts.chart import ChartTable
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language
from cxmaturity.journey.results import LEAST_GROUP, AtlasResult

Size = Literal["a3", "a1", "wide"]
SIZES: Final[tuple[Size, ...]] = get_args(Size)


class Picture(Protocol):
    """What is used of a `charts.journey.MapPicture`."""

    @property
    def svg(self) -> str:
        """One ``<svg>``, text as text."""

    @property
    def width_mm(self) -> float:
        """Width on paper."""

    @property
    def height_mm(self) -> float:
        """Height on paper."""

    @property
    def alt(self) -> str:
        """What it shows, in sentences."""

    @property
    def table(self) -> ChartTable:
        """The same as text."""

    @property
    def footnotes(self) -> tuple[str, ...]:
        """What did not fit where it belongs."""


class Draw(Protocol):
    """How a picture is drawn: `charts.journey.draw_map`, or a test's stand-in."""

    def __call__(
        self,
        result: AtlasResult,
        journey: str,
        *,
        persona: str | None,
        catalog: Catalog,
        language: Language,
        theme: ChartTheme,
        size: Size,
        beside: str | None = None,
        least_group: int = LEAST_GROUP,
    ) -> Picture:
        """Return the picture of a journey for a persona."""


def drawer() -> Draw:
    """Return the real `charts.journey.draw_map`."""
    from cxmaturity.charts.journey import draw_map  # only when something is drawn

    return draw_map
