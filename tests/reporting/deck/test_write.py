"""The .pptx itself, read back with python-pptx, zipfile and openpyxl."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

import numpy as np
import openpyxl
import pytest
from matplotlib import get_data_path
from PIL import ImageFont
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Emu

from cxmaturity.core.text import LANGUAGES
from cxmaturity.reporting.deck import plan_deck, write_deck
from cxmaturity.reporting.inline import text_of
from cxmaturity.resources import resource

DRAWN = (
    "simulated",
    "simulated_loss",
    "full",
    "no_case",
    "no_assessment",
    "nothing",
    "hostile",
    "pale_colour",
    "never_loses",
)


@pytest.fixture(scope="module")
def made(diagnostics, catalog):
    """Return a function that writes a deck once and reads it back."""

    @cache
    def make(name, language):
        data = write_deck(plan_deck(diagnostics[name], catalog, language=language))
        return data, Presentation(io.BytesIO(data))

    return make


def charts(presentation):
    """Return every chart with its frame."""
    return [shape for slide in presentation.slides for shape in slide.shapes if shape.has_chart]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DRAWN)
def test_every_slide_has_title_number_and_notes(made, diagnostics, catalog, name, language):
    """Each slide has its planned title as the title placeholder, a slide-number field, a footer and notes."""
    _, presentation = made(name, language)
    plan = plan_deck(diagnostics[name], catalog, language=language)

    assert len(plan.slides) == len(presentation.slides)
    for number, (slide, planned) in enumerate(zip(presentation.slides, plan.slides, strict=True), start=1):
        shown = slide.shapes.title.text_frame.text.replace("\u2060", "")
        assert shown == text_of(planned.title) or (shown.endswith("…") and name == "hostile")
        fields = [field for field in slide._element.iter(qn("a:fld")) if field.get("type") == "slidenum"]
        assert [str(number)] == [field.find(qn("a:t")).text for field in fields]
        assert any(shape.placeholder_format.type == PP_PLACEHOLDER.FOOTER for shape in slide.placeholders)
        assert len(planned.notes) == slide.notes_slide.notes_text_frame.text.count("\n") + 1


@pytest.mark.parametrize("name", DRAWN)
def test_pictures_and_charts_have_alternative_texts(made, name):
    """Every chart, table and picture is described; decorations are empty on purpose."""
    _, presentation = made(name, "en")
    for slide in presentation.slides:
        for shape in slide.shapes:
            described = shape._element.find(f".//{qn('p:cNvPr')}").get("descr")
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert described
            if shape.name == "Rule":
                assert described == ""


def test_the_full_deck_has_six_native_charts(made):
    """Profile, waterfall, cash, tornado, distribution, information: charts with their own workbook, none a picture."""
    _, presentation = made("simulated", "en")
    found = charts(presentation)

    assert len(found) == 6
    assert all(frame.chart.part.chart_workbook.xlsx_part is not None for frame in found)
    assert not [s for slide in presentation.slides for s in slide.shapes if s.shape_type == 13]


def test_labels_of_the_waterfall_are_bound_to_the_amounts(made, diagnostics):
    """The labels show the value of their point (no text typed in), and the values are the Shapley shares, costs and NPV."""
    _, presentation = made("simulated_loss", "fr")
    case = diagnostics["simulated_loss"].case
    chart = next(frame.chart for frame in charts(presentation) if "waterfall" in frame.name)
    series = list(chart.plots[0].series)
    rises, falls = list(series[3].values), list(series[4].values)
    amounts = sorted((benefit.pv for benefit in case.benefits), reverse=True)

    for one in series[3:]:
        labels = one._element.find(qn("c:dLbls"))
        assert labels.find(qn("c:showVal")).get("val") == "1"
        assert not list(labels.iter(qn("a:t")))
    assert [*amounts, case.pv_benefits, 0, 0] == pytest.approx(rises)
    assert [0] * (len(amounts) + 1) == falls[:-2]
    assert [case.pv_costs, -abs(case.npv)] == pytest.approx([falls[-2], falls[-1]])
    assert chart.plots[0].overlap == 100


def test_charts_hold_the_values_of_the_diagnostic(made, diagnostics):
    """The curve holds the cumulated cash, the tornado the NPVs at P10 and P90, crossing at the case's NPV."""
    _, presentation = made("simulated", "en")
    case = diagnostics["simulated"].case
    found = {frame.name: frame.chart for frame in charts(presentation)}
    curve, tornado = found["Chart cash"], found["Chart tornado"]

    assert list(case.cumulative) == list(curve.plots[0].series[0].values)
    assert list(case.cumulative_discounted) == list(curve.plots[0].series[1].values)
    assert [-140_200.0, 20_100.0, 410_700.0] == list(tornado.plots[0].series[1].values)
    assert [790_600.0, 610_300.0, 270_800.0] == list(tornado.plots[0].series[0].values)
    assert case.npv == pytest.approx(tornado.value_axis.crosses_at)


