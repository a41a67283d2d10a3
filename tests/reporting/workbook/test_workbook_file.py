"""The file as a reviewer finds it: formulas without hidden numbers, inert texts, same bytes, pages and names."""

from __future__ import annotations

import io
import re
import zipfile

import attrs
import openpyxl
import pytest

from cxmaturity.core.problems import InputError
from cxmaturity.i18n.messages import load_messages
from cxmaturity.reporting.workbook import write_workbook
from cxmaturity.reporting.workbook.book import Formula
from cxmaturity.reporting.workbook.evaluate import Values
from cxmaturity.reporting.workbook.grammar import lint, parse

HOSTILE = "=cmd|' /C calc'!A0"
_CONSTANT = re.compile(r"(?<![A-Za-z$\d.'])(\d+(?:\.\d+)?)(?![\d.]*[A-Za-z(!:])")


@pytest.fixture(scope="module")
def english(example, catalog):
    """Return the workbook of an example, in English, as bytes."""
    return write_workbook(example("maison-lavande"), catalog, language="en", trials=10)


@pytest.fixture(scope="module")
def french(example, catalog):
    """Return the same in French."""
    return write_workbook(example("maison-lavande"), catalog, language="fr", trials=10)


def formulas_of(data):
    """Yield (sheet title, cell, formula) as the file holds them, read by openpyxl."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, cell.value


@pytest.mark.parametrize("seed", [1, 3, 8, 14])
def test_no_constant_hides_in_a_formula(cases, build, catalog, seed):
    """Every formula holds no number but 0 and 1 and structural exponents, no text but the empty one, nothing volatile."""
    _, book, _ = build(cases.diagnostic_of(cases.random_case(seed, ranges=True), catalog), charts=True)
    texts = {
        cell.content.text
        for sheet in book.sheets.values()
        for cell in sheet.cells.values()
        if isinstance(cell.content, Formula)
    }

    assert {} == {text: found for text in texts if (found := lint(text))}


def test_written_formulas_hold_no_constant_either(english):
    """The same, read in the file by another path: numbers that are no cell address are 0, 1, 2, 4 or 8 after a caret."""
    wrong = []
    for sheet, cell, formula in formulas_of(english):
        bare = re.sub(r"'[^']*'!", "", formula)
        bare = re.sub(r"\$?[A-Z]{1,3}\$?\d+", "REF", bare)
        numbers = re.sub(r"\^[248]\b", "", bare)
        if set(_CONSTANT.findall(numbers)) - {"0", "1"} or '"' in bare:
            wrong.append((sheet, cell, formula))

    assert [] == wrong[:3]


def test_lint_finds_what_it_should():
    """The lint itself: a price typed in a formula, a text, a volatile function are found; exponents are let through."""
    assert ("constant 1.2",) == lint("{price}*1.2")
    assert ('constant "yes"',) == lint('IF({x}>0,"yes","")')
    assert ("function OFFSET", "constant 3") == lint("OFFSET({x},3,0)")
    assert () == lint("({x}-1)^2")
    with pytest.raises(ValueError, match="cannot read"):
        parse("a?b")


def test_nothing_volatile_no_macro_no_link(english):
    """No OFFSET, INDIRECT, NOW or RAND; no macro and no link to another file in the package."""
    names = zipfile.ZipFile(io.BytesIO(english)).namelist()
    text = " ".join(formula for _, _, formula in formulas_of(english))

    assert not re.search(r"\b(OFFSET|INDIRECT|NOW|TODAY|RAND|RANDBETWEEN)\(", text)
    assert not re.search(r"\[\d+\]|https?:", text)
    assert [] == [name for name in names if "vba" in name.lower() or "externalLink" in name]


def test_calculated_cells_are_formulas_with_their_values(english, example):
    """Every formula has a stored value that is no error; the NPV stored is the engine's."""
    values = openpyxl.load_workbook(io.BytesIO(english), data_only=True)
    formulas = list(formulas_of(english))
    stored = [values[sheet][cell].value for sheet, cell, _ in formulas]

    assert 5000 < len(formulas)
    assert [] == [formulas[place] for place, value in enumerate(stored) if value is None]
    assert [] == [value for value in stored if isinstance(value, str) and value.startswith("#")]
    assert example("maison-lavande").case.npv == pytest.approx(values["Summary"]["C6"].value, rel=1e-12)


