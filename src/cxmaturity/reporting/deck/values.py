"""What a slide holds before it is drawn: plain texts and numbers, no shape. Imports nothing heavy.

Texts use the report's inline markup: ``**strong**`` and ``*emphasis*``; what a client typed is escaped by `inline.plain`.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Language
from cxmaturity.engagement.values import Theme

Tone = Literal["primary", "soft", "accent", "good", "bad", "muted", "faint"]
Side = Literal["left", "right", "center"]


@attrs.frozen(kw_only=True)
class Card:
    """One big number: what it is, its value, how to read it; `tone` colours the rule above it."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "primary"


@attrs.frozen(kw_only=True)
class Cards:
    """Two to four big numbers side by side."""

    items: tuple[Card, ...]


@attrs.frozen(kw_only=True)
class Bullets:
    """A short heading and a few sentences under it."""

    title: str = ""
    items: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Callout:
    """What must not be missed: the ask."""

    title: str
    text: str
    tone: Tone = "primary"


@attrs.frozen(kw_only=True)
class Statement:
    """Running text under the headline of the first slide."""

    text: str
    note: str = ""


@attrs.frozen(kw_only=True)
class Grid:
    """A small table; `widths` are shares, `sides` how columns are set, `strong_rows` the totals."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    sides: tuple[Side, ...]
    strong_rows: tuple[int, ...] = ()
    caption: str = ""


@attrs.frozen(kw_only=True)
class Series:
    """One series: a value per category (None: nothing there), its tone, and whether its values are written on it.

    `sign` is what is printed before each value ("-" where a bar that goes down has a positive height).
    """

    name: str
    values: tuple[float | None, ...]
    tone: Tone = "primary"
    labels: bool = False


@attrs.frozen(kw_only=True)
class Numbers:
    """How the numbers of a chart are printed: the scale they are divided by and their decimals; `unit` says the scale."""

    scale: float = 1.0
    digits: int = 0
    unit: str = ""
    money: bool = True


@attrs.frozen(kw_only=True)
class Step:
    """One column of a waterfall: from `start` to `end`; a total stands on zero."""

    name: str
    start: float
    end: float
    tone: Tone
    total: bool = False

    @property
    def amount(self) -> float:
        """What the column adds, signed."""
        return self.end - self.start


@attrs.frozen(kw_only=True)
class WaterfallChart:
    """Columns that hang from one another."""

    steps: tuple[Step, ...]
    numbers: Numbers
    series: tuple[str, str, str, str]


@attrs.frozen(kw_only=True)
class Mark:
    """A point of a curve that has a name: the payback."""

    x: float
    y: float
    name: str
    tone: Tone = "accent"


@attrs.frozen(kw_only=True)
class CurveChart:
    """Lines over years; the first is the one to read, its values are written on it."""

    lines: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()
    numbers: Numbers
    year: str
    start: str


@attrs.frozen(kw_only=True)
class BarsChart:
    """Horizontal bars, first category on top.

    `stacked` puts the series one after the other; `base` is where bars start (the tornado's most likely NPV);
    `scale` fixes the axis, else it follows the values; `scale_shown` prints its figures.
    """

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    numbers: Numbers
    stacked: bool = False
    base: float | None = None
    scale: tuple[float, float] | None = None
    scale_shown: bool = False
    overlap: int | None = None
    legend: bool = True


@attrs.frozen(kw_only=True)
class HistogramChart:
    """Counts of cases between `edges`; those under zero are the loss side. `marks` name some values of x."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    marks: tuple[tuple[float, str], ...]
    numbers: Numbers
    loss: str
    gain: str
    axis: str


ChartPlan = WaterfallChart | CurveChart | BarsChart | HistogramChart
Item = Cards | Bullets | Callout | Statement | Grid


@attrs.frozen(kw_only=True)
class Picture:
    """A chart with what those who do not see it read, and the line that says its unit."""

    chart: ChartPlan
    alt: str
    caption: str


@attrs.frozen(kw_only=True)
class Slide:
    """One slide: a sentence that says the finding, a chart or not, texts beside and under it, speaker notes.

    `side` stands right of the chart (or fills the slide when there is no chart); `below` under both.
    """

    id: str
    kicker: str
    title: str
    notes: tuple[str, ...]
    picture: Picture | None = None
    side: tuple[Item, ...] = ()
    below: tuple[Item, ...] = ()


@attrs.frozen(kw_only=True)
class Deck:
    """The slides in the order to show them, for whom, when, in which language and colours.

    `figures` is every figure that they print, name to text: the name is that of the workbook's cell which holds the same
    value (figures of the self-test, which no workbook holds, begin with ``maturity_``, those of a table with ``table_``). A
    text without its sign on a slide ("loses €214k") has it here.
    """

    title: str
    client: str
    as_of: dt.date
    language: Language
    look: ChartTheme
    brand: Theme
    slides: tuple[Slide, ...]
    figures: tuple[tuple[str, str], ...]
