"""What the 16:9 sheet and the figure of the report say besides the curve and leave to the poster, and what fills a sheet."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import attrs
import pytest

from cxmaturity.charts.fonts import bundled_fonts
from cxmaturity.charts.journey.grid import make_grid
from cxmaturity.charts.journey.look import SHEETS, Look
from cxmaturity.charts.journey.measure import text_width
from cxmaturity.charts.journey.sheet import content

SVG = "{http://www.w3.org/2000/svg}"
SMALL = ("wide", "report")


def parts(picture, name):
    """Return the groups of a class."""
    root = ET.fromstring(picture.svg)  # noqa: S314  # our own output
    return [it for it in root.iter(f"{SVG}g") if name in it.get("class", "").split()]


def lanes(picture):
    """Return the height of each lane as a share of the sheet."""
    return {it.id: it.box.height / picture.height_mm for it in picture.places if it.kind == "lane"}


def foot(picture):
    """Return what stands in the foot."""
    (box,) = (it.box for it in picture.places if it.kind == "lane" and it.id == "footer")
    return " ".join(text.text for text in picture.boxes if text.box.y >= box.y)


@pytest.mark.parametrize("size", SMALL)
def test_a_loop_and_a_branch_are_arrows_under_their_points(size, small, draw):
    """Each starts under the point that it leaves and ends under the one that it reaches, by name; none is lost in silence."""
    picture = draw(small, "real", size=size)
    middles = {
        it.id: it.box.x + it.box.width / 2
        for it in picture.places
        if it.kind == "point" or (it.kind == "event" and it.id == "e2")
    }
    ways = {(it.get("data-from"), it.get("data-to")): it for it in parts(picture, "flow")}

    assert set(ways) == {("e2", "e8"), ("e5", "e3")}
    assert "back to" in ways["e5", "e3"].get("aria-label")
    for (source, target), group in ways.items():
        line, _, head = (it.get("d") for it in group.findall(f"{SVG}path"))
        assert float(line[1:].split()[0]) == pytest.approx(middles[source], abs=0.05)
        assert float(head[1:].split()[0]) == pytest.approx(middles[target], abs=0.05)


@pytest.mark.parametrize("size", SMALL)
@pytest.mark.parametrize(
    ("language", "opening"), [("en", "The poster also shows:"), ("fr", "L’affiche montre aussi")]
)
def test_a_small_sheet_says_what_only_the_poster_shows(size, language, opening, small, draw):
    """Its foot counts the events and the pains that it leaves out; what it draws is not in the list."""
    said = foot(draw(small, "real", size=size, language=language))
    drawn = lanes(draw(small, "real", size=size, language=language))
    pains = sum(len(it.pains) for it in small.atlas.journey("real").events)
    shown = sum(any(it.pains for it in stage.events) for stage in small.atlas.journey("real").stages)

    assert opening in said
    assert " 15 " in said
    assert re.search(rf"\b{pains - shown} (other pain|autre)", said)
    assert ("promises" in drawn) != ("the promises" in said or "les promesses" in said)


def test_a_poster_leaves_nothing_to_another(small, draw):
    """The list of what is left out stands on small sheets only."""
    assert "The poster also shows" not in foot(draw(small, "real"))


def test_a_small_sheet_shows_promises_and_intensity_where_there_is_room(examples, draw):
    """On the slide of the journey that Ingrid lived, the promise has its verdict, and each event a bar."""
    result = next(it for it in examples if any(j.id == "onboarding-actual" for j in it.atlas.journeys))
    picture = draw(result, "onboarding-actual", size="wide")

    assert {"promises"} <= set(lanes(picture))
    assert any(box.text.startswith("broken") for box in picture.boxes)
    assert len(parts(picture, "intensity")) == 7


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sixty_events_leave_the_curve_a_quarter_of_the_sheet(language, large, draw):
    """On an A3 that is full, cells and notes give way before the curve does."""
    assert lanes(draw(large, "large", language=language))["curve"] >= 0.24


@pytest.mark.parametrize("size", ["a3", "a1", "wide"])
def test_a_map_with_little_to_say_uses_its_whole_sheet(size, examples, draw):
    """The planned journey has no gap over its foot: letters are larger, and the white is shared out."""
    result = next(it for it in examples if any(j.id == "onboarding-planned" for j in it.atlas.journeys))
    picture = draw(result, "onboarding-planned", size=size)
    *_, last, end = (it.box for it in picture.places if it.kind == "lane")

    assert end.y - last.bottom < 0.04 * picture.height_mm
    assert size == "wide" or picture.scale > 1.2


def test_each_shortened_label_bears_the_number_of_its_note(large, draw):
    """A label of the curve that says less than it knows ends in ``[7]``, and note 7 starts with the number of its event."""
    picture = draw(large, "large")
    numbers = {it.get("data-event"): it.get("aria-label").split()[0] for it in parts(picture, "point")}
    marked = 0
    for group in parts(picture, "label"):
        said = "".join(group.itertext())
        found = re.search(r"\[(\d+)\]$", said)
        assert "[000]" not in said
        if found:
            marked += 1
            note = picture.footnotes[int(found[1]) - 1]
            assert note.split("\u2002")[0] == numbers[group.get("data-event")]

    assert marked


def test_what_is_expected_is_never_cut_by_a_narrow_column(small, known, look):
    """A column is as wide as the longest word of what is expected there, where cards say it; else as what happens asks."""
    word = "Schutzversicherungen"
    said = content(small, "real", persona="ada", catalog=known, language="en")
    columns = [
        attrs.evolve(column, steps=tuple(attrs.evolve(it, expects=word) for it in column.steps))
        if column.id == "s2"
        else column
        for column in said.columns
    ]
    sheet = Look(sheet=SHEETS["a3"], scale=1.0, theme=look)
    needed = text_width(word, sheet.small, "italic") + 5.6
    widths = [
        make_grid(attrs.evolve(said, columns=tuple(columns)), sheet, expects=expects).spans[2].width
        for expects in (False, True)
    ]

    assert widths[0] < needed < widths[1]


def test_a_line_keeps_its_width_without_the_font(small, draw):
    """Every line of five letters or more says its width, the advances of the font of the report added up by hand."""
    from fontTools.ttLib import TTFont

    font = TTFont(next(path for path in bundled_fonts() if path.stem == "Inter-Regular"))
    widths, names, unit = font["hmtx"], font.getBestCmap(), font["head"].unitsPerEm
    root = ET.fromstring(draw(small, "real").svg)  # noqa: S314  # our own output
    seen = 0
    for text in root.iter(f"{SVG}text"):
        for one in text.findall(f"{SVG}tspan") or [text]:
            if len(one.text) < 5:
                continue
            assert one.get("lengthAdjust") == "spacingAndGlyphs"
            if text.get("font-weight") or text.get("font-style"):
                continue
            seen += 1
            own = sum(widths[names[ord(letter)]][0] for letter in one.text) / unit
            assert float(one.get("textLength")) == pytest.approx(own * float(text.get("font-size")), rel=0.01)

    assert seen > 50
