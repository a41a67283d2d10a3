"""The small language that the sheets are written in: spreadsheet formulas whose references are names.

A formula is written once, with ``{key}`` for a fixed cell and ``[key]`` for the cell of the same year (on a
time line) or of the same row (in a table). It is parsed here; `book` finds the cells, `evaluate` computes
the value to store, `render` writes the text that Excel reads. The lint of constants walks the same tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, TypeAlias

import attrs

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<text>"[^"]*")
    | (?P<fixed>\{[^{}]+\})
    | (?P<moving>\[[^\[\]]+\])
    | (?P<name>[A-Z][A-Z0-9.]*)
    | (?P<sign><>|<=|>=|[-+*/^&=<>(),:])
    )""",
    re.VERBOSE,
)
_BINDING: Final = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/"), 4),
    "^": 5,
}
_UNARY: Final = 6


@attrs.frozen
class Number:
    """A number typed in a formula; only 0, 1 and structural exponents should be."""

    text: str


@attrs.frozen
class Quoted:
    """A text typed in a formula."""

    text: str


@attrs.frozen
class Reference:
    """``{key|where}`` (fixed) or ``[key|where]`` (moving with the cell)."""

    key: str
    where: str
    moving: bool


@attrs.frozen
class Span:
    """From one reference to another."""

    first: Reference
    last: Reference


@attrs.frozen
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Node, ...]


@attrs.frozen
class Operation:
    """An operator with two operands, or one (a sign)."""

    sign: str
    operands: tuple[Node, ...]


Node: TypeAlias = Number | Quoted | Reference | Span | Call | Operation


@attrs.frozen
class Token:
    """One token: what kind, its text, and the white space dropped."""

    kind: str
    text: str


@cache
def tokens(formula: str) -> tuple[Token, ...]:
    """Split a formula (without its leading ``=``) into tokens.

    Raises
    ------
    ValueError
        When something in it is no token; a mistake of this package, never of a client.
    """
    found, at = [], 0
    while at < len(formula):
        match = _TOKEN.match(formula, at)
        if match is None or match.lastgroup is None:
            msg = f"cannot read the formula at {formula[at:]!r}: {formula}"
            raise ValueError(msg)
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tuple(found)


def reference(text: str) -> Reference:
    """Read ``{key}``, ``{key|where}``, ``[key]`` or ``[key|where]``."""
    key, _, where = text[1:-1].partition("|")
    return Reference(key, where, moving=text[0] == "[")


class _Reader:
    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.tokens = tokens(formula)
        self.at = 0

    def _peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _next(self) -> Token:
        token = self._peek()
        if token is None:
            msg = f"the formula stops too early: {self.formula}"
            raise ValueError(msg)
        self.at += 1
        return token

    def _expect(self, sign: str) -> None:
        token = self._next()
        if token.text != sign:
            msg = f"expected {sign} and found {token.text}: {self.formula}"
            raise ValueError(msg)

    def whole(self) -> Node:
        """Read the whole formula."""
        node = self.expression(0)
        if self._peek() is not None:
            msg = f"too much in the formula: {self.formula}"
            raise ValueError(msg)
        return node

    def expression(self, least: int) -> Node:
        left = self._operand()
        while (token := self._peek()) is not None and _BINDING.get(token.text, 0) > least:
            self.at += 1
            left = Operation(token.text, (left, self.expression(_BINDING[token.text])))
        return left

    def _operand(self) -> Node:
        token = self._next()
        if token.kind == "number":
            return Number(token.text)
        if token.kind == "text":
            return Quoted(token.text[1:-1])
        if token.kind in ("fixed", "moving"):
            return self._reference(token)
        if token.kind == "name":
            return Call(token.text, tuple(self._arguments()))
        if token.text == "-":
            return Operation("-", (self.expression(_UNARY),))
        if token.text == "(":
            inner = self.expression(0)
            self._expect(")")
            return inner
        msg = f"unexpected {token.text}: {self.formula}"
        raise ValueError(msg)

    def _reference(self, token: Token) -> Node:
        first = reference(token.text)
        following = self._peek()
        if following is None or following.text != ":":
            return first
        self.at += 1
        return Span(first, reference(self._next().text))

    def _arguments(self) -> Iterator[Node]:
        self._expect("(")
        if (token := self._peek()) is not None and token.text == ")":
            self.at += 1
            return
        while True:
            yield self.expression(0)
            token = self._next()
            if token.text == ")":
                return
            if token.text != ",":
                msg = f"expected a comma and found {token.text}: {self.formula}"
                raise ValueError(msg)


@cache
def parse(formula: str) -> Node:
    """Return the tree of a formula, written without its leading ``=``.

    Examples
    --------
    >>> parse("1-{churn}").sign
    '-'
    """
    return _Reader(formula).whole()


ALLOWED_NUMBERS: Final = ("0", "1")
ALLOWED_TEXTS: Final = ("",)
FORBIDDEN_FUNCTIONS: Final = ("OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "INFO", "CELL")


def lint(formula: str) -> tuple[str, ...]:
    """Return what FAST forbids in a formula: constants, volatile functions.

    Numbers other than 0 and 1 belong in a cell of their own, but for structural exponents (a square, a
    fourth power).

    Examples
    --------
    >>> lint("{price}*1.2")
    ('constant 1.2',)
    >>> lint("{x}^2"), lint('IF({x}>0,1,"")')
    ((), ())
    """
    return tuple(_findings(parse(formula), exponent=False))


def _findings(node: Node, *, exponent: bool) -> Iterator[str]:
    if isinstance(node, Number):
        if node.text not in ALLOWED_NUMBERS and not exponent:
            yield f"constant {node.text}"
    elif isinstance(node, Quoted):
        if node.text not in ALLOWED_TEXTS:
            yield f'constant "{node.text}"'
    elif isinstance(node, Call):
        if node.name in FORBIDDEN_FUNCTIONS:
            yield f"function {node.name}"
        for argument in node.arguments:
            yield from _findings(argument, exponent=False)
    elif isinstance(node, Operation):
        for place, operand in enumerate(node.operands):
            yield from _findings(operand, exponent=node.sign == "^" and place == 1)
