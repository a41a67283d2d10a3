"""One look for charts, page and PDF: colours that can be read and told apart, and one font; no matplotlib.

A client's colour is respected where it is decoration and corrected where something must be read, and the
theme says so.
"""

from __future__ import annotations

from typing import Final, Self

import attrs

from cxmaturity.charts.colour import blend, contrast_ratio, least_distance, parse_colour, reach_contrast
from cxmaturity.charts.fonts import FALLBACK_FAMILY, shared_family
from cxmaturity.core.problems import Problem

__all__ = ["DEFAULT_PRIMARY", "MARK_CONTRAST", "TEXT_CONTRAST", "ChartTheme", "contrast_ratio"]

TEXT_CONTRAST: Final = 4.5
MARK_CONTRAST: Final = 3.0
DEFAULT_PRIMARY: Final = "#14506B"

_ACCENTS: Final = ("#B4430E", "#6A3D9A", "#0B6E4F", "#8A5A00", "#0A4FA8", "#1D1D2B")
# Darker cousins of Okabe and Ito (2008): every one reaches 3:1 on white.
_SERIES: Final = ("#0072B2", "#C75300", "#008A64", "#A8508A", "#8A6D00", "#1B232D", "#4FA3D1", "#7B4FA3")
_SERIES_LENGTH: Final = 5
_APART: Final = 12.0


def _series(primary: str, paper: str) -> tuple[str, ...]:
    """Choose, after the primary, the colour that every vision tells apart best from those chosen."""
    chosen = [primary]
    left = [reach_contrast(colour, paper, MARK_CONTRAST) for colour in _SERIES]
    while len(chosen) < _SERIES_LENGTH:
        best = max(left, key=lambda colour: least_distance([*chosen, colour]))
        chosen.append(best)
        left.remove(best)
    return tuple(chosen)


def _accent(primary: str) -> str:
    """Choose the first accent that every vision tells well apart from the primary, or the best one."""
    return max(_ACCENTS, key=lambda accent: min(least_distance([primary, accent]), _APART))


def _notes(brand: str, paper: str, mark: str, text: str) -> tuple[Problem, ...]:
    ratio = f"{contrast_ratio(brand, paper):.1f}"
    notes: list[Problem] = []
    if text != brand:
        notes.append(
            Problem(
                code="charts.text_contrast",
                template="the colour {brand} has a contrast of {ratio}:1 on the page, under the {wanted}:1 "
                "that text needs; text uses {used}.",
                params={"brand": brand, "ratio": ratio, "wanted": f"{TEXT_CONTRAST:g}", "used": text},
                path=("theme", "primary"),
                severity="warning",
            )
        )
    if mark != brand:
        notes.append(
            Problem(
                code="charts.mark_contrast",
                template="the colour {brand} has a contrast of {ratio}:1 on the page, under the {wanted}:1 "
                "that lines and marks need; charts use {used}.",
                params={"brand": brand, "ratio": ratio, "wanted": f"{MARK_CONTRAST:g}", "used": mark},
                path=("theme", "primary"),
                severity="warning",
            )
        )
    return tuple(notes)


@attrs.frozen(kw_only=True)
class ChartTheme:
    """Colours as ``#RRGGBB`` and the font family; build it with `from_primary`.

    Parameters
    ----------
    brand : str
        The client's colour exactly as given; decoration only (a band, a rule), never read against the paper.
    primary : str
        The same for lines, marks and areas: at least 3:1 on `paper`.
    primary_ink : str
        The same for text on `paper`: at least 4.5:1.
    primary_soft : str
        A tint of it, for areas behind something.
    on_primary : str
        Text written on `primary`: at least 4.5:1.
    accent, good, warning, bad : str
        What must stand out from the primary (targets); favourable, doubtful, unfavourable. At least 4.5:1 on
        `paper`. Never the only sign: a mark, a sign or a word always says the same.
    ink, muted, rule, paper, surface : str
        Text, secondary text (4.5:1), hairlines, the page, a panel on the page.
    series : tuple of str
        Five colours, the primary first, that readers of every colour vision tell apart; 3:1 on `paper`.
    font_family : str
        The family that page, PDF and charts share.
    notes : tuple of Problem
        What was corrected, as warnings that `i18n.describe` translates.
    """

    brand: str
    primary: str
    primary_ink: str
    primary_soft: str
    on_primary: str
    accent: str
    good: str
    warning: str
    bad: str
    ink: str
    muted: str
    rule: str
    paper: str
    surface: str
    series: tuple[str, ...]
    font_family: str
    notes: tuple[Problem, ...]

    @classmethod
    def from_primary(cls, primary: str | None = None) -> Self:
        """Build the theme around a client's colour (``#rgb`` or ``#rrggbb``); None gives the house colour.

        Raises
        ------
        InputError
            ``charts.colour`` when it is not a colour.

        Examples
        --------
        >>> ChartTheme.from_primary("#FFD200").notes[0].code
        'charts.text_contrast'
        """
        paper = "#FFFFFF"
        brand = parse_colour(primary or DEFAULT_PRIMARY)
        mark = reach_contrast(brand, paper, MARK_CONTRAST)
        text = reach_contrast(brand, paper, TEXT_CONTRAST)
        return cls(
            brand=brand,
            primary=mark,
            primary_ink=text,
            primary_soft=blend(mark, paper, 0.24),
            on_primary=next(
                c for c in ("#FFFFFF", "#1B232D", "#000000") if contrast_ratio(c, mark) >= TEXT_CONTRAST
            ),
            accent=_accent(mark),
            good="#00705A",
            warning="#8A5A00",
            bad="#B3341B",
            ink="#1B232D",
            muted="#5B6673",
            rule="#D3D9DF",
            paper=paper,
            surface="#F3F5F7",
            series=_series(mark, paper),
            font_family=shared_family(),
            notes=_notes(brand, paper, mark, text),
        )

    @property
    def families(self) -> tuple[str, ...]:
        """The family, then the one that stands in where it lacks a letter."""
        return tuple(dict.fromkeys((self.font_family, FALLBACK_FAMILY)))

    @property
    def font_stack(self) -> str:
        """The families as SVG and CSS write them: ``Inter, 'DejaVu Sans', sans-serif``."""
        return ", ".join([*(f"'{name}'" if " " in name else name for name in self.families), "sans-serif"])

    def tokens(self) -> dict[str, str]:
        """Return every colour and the font by the names that the templates use; series are numbered."""
        tokens = {
            field.name: getattr(self, field.name)
            for field in attrs.fields(type(self))
            if field.name not in ("series", "notes")
        }
        return tokens | {f"series_{number}": colour for number, colour in enumerate(self.series, 1)}
