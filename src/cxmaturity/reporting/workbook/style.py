"""How a cell looks: a role (input, calculation, total...) and a kind of number (money, rate...), in one language.

Colours say what a cell is and nothing else: blue is typed, black is calculated, grey italic is pasted from the
engine. The client's colour is for titles only.
"""

from __future__ import annotations

from typing import Any, Final

import attrs

from cxmaturity import i18n
from cxmaturity.core.text import Language

INPUT_INK: Final = "#1F3FBF"
INPUT_FILL: Final = "#E4EEFB"
GOOD_FILL: Final = "#DDF0E4"
GOOD_INK: Final = "#0B5A33"
BAD_FILL: Final = "#FBE0DA"
BAD_INK: Final = "#9A2412"
LOCALES: Final = {"en": "[$-809]", "fr": "[$-40C]"}
_FONT: Final = {"font_name": "Calibri", "font_size": 10, "valign": "vcenter"}


@attrs.frozen(kw_only=True)
class Palette:
    """The colours of a theme that the workbook needs, as ``#rrggbb``."""

    primary: str
    on_primary: str
    soft: str
    ink: str
    muted: str
    rule: str
    surface: str
    series: tuple[str, ...]
    good: str
    bad: str
    accent: str


def number_formats(currency: str, language: Language) -> dict[str, str]:
    """Return the number format of each kind, in the codes that Excel stores whatever the language."""
    mark = LOCALES[language]
    percent = '0.0"\u202f%"' if language == "fr" else "0.0%"
    # A literal per cent sign would not multiply by 100: the sign stays bare, only its space is quoted.
    percent = percent.replace('"\u202f%"', '"\u202f"%')
    fine = percent.replace("0.0", "0.00")
    symbol = i18n.money(0, currency, language).replace("0", "|").split("|")
    before, after = (f'"{part}"' if part else "" for part in (symbol[0], symbol[-1]))
    return {
        "text": "@",
        "money": f"{mark}#,##0;[Red]-#,##0",
        "price": f"{mark}#,##0.00;[Red]-#,##0.00",
        "currency": f"{mark}{before}#,##0{after};[Red]-{before}#,##0{after}",
        "rate": f"{mark}{percent};[Red]-{percent}",
        "fine": f"{mark}{fine};[Red]-{fine}",
        "count": f"{mark}#,##0;[Red]-#,##0",
        "number": f"{mark}#,##0.00;[Red]-#,##0.00",
        "years": f"{mark}0.00",
        "factor": f"{mark}0.0000;[Red]-0.0000",
        "uniform": f"{mark}0.000000;[Red]-0.000000",
        "tiny": "0.0E+00",
        "integer": "0",
        "date": f"{mark}dd/mm/yyyy" if language == "fr" else f"{mark}d mmm yyyy",
        "general": "General",
    }


_ROLES: Final[dict[str, dict[str, Any]]] = {
    "input": {
        "font_color": INPUT_INK,
        "bg_color": INPUT_FILL,
        "border": 1,
        "border_color": "#B9CDEB",
        "locked": False,
    },
    "constant": {"font_color": INPUT_INK},
    "calc": {},
    "result": {"bold": True},
    "pasted": {"italic": True, "font_color": "#5B6673"},
}


def _texts(palette: Palette) -> dict[str, dict[str, Any]]:
    return {
        "label": {},
        "wrap": {"text_wrap": True, "valign": "top"},
        "indent": {"indent": 1},
        "strong": {"bold": True},
        "note": {"font_color": palette.muted, "text_wrap": True, "valign": "top", "italic": True},
        "path": {"font_color": palette.muted, "font_size": 8},
        "title": {"bold": True, "font_size": 16, "font_color": palette.primary},
        "subtitle": {"font_size": 11, "font_color": palette.muted},
        "section": {"bold": True, "bg_color": palette.soft, "font_color": palette.ink, "font_size": 11},
        "head": {
            "bold": True, "bg_color": palette.primary, "font_color": palette.on_primary, "text_wrap": True,
            "align": "center", "border": 1, "border_color": palette.rule,
        },
        "head_left": {"bold": True, "bg_color": palette.primary, "font_color": palette.on_primary, "text_wrap": True},
        "link": {"font_color": palette.primary, "underline": 1},
        "unit": {"font_color": palette.muted},
        "center": {"align": "center"},
        "flag": {"align": "center", "bold": True},
        "big": {"bold": True, "font_size": 14, "align": "left"},
    }  # fmt: skip


def styles(palette: Palette, currency: str, language: Language) -> dict[str, dict[str, Any]]:
    """Return every style by name: ``label``, ``head``... and ``<role>.<kind>``, as XlsxWriter's properties.

    Roles: ``input`` (typed, blue), ``constant`` (of the method, blue without fill), ``calc``, ``total`` (a rule above),
    ``result`` (bold), ``pasted`` (from the engine, grey italic).
    """
    kinds = number_formats(currency, language)
    roles = _ROLES | {"total": {"bold": True, "top": 1, "top_color": palette.ink}}
    found = {
        name: {**_FONT, "font_color": palette.ink} | properties
        for name, properties in _texts(palette).items()
    }
    for role, properties in roles.items():
        for kind, code in kinds.items():
            align = {"align": "left"} if kind in ("text", "general") else {"align": "right"}
            found[f"{role}.{kind}"] = (
                {**_FONT, "font_color": palette.ink, "num_format": code} | align | properties
            )
    found["total"] = {**_FONT, "font_color": palette.ink, "bold": True, "top": 1, "top_color": palette.ink}
    found["cover_date"] = found["constant.date"] | {"align": "left", "font_color": palette.ink}
    found["pasted_left"] = found["pasted.currency"] | {"align": "left"}
    found["result.rate_left"] = found["result.rate"] | {"align": "left"}
    found["currency_big"] = found["result.currency"] | {"font_size": 14, "align": "left"}
    return found
