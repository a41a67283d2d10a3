"""The examples, from their folder to slides: the figures are the workbook's, and LibreOffice shows every page."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from cxmaturity import i18n
from cxmaturity.core.text import LANGUAGES
from cxmaturity.engagement import diagnose
from cxmaturity.files import read_engagement
from cxmaturity.reporting.deck import plan_deck, write_deck
from cxmaturity.reporting.inline import text_of
from cxmaturity.reporting.workbook import write_workbook

EXAMPLES = Path(__file__).parents[3] / "examples"
NAMES = ("maison-lavande", "northgate-advisory", "published-telecom")
# Figures of the sample sizes and of how the simulation was run, which the workbook shows without a name of their own.
UNNAMED = re.compile(
    r"survey_(cost|worth)_|simulation_(correlation|inputs)$|input_finance_horizon$|input_uncertainty_"
)


@pytest.fixture(scope="module", params=NAMES)
def example(request, catalog):
    """Return the Diagnostic of each example."""
    engagement = read_engagement(EXAMPLES / request.param)
    return diagnose(engagement, catalog, as_of=engagement.as_of, seed=1)


def cell(book, name):
    """Return the number in a defined name, or in one place of a defined range (`name[2]`)."""
    found = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", name)
    ((sheet, area),) = list(book.defined_names[found[1]].destinations)
    place = book[sheet][area.replace("$", "")]
    if found[2] is None:
        return place.value
    return [one.value for row in place for one in row][int(found[2])]


def printed(text, language):
    """Read a printed figure back: its value, and half a unit of its last digit."""
    bare = text.replace("\u202f", "").replace("\u2212", "-")
    bare = bare.replace(",", "." if language == "fr" else "").replace("\u00a0", " ")
    number = Decimal(re.search(r"\d+(?:\.\d+)?", bare)[0])
    half = Decimal(1).scaleb(number.as_tuple().exponent) / 2
    scale = Decimal(1)
    after = bare[re.search(r"\d+(?:\.\d+)?", bare).end() :].strip(" €£$US")
    for unit, factor in (("bn", 9), ("Md", 9), ("M", 6), ("k", 3)):
        if after.startswith(unit):
            scale = Decimal(10) ** factor
            break
    if "%" in bare or "pt" in after:
        scale = Decimal("0.01")
    return float(number * scale), float(half * scale)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_slides_is_in_a_named_cell_of_the_workbook(example, catalog, language):
    """Each figure, read back from its text, is the value of the workbook's cell of that name, as far as it is printed."""
    book = openpyxl.load_workbook(
        io.BytesIO(write_workbook(example, catalog, language=language, trials=100)), data_only=True
    )
    checked = 0
    for name, text in dict(plan_deck(example, catalog, language=language).figures).items():
        if name.startswith("maturity_") or UNNAMED.match(name):
            continue
        value = cell(book, name.removeprefix("table_"))
        said, half = printed(text, language)
        assert abs(abs(value) - said) <= half * 1.0001, (name, text, value)
        checked += 1

    assert checked >= 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_have_ten_slides_in_both_languages(example, catalog, language):
    """The bundled examples have everything: ten slides, the same in both languages."""
    deck = plan_deck(example, catalog, language=language)

    assert 10 == len(deck.slides)
    assert (
        i18n.money(example.case.npv, example.case.currency, language, compact=True)
        == dict(deck.figures)["case_npv"]
    )


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_shows_every_slide(example, catalog, language, office, tmp_path):
    """LibreOffice turns the deck into as many pages as slides, each bearing the words of its title and its labels."""
    deck = plan_deck(example, catalog, language=language)
    file = tmp_path / "deck.pptx"
    file.write_bytes(write_deck(deck))
    office("pdf", tmp_path, [file])
    import pikepdf

    with pikepdf.open(tmp_path / "deck.pdf") as pdf:
        assert len(deck.slides) == len(pdf.pages)
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", str(tmp_path / "deck.pdf"), "-"],
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        ).stdout
        for page, slide in zip(text.split("\f"), deck.slides, strict=False):
            letters = re.sub(r"\W", "", page)
            assert re.sub(r"\W", "", text_of(slide.title)) in letters, slide.title
