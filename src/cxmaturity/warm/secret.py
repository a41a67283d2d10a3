"""Secrets of a notebook: named by a reference, given to the child as objects, taken out of all that comes back.

A notebook that asks a CRM needs a token, and papermill writes parameters in clear into the notebook, twice. Here the
notebook holds where the value comes from; the asker reads it, sends it through the job's own socket, and looks for
it in everything that the child says.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from html.entities import codepoint2name
from pathlib import Path
from typing import Any, Final, NoReturn, Self

import attrs

from cxmaturity.core.problems import InputError, Problem
from cxmaturity.warm.values import Failure

SHORTEST: Final = 8
"""A shorter value would be found by chance in honest outputs, and taking it out would falsify them."""
_REFERENCE: Final = re.compile(r"secret:([A-Za-z]+):(.*)", re.DOTALL)
_OTHERS: Final = {"\n": r"\\+n", "\r": r"\\+r", "\t": r"\\+t", " ": r"\+"}
_MARKUP: Final = frozenset({"text/html", "text/markdown", "image/svg+xml"})


class Secret:
    """A value that is shown to nobody by accident; ``reveal()`` returns it.

    Text, representation and format are ``<secret name>``. It is no text, has no attribute that holds the value for a
    variable inspector to show, and refuses to be pickled or written as JSON.
    """

    __slots__ = ("__name", "__value")

    def __init__(self, name: str, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError(f"the secret '{name}' must be text")
        self.__name = name
        self.__value = value

    def reveal(self) -> str:
        """Return the value."""
        return self.__value

    def __repr__(self) -> str:
        return f"<secret {self.__name}>"

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError(f"{self!r} is not written anywhere")


def place(shell: Any, values: Mapping[str, str]) -> None:
    """Set the variables of a notebook to their secrets; called in the process that runs its cells."""
    shell.user_ns.update({name: Secret(name, value) for name, value in values.items()})


def is_reference(value: object) -> bool:
    """Say whether a parameter is a reference: ``secret:env:NAME`` or ``secret:file:PATH``."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def read(named: Mapping[str, object]) -> dict[str, Secret]:
    """Return the secrets that parameters refer to; a parameter that refers to none is left out.

    Raises
    ------
    InputError
        Everything that is wrong, each with the name of its parameter: a variable that is not set, a file that
        cannot be read, a reference of no known kind or inside a list, a value too short to be hidden.
    """
    found: dict[str, Secret] = {}
    problems: list[Problem] = []
    for name, value in named.items():
        if isinstance(value, str | Secret):
            if is_reference(value) or isinstance(value, Secret):
                read_one = _checked(name, value)
                if isinstance(read_one, Problem):
                    problems.append(read_one)
                else:
                    found[name] = read_one
        elif _holds_reference(value):
            problems.append(
                Problem(
                    code="warm.secret_inside",
                    template="the parameter '{name}' has a secret inside a list or a table.",
                    hint="Give each secret a parameter of its own.",
                    params={"name": name},
                )
            )
    if problems:
        raise InputError(problems)
    return found


def _holds_reference(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_reference, (*value.keys(), *value.values())))
    if isinstance(value, list | tuple):
        return any(map(_holds_reference, value))
    return is_reference(value)


def _checked(name: str, given: str | Secret) -> Secret | Problem:
    value = given.reveal() if isinstance(given, Secret) else _referred(name, given)
    if isinstance(value, Problem):
        return value
    if len(value.strip()) < SHORTEST:
        return Problem(
            code="warm.secret_short",
            template="the secret '{name}' has fewer than {least} characters.",
            hint="So short a value cannot be kept out of outputs without spoiling them.",
            params={"name": name, "least": SHORTEST},
        )
    return Secret(name, value)


def _referred(name: str, reference: str) -> str | Problem:
    found = _REFERENCE.fullmatch(reference)
    kind, where = found.groups() if found is not None else ("", "")
    if kind == "env" and where:
        value = os.environ.get(where)
        return value if value is not None else _no_variable(name, where)
    if kind == "file" and where:
        try:
            text = Path(where).expanduser().read_text(encoding="utf-8-sig")
        except (OSError, ValueError, RuntimeError):  # missing, not text, no such user
            return _no_file(name, where)
        return text.removesuffix("\n")
    return Problem(
        code="warm.secret_kind",
        template="the secret '{name}' comes from '{kind}:{where}', which is not known.",
        hint="Write secret:env:NAME or secret:file:PATH.",
        params={"name": name, "kind": kind, "where": where},
    )


def _no_variable(name: str, variable: str) -> Problem:
    return Problem(
        code="warm.secret_no_variable",
        template="the secret '{name}' comes from the environment variable {variable}, which is not set.",
        hint="Set it where the command is started.",
        params={"name": name, "variable": variable},
    )


def _no_file(name: str, file: str) -> Problem:
    return Problem(
        code="warm.secret_no_file",
        template="the secret '{name}' comes from the file {file}, which cannot be read as text.",
        hint="A relative path is seen from the folder where the command works.",
        params={"name": name, "file": file},
    )


