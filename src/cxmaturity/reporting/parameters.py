"""What a report notebook may be asked, checked before a kernel starts: papermill itself only warns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import CxMaturityError, InputError, Problem
from cxmaturity.reporting.names import check_day, check_language, check_sections

_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "str": str,
    "list": (list, tuple),
    "int": int,
    "float": (int, float),
    "bool": bool,
    "dict": dict,
}
_CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "language": check_language,
    "as_of": check_day,
    "sections": check_sections,
}


def check_parameters(notebook: Path, given: Mapping[str, Any]) -> None:
    """Check the names, types and values of parameters against the ``parameters`` cell of a notebook.

    Parameters
    ----------
    notebook : Path
        With one cell tagged ``parameters``, each line ``name: type = default``.
    given : mapping of str to value
        What would be injected; None keeps the default and is always allowed.

    Raises
    ------
    InputError
        With every problem: ``reporting.parameter_unknown``, ``reporting.parameter_type``, and what the values
        themselves raise.
    """
    from papermill.inspection import inspect_notebook  # heavy

    declared = inspect_notebook(str(notebook))
    problems: list[Problem] = []
    for name, value in given.items():
        if name not in declared:
            problems.append(_unknown(name, list(declared)))
        elif value is not None:
            problems += _wrong(name, declared[name]["inferred_type_name"], value)
    if problems:
        raise InputError(problems)


def _unknown(name: str, known: list[str]) -> Problem:
    close = nearest(name, known)
    return Problem(
        code="reporting.parameter_unknown",
        template="the report has no parameter '{name}'; it has {known}.",
        hint="Did you mean '{close}'?" if close else "",
        params={"name": name, "known": ", ".join(known), "close": close or ""},
        path=(name,),
    )


def _wrong(name: str, wanted: str, value: Any) -> list[Problem]:
    expected = _TYPES.get(wanted, object)
    if not isinstance(value, expected):
        return [
            Problem(
                code="reporting.parameter_type",
                template="the parameter '{name}' is of type {got}; expected {wanted}.",
                params={"name": name, "got": type(value).__name__, "wanted": wanted},
                path=(name,),
            )
        ]
    try:
        _CHECKS.get(name, bool)(value)
    except CxMaturityError as error:
        return list(error.problems)
    return []


def as_parameter(day: dt.date | None) -> str | None:
    """Return a date as a notebook parameter holds it."""
    return None if day is None else day.isoformat()
