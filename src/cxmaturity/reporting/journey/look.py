"""The client's own look for its maps: colours and logo as the engagement says them."""

from __future__ import annotations

from cxmaturity.charts.theme import ChartTheme
from cxmaturity.engagement.values import Engagement
from cxmaturity.reporting.journey.make import Logo


def look_of(engagement: Engagement) -> tuple[ChartTheme, Logo | None]:
    """Return the colours of an engagement and, for the slides, its logo when it is a PNG."""
    theme = engagement.theme
    logo = Logo(data=theme.logo, alt=theme.logo_alt) if theme.logo and theme.logo_format == "png" else None
    return ChartTheme.from_primary(theme.primary), logo