def test_the_loss_side_of_the_distribution_is_exact(made, diagnostics):
    """The loss series holds as many cases as there are under zero, the gain series the others; all are there."""
    _, presentation = made("simulated", "en")
    simulation = diagnostics["simulated"].case.simulation
    chart = next(frame.chart for frame in charts(presentation) if "distribution" in frame.name)
    loss, gain, marks = chart.plots[0].series
    under = sum(
        count for edge, count in zip(simulation.edges[1:], simulation.counts, strict=True) if edge <= 0
    )

    assert under == sum(value or 0 for value in loss.values)
    assert sum(simulation.counts) - under == sum(value or 0 for value in gain.values)
    assert sum(value is not None for value in marks.values) == 3


@pytest.mark.parametrize("name", ["simulated", "simulated_loss"])
def test_both_languages_draw_the_same_charts(made, name):
    """French and English charts have the same frame across, the same plot area, as many columns, and marks as high."""
    pairs = zip(*(charts(made(name, language)[1]) for language in LANGUAGES), strict=True)
    for one, other in pairs:
        assert (one.name, one.left, one.width) == (other.name, other.left, other.width)
        across = [
            [it.get("val") for tag in ("x", "w") for it in frame.chart._chartSpace.iter(qn(f"c:{tag}"))]
            for frame in (one, other)
        ]
        assert across[0] == across[1]
        for left, right in zip(one.chart.plots[0].series, other.chart.plots[0].series, strict=True):
            assert tuple(left.values) == tuple(right.values), one.name


def test_columns_of_the_distribution_bear_their_middle(made, diagnostics):
    """Under each column stands the middle of its interval, so that the axis is a scale; the marks stand in their columns."""
    _, presentation = made("simulated", "en")
    simulation = diagnostics["simulated"].case.simulation
    chart = next(frame.chart for frame in charts(presentation) if "distribution" in frame.name)
    middles = [float(name.replace("\u2212", "-").replace(",", "")) for name in chart.plots[0].categories]
    half = (middles[1] - middles[0]) / 2
    marked = [
        at for at, value in zip(middles, chart.plots[0].series[2].values, strict=True) if value is not None
    ]

    assert all(step == pytest.approx(2 * half) for step in np.diff(middles))
    for at, value in zip(marked, (simulation.p10, simulation.p50, simulation.p90), strict=True):
        assert at - half <= value / 1000 <= at + half


@pytest.mark.parametrize("name", ["simulated", "hostile"])
def test_same_arguments_same_bytes(diagnostics, catalog, name):
    """Two runs give the same bytes; no part bears today's date."""
    once, twice = (write_deck(plan_deck(diagnostics[name], catalog, language="fr")) for _ in range(2))

    assert once == twice
    with zipfile.ZipFile(io.BytesIO(once)) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in archive.infolist()}
        core = archive.read("docProps/core.xml").decode()
        books = [archive.read(part) for part in archive.namelist() if part.endswith(".xlsx")]
    dates = set(re.findall(r"\d{4}-\d\d-\d\dT", core))
    assert {f"{diagnostics[name].as_of.isoformat()}T"} == dates
    for book in books:
        assert 2000 == openpyxl.load_workbook(io.BytesIO(book)).properties.created.year


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_in_the_file_calls_outside_or_runs(made, name):
    """No external relationship, no macro, no link; texts of the embedded workbooks are texts, whatever they begin with."""
    data, _ = made(name, "en")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        for part in names:
            if part.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(part)
        books = [archive.read(part) for part in names if part.endswith(".xlsx")]
    assert not [
        part for part in names if "vba" in part.lower() or "thumbnail" in part or "printerSettings" in part
    ]
    for book in books:
        for row in openpyxl.load_workbook(io.BytesIO(book))["Sheet1"].iter_rows():
            for cell in row:
                assert cell.data_type != "f" or re.fullmatch(r"=(IF\(|MAX\(|MIN\(|[J-K]\d+|0).*", cell.value)
                assert "cmd" not in str(cell.value) or cell.data_type == "s"