class Secrets:
    """The secrets of one run: what the notebook says of them, what the child gets, and what nobody else may see."""

    def __init__(self, secrets: Mapping[str, Secret]) -> None:
        self._secrets = dict(secrets)
        self._shown: dict[str, None] = {}
        forms = (form for name, secret in secrets.items() for form in _forms(name, secret.reveal()))
        self._forms = sorted(forms, key=lambda form: len(form.pattern.pattern), reverse=True)

    @classmethod
    def asked(cls, parameters: Mapping[str, Any] | None, secrets: Mapping[str, str | Secret] | None) -> Self:
        """Gather those of a run; see `read` for what may be wrong."""
        given = {
            name: value if is_reference(value) or isinstance(value, Secret) else Secret(name, value)
            for name, value in (secrets or {}).items()
        }
        return cls(read({**(parameters or {}), **given}))

    def values(self) -> dict[str, str]:
        """Return the values, for the child alone."""
        return {name: secret.reveal() for name, secret in self._secrets.items()}

    def environment(self, given: Mapping[str, str] | None) -> Mapping[str, str] | None:
        """Return the environment of the child: without the variables that hold one of the values."""
        values = set(self.values().values())
        if not values:
            return given
        whole = os.environ if given is None else given
        return {name: value for name, value in whole.items() if value not in values}

    def text(self, text: str, *, markup: bool = False) -> str:
        """Return a text in which ``<secret name>`` stands for each value."""
        for form in self._forms:
            if form.core in text:  # quick, where the search for the whole is not
                mark = f"&lt;secret {form.name}&gt;" if markup else f"<secret {form.name}>"
                text, count = form.pattern.subn(lambda _, mark=mark: mark, text)  # type: ignore[misc]
                if count:
                    self._shown[form.name] = None
        return text

    def tree(self, value: Any, *, markup: bool = False) -> Any:
        """Return a value of JSON in which every text and every name is without secrets."""
        if not self._forms:
            return value
        if isinstance(value, str):
            return self.text(value, markup=markup)
        if isinstance(value, dict):
            return {
                self.text(name): self.tree(each, markup=markup or name in _MARKUP)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return [self.tree(each, markup=markup) for each in value]
        if isinstance(value, int | float):
            said = json.dumps(value)
            hidden = self.text(said)
            return value if said == hidden else hidden
        return value

    def failure(self, failure: Failure | None) -> Failure | None:
        """Return a failure whose words are without secrets."""
        if failure is None:
            return failure
        problem = attrs.evolve(failure.problem, params=self._pairs(failure.problem.params))
        return attrs.evolve(
            failure,
            problem=problem,
            name=self.text(failure.name),
            said=self.text(failure.said),
            traceback=self.text(failure.traceback),
            printed=self.text(failure.printed),
        )

    def _pairs(self, pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
        return [(name, self.tree(value)) for name, value in pairs]

    def shown(self) -> tuple[Problem, ...]:
        """Say which secrets the notebook tried to show."""
        return tuple(
            Problem(
                code="warm.secret_shown",
                template="the notebook showed the secret '{name}'; <secret {name}> stands in place of its value.",
                params={"name": name},
                severity="warning",
            )
            for name in self._shown
        )


@attrs.frozen
class _Form:
    """One text to look for, however it is quoted: in Python, JSON, HTML or an address, once or several times."""

    name: str
    core: str
    pattern: re.Pattern[str]


def _forms(name: str, value: str) -> Iterator[_Form]:
    """Yield the value, the same without blanks around it and, of several lines, each that is long enough."""
    lines = (line.strip() for line in value.splitlines())
    for part in {value, value.strip(), *(line for line in lines if len(line) >= SHORTEST)}:
        core = max(re.findall(r"[A-Za-z0-9]*", part), key=len)  # no way of quoting changes it
        yield _Form(name, core, re.compile("".join(map(_quoted, part))))


def _quoted(letter: str) -> str:
    """Return the pattern of one character in every way of writing it."""
    if letter.isascii() and letter.isalnum():
        return letter
    code, several = ord(letter), letter.encode("utf-8", "surrogatepass")
    halves = letter.encode("utf-16-be", "surrogatepass")
    ways = [
        "".join(rf"%{byte:02x}" for byte in several),
        "".join(rf"\\+x{byte:02x}" for byte in several),
        "".join(rf"\\+u{halves[i]:02x}{halves[i + 1]:02x}" for i in range(0, len(halves), 2)),
        rf"\\+U{code:08x}",
        rf"&(?:amp;)?#(?:0*{code}|x0*{code:x});",
    ]
    if code < 256:
        ways.append(rf"\\+x{code:02x}")
    if code in codepoint2name:
        ways.append(rf"&(?:amp;)?{codepoint2name[code]};")
    if letter in _OTHERS:
        ways.append(_OTHERS[letter])
    return rf"\\{{0,7}}(?:{re.escape(letter)}|(?i:{'|'.join(ways)}))"
