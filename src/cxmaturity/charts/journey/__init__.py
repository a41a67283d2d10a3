"""The picture of a journey: a pure layout in millimetres, then one SVG; see `draw_map`."""

from __future__ import annotations

from cxmaturity.charts.journey.look import Size
from cxmaturity.charts.journey.picture import MapPicture, Place, draw_map
from cxmaturity.charts.journey.scene import Box, TextBox

__all__ = ["Box", "MapPicture", "Place", "Size", "TextBox", "draw_map"]
