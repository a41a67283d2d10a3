"""Interpreters of workbooks that we did not write: the `formulas` library, and LibreOffice.

`Reading` reads the .xlsx file as anyone would (openpyxl), and has `formulas` parse every formula and compute
every function. Its own model graph costs a millisecond per cell; here a formula that is the same in R1C1 terms is
parsed once, and its functions are called one after the other, which makes three hundred workbooks possible.
"""

from __future__ import annotations

import io
import re
import warnings

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter

_REFERENCE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[A-Za-z_]\w*)!)?\$?(?P<c1>[A-Z]{1,3})\$?(?P<r1>\d+)(?::\$?(?P<c2>[A-Z]{1,3})\$?(?P<r2>\d+))?(?![\w(])"
)
_TEXT = re.compile(r'"[^"]*"')
_PARSED = {}


class _Missing(Exception):  # noqa: N818  # a signal, not an error
    """Cells that must be computed first."""


class Compiled:
    """One formula, its references replaced by A1, A2...: the functions of `formulas`, in order."""

    def __init__(self, normal):
        import formulas

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function = formulas.Parser().ast(normal)[1].compile()
        nodes = function.dsp
        self.inputs = list(function.inputs)
        self.constants = {key: given["value"] for key, given in nodes.default_values.items()}
        makers = {
            output: (node["function"], node["inputs"])
            for node in nodes.function_nodes.values()
            for output in node["outputs"]
        }
        self.output = function.outputs[0]
        self.steps, done = [], {*self.inputs, *self.constants}

        def visit(name):
            if name in done:
                return
            made, needs = makers[name]
            for need in needs:
                visit(need)
            done.add(name)
            self.steps.append((name, made, needs))

        visit(self.output)

    def __call__(self, arguments):
        known = dict(zip(self.inputs, arguments, strict=True)) | self.constants
        for name, made, needs in self.steps:
            known[name] = made(*(known[need] for need in needs))
        return known[self.output]


class Reading:
    """A workbook as `formulas` computes it; nothing is taken from the values stored in the file."""

    def __init__(self, data):
        self.workbook = openpyxl.load_workbook(io.BytesIO(data))
        self.names = named_cells(data, self.workbook)
        self.known, self.plans, self.split = {}, {}, {}
        for sheet in self.workbook:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.data_type == "f":
                        self.plans[sheet.title, cell.row, cell.column] = cell.value
                    elif cell.value is not None:
                        self.known[sheet.title, cell.row, cell.column] = _stored(cell.value)

    def __getitem__(self, name):
        """Return the value of a defined name, or the values of its cells; None for a blank cell."""
        values = tuple(self._value((sheet, row + 1, column + 1)) for sheet, row, column in self.names[name])
        return values[0] if len(values) == 1 else values

    def at(self, title, row, column):
        """Return the value of a cell, row and column counted from 0."""
        return self._value((title, row + 1, column + 1))

    def everything(self):
        """Compute every formula; return cell to value."""
        for address in self.plans:
            self._value(address)
        return {address: self.known[address] for address in self.plans}

    def _value(self, address):
        waiting = [address]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            while waiting:
                place = waiting[-1]
                if place in self.known or place not in self.plans:
                    waiting.pop()
                    continue
                try:
                    self.known[place] = self._compute(place)
                except _Missing as missing:
                    waiting += missing.args
        return self.known.get(address)

    def _compute(self, place):
        sheet, _, _ = place
        if place not in self.split:
            normal, references = _normal(self.plans[place])
            self.split[place] = normal, dict(references)
        normal, by_name = self.split[place]
        if normal not in _PARSED:
            _PARSED[normal] = Compiled(normal)
        compiled = _PARSED[normal]
        return plain(compiled([self._argument(sheet, by_name[name]) for name in compiled.inputs]))

    def _argument(self, sheet, match):
        import numpy as np
        import schedula

        title = (match["sheet"] or sheet).strip("'").replace("''", "'")
        first = int(match["r1"]), column_index_from_string(match["c1"])
        last = (int(match["r2"]), column_index_from_string(match["c2"])) if match["c2"] else first
        array = np.empty((last[0] - first[0] + 1, last[1] - first[1] + 1), dtype=object)
        missing = []
        for row in range(first[0], last[0] + 1):
            for column in range(first[1], last[1] + 1):
                address = title, row, column
                if address in self.plans and address not in self.known:
                    missing.append(address)
                value = self.known.get(address)
                array[row - first[0], column - first[1]] = schedula.EMPTY if value is None else value
        if missing:
            raise _Missing(*missing)
        return array


