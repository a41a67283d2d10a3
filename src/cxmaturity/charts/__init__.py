"""Charts as SVG that keeps its text as text, each with its finding in words and a table of the same data.

Every chart has two doors: ``draw_profile(...)`` returns the matplotlib figure, ``profile(...)`` the finished
`Chart`. Nothing is imported before it is used, because matplotlib costs a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxmaturity.charts.cash_chart import cash_curve, draw_cash_curve
    from cxmaturity.charts.changes_chart import changes, draw_changes
    from cxmaturity.charts.chart import Chart, ChartTable
    from cxmaturity.charts.information_chart import draw_information, information
    from cxmaturity.charts.link_charts import draw_link_matrix, link_matrix
    from cxmaturity.charts.npv_chart import draw_npv_distribution, npv_distribution
    from cxmaturity.charts.profile_chart import draw_profile, profile
    from cxmaturity.charts.radar_chart import draw_radar, radar
    from cxmaturity.charts.strip_charts import distribution, draw_distribution
    from cxmaturity.charts.theme import ChartTheme
    from cxmaturity.charts.tornado_chart import InputName, draw_tornado, tornado
    from cxmaturity.charts.waterfall_chart import draw_waterfall, waterfall

# A module never bears the name of a function here: importing it would hide the function.
_HOMES = {
    "Chart": "chart",
    "ChartTable": "chart",
    "ChartTheme": "theme",
    "InputName": "tornado_chart",
    "cash_curve": "cash_chart",
    "changes": "changes_chart",
    "distribution": "strip_charts",
    "draw_cash_curve": "cash_chart",
    "draw_changes": "changes_chart",
    "draw_distribution": "strip_charts",
    "draw_information": "information_chart",
    "draw_link_matrix": "link_charts",
    "draw_npv_distribution": "npv_chart",
    "draw_profile": "profile_chart",
    "draw_radar": "radar_chart",
    "draw_tornado": "tornado_chart",
    "draw_waterfall": "waterfall_chart",
    "information": "information_chart",
    "link_matrix": "link_charts",
    "npv_distribution": "npv_chart",
    "profile": "profile_chart",
    "radar": "radar_chart",
    "tornado": "tornado_chart",
    "waterfall": "waterfall_chart",
}

__all__ = [
    "Chart",
    "ChartTable",
    "ChartTheme",
    "InputName",
    "cash_curve",
    "changes",
    "distribution",
    "draw_cash_curve",
    "draw_changes",
    "draw_distribution",
    "draw_information",
    "draw_link_matrix",
    "draw_npv_distribution",
    "draw_profile",
    "draw_radar",
    "draw_tornado",
    "draw_waterfall",
    "information",
    "link_matrix",
    "npv_distribution",
    "profile",
    "radar",
    "tornado",
    "waterfall",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        said = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(said)
    from importlib import import_module  # lazy: start-up time

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