def test_same_inputs_same_bytes(example, catalog, english):
    """Writing twice gives the same bytes."""
    assert english == write_workbook(example("maison-lavande"), catalog, language="en", trials=10)


def test_hostile_texts_stay_texts(cases, build, catalog):
    """Texts that begin with = + - @ are stored as strings in cells, never as formulas, in every place a client types."""
    case = cases.random_case(3)
    hostile = [HOSTILE, "+1+1", "-2+3", "@SUM(A1)"]
    levers = tuple(
        attrs.evolve(
            lever, owner=hostile[1],
            moves=tuple((name, attrs.evolve(given, unit=hostile[2], source=HOSTILE)) for name, given in lever.moves),
        )
        for lever in case.levers
    )  # fmt: skip
    costs = tuple(attrs.evolve(cost, name=hostile[3]) for cost in case.costs)
    diagnostic = cases.diagnostic_of(
        attrs.evolve(case, levers=levers, costs=costs), catalog, name=HOSTILE, note=hostile[1]
    )
    _, _, data = build(diagnostic, charts=True)
    sheets = openpyxl.load_workbook(io.BytesIO(data))
    found = {}
    for sheet in sheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in hostile:
                    found.setdefault(cell.value, set()).add(cell.data_type)

    assert {text: {"s"} for text in hostile} == found


def test_hostile_names_of_groups_and_sheets(cases, build, catalog):
    """A client's name with markup of headers and of XML does not break the file."""
    diagnostic = cases.diagnostic_of(
        cases.random_case(2), catalog, name="A & B <script> &P \"x\" 'y' 🚀", note="é"
    )
    _, _, data = build(diagnostic)
    header = openpyxl.load_workbook(io.BytesIO(data))["Summary"].oddHeader.left.text

    assert "A && B" in header or "A & B" in header


def test_french_and_english_hold_the_same_model(english, french):
    """Both languages have the same defined names at the same cells and the same values; only words differ."""
    books = [openpyxl.load_workbook(io.BytesIO(data)) for data in (english, french)]
    values = [openpyxl.load_workbook(io.BytesIO(data), data_only=True) for data in (english, french)]
    places = [
        {name: defined.attr_text.rpartition("!")[2] for name, defined in book.defined_names.items()}
        for book in books
    ]

    assert places[0] == places[1]
    for first, second in zip(values[0], values[1], strict=True):
        numbers = [
            [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)]
            for sheet in (first, second)
        ]
        assert numbers[0] == numbers[1], first.title
    assert ["Couverture", "Synthèse"] == books[1].sheetnames[:2]


def test_no_english_in_the_french_workbook(french):
    """The French workbook shows none of the English texts that differ from their French."""
    messages = load_messages("workbook")
    english_only = {
        texts["en"]["other"] for texts in messages.values() if texts["en"]["other"] != texts["fr"]["other"]
    } - {texts["fr"]["other"] for texts in messages.values()}
    shown = {
        cell.value for sheet in openpyxl.load_workbook(io.BytesIO(french)) for row in sheet.iter_rows() for cell in row
        if cell.data_type == "s"
    }  # fmt: skip

    assert set() == shown & english_only


def test_number_formats_follow_the_language(english, french):
    """French formats carry the French locale and its space before the per cent sign."""
    formats = {
        language: {
            cell.number_format for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet.iter_rows() for cell in row
        }
        for language, data in (("en", english), ("fr", french))
    }  # fmt: skip

    assert any("[$-40C]" in found for found in formats["fr"])
    assert any('"\u202f"%' in found for found in formats["fr"])
    assert not any("[$-40C]" in found for found in formats["en"])


def test_pages_are_set_and_inputs_are_guarded(english):
    """Every sheet has a print area, a header and a footer; input cells are blue and validated with a message."""
    book = openpyxl.load_workbook(io.BytesIO(english))
    inputs = book["Inputs"]
    guarded = {str(cell) for rule in inputs.data_validations.dataValidation for cell in rule.sqref.ranges}
    rule = inputs.data_validations.dataValidation[2]

    assert [] == [sheet.title for sheet in book if not sheet.print_area or not sheet.oddFooter.left.text]
    assert 50 < len(guarded)
    assert rule.showErrorMessage
    assert rule.prompt
    assert {"Inputs", "Ledger", "Cash flow"} <= {sheet.title for sheet in book if sheet.freeze_panes}


