"""Paper to draw on, measured in points from its top left corner like a printed page, and letters that fit.

matplotlib reads its settings from one place shared by the whole process, and a consultant's notebook may have
changed them; `drawing` sets ours for the time of one chart, one thread at a time, and puts the others back.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final, Literal, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import TextToPath

from cxmaturity.charts.chart import PAGE_WIDTH_MM
from cxmaturity.charts.fonts import BUNDLED_FAMILY, advances, drawable, register_fonts
from cxmaturity.charts.theme import ChartTheme

WIDTH: Final = PAGE_WIDTH_MM / 25.4 * 72
"""Width of the paper, in points: the width of the text in the report."""
SMALL: Final = 8.0
BODY: Final = 8.5
STRONG: Final = 9.5
LINE: Final = 1.22
"""Distance between two lines of text, in sizes of letters."""

CAPITAL: Final = 0.727
"""Height of a capital, in sizes of letters (Inter; DejaVu Sans has 0.729)."""

Weight = Literal["normal", "semibold"]
Style = dict[str, Any]
"""Keywords of a matplotlib artist."""
Align = Literal["left", "center", "right"]
_LOCK = threading.RLock()
_HELD: ContextVar[bool] = ContextVar("_HELD", default=False)
_TO_PATH = TextToPath()
_OURS: Final[dict[str, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cxmaturity",
    "text.parse_math": False,  # a client called "$x$" is not a formula
    "text.usetex": False,
    "path.simplify": False,
}


@lru_cache(maxsize=1)
def _settings() -> dict[str, Any]:
    skipped = ("backend", "backend_fallback", "interactive", "toolbar", "timezone", "date.epoch")
    defaults = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith(skipped)}
    return defaults | _OURS


@contextmanager
def drawing() -> Iterator[None]:
    """Hold matplotlib's settings at ours; what a notebook has set is back afterwards. One inside another changes nothing."""
    with _LOCK:
        if _HELD.get():
            yield
            return
        register_fonts()
        with mpl.rc_context():
            dict.update(cast("dict[str, Any]", mpl.rcParams), _settings())
            held = _HELD.set(True)
            try:
                yield
            finally:
                _HELD.reset(held)


# --- letters ----------------------------------------------------------------------------------------------

_MARK: Final = "\u283f"
_DIGIT: Final = 0x2800
_STOOD_IN: Final = re.compile(_MARK + "([\u2800-\u28ff])([\u2800-\u28ff])([\u2800-\u28ff])")
# What XML cannot hold, and the marks that would turn the direction of the text around ours.
_UNWRITABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


def printable(text: str) -> str:
    """Return `text` on one line without the characters that no page can hold; everything else stays."""
    return (
        " ".join(_UNWRITABLE.sub("", text).split(" "))
        .replace("\n", " ")
        .replace("\r", " ")
        .replace("\t", " ")
    )


def stand_in(text: str, families: tuple[str, ...]) -> str:
    """Replace the characters that no font of ours draws (emoji) by drawable ones; `stood_for` puts them back.

    matplotlib would warn about them; in the SVG they are themselves again, and the reader's fonts show them.
    """
    known = drawable(families)
    if _MARK not in text and known.issuperset(map(ord, text)):
        return text
    return "".join(
        letter
        if ord(letter) in known and letter != _MARK
        else _MARK + "".join(chr(_DIGIT + (ord(letter) >> shift & 255)) for shift in (16, 8, 0))
        for letter in text
    )


def stood_for(text: str) -> str:
    """Put back what `stand_in` replaced."""
    return _STOOD_IN.sub(
        lambda found: chr(sum((ord(found[i]) - _DIGIT) << 8 * (3 - i) for i in (1, 2, 3))), text
    )


def _face(text: str, size: float, weight: Weight, families: tuple[str, ...]) -> FontProperties:
    """Return the font of a line: the first family alone when it has every letter, else all of them.

    Only the bundled family has a semibold; matplotlib would complain in the log about the others.
    """
    alone = drawable(families[:1])
    return _font(families[:1] if alone.issuperset(map(ord, text)) else families, size, weight)


@lru_cache(maxsize=256)
def _font(families: tuple[str, ...], size: float, weight: Weight) -> FontProperties:
    semibold = 600 if families == (BUNDLED_FAMILY,) else 700
    return FontProperties(family=list(families), size=size, weight=semibold if weight == "semibold" else 400)


@lru_cache(maxsize=8192)
def _width(text: str, size: float, weight: Weight, families: tuple[str, ...]) -> float:
    if families[0] == BUNDLED_FAMILY and drawable(families[:1]).issuperset(map(ord, text)):
        return size * sum(map(advances(weight).__getitem__, text))
    shown = stand_in(text, families)
    return float(
        _TO_PATH.get_text_width_height_descent(shown, _face(shown, size, weight, families), ismath=False)[0]
    )


def text_width(text: str, theme: ChartTheme, size: float = BODY, weight: Weight = "normal") -> float:
    """Return the width of one line of text, in points."""
    return _width(text, size, weight, theme.families) if text else 0.0