def _normal(formula):
    """Return the formula with its references numbered, and (number's name, reference) pairs."""
    references, names = [], {}

    def rename(match):
        text = match[0]
        if text not in names:
            place = 10 * (len(names) + 1)
            names[text] = f"A{place}" if match["c2"] is None else f"A{place}:A{place + 1}"
            references.append((names[text], match))
        return names[text]

    parts, at = [], 0
    for text in _TEXT.finditer(formula):
        parts += [_REFERENCE.sub(rename, formula[at : text.start()]), text[0]]
        at = text.end()
    return "".join([*parts, _REFERENCE.sub(rename, formula[at:])]), references


def _stored(value):
    from cxmaturity.reporting.workbook.evaluate import serial

    if hasattr(value, "year"):
        return serial(value.date() if hasattr(value, "hour") else value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def plain(value):
    """Return what `formulas` gives for one cell as a plain Python value."""
    import numpy as np
    import schedula

    inner = np.asarray(getattr(value, "value", value), dtype=object).ravel()[0]
    if inner is schedula.EMPTY:  # a formula that points to a blank cell shows 0
        return 0.0
    if isinstance(inner, str | bool | np.bool_):
        return str(inner) if isinstance(inner, str) else bool(inner)
    return float(inner)


def named_cells(data, workbook=None):
    """Return defined name to its cells: (sheet title, row, column), counted from 0."""
    workbook = workbook or openpyxl.load_workbook(io.BytesIO(data))
    found = {}
    for name, defined in workbook.defined_names.items():
        ((title, area),) = defined.destinations
        cells = workbook[title][area.replace("$", "")]
        rows = cells if isinstance(cells, tuple) else ((cells,),)
        found[name] = tuple((title, cell.row - 1, cell.column - 1) for row in rows for cell in row)
    return found


def recalculate(office, files, folder):
    """Have LibreOffice open every file, recalculate all of it, and save; return the bytes of each."""
    out = folder / "recalculated"
    out.mkdir(exist_ok=True)
    office("xlsx:Calc MS Excel 2007 XML", out, files)
    return [(out / file.name).read_bytes() for file in files]


def stored(data):
    """Return the values that a file stores: (sheet, cell) to value, and defined name to its value or values."""
    workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    cells = {
        (sheet.title, cell.coordinate): cell.value
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
    }
    names = {}
    for name, places in named_cells(data, workbook).items():
        values = tuple(
            cells.get((sheet, f"{get_column_letter(column + 1)}{row + 1}")) for sheet, row, column in places
        )
        names[name] = values[0] if len(values) == 1 else values
    return cells, names


def input_cells(data, title, path):
    """Return the cells of an input by its name in the file: mode, low and high, as (sheet, row, column) from 0."""
    sheet = openpyxl.load_workbook(io.BytesIO(data))[title]
    row = next(cell.row for cells in sheet.iter_rows() for cell in cells if cell.value == path)
    return {name: (title, row - 1, column) for name, column in (("low", 3), ("mode", 4), ("high", 5))}


def whole_model(data, folder, names):
    """Return named values as the `formulas` library computes them with its own model of the whole workbook."""
    import formulas

    file = folder / "whole.xlsx"
    file.write_bytes(data)
    places = named_cells(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solution = formulas.ExcelModel().loads(str(file)).finish().calculate()
    found = {}
    for name in names:
        title, row, column = places[name][0]
        key = f"'[{file.name}]{title.upper()}'!{get_column_letter(column + 1)}{row + 1}"
        found[name] = plain(solution[key])
    return found