def test_charts_are_native_with_alternative_texts(english):
    """Four native charts, each with an alternative text."""
    package = zipfile.ZipFile(io.BytesIO(english))
    charts = [name for name in package.namelist() if re.match(r"xl/charts/chart\d+\.xml", name)]
    drawing = package.read("xl/drawings/drawing1.xml").decode()

    assert 4 == len(charts)
    assert 4 == len(re.findall(r'<xdr:cNvPr [^>]*descr="[^"]{30,}', drawing))


def test_every_missing_piece_has_its_sheet_or_not(cases, build, catalog):
    """Sheets that have nothing to say are absent: no trials without ranges, no tenure without survival."""
    _, plain, _ = build(cases.diagnostic_of(cases.random_case(2, tenure=False), catalog))
    _, ranged, _ = build(cases.diagnostic_of(cases.random_case(8, ranges=True, tenure=True), catalog))

    assert not {"monte_carlo", "tornado", "ranges", "tenure"} & set(plain.sheets)
    assert {"monte_carlo", "tornado", "ranges", "tenure"} <= set(ranged.sheets)


def test_haircuts_instead_of_ranges(cases, build, catalog):
    """With haircuts there are no trials, and the Haircuts sheet gives the engine's figures."""
    case = cases.random_case(5, benefits=("retention", "preference"), tenure=False)
    uncertainty = attrs.evolve(
        case.uncertainty,
        prudence="haircut",
        haircuts=(("retention", 0.2), ("preference", 0.1)),
        cost_uplift=0.1,
    )
    diagnostic = cases.diagnostic_of(attrs.evolve(case, uncertainty=uncertainty), catalog)
    _, book, _ = build(diagnostic)
    values, cut = Values(book), diagnostic.case.haircut

    assert "monte_carlo" not in book.sheets
    assert cut.npv == pytest.approx(values.of("haircut.npv"), rel=1e-9)
    assert cut.roi == pytest.approx(values.of("haircut.roi"), rel=1e-9)
    assert (cut.irr[0] if cut.irr else "none") == pytest.approx(values.of("haircut.irr"), rel=1e-9)


def test_a_benefit_without_inputs_is_listed(cases, build, catalog):
    """A benefit that cannot be evaluated is in the log with what is missing, and the costs stand alone."""
    case = cases.random_case(6, benefits=("engagement",))
    baseline = attrs.evolve(case.baseline, contracts=None, consumers=None, service=None, option=None)
    diagnostic = cases.diagnostic_of(attrs.evolve(case, baseline=baseline), catalog)
    _, book, _ = build(diagnostic)
    log = [cell.content for cell in book.sheets["log"].cells.values() if isinstance(cell.content, str)]

    assert any("baseline.contracts.count" in text for text in log)
    assert diagnostic.case.npv == pytest.approx(Values(book).of("summary.npv"))


def test_no_case_and_too_few_trials_are_refused(example, catalog):
    """Without a business case, or with one trial, the error says so."""
    diagnostic = example("maison-lavande")
    without = attrs.evolve(diagnostic, case=None)

    with pytest.raises(InputError, match="no business case") as none:
        write_workbook(without, catalog, language="en")
    with pytest.raises(InputError, match="expected 2 or more") as few:
        write_workbook(diagnostic, catalog, language="en", trials=1)
    assert ("workbook.no_case", "workbook.trials") == (none.value.code, few.value.code)


@pytest.mark.parametrize("name", ["maison-lavande", "northgate-advisory", "published-telecom"])
def test_examples_have_a_workbook(example, catalog, name):
    """Each example that has a case gives a workbook whose checks all pass, in both languages."""
    diagnostic = example(name)
    for language, word in (("en", "All pass"), ("fr", "Tous conformes")):
        data = write_workbook(diagnostic, catalog, language=language, trials=5)
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        flag = book.defined_names["checks_flag"]
        ((title, cell),) = flag.destinations
        assert word == book[title][cell.replace("$", "")].value
