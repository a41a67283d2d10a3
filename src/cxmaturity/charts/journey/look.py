"""Sizes of sheets, sizes of letters and colours: the decisions of a designer, in one place.

One hue has one meaning: blue and orange tell pleasant from unpleasant, the client's colour tells the brand, everything
else is ink or grey. Every text colour has 4.5:1 on every ground that it is written on.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import attrs

from cxmaturity.charts.colour import blend, reach_contrast
from cxmaturity.charts.theme import ChartTheme

Size = Literal["a3", "a1", "wide", "report"]
MIN_PT: Final = 7.0
POSITIVE: Final = "#1C5D99"
NEGATIVE: Final = "#B04A0A"
_PANEL: Final = "#F4F6F8"


@lru_cache(maxsize=256)
def _readable(colour: str, ground: str) -> str:
    return reach_contrast(colour, ground, 4.6)


@attrs.frozen(kw_only=True)
class Sheet:
    """A sheet of paper in millimetres; `scales` are tried in turn until everything fits, letters of 7 points being 1."""

    width: float
    height: float
    margin: float
    scales: tuple[float, ...]


SHEETS: Final[dict[str, Sheet]] = {
    "a3": Sheet(width=420, height=297, margin=10, scales=(1.6, 1.5, 1.4, 1.3, 1.2, 1.12, 1.05, 1.0)),
    "a1": Sheet(
        width=841,
        height=594,
        margin=20,
        scales=(2.8, 2.6, 2.4, 2.25, 2.1, 1.95, 1.8, 1.7, 1.6, 1.5, 1.4, 9 / 7),
    ),
    "wide": Sheet(
        width=338.67, height=190.5, margin=11, scales=(1.75, 1.65, 1.55, 1.45, 1.35, 9 / 7, 1.15, 1.0)
    ),
    "report": Sheet(width=165, height=175, margin=0.5, scales=(1.1, 1.0)),
}


@attrs.frozen(kw_only=True)
class Look:
    """What a picture looks like: its sheet, the scale of its letters (7 points times `scale` is the smallest), colours.

    `dense` is for a sheet that is full: every letter of a cell as small as may be, less white between things.

    Attributes named `title`, `head`, `strong`, `body`, `small` are sizes in points.
    """

    sheet: Sheet
    scale: float
    theme: ChartTheme
    positive: str = POSITIVE
    negative: str = NEGATIVE
    panel: str = _PANEL
    summary: bool = False
    dense: bool = False

    @property
    def narrow(self) -> bool:
        """Whether it is a figure on a page, not a sheet of its own."""
        return self.sheet.width < 200

    @property
    def small(self) -> float:
        """Evidence, systems, notes."""
        return MIN_PT * self.scale

    @property
    def body(self) -> float:
        """What happens, pains, opportunities."""
        return (MIN_PT if self.dense else 7.6) * self.scale

    @property
    def strong(self) -> float:
        """Names of lanes."""
        return (MIN_PT + 0.2 if self.dense else 8.2) * self.scale

    @property
    def head(self) -> float:
        """Names of stages."""
        return (7.4 if self.narrow else 9.6 if self.summary else 11.0) * self.scale

    @property
    def title(self) -> float:
        """The title of the poster."""
        return (12.0 if self.narrow else 15.0 if self.summary else 23.0) * self.scale

    @property
    def gutter(self) -> float:
        """Width of the column of names of lanes, in millimetres."""
        return (20.0 if self.narrow else 21.0 if self.summary else 24.0) * self.scale

    @property
    def left(self) -> float:
        """Where the grid starts."""
        return self.sheet.margin + self.gutter

    @property
    def right(self) -> float:
        """Where the grid ends."""
        return self.sheet.width - self.sheet.margin

    def mm(self, length: float) -> float:
        """Return a length that grows with the letters."""
        return length * self.scale

    @property
    def muted(self) -> str:
        """Second voice, readable on the panel too."""
        return _readable(self.theme.muted, self.panel)

    @property
    def accent(self) -> str:
        """The client's colour as ink on every ground of ours."""
        return _readable(self.theme.primary_ink, self.panel)

    @property
    def accent_soft(self) -> str:
        """A whisper of the client's colour."""
        return blend(self.theme.primary, self.theme.paper, 0.10)

    def initiator(self, by: str) -> str:
        """Return the colour of who starts: ink for the customer, the client's for the brand, grey for a partner."""
        return {"customer": self.theme.ink, "brand": self.accent}.get(by, "#66707C")

    def feeling(self, value: float | None) -> str:
        """Return blue above 0, orange below, grey at 0 and where nothing is known."""
        if value is None or abs(value) < 0.05:
            return self.muted
        return self.positive if value > 0 else self.negative