def test_a_hostile_name_is_only_letters(made):
    """The client's name is shown as typed, its stars and braces literal, its bidirectional control dropped."""
    _, presentation = made("hostile", "en")
    first = presentation.slides[0]
    shown = " ".join(shape.text_frame.text for shape in first.shapes if shape.has_text_frame)

    assert "<script>alert(1)</script> **Gras** {npv}" in shown
    assert "\u202e" not in shown


# The order of children in ECMA-376 (part 1, DrawingML charts, main and PresentationML), for the elements that we write into.
ORDERS = {
    "chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotSource protection chart spPr txPr "
    "externalData printSettings userShapes extLst",
    "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs "
    "showDLblsOverMax extLst",
    "legend": "legendPos legendEntry layout overlay spPr txPr",
    "ser": "idx order tx spPr invertIfNegative marker pictureOptions explosion dPt dLbls trendline errBars cat xVal val "
    "yVal smooth shape extLst",
    "dLbls": "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent "
    "showBubbleSize separator showLeaderLines leaderLines extLst",
    "dLbl": "idx delete layout tx numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent "
    "showBubbleSize separator extLst",
    "catAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos "
    "spPr txPr crossAx crosses crossesAt auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl extLst",
    "valAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos "
    "spPr txPr crossAx crosses crossesAt crossBetween majorUnit minorUnit dispUnits extLst",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId",
    "scatterChart": "scatterStyle varyColors ser dLbls axId",
    "dPt": "idx invertIfNegative marker bubble3D explosion spPr",
    "scaling": "logBase orientation max min",
    "errBars": "errDir errBarType errValType noEndCap plus minus val spPr",
    "ln": "noFill solidFill gradFill pattFill prstDash custDash round bevel miter headEnd tailEnd",
    "pPr": "lnSpc spcBef spcAft buClrTx buClr buSzTx buFontTx buFont buNone buAutoNum buChar buBlip tabLst defRPr",
    "tcPr": "lnL lnR lnT lnB lnTlToBr lnBlToTr cell3D noFill solidFill",
    "rPr": "ln noFill solidFill effectLst highlight latin ea cs sym hlinkClick",
    "spPr": "xfrm custGeom prstGeom noFill solidFill gradFill blipFill ln effectLst",
}


@pytest.mark.parametrize("name", ["simulated", "simulated_loss", "hostile", "no_case"])
def test_elements_stand_in_the_order_of_the_schema(made, name):
    """PowerPoint repairs a file whose elements are out of order; every identifier of a slide is given once."""
    from lxml import etree

    data, _ = made(name, "en")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            if not part.endswith(".xml"):
                continue
            root = etree.fromstring(archive.read(part))
            for element in root.iter(etree.Element):
                order = ORDERS.get(etree.QName(element).localname, "").split()
                places = [order.index(etree.QName(child).localname) for child in element if order]
                assert sorted(places) == places, (part, etree.QName(element).localname)
            if re.search(r"slides/slide\d+\.xml$", part):
                ids = [shape.get("id") for shape in root.iter(qn("p:cNvPr"))]
                assert len(ids) == len(set(ids))


# --- overflow -------------------------------------------------------------------------------------------------------


@cache
def face(family, bold):
    """Return a font as PIL reads it."""
    if family == "Inter":
        return ImageFont.truetype(
            str(resource("templates/fonts") / f"Inter-{'Bold' if bold else 'Regular'}.otf"), 100
        )
    return ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf", 100)


