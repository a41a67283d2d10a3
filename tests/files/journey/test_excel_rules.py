"""What makes Excel offer to repair a workbook is not in ours: names, lengths, order of the XML, parts that are not there."""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from cxmaturity.files.journey import atlas_to_workbook, read_atlas

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "maison-lavande" / "journeys.yaml"
ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "autoFilter",
    "mergeCells",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "legacyDrawing",
]
"""The order that the standard (ECMA-376, part 1, 18.3.1.99) gives to what our sheets hold."""


@pytest.fixture(scope="module", params=["en", "fr"])
def content(request) -> bytes:
    """Return the fullest example as a workbook."""
    return atlas_to_workbook(read_atlas(EXAMPLE), request.param)


@pytest.fixture(scope="module")
def parts(content) -> dict[str, bytes]:
    """Return the parts of the file by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert len(set(names)) == len(names)
        return {name: archive.read(name) for name in names}


@pytest.fixture(scope="module")
def book(content):
    """Return the workbook as openpyxl opens it."""
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(content))


def test_sheets_and_names_are_such_as_excel_takes(book):
    """Titles of at most 31 characters without its signs, unlike each other; names that are no cell."""
    titles = [sheet.title for sheet in book]
    names = list(book.defined_names)

    assert len({title.casefold() for title in titles}) == len(titles)
    assert [] == [title for title in titles if len(title) > 31 or re.search(r"[\\/*?:\[\]]|^'|'$", title)]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"list_[a-z0-9_]+", name) for name in names)


def test_lengths_stay_within_those_of_excel(book):
    """Texts, formulas, drop-down lists and their messages, widths, heights, links."""
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            assert rule.formula1 in book.defined_names
            assert len(rule.errorTitle or "") <= 32
            assert len(rule.error or "") <= 255
        for row in sheet.iter_rows():
            assert all(
                len(str(cell.value or "")) <= (8_192 if cell.data_type == "f" else 32_767) for cell in row
            )
        assert all(column.width <= 255 for column in sheet.column_dimensions.values())
        assert all((line.height or 0) <= 409 for line in sheet.row_dimensions.values())
        assert all(len(link.location or "") <= 255 for link in sheet._hyperlinks)


def test_every_part_is_declared_and_nothing_points_outside(parts):
    """All is well-formed XML with a content type; each relation leads to a part of the file, none to another file."""
    types = parts["[Content_Types].xml"].decode()
    assert not [name for name in parts if "external" in name.lower() or "vba" in name.lower()]
    for name, content in parts.items():
        root = etree.fromstring(content)
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", content)
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for relation in root:
                assert relation.get("TargetMode") != "External"
                target = relation.get("Target")
                assert posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") in parts
        elif name.endswith(".xml") and not name.startswith("["):
            assert f'PartName="/{name}"' in types


def test_sheets_are_written_in_the_order_of_the_standard(parts):
    """What a sheet holds stands once and in order; columns do not overlap; one sheet at most is selected."""
    selected = 0
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        root = etree.fromstring(parts[name])
        ranks = [ORDER.index(etree.QName(child).localname) for child in root]
        spans = [(int(column.get("min")), int(column.get("max"))) for column in root.iter("{*}col")]
        selected += sum(view.get("tabSelected") == "1" for view in root.iter("{*}sheetView"))

        assert sorted(set(ranks)) == ranks
        assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))
        for rules in root.iter("{*}dataValidations"):
            assert int(rules.get("count")) == len(rules)
    assert selected <= 1
