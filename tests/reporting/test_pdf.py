"""The PDF is tagged, says its language, keeps every letter as text, and is the same twice."""

from __future__ import annotations

import io

import attrs
import pikepdf
import pytest

from cxmaturity.charts import Chart
from cxmaturity.core.problems import InputError
from cxmaturity.reporting.blocks import Figure, Heading, Paragraph, plain
from cxmaturity.reporting.document import Part
from cxmaturity.reporting.pdf import document_pdf
from cxmaturity.reporting.typst_markup import literal, quoted


@pytest.fixture(scope="module", params=["en", "fr"])
def language(request):
    return request.param


def test_says_what_it_is(samples, read_pdf, language):
    """A PDF names its title, its language, its date and both standards it follows (PDF/UA-1 and PDF/A-2a)."""
    read = read_pdf(document_pdf(samples.document(language)))

    assert {"en": "en-GB", "fr": "fr-FR"}[language] == read.language
    assert "Maison Lavande" in read.metadata
    assert "<pdfuaid:part>1<" in read.metadata
    assert "<pdfaid:part>2<" in read.metadata
    assert "<pdfaid:conformance>A<" in read.metadata
    assert "2026-11-01T00:00:00Z" in read.metadata


def test_structure(samples, read_pdf, language):
    """Headings, lists, tables with heads, and figures with their alternative text are tagged as such."""
    read = read_pdf(document_pdf(samples.document(language)))

    assert 3 == read.count("H1")  # the contents and two sections
    assert 1 == read.count("H2")
    assert 1 == read.count("H3")
    assert 1 == read.count("Table")
    assert 5 == read.count("TH")
    assert 36 * 5 + 1 == read.count("TD")  # the note of a long table is the last cell of its foot
    assert 1 == read.count("TFoot")
    assert 2 <= read.count("L")
    assert [samples.chart(language, "Maison Lavande").alt] == [
        alt for tag, alt in read.tags if tag == "Figure"
    ]
    assert {
        "en": ("Executive summary", "Business case"),
        "fr": ("Synthèse pour la direction", "Dossier financier"),
    }[language] == tuple(
        title.split(maxsplit=1)[1] if title[0].isdigit() else title for title in read.outline
    )


def test_hostile_name_is_text(samples, read_pdf):
    """A client name full of markup of every kind is painted letter by letter, and closes nothing."""
    read = read_pdf(document_pdf(samples.document("en", samples.HOSTILE)))
    expected = samples.HOSTILE.replace(" ", "").removesuffix("שלום")

    assert read.letters.count(expected) > 36
    assert "".join(reversed("שלום")) in read.letters or "שלום" in read.letters


def test_same_bytes_twice(samples):
    """Two runs of the same report give the same bytes."""
    assert document_pdf(samples.document("fr")) == document_pdf(samples.document("fr"))


def test_long_table_repeats_its_head_and_keeps_rows_whole(samples, read_pdf):
    """A table of two pages is one table, with its head painted on each of them."""
    read = read_pdf(document_pdf(samples.document("en")))

    assert 1 < read.letters.count("InputValueAmountSourceGrade")


@pytest.mark.parametrize("parts", [1, 5, 12])
def test_contents_take_one_page_and_short_sections_share_theirs(samples, parts):
    """Twelve sections have their contents on one page, however many parts; a short one follows another on its page."""
    sections = [
        Part(
            id=f"s{number}",
            blocks=[
                Heading(text=f"Section {number}", level=1, anchor=f"s{number}"),
                *(
                    Heading(text=f"Part {part} of section {number}", level=2, anchor=f"s{number}-{part}")
                    for part in range(parts)
                ),
                Paragraph(text="End."),
            ],
        )
        for number in range(12)
    ]
    document = attrs.evolve(samples.document("en"), parts=sections)

    pages = _pages_of_sections(document_pdf(document))

    assert [1, 2] == pages[:2]  # page 0 holds the contents
    assert (parts < 12) == (pages[2] == 2)


def _pages_of_sections(data: bytes) -> list[int]:
    """Return the page, from 0, of each section in the bookmarks."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        places = {page.objgen: index for index, page in enumerate(pdf.pages)}
        with pdf.open_outline() as outline:
            return [places[item.destination[0].objgen] for item in outline.root]


def test_logo_of_either_format(samples, read_pdf):
    """A logo is a figure with its alternative text, SVG or PNG."""
    png = samples.png_logo()
    for logo in (samples.SVG_LOGO, png):
        read = read_pdf(document_pdf(samples.document("en", logo=logo)))
        assert logo.alt in [alt for tag, alt in read.tags if tag == "Figure"]


def test_missing_alternative_text_is_refused(samples):
    """A figure without alternative text stops the PDF: nothing inaccessible is delivered."""
    document = samples.document("en")
    figure = Figure(chart=_without_alt(samples.chart()), caption="x", anchor="fig-x")
    document = attrs.evolve(document, parts=(*document.parts, Part(id="x", blocks=[figure])))

    with pytest.raises(InputError) as caught:
        document_pdf(document)

    assert "reporting.pdf" == caught.value.code


def _without_alt(chart: Chart) -> Chart:
    return attrs.evolve(chart, alt="")


def test_unknown_script_still_compiles(samples, read_pdf):
    """A name in a script that no bundled font draws is still text in the PDF."""
    document = samples.document("en", "株式会社テスト")

    assert "株式会社テスト" in read_pdf(document_pdf(document)).letters


@pytest.mark.parametrize("size", [29, 200])
def test_endless_word_may_break(samples, read_pdf, size):
    """A word longer than a column may break, and loses no letter."""
    document = samples.document("en")
    extra = Part(id="x", blocks=[Paragraph(text=plain("W" * size))])
    read = read_pdf(document_pdf(attrs.evolve(document, parts=(*document.parts, extra))))

    assert "W" * size in read.letters
    assert "\u200b" in literal("W" * size)


def test_quoted_closes_nothing():
    """A quote and a backslash are the only characters that a Typst string escapes."""
    assert r'"a\"b\\c#$*_"' == quoted('a"b\\c#$*_')
