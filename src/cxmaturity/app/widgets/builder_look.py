"""The client's colour on the builder, corrected until it can be read on white and on the dark paper."""

from __future__ import annotations

from typing import Final

from cxmaturity.charts.colour import blend, contrast_ratio, reach_contrast
from cxmaturity.charts.theme import MARK_CONTRAST, TEXT_CONTRAST, ChartTheme

DARK: Final = "#1A242E"
"""The dark paper of ``tokens.css``."""


def colours(primary: str | None) -> dict[str, dict[str, str]]:
    """Return the custom properties of a client's colour, for light and for dark; empty without a colour of theirs.

    Examples
    --------
    >>> colours(None)
    {}
    >>> colours("#5B3E8C")["light"]["--primary"]
    '#5B3E8C'
    """
    if primary is None:
        return {}
    light = ChartTheme.from_primary(primary)
    mark = reach_contrast(light.brand, DARK, MARK_CONTRAST)
    on_mark = next(
        ink for ink in ("#0E151B", "#FFFFFF", "#000000") if contrast_ratio(ink, mark) >= TEXT_CONTRAST
    )
    return {
        "light": {
            "--primary": light.primary,
            "--primary-ink": reach_contrast(light.brand, light.surface, TEXT_CONTRAST),
            "--primary-soft": blend(light.primary, light.paper, 0.12),
            "--on-primary": light.on_primary,
        },
        "dark": {
            "--primary": mark,
            "--primary-ink": reach_contrast(light.brand, DARK, TEXT_CONTRAST),
            "--primary-soft": blend(mark, DARK, 0.3),
            "--on-primary": on_mark,
        },
    }