def paragraph_lines(paragraph, room, family):
    """Return how many lines a paragraph takes when it is broken at its spaces, with PIL's widths."""
    words, glued = [], False
    for run in paragraph.runs:
        size, font = run.font.size.pt, face(family, bool(run.font.bold))
        for index, piece in enumerate(run.text.split(" ")):
            width = font.getlength(piece.replace("\u2060", "").replace("🚀", "mm")) * size / 100
            if index == 0 and glued and words:
                words[-1] += width
            else:
                words.append(width)
            glued = True
    if not paragraph.runs:
        return 1
    space = face(family, False).getlength(" ") * paragraph.runs[0].font.size.pt / 100
    count, reached = 1, 0.0
    for width in words:
        if reached and reached + space + width > room + 0.5:
            count, reached = count + 1, 0.0
        reached += (space if reached else 0) + width
        while reached > room + 0.5:
            count, reached = count + 1, reached - room
    return count


def needed(frame, room, family):
    """Return the height that a text frame needs, in points."""
    total = 0.0
    for index, paragraph in enumerate(frame.paragraphs):
        indent = paragraph._p.find(qn("a:pPr"))
        left = Emu(int(indent.get("marL", 0))).pt if indent is not None else 0
        pitch = paragraph.line_spacing.pt if paragraph.line_spacing is not None else 14.4
        before = paragraph.space_before.pt if index and paragraph.space_before is not None else 0
        total += before + pitch * paragraph_lines(paragraph, room - left, family)
    return total


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DRAWN)
def test_no_text_leaves_its_box(made, name, language):
    """Every text box and title, set again with PIL in Inter and in DejaVu Sans, is as tall as its box at most."""
    _, presentation = made(name, language)
    height, width = Emu(presentation.slide_height).pt, Emu(presentation.slide_width).pt
    for number, slide in enumerate(presentation.slides, start=1):
        for shape in slide.shapes:
            box = [Emu(value).pt for value in (shape.left, shape.top, shape.width, shape.height)]
            assert box[0] >= -0.1
            assert box[1] >= -0.1
            assert box[0] + box[2] <= width + 0.1
            assert box[1] + box[3] <= height + 0.1, (number, shape.name)
            if (
                not shape.has_text_frame
                or not shape.text_frame.text
                or shape.name.startswith(("Footer", "Slide N"))
            ):
                continue
            for family in ("Inter", "DejaVu"):
                tall = needed(shape.text_frame, box[2], family)
                assert tall <= box[3] + 3.5, (number, shape.name, family, shape.text_frame.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DRAWN)
def test_tables_keep_the_height_they_were_given(made, name, language):
    """No cell needs more than the height of its row, and no table passes what stands below it."""
    _, presentation = made(name, language)
    for slide in presentation.slides:
        for shape in slide.shapes:
            if not shape.has_table:
                continue
            table = shape.table
            for row in table.rows:
                for cell, column in zip(row.cells, table.columns, strict=True):
                    room = Emu(column.width).pt - Emu(cell.margin_left + cell.margin_right).pt
                    for family in ("Inter", "DejaVu"):
                        assert needed(cell.text_frame, room, family) <= Emu(row.height).pt - 7, (
                            cell.text_frame.text
                        )
            bottom = Emu(shape.top).pt + sum(Emu(row.height).pt for row in table.rows)
            below = [
                Emu(other.top).pt
                for other in slide.shapes
                if other.top > shape.top and other.left <= shape.left
            ]
            assert bottom <= min([*below, 500])


def test_theme_holds_the_clients_colour_and_our_font(made):
    """accent1 is the client's colour made readable, the fonts are Inter: changing the theme changes the deck."""
    data, _ = made("pale_colour", "en")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        theme = archive.read("ppt/theme/theme1.xml").decode()

    assert re.search(r'<a:latin typeface="Inter"', theme)
    accent = re.search(r'<a:accent1><a:srgbClr val="(\w{6})"', theme)[1]
    from cxmaturity.charts.theme import ChartTheme

    assert ChartTheme.from_primary("#FFD200").primary.removeprefix("#").upper() == accent.upper()
