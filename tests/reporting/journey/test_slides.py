"""The slides of a map: native shapes that a person can edit, nothing cut, nothing overlapping, the client's template honoured."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import zipfile
from functools import cache
from pathlib import Path

import attrs
import numpy as np
import pytest
from matplotlib import get_data_path
from PIL import ImageFont
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from cxmaturity import i18n
from cxmaturity.core.text import LANGUAGES
from cxmaturity.files.journey import read_atlas
from cxmaturity.journey.analyse import analyse
from cxmaturity.journey.results import CurvePiece
from cxmaturity.journey.values import Emotion
from cxmaturity.reporting.journey.slide_shapes import controls
from cxmaturity.resources import resource

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples").rglob("journeys.yaml"))


@pytest.fixture(scope="module")
def deck(make, result):
    """Return a function that makes the slides of the small atlas, once for each choice."""

    @cache
    def made(language="en", template=None):
        data = make(result, formats=["pptx"], languages=[language], template=template)
        return data[f"buy-julie.{language}.pptx"]

    return made


def slides(data):
    """Return the slides of a file."""
    return list(Presentation(io.BytesIO(data)).slides)


def walk(shapes):
    """Yield every shape, those inside groups too."""
    for shape in shapes:
        yield shape
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from walk(shape.shapes)


def place(shape):
    """Return left, top, right and bottom in points."""
    left, top, width, height = (Emu(it).pt for it in (shape.left, shape.top, shape.width, shape.height))
    return left, top, left + width, top + height


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_overview_each_stage_and_the_moments(deck, result, language):
    """One overview, a slide or more per stage, the moments of truth, the promises; titles of stages say what is found there."""
    titles = [slide.shapes.title.text_frame.text for slide in slides(deck(language))]
    journey = result.atlas.journey("buy")
    stages = [stage.name.of(language) for stage in journey.stages]
    told = [next((it for it in stages if title.startswith(it)), title) for title in titles]

    assert titles[0] == journey.title.of(language)
    assert list(dict.fromkeys(told[1:-2])) == stages
    assert {"en": "moment", "fr": "moment"}[language] in titles[-2]
    assert {"en": "promise", "fr": "promesse"}[language] in titles[-1].lower()


def without(atlas, **changes):
    """Return an atlas whose first journey is changed, its events without any measure when `events` says so."""
    journey = atlas.journeys[0]
    events = changes.pop("events", None)
    if events is not None:
        changes["stages"] = tuple(
            attrs.evolve(stage, events=tuple(attrs.evolve(it, **events) for it in stage.events))
            for stage in journey.stages
        )
    return attrs.evolve(atlas, journeys=(attrs.evolve(journey, **changes),))


@pytest.fixture
def analysed(make, catalog):
    """Return a function that makes the slides of an atlas and returns their texts, slide by slide."""

    def texts(atlas, language="en"):
        found = analyse(atlas, catalog, as_of=dt.date(2026, 11, 22), seed=1)
        data = make(found, formats=["pptx"], languages=[language])[f"buy-julie.{language}.pptx"]
        return [
            [shape.text_frame.text for shape in walk(slide.shapes) if shape.has_text_frame]
            for slide in slides(data)
        ]

    return texts


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"state": "to_be"}, {"en": "Hoped for", "fr": "Espéré"}),
        ({"kind": "planned"}, {"en": "Intended", "fr": "Voulu"}),
    ],
    ids=["to be", "planned"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_lived_is_never_called_lived(analysed, result, changes, word, language):
    """A wanted or a designed journey says hoped for or intended, counts no moment of truth, and judges no promise."""
    made = analysed(without(result.atlas, **changes), language)
    said = {text for slide in made for text in slide}

    assert word[language] in said
    assert {"en": "Lived", "fr": "Vécu"}[language] not in said
    assert not any("promise" in slide[0].lower() or "promesse" in slide[0].lower() for slide in made)
    assert i18n.message("journey_page.slide.moments", language) not in said


def test_branches_promises_and_intensity_are_on_the_slides(analysed, result):
    """An event with two ways on has an arrow to the one that is not next, its promise its verdict, its emotion its strength."""
    loop = without(result.atlas)
    first = loop.journeys[0].stages[0]
    events = (first.events[0], attrs.evolve(first.events[1], next=("pay", "see-post")), *first.events[2:])
    stages = (attrs.evolve(first, events=events), *loop.journeys[0].stages[1:])
    made = analysed(without(result.atlas, stages=stages))
    said = [text for slide in made for text in slide]

    assert "2\u2009→\u20091" in made[0]
    assert any("intensity 3 of 5" in text for text in said)
    assert any(text.startswith("3 Pays · 1 Sees") for text in said)
    assert any(text.startswith("Real reviews: ") for text in said)


def test_nothing_is_a_picture_and_every_text_can_be_edited(deck):
    """Every shape is native; all letters stand in text frames or table cells of real shapes."""
    data = deck("fr")
    kinds = {shape.shape_type for slide in slides(data) for shape in walk(slide.shapes)}

    assert MSO_SHAPE_TYPE.PICTURE not in kinds
    assert {MSO_SHAPE_TYPE.FREEFORM, MSO_SHAPE_TYPE.GROUP, MSO_SHAPE_TYPE.TEXT_BOX} <= kinds
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "/media/" in name or "/embeddings/" in name]


def test_every_event_is_told(deck, result):
    """Each event's words and its number stand on a stage slide; its sources stand in the notes."""
    made = slides(deck("en"))
    texts = "\n".join(
        shape.text_frame.text for slide in made for shape in walk(slide.shapes) if shape.has_text_frame
    )
    notes = "\n".join(slide.notes_slide.notes_text_frame.text for slide in made)

    for number, event in enumerate(result.atlas.journey("buy").events, start=1):
        assert f"{number}. {event.action.en}" in texts
    assert "web-q2" in notes
    assert "Every figure is invented." in texts


