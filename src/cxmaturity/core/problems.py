"""What is wrong with an input, and the errors that carry it.

A `Problem` is a value: a stable code, an English sentence with its parameters, and where it is. Domain code
raises an error holding one problem; the files room gathers many, adds `file:line`, and the faces translate
by code (`content/errors/*.yaml` holds the French; a test keeps both in step).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

import attrs

Severity = Literal["error", "warning", "advice"]


def _pairs(params: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    items = params.items() if isinstance(params, Mapping) else params
    return tuple(sorted((str(key), value) for key, value in items))


def _steps(path: Iterable[str | int]) -> tuple[str | int, ...]:
    return tuple(path)  # a generic converter such as `tuple` is beyond mypy's attrs plugin


@attrs.frozen(kw_only=True)
class Place:
    """Where in a file: the path as the user wrote it, the line and column counted from 1.

    `cell` is the name that a spreadsheet gives the place, for instance ``E5``.
    """

    file: str
    line: int | None = None
    column: int | None = None
    cell: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place} ({self.cell})" if self.cell else place


@attrs.frozen(kw_only=True)
class Problem:
    """One thing that is wrong, said so that the person who typed it can put it right.

    Parameters
    ----------
    code : str
        Stable identifier, ``room.what``; the French sentence is found by it.
    template, hint : str
        English sentences with ``str.format`` fields: what was got and expected; what to do instead.
    params : mapping of str to value
        What fills the fields; kept as sorted pairs so that the value is hashable.
    path : tuple of str or int
        Where in the value, for instance ``("levers", "retention", "attribution")``.
    place : Place, optional
        Where in a file; added by the files room.
    severity : {"error", "warning", "advice"}
        A warning or an advice never stops a run.
    """

    code: str
    template: str
    params: tuple[tuple[str, Any], ...] = attrs.field(default=(), converter=_pairs)
    hint: str = ""
    path: tuple[str | int, ...] = attrs.field(default=(), converter=_steps)
    place: Place | None = None
    severity: Severity = "error"

    @property
    def message(self) -> str:
        """The English sentence, hint included."""
        fields = dict(self.params)
        said = self.template.format(**fields)
        return f"{said} {self.hint.format(**fields)}" if self.hint else said

    @property
    def dotted(self) -> str:
        """The path as people write it: ``levers.retention.ramp[1]``."""
        text = ""
        for step in self.path:
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
        return text

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.place or ""), self.dotted, self.message) if part)


class CxMaturityError(Exception):
    """Base of every error of this package; `problems` says everything that is wrong, at least one.

    Each concrete class is also the builtin that a caller expects (`ValueError`, `LookupError`).
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    @classmethod
    def of(
        cls,
        code: str,
        template: str,
        *,
        hint: str = "",
        path: Iterable[str | int] = (),
        **params: Any,
    ) -> Self:
        """Build the error for one problem; see `Problem` for the arguments."""
        return cls([Problem(code=code, template=template, params=params, hint=hint, path=path)])

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InputError(CxMaturityError, ValueError):
    """A value that cannot be right: out of range, of the wrong type, contradictory or missing."""


class UnknownIdError(CxMaturityError, LookupError):
    """A name that nothing bears; the hint names the nearest one that exists."""

    @classmethod
    def from_name(cls, kind: str, name: str, known: Iterable[str]) -> Self:
        """Say which names exist, and the nearest one."""
        from cxmaturity.core.ids import nearest  # only when something is wrong

        names = sorted(known)
        close = nearest(name, names)
        return cls.of(
            "core.unknown_id",
            "unknown {kind} '{name}'; known: {known}.",
            hint="Did you mean '{close}'?" if close else "",
            kind=kind,
            name=name,
            known=", ".join(names),
            **({"close": close} if close else {}),
        )


class FileError(CxMaturityError, OSError):
    """A file that is missing, unreadable, or must not be overwritten."""