def wrap(
    text: str,
    width: float,
    theme: ChartTheme,
    size: float = BODY,
    weight: Weight = "normal",
    *,
    lines: int = 0,
) -> tuple[str, ...]:
    """Break a text into lines of at most `width` points, at its spaces, inside a word only when it must.

    With `lines`, at most so many; the last one then ends with an ellipsis. No-break spaces are respected.
    """
    done: list[str] = []
    line = ""
    for word in printable(text).split(" "):
        tried = f"{line} {word}" if line else word
        if text_width(tried, theme, size, weight) <= width:
            line = tried
            continue
        if line:
            done.append(line)
        while text_width(word, theme, size, weight) > width and len(word) > 1:
            fits = next(
                n
                for n in range(len(word) - 1, 0, -1)
                if n == 1 or text_width(word[:n], theme, size, weight) <= width
            )
            done.append(word[:fits])
            word = word[fits:]  # noqa: PLW2901  # what is left of the long word
        line = word
    done.append(line)
    if lines and len(done) > lines:
        last = done[lines - 1]
        while last and text_width(f"{last}…", theme, size, weight) > width:
            last = last[:-1]
        done = [*done[: lines - 1], f"{last.rstrip()}…"]
    return tuple(done)


class _Line(Text):
    """One level line of text, anchored at its baseline: the SVG says where, and the reader's program sets it.

    matplotlib would first lay it out to find a place that the SVG does not use; that took a quarter of the drawing of a report.
    """

    def draw(self, renderer: Any) -> None:
        """Draw the line; on a patch, it is laid out as ever."""
        if self.get_bbox_patch() is not None or not self.get_visible():
            super().draw(renderer)
            return
        if not self.get_text():
            return
        renderer.open_group("text", self.get_gid())
        context = renderer.new_gc()
        context.set_foreground(self.get_color())
        x, y = self.get_transform().transform(self.get_position())
        renderer.draw_text(
            context, x, renderer.height - y, self.get_text(), self.get_fontproperties(), 0.0, mtext=self
        )
        context.restore()
        renderer.close_group("text")
        self.stale = False


class _LateTicks:
    """An axis that makes a tick when one is asked for, not to change or clip what nobody will see.

    matplotlib makes ticks late too, but its own bookkeeping then asks for them at once: half of the making of axes.
    """

    def set_tick_params(self, *arguments: Any, **options: Any) -> None:
        with self._unmade():
            super().set_tick_params(*arguments, **options)  # type: ignore[misc]  # of Axis, beside this class

    def set_clip_path(self, *arguments: Any, **options: Any) -> None:
        with self._unmade():
            super().set_clip_path(*arguments, **options)  # type: ignore[misc]  # the same

    @contextmanager
    def _unmade(self) -> Iterator[None]:
        """Hold lists that have not been made yet empty; once made, ticks take the settings kept for them."""
        names = [name for name in ("majorTicks", "minorTicks") if name not in vars(self)]
        vars(self).update((name, []) for name in names)
        try:
            yield
        finally:
            for name in names:
                if vars(self).get(name) == []:
                    del vars(self)[name]


class _XAxis(_LateTicks, XAxis):
    pass


class _YAxis(_LateTicks, YAxis):
    pass


class _Bare(Axes):
    """Axes of a panel: places for data and nothing around them."""

    def _init_axis(self) -> None:
        """Do as the base class, as projections do, with axes of our own."""
        self.xaxis, self.yaxis = _XAxis(self, clear=False), _YAxis(self, clear=False)
        for axis, sides in ((self.xaxis, ("bottom", "top")), (self.yaxis, ("left", "right"))):
            for side in sides:
                self.spines[side].register_axis(axis)


# --- paper ------------------------------------------------------------------------------------------------


class Paper:
    """A sheet `WIDTH` points wide and `height` points high; places are points from its top left corner.

    Parameters
    ----------
    height : float
        In points.
    theme : ChartTheme
        Colours and font.
    """

    def __init__(self, height: float, theme: ChartTheme) -> None:
        self.theme = theme
        self.height = height
        self.figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72, frameon=False)
        FigureCanvasSVG(self.figure)
        self._ground: Axes | None = None

    def ground(self) -> Axes:
        """Return axes over the whole paper, in points, for rules and samples."""
        if self._ground is None:
            self._ground = self.panel((0, 0, WIDTH, self.height), (0, WIDTH), (0, self.height))
        return self._ground

    def panel(
        self,
        box: tuple[float, float, float, float],
        x: tuple[float, float],
        y: tuple[float, float],
    ) -> Axes:
        """Return bare axes in a box (left, top, width, height); data run over `x` and, down, over `y`."""
        left, top, width, height = box
        axes = self.figure.add_axes(
            (left / WIDTH, 1 - (top + height) / self.height, width / WIDTH, height / self.height),
            xlim=x,
            ylim=y[::-1],
            axes_class=_Bare,
        )
        axes.set_axis_off()
        return axes

    def text(
        self,
        x: float,
        y: float,
        lines: str | Sequence[str],
        *,
        size: float = BODY,
        weight: Weight = "normal",
        colour: str | None = None,
        ha: Align = "left",
        patch: bool = False,
    ) -> tuple[Text, ...]:
        """Write lines whose middle is at `y`, each its own artist; capitals are centred, not boxes.

        `patch` lays them on a patch of paper, where lines would cross them.
        """
        said = (lines,) if isinstance(lines, str) else tuple(lines)
        families = self.theme.families
        first = y + CAPITAL / 2 * size - (len(said) - 1) / 2 * LINE * size
        written = []
        for i, line in enumerate(said):
            shown = stand_in(printable(line), families)
            artist = _Line(
                x / WIDTH,
                1 - (first + i * LINE * size) / self.height,
                shown,
                fontproperties=_face(shown, size, weight, families),
                color=colour or self.theme.ink,
                horizontalalignment=ha,
                verticalalignment="baseline",
            )
            if patch:
                artist.set_bbox(
                    {"boxstyle": "square,pad=0.12", "facecolor": self.theme.paper, "edgecolor": "none"}
                )
            artist.set_figure(self.figure)
            artist.set_transform(self.figure.transFigure)
            self.figure.texts.append(artist)
            written.append(artist)
        return tuple(written)
