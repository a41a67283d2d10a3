"""What the fork server of the pages does before it is copied: import what their kernels import, and play an invented case.

Only pure functions and values: a widget that was made here would be seen in every copy.
"""

from __future__ import annotations

import importlib
from typing import Final

from cxmaturity.resources import resource

_WIDGETS: Final = ("builder", "explore", "journey_map", "journey_map_seat")
EXAMPLE: Final = "examples/maison-lavande"
"""Invented, and shipped with the package."""


def warm_up() -> None:
    """Import the widgets, evaluate a case from nothing, draw the journeys of the example."""
    for name in _WIDGETS:
        importlib.import_module(f"cxmaturity.app.widgets.{name}")
    from cxmaturity.app.widgets import builder_form, builder_view, journey_map_view
    from cxmaturity.app.widgets.builder_state import BuilderState
    from cxmaturity.app.widgets.journey_map_state import MapState

    state = BuilderState(resource(EXAMPLE))
    state.evaluate()
    builder_form.form(state)
    builder_form.status(state)
    builder_view.results(state)

    shown = MapState(resource(EXAMPLE))
    journey_map_view.status(shown)
    journey_map_view.panel(shown)
    journey_map_view.choices(shown)
    journey_map_view.picture(shown, None)