def test_groups_and_shapes_have_alternative_texts(deck):
    """Each group says what it is; shapes that are decoration say so with an empty text."""
    for slide in slides(deck("en")):
        for shape in slide.shapes:
            if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
                assert next(shape._element.iter(qn("p:cNvPr"))).get("descr"), shape.name
        ids = [it.get("id") for it in slide._element.iter(qn("p:cNvPr"))]
        assert len(ids) == len(set(ids))


def test_the_curve_is_made_of_curves(deck):
    """The emotion curve is drawn with cubic segments that a person can bend, dashed after its evidence."""
    shapes = [shape for shape in walk(slides(deck("en"))[0].shapes) if shape.name == "Emotion curve"]

    assert shapes
    assert all(list(shape._element.iter(qn("a:cubicBezTo"))) for shape in shapes)
    assert all(not list(shape._element.iter(qn("a:lnTo"))) for shape in shapes)
    assert any(list(shape._element.iter(qn("a:prstDash"))) for shape in shapes)


@pytest.mark.parametrize("count", [4, 9, 17, 40])
def test_controls_give_the_cubic_back(count):
    """A cubic sampled at any number of points is the Bézier curve of its controls, to a millionth."""
    x = np.linspace(3, 5, count)
    y = 0.3 * x**3 - 2 * x**2 + x - 1
    start, first, second, end = (
        np.array(it) for it in controls(CurvePiece(grade="V", x=tuple(x), y=tuple(y)))
    )
    t = np.linspace(0, 1, 50)[:, None]
    drawn = (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * end

    assert np.allclose(
        drawn[:, 1], 0.3 * drawn[:, 0] ** 3 - 2 * drawn[:, 0] ** 2 + drawn[:, 0] - 1, atol=1e-6
    )


@cache
def face(family, bold):
    """Return a font as PIL reads it."""
    if family == "Inter":
        name = f"Inter-{'Bold' if bold else 'Regular'}.otf"
        return ImageFont.truetype(str(resource("templates/fonts") / name), 100)
    return ImageFont.truetype(f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf", 100)


def needed(frame, room, family):
    """Return the height that a text needs when PIL breaks it at its spaces."""
    total = 0.0
    for index, paragraph in enumerate(frame.paragraphs):
        words = [
            (word, run.font.size.pt, bool(run.font.bold)) for run in paragraph.runs for word in run.text.split(" ") if word
        ]  # fmt: skip
        count, reached = 1, 0.0
        for word, size, bold in words:
            width = face(family, bold).getlength(word) * size / 100
            space = face(family, bold).getlength(" ") * size / 100
            if reached and reached + space + width > room + 0.5:
                count, reached = count + 1, 0.0
            reached += (space if reached else 0) + width
        before = paragraph.space_before.pt if index and paragraph.space_before is not None else 0
        total += before + count * (paragraph.line_spacing.pt if paragraph.line_spacing is not None else 14.4)
    return total


def boxes(slide):
    """Return the text boxes of a slide with their places; titles and furniture are the layout's business."""
    return [
        (shape, place(shape))
        for shape in walk(slide.shapes)
        if shape.has_text_frame and shape.text_frame.text.strip() and not shape.is_placeholder
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", ["Inter", "DejaVu"])
def test_texts_fit_their_boxes_and_never_overlap(deck, language, family):
    """Each text, set again with PIL in our font and in its stand-in, stays in its box, no box meets another, all on the slide."""
    for slide in slides(deck(language)):
        found = boxes(slide)
        for shape, (left, top, right, bottom) in found:
            assert min(left, top) >= 0
            assert right <= 960.1
            assert bottom <= 540.1
            assert needed(shape.text_frame, right - left, family) <= bottom - top + 3, (
                shape.name,
                shape.text_frame.text,
            )
        for index, (one, a) in enumerate(found):
            for other, b in found[index + 1 :]:
                apart = a[2] <= b[0] + 0.5 or b[2] <= a[0] + 0.5 or a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5
                assert apart, (one.text_frame.text, other.text_frame.text)


def template():
    """Return a 4:3 template with one slide that must go."""
    presentation = Presentation()
    presentation.slides.add_slide(presentation.slide_layouts[0]).shapes.title.text = "An old slide"
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_keeps_its_own_design(deck, language):
    """Its slides are gone, its size and layout stay, everything stands under its title and above its footer."""
    data = deck(language, template())
    presentation = Presentation(io.BytesIO(data))

    assert presentation.slide_width == Presentation().slide_width
    for slide in presentation.slides:
        assert slide.slide_layout.name == "Title Only"
        title = slide.shapes.title
        assert title.text_frame.text != "An old slide"
        for shape in slide.shapes:
            if not shape.is_placeholder:
                assert shape.top >= title.top + title.height - Pt(1), shape.name
                assert shape.top + shape.height <= presentation.slide_height


def test_the_same_map_gives_the_same_bytes(make, result, deck):
    """Dates and parts do not depend on when or in which order they were written."""
    assert make(result, formats=["pptx"], languages=["en"])["buy-julie.en.pptx"] == deck("en")


def test_nothing_calls_outside_and_hostile_texts_are_letters(make, hostile):
    """No relation leaves the file; a script or a formula that somebody typed is found again as text."""
    data = make(hostile, formats=["pptx"])["buy-julie.en.pptx"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        rels = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".rels"))
    texts = "\n".join(
        shape.text_frame.text
        for slide in slides(data)
        for shape in walk(slide.shapes)
        if shape.has_text_frame
    )

    assert b"External" not in rels
    assert "<script>" in texts
    assert "=HYPERLINK(" in texts


def test_the_logo_is_the_only_picture(make, result):
    """A client's logo stands on the first slide, with its text, and nowhere else."""
    from PIL import Image

    from cxmaturity.reporting.journey.make import Logo

    png = io.BytesIO()
    Image.new("RGB", (200, 60), "#884488").save(png, "PNG")
    data = make(result, formats=["pptx"], logo=Logo(data=png.getvalue(), alt="Lavender"))["buy-julie.en.pptx"]
    pictures = [
        (number, shape)
        for number, slide in enumerate(slides(data))
        for shape in walk(slide.shapes)
        if shape.shape_type == MSO_SHAPE_TYPE.PICTURE
    ]

    assert [number for number, _ in pictures] == [0]
    assert next(pictures[0][1]._element.iter(qn("p:cNvPr"))).get("descr") == "Lavender"


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_shows_every_slide(deck, language, office, tmp_path):
    """LibreOffice makes as many pages as there are slides, each with the words of its title."""
    file = tmp_path / "map.pptx"
    file.write_bytes(deck(language))
    office("pdf", tmp_path, [file])
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "map.pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout
    pages, made = text.split("\f")[:-1], slides(deck(language))

    assert len(pages) == len(made)
    for page, slide in zip(pages, made, strict=True):
        assert re.sub(r"\W", "", slide.shapes.title.text_frame.text) in re.sub(r"\W", "", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_known_no_event_has_a_place_on_the_curve(make, result, catalog, language):
    """Without any measure there is no curve and no marker: the events are listed stage by stage, and a sentence says why."""
    empty = without(result.atlas, events={"satisfaction": (), "emotion": Emotion(), "scores": ()})
    data = make(
        analyse(empty, catalog, as_of=dt.date(2026, 11, 22), seed=1), formats=["pptx"], languages=[language]
    )
    made = slides(data[f"buy-julie.{language}.pptx"])
    shapes = list(walk(made[0].shapes))
    texts = [shape.text_frame.text for shape in shapes if shape.has_text_frame]

    assert not [shape for shape in shapes if re.match(r"Emotion curve|Event \d", shape.name)]
    for number, event in enumerate(result.atlas.journey("buy").events, start=1):
        assert f"{number}. {event.action.of(language)}" in "\n".join(texts)
    assert i18n.message("journey_page.slide.unknown", language) in texts
    assert (
        len(made) == 1 + len(result.atlas.journey("buy").stages) + 1
    )  # the last says that no promise is measured


def test_an_event_of_which_nothing_is_known_stands_under_the_scale(deck):
    """Its number is in a grey circle, never on the curve, and the legend says so."""
    shapes = list(walk(slides(deck("en"))[0].shapes))
    named = {shape.name for shape in shapes}

    assert "Event 4" not in named
    assert "Not known" in named
    assert any(
        "Grey circle: nothing is known." in shape.text_frame.text for shape in shapes if shape.has_text_frame
    )


@pytest.mark.slow
@pytest.mark.parametrize("form", [None, "template"])
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_no_example_is_cut_or_overlaps(make, catalog, file, form):
    """On every example, in both languages, in our look and in a 4:3 template: no text cut, outside its box or on another."""
    found = analyse(read_atlas(file), catalog, as_of=dt.date(2026, 11, 22), seed=1)
    made = make(found, formats=["pptx"], languages=LANGUAGES, template=None if form is None else template())
    for name, data in made.items():
        for slide in slides(data):
            placed = boxes(slide)
            for index, (shape, a) in enumerate(placed):
                text = shape.text_frame.text
                assert "…" not in text, (name, text)
                for family in ("Inter", "DejaVu"):
                    assert needed(shape.text_frame, a[2] - a[0], family) <= a[3] - a[1] + 3, (name, text)
                for other, b in placed[index + 1 :]:
                    apart = (
                        a[2] <= b[0] + 0.5 or b[2] <= a[0] + 0.5 or a[3] <= b[1] + 0.5 or b[3] <= a[1] + 0.5
                    )
                    assert apart, (name, text, other.text_frame.text)
