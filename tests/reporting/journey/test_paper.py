"""The poster in PDF and PNG: true size, tagged, fonts inside, the table behind the picture."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess

import pikepdf
import pytest

from cxmaturity.core.text import LANGUAGES

MM = 72 / 25.4


@pytest.fixture(scope="module")
def posters(make, result):
    """Return the PDFs of the small atlas in both languages and three sizes."""
    return make(result, formats=["pdf"], languages=LANGUAGES)


@pytest.mark.parametrize(
    ("size", "width", "height"), [("a3", 420, 297), ("a1", 841, 594), ("wide", 338.67, 190.5)]
)
def test_the_first_page_is_the_sheet(posters, size, width, height):
    """A3, A1 and 16:9 have their true size, to a tenth of a millimetre."""
    with pikepdf.open(io.BytesIO(posters[f"buy-julie.{size}.en.pdf"])) as pdf:
        box = [float(it) for it in pdf.pages[0].mediabox]

    assert box[2] - box[0] == pytest.approx(width * MM, abs=0.3)
    assert box[3] - box[1] == pytest.approx(height * MM, abs=0.3)


def elements(node):
    """Yield every element of a structure tree."""
    kids = node.get("/K")
    kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids] if kids is not None else []
    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary):
            if "/S" in kid:
                yield kid
            yield from elements(kid)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_tagged_titled_and_in_its_language(posters, language):
    """Marked, with a language, a title, the picture's alternative text, and a table of real rows and heads."""
    with pikepdf.open(io.BytesIO(posters[f"buy-julie.a3.{language}.pdf"])) as pdf:
        root = pdf.Root
        found = list(elements(root.StructTreeRoot))
        kinds = {str(it["/S"]) for it in found}
        alts = [str(it["/Alt"]) for it in found if "/Alt" in it]
        with pdf.open_metadata() as metadata:
            title = str(metadata["dc:title"])

        assert str(root.Lang).startswith(language)
        assert bool(root.MarkInfo.Marked)
        assert "A map of five events." in alts
        assert {"/Table", "/TR", "/TH", "/TD", "/H1"} <= kinds
        assert "Maison Test" in title


def test_fonts_are_inside(posters):
    """Every font of every page carries its letters."""
    with pikepdf.open(io.BytesIO(posters["buy-julie.a3.fr.pdf"])) as pdf:
        fonts = [font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()]
        descriptors = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]

        assert fonts
        assert all("/FontFile3" in it or "/FontFile2" in it for it in descriptors)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed")
def test_the_table_says_what_the_picture_says(posters, tmp_path):
    """Every event of the table, the footnote and what is invented can be read behind the picture."""
    file = tmp_path / "map.pdf"
    file.write_bytes(posters["buy-julie.a3.en.pdf"])
    text = subprocess.run(
        ["pdftotext", "-f", "2", str(file), "-"], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout
    flat = " ".join(text.split())

    for said in ("Sees a post", "Collects the parcel", "A footnote.", "Every figure is invented."):
        assert said in flat


def test_the_same_map_gives_the_same_bytes(make, result, posters):
    """The date inside is the one given, never the clock's."""
    again = make(result, formats=["pdf"], languages=["en"], sizes=["a3"])

    assert again["buy-julie.a3.en.pdf"] == posters["buy-julie.a3.en.pdf"]


def test_pixels_have_the_shape_of_the_sheet(make, result):
    """A PNG is 3840 pixels wide and as high as the sheet is."""
    data = make(result, formats=["png"], sizes=["wide"])["buy-julie.wide.en.png"]
    width, height = struct.unpack(">II", data[16:24])

    assert abs(width - 3840) <= 2
    assert height / width == pytest.approx(190.5 / 338.67, rel=0.002)


def test_hostile_texts_stay_texts(make, hostile):
    """Quotes, scripts and backslashes do not break the source of the PDF."""
    assert make(hostile, formats=["pdf"], sizes=["a3"])["buy-julie.a3.en.pdf"].startswith(b"%PDF")
