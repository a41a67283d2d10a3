"""A client's colour on the pages and the widgets: corrected until it can be read, in the light and in the dark."""

from __future__ import annotations

from typing import Final

from cxmaturity.charts.colour import blend, contrast_ratio, reach_contrast
from cxmaturity.charts.theme import MARK_CONTRAST, TEXT_CONTRAST, ChartTheme

# The panel that text in the client's colour may stand on: the darkest of the light look, the lightest of the dark.
LIGHT_GROUND: Final = "#EEF2F5"
DARK_CARD: Final = "#1A242E"
_ON: Final = ("#FFFFFF", "#0E151B", "#000000")


def colours(primary: str | None) -> tuple[dict[str, str], dict[str, str]]:
    """Return the custom properties of a client's colour, for the light look and for the dark one.

    Raises
    ------
    InputError
        ``charts.colour`` when it is not a colour.
    """
    theme = ChartTheme.from_primary(primary)
    light = {
        "brand": theme.brand,
        "primary": reach_contrast(theme.brand, LIGHT_GROUND, MARK_CONTRAST),
        "primary-ink": reach_contrast(theme.brand, LIGHT_GROUND, TEXT_CONTRAST),
        "primary-soft": blend(theme.primary, "#FFFFFF", 0.1),
        "accent": theme.accent,
    }
    dark = {
        "brand": theme.brand,
        "primary": reach_contrast(theme.brand, DARK_CARD, MARK_CONTRAST),
        "primary-ink": reach_contrast(theme.brand, DARK_CARD, TEXT_CONTRAST),
        "primary-soft": blend(reach_contrast(theme.brand, DARK_CARD, MARK_CONTRAST), DARK_CARD, 0.26),
        "accent": reach_contrast(theme.accent, DARK_CARD, TEXT_CONTRAST),
    }
    for look in (light, dark):
        look["on-primary"] = _on(look["primary"])
        # A button is known by its words, so it may bear the client's own colour, however pale.
        look["fill"] = theme.brand if look is light else look["primary"]
        look["on-fill"] = _on(look["fill"])
    return light, dark


def _on(ground: str) -> str:
    return next(colour for colour in _ON if contrast_ratio(colour, ground) >= TEXT_CONTRAST)


def worn(primary: str | None) -> dict[str, dict[str, str]]:
    """Return the same for a widget, which wears it over its own tokens; empty for a client without a colour.

    Examples
    --------
    >>> worn(None)
    {}
    >>> worn("#5B3E8C")["light"]["--primary"]
    '#5B3E8C'
    """
    if primary is None:
        return {}
    looks = zip(("light", "dark"), colours(primary), strict=True)
    return {name: {f"--{key}": value for key, value in look.items()} for name, look in looks}


def _rule(look: dict[str, str]) -> str:
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in look.items()) + "}"


def theme_css(primary: str | None) -> str:
    """Return the style sheet that puts a client's colour over the house's, light and dark.

    Examples
    --------
    >>> "prefers-color-scheme" in theme_css("#FFD200")
    True
    """
    light, dark = colours(primary)
    return (
        f"{_rule(light)}@media screen and (prefers-color-scheme:dark){{{_rule(dark)}}}"
        "@media (forced-colors:active){:root{--primary:Highlight;--primary-ink:LinkText;--primary-soft:Canvas;"
        "--on-primary:HighlightText;--fill:Highlight;--on-fill:HighlightText;--accent:CanvasText}}"
    )
