"""Names that the catalogue does not have, each with the nearest one that it has."""

from __future__ import annotations

from collections.abc import Iterable

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import Problem

Path = tuple[str | int, ...]


def _params(got: str, known: Iterable[str]) -> tuple[dict[str, str], bool]:
    names = list(known)
    close = nearest(got, names)
    return {"got": got, "known": ", ".join(names), "close": close or ""}, close is not None


def unknown_question(got: str, known: Iterable[str], path: Path) -> Problem:
    """Say that no question is called `got`."""
    params, close = _params(got, known)
    return Problem(
        code="engagement.unknown_question",
        template="unknown question '{got}'; known: {known}.",
        hint="Did you mean '{close}'?" if close else "",
        params=params,
        path=path,
    )


def unknown_function(got: str, known: Iterable[str], path: Path) -> Problem:
    """Say that no function (department) is called `got`."""
    params, close = _params(got, known)
    return Problem(
        code="engagement.unknown_function",
        template="unknown function '{got}'; known: {known}.",
        hint="Did you mean '{close}'?" if close else "",
        params=params,
        path=path,
    )


def unknown_criterion(got: str, known: Iterable[str], path: Path) -> Problem:
    """Say that the question has no criterion `got`."""
    params, close = _params(got, known)
    return Problem(
        code="engagement.unknown_criterion",
        template="unknown criterion '{got}'; known: {known}.",
        hint="Did you mean '{close}'?" if close else "",
        params=params,
        path=path,
    )


def unknown_benefit(got: str, known: Iterable[str], path: Path) -> Problem:
    """Say that no benefit is called `got`."""
    params, close = _params(got, known)
    return Problem(
        code="engagement.unknown_benefit",
        template="unknown benefit '{got}'; known: {known}.",
        hint="Did you mean '{close}'?" if close else "",
        params=params,
        path=path,
    )
