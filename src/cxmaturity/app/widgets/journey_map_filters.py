"""What a journey map is filtered on, as the picture's script sends it: lists of ids by facet, and a threshold of satisfaction."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from cxmaturity.reporting.journey.names import FACETS

_VALUES_AT_MOST: Final = 200
_LONGEST: Final = 200
NO_FILTERS: Final[Mapping[str, Any]] = {**{facet: [] for facet in FACETS}, "threshold": None}


def read_filters(value: Any) -> dict[str, Any] | None:
    """Return filters with every facet, None when the value is none.

    Examples
    --------
    >>> read_filters({"family": ["digital"]})["family"]
    ['digital']
    >>> read_filters({"colour": ["red"]}) is None
    True
    """
    if not isinstance(value, Mapping) or not value.keys() <= NO_FILTERS.keys():
        return None
    threshold = value.get("threshold")
    if not (threshold is None or _is_valence(threshold)):
        return None
    lists = {facet: value.get(facet, []) for facet in FACETS}
    return (
        {**{facet: list(names) for facet, names in lists.items()}, "threshold": threshold}
        if all(_is_list_of_names(names) for names in lists.values())
        else None
    )


def _is_valence(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and -2 <= value <= 2


def _is_list_of_names(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) <= _VALUES_AT_MOST
        and all(isinstance(name, str) and len(name) <= _LONGEST for name in value)
    )
