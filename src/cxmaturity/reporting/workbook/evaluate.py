"""The value of every cell, so that a previewer that computes nothing still shows the right numbers.

Each formula is compiled once to a Python function of the cell's row and column; cells are computed in the
order written, those still missing first. Nothing here knows what a formula is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from cxmaturity.reporting.workbook.book import Area, Book, Formula, Target
from cxmaturity.reporting.workbook.functions import FUNCTIONS, CellError, concatenate, divide, power
from cxmaturity.reporting.workbook.grammar import (
    Call,
    Node,
    Number,
    Operation,
    Quoted,
    Reference,
    Span,
    parse,
)

Address: TypeAlias = tuple[str, int, int]
_EPOCH: Final = dt.date(1899, 12, 30)
_SIGNS: Final = {"=": "==", "<>": "!="}


class _Missing(Exception):  # noqa: N818  # a signal, not an error
    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self.address = address


def serial(day: dt.date) -> float:
    """Return the number by which a spreadsheet keeps a date."""
    return float((day - _EPOCH).days)


class Values:
    """The values of all cells of a book, computed at once.

    Parameters
    ----------
    book : Book
        Complete.

    Raises
    ------
    ValueError
        When a cell is an error or depends on itself; a mistake of this package.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[Address, Any] = {}
        self._compiled: dict[str, Callable[[int, int], Any]] = {}
        self._formulas: dict[Address, str] = {}
        for sheet in book.sheets.values():
            for (row, column), cell in sheet.cells.items():
                address = (sheet.key, row, column)
                if isinstance(cell.content, Formula):
                    self._formulas[address] = cell.content.text
                else:
                    content = cell.content
                    self._known[address] = serial(content) if isinstance(content, dt.date) else content
        for address in self._formulas:
            if address not in self._known:
                self._compute(address)

    def __getitem__(self, address: Address) -> Any:
        return self._known.get(address)

    def of(self, key: str) -> Any:
        """Return the value of a named cell, or the values of a line or a column."""
        place = self._book.place(key)
        found = [self._known.get((place.sheet, *place.at(position))) for position in range(place.length)]
        return found[0] if place.kind == "cell" else found

    def _compute(self, wanted: Address) -> None:
        waiting, inside = [wanted], {wanted}
        while waiting:
            address = waiting[-1]
            try:
                self._known[address] = self._function(self._formulas[address])(address[1], address[2])
            except _Missing as missing:
                if missing.address in inside:
                    msg = f"{address} depends on itself through {missing.address}"
                    raise ValueError(msg) from None
                waiting.append(missing.address)
                inside.add(missing.address)
                continue
            except (CellError, TypeError, ArithmeticError) as error:
                msg = f"{address} is an error: {self._formulas[address]}"
                raise ValueError(msg) from error
            inside.discard(waiting.pop())

    def _function(self, text: str) -> Callable[[int, int], Any]:
        if text not in self._compiled:
            source = _Source(self._book).expression(parse(text))
            spaces: Mapping[str, Any] = {
                **{f"f_{name.replace('.', '_')}": function for name, function in FUNCTIONS.items()},
                "cell": self._cell,
                "blank_or": lambda sheet, row, column: self._value((sheet, row, column)),
                "area": self._area,
                "divide": divide,
                "power": power,
                "concatenate": concatenate,
                "iferror": _if_error,
                "choose": _choose,
            }
            self._compiled[text] = eval(f"lambda row, column: {source}", dict(spaces))  # noqa: S307  # our own tree
        return self._compiled[text]

    def _cell(self, sheet: str, row: int, column: int) -> Any:
        value = self._value((sheet, row, column))
        return 0.0 if value is None else value

    def _value(self, address: Address) -> Any:
        if address in self._known:
            return self._known[address]
        if address in self._formulas:
            raise _Missing(address)
        return None

    def _area(self, sheet: str, first: tuple[int, int], last: tuple[int, int]) -> list[Any]:
        return [
            self._value((sheet, row, column))
            for row in range(first[0], last[0] + 1)
            for column in range(first[1], last[1] + 1)
        ]


def _if_error(value: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
    try:
        return value()
    except (CellError, ArithmeticError, TypeError):
        return otherwise()


def _choose(place: float, *choices: Callable[[], Any]) -> Any:
    if not 1 <= place <= len(choices):
        raise CellError
    return choices[int(place) - 1]()


class _Source:
    """Python source of a formula's tree; the functions it calls are those of `Values`."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def expression(self, node: Node) -> str:
        if isinstance(node, Number):
            return repr(float(node.text))
        if isinstance(node, Quoted):
            return repr(node.text)
        if isinstance(node, Reference):
            return self._reference(node)
        if isinstance(node, Span):
            first, last = self.book.resolve(node.first), self.book.resolve(node.last)
            if isinstance(first, Area) or isinstance(last, Area):
                msg = f"a range of ranges: {node}"
                raise TypeError(msg)
            return self._area(first, last)
        if isinstance(node, Call):
            return self._call(node)
        return self._operation(node)

    def _reference(self, node: Reference) -> str:
        found = self.book.resolve(node)
        if isinstance(found, Area):
            return self._area(found.first, found.last)
        return f"cell({found.sheet!r}, {_place(found)})"

    def _area(self, first: Target, last: Target) -> str:
        return f"area({first.sheet!r}, ({_place(first)}), ({_place(last)}))"

    def _call(self, node: Call) -> str:
        arguments = [self.expression(argument) for argument in node.arguments]
        if node.name == "ISNUMBER":  # a blank cell is no number, although it counts as 0 elsewhere
            arguments = [argument.replace("cell(", "blank_or(", 1) for argument in arguments]
        if node.name == "IF":
            otherwise = arguments[2] if len(arguments) > 2 else "False"
            return f"(({arguments[1]}) if ({arguments[0]}) else ({otherwise}))"
        if node.name == "IFERROR":
            return f"iferror(lambda: {arguments[0]}, lambda: {arguments[1]})"
        if node.name == "CHOOSE":
            return f"choose({arguments[0]}, {', '.join(f'lambda: {choice}' for choice in arguments[1:])})"
        if node.name not in FUNCTIONS:
            msg = f"{node.name} is not computed here"
            raise ValueError(msg)
        return f"f_{node.name.replace('.', '_')}({', '.join(arguments)})"

    def _operation(self, node: Operation) -> str:
        operands = [self.expression(operand) for operand in node.operands]
        if len(operands) == 1:
            return f"(-{operands[0]})"
        helper = {"/": "divide", "^": "power", "&": "concatenate"}.get(node.sign)
        if helper:
            return f"{helper}({operands[0]}, {operands[1]})"
        return f"({operands[0]} {_SIGNS.get(node.sign, node.sign)} {operands[1]})"


def _place(target: Target) -> str:
    row = f"row + {target.shift}" if target.row is None else str(target.row)
    column = f"column + {target.shift}" if target.column is None else str(target.column)
    return f"{row}, {column}"
