"""Every text of the picture of a journey stands alone, inside its room, large and dark enough: measured apart from the layout."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

import cxmaturity.charts
from cxmaturity.charts.chart import PAGE_WIDTH_MM
from cxmaturity.charts.colour import contrast_ratio
from cxmaturity.charts.journey.labels import Label, place_labels
from cxmaturity.charts.journey.measure import text_width, wrap
from cxmaturity.charts.journey.scene import Box
from cxmaturity.resources import resource

SVG = "{http://www.w3.org/2000/svg}"
LARGE = "svg{display:block;width:4000mm;height:auto}"
SMALLEST = {"a3": 7.0, "a1": 9.0, "wide": 7.0, "report": 7.0}
FILES = {("", ""): "Regular", ("600", ""): "SemiBold", ("", "italic"): "Italic"}
CHROMIUM_BOXES = """() => {
  const found = [];
  [...document.querySelectorAll("svg")].forEach((svg, sheet) => {
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBBox();
      found.push({sheet, words: text.textContent, x: box.x, y: box.y, width: box.width, height: box.height});
    }
  });
  return found;
}"""


@cache
def metrics(file):
    """Return the advances of a font by character, and its ascent and descent, in ems: hmtx and hhea read by fontTools."""
    font = TTFont(Path(resource("templates/fonts")) / f"Inter-{file}.otf")
    unit = font["head"].unitsPerEm
    widths = {code: font["hmtx"][name][0] / unit for code, name in font.getBestCmap().items()}
    return widths, font["hhea"].ascent / unit, -font["hhea"].descent / unit


@attrs.frozen(kw_only=True)
class Seen:
    """One text element as fontTools measures it."""

    words: str
    box: Box
    size_pt: float


def seen(svg):
    """Return every text element of an SVG in its order, its box around all of its lines."""
    return [_one(text) for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314  # our own output


def _one(text):
    file = FILES[text.get("font-weight", ""), text.get("font-style", "")]
    widths, ascent, descent = metrics(file)
    size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
    spans = list(text) or [text]
    lines = [span.text or "" for span in spans]
    wide = max(sum(widths.get(ord(letter), 1.25) for letter in line) * size for line in lines)
    drop = sum(float(span.get("dy", 0)) for span in spans if span is not text)
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[text.get("text-anchor", "start")]
    box = Box(x=x - shift * wide, y=y - ascent * size, width=wide, height=(ascent + descent) * size + drop)
    return Seen(words=" ".join(lines), box=box, size_pt=size / 25.4 * 72)


def clashes(boxes, slack=0.03):
    """Return pairs of texts that share more than `slack` millimetres both ways."""
    ordered = sorted(boxes, key=lambda it: it.box.x)
    found = []
    for rank, one in enumerate(ordered):
        for other in ordered[rank + 1 :]:
            if other.box.x >= one.box.right:
                break
            if one.box.meets(other.box, slack=slack):
                found.append((one.words[:40], other.words[:40]))
    return found


def test_no_text_meets_another_or_leaves_its_room(every_picture):
    """On every example at every size in both languages, by the advances that fontTools reads from the fonts."""
    faults = {}
    for name, picture in every_picture:
        texts = seen(picture.svg)
        sheet = Box(x=0, y=0, width=picture.width_mm, height=picture.height_mm)
        out = [text.words for text in texts if not sheet.holds(text.box)]
        rooms = zip(texts, picture.boxes, strict=True)
        out += [
            (text.words, room.within) for text, room in rooms if not room.within.holds(text.box, slack=0.06)
        ]
        if out or clashes(texts):
            faults[name] = (out, clashes(texts))

    assert faults == {}


def test_boxes_say_what_the_svg_says(every_picture):
    """`MapPicture.boxes` are those of the SVG: same words, same place to a tenth of a millimetre."""
    for _, picture in every_picture:
        for text, told in zip(seen(picture.svg), picture.boxes, strict=True):
            assert text.words == told.text
            assert text.box.x == pytest.approx(told.box.x, abs=0.1)
            assert text.box.width == pytest.approx(told.box.width, abs=0.1)


def test_text_is_large_and_dark_enough(every_picture):
    """7 points and more at A3, 9 at A1; 4.5:1 and more on what is behind."""
    for name, picture in every_picture:
        size = name.split("-")[-2]
        assert min(text.size_pt for text in seen(picture.svg)) >= SMALLEST[size] - 0.01, name
        dim = [box for box in picture.boxes if contrast_ratio(box.fill, box.ground) < 4.5]
        assert dim == [], name


def test_summary_is_larger(examples, draw):
    """A slide of an example has letters of 9 points at least, for at most seven stages."""
    for result in examples:
        for journey in result.atlas.journeys:
            picture = draw(result, journey.id, size="wide")
            assert min(text.size_pt for text in seen(picture.svg)) >= 8.99
            assert len([place for place in picture.places if place.kind == "stage"]) <= 7
            assert picture.height_mm / picture.width_mm == pytest.approx(9 / 16, abs=0.001)


def test_every_sheet_keeps_its_format(every_picture):
    """A3, A1 and 16:9 are never exceeded, even by sixty events; a figure of the report is as wide as its column."""
    formats = {"a3": (420, 297), "a1": (841, 594), "wide": (338.67, 190.5)}
    for name, picture in every_picture:
        size = name.split("-")[-2]
        if size == "report":
            assert picture.width_mm == PAGE_WIDTH_MM
            continue
        assert (picture.width_mm, picture.height_mm) == formats[size], name


def test_nothing_is_cut_without_a_note(every_picture):
    """No ellipsis is added anywhere; each ``[3]`` has its note, and the notes not printed are counted."""
    for name, picture in every_picture:
        written = " ".join(box.text for box in picture.boxes)
        assert "…" not in written, name
        called = {int(number) for number in re.findall(r"\u00a0\[(\d+)\]", written)}
        assert called <= set(range(1, len(picture.footnotes) + 1)), name
        printed = [
            number for number in range(1, len(picture.footnotes) + 1) if f"[{number}]\u2002" in written
        ]
        assert len(printed) == len(picture.footnotes) - picture.notes_left_out, name


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="abcdéèWMil -/’.\u00a0", min_size=1, max_size=120),
    st.floats(8, 80),
    st.floats(7, 24),
    st.sampled_from(["normal", "semibold", "italic"]),
)
def test_wrapping_loses_nothing_and_fits(text, width, size, weight):
    """Lines are never wider than asked, and hold every letter in order; only hyphens at cuts are added."""
    lines = wrap(text, width, size, weight)
    kept = "".join("".join(lines).replace("\u2010", "").split())

    assert kept == "".join(text.split())
    least = text_width("WWW\u2010", size, weight)
    assert all(text_width(line, size, weight) <= max(width, least) + 1e-9 for line in lines)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(10, 70), st.floats(4, 30), st.floats(3, 12)), max_size=25)
)
def test_labels_never_meet(given_labels):
    """Labels keep clear of each other, of the curve, of every marker and of what is taken, and stay in the room."""
    labels = [
        Label(key=str(rank), x=x, y=y, radius=1.5, width=w, height=h, runs=())
        for rank, (x, y, w, h) in enumerate(given_labels)
    ]
    room = Box(x=0, y=0, width=300, height=80)
    taken = [Box(x=100, y=0, width=1, height=60)]
    curve = [(float(x), 40.0 + 10 * math.sin(x / 20)) for x in range(301)]
    places = place_labels(labels, room=room, taken=taken, curve=[curve])
    boxes = [spot.box for spot in places if spot is not None]

    assert all(room.holds(box, slack=1e-9) for box in boxes)
    assert not any(box.x < x < box.right and box.y < y < box.bottom for box in boxes for x, y in curve)
    assert not any(
        one.meets(other) for rank, one in enumerate(boxes) for other in (*boxes[rank + 1 :], *taken)
    )
    for label in labels:
        marker = Box(x=label.x - 1.5, y=label.y - 1.5, width=3, height=3)
        assert not any(marker.meets(box) for box in boxes)


def _page(pictures):
    """Return a page of pictures, so large that what is measured is not how Chromium rounds the height of letters to pixels."""
    faces = "".join(
        f"@font-face{{font-family:Inter;font-weight:{weight};font-style:{style};"
        f"src:url({(Path(resource('templates/fonts')) / f'Inter-{name}.otf').as_uri()})}}"
        for weight, style, name in (
            (400, "normal", "Regular"),
            (600, "normal", "SemiBold"),
            (400, "italic", "Italic"),
        )
    )
    return f"<!doctype html><meta charset=utf-8><style>{faces}{LARGE}</style>{''.join(pictures)}"


def test_chromium_sees_no_overlap_either(every_picture, chromium, tmp_path):
    """The boxes that Chromium lays out (getBBox) meet nowhere and stay within 2 % of ours, kerning included."""
    page_file = tmp_path / "maps.html"
    page_file.write_text(_page(picture.svg for _, picture in every_picture), encoding="utf-8")
    context = chromium.new_context()
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.evaluate("document.fonts.ready.then(() => 1)")
    found = page.evaluate(CHROMIUM_BOXES)
    context.close()
    faults = {}
    for sheet, (name, picture) in enumerate(every_picture):
        boxes = [
            Seen(
                words=it["words"],
                box=Box(x=it["x"], y=it["y"], width=it["width"], height=it["height"]),
                size_pt=0,
            )
            for it in found
            if it["sheet"] == sheet
        ]
        wide = [
            (one.words, one.box.width, told.box.width)
            for one, told in zip(boxes, picture.boxes, strict=True)
            if one.box.width > told.box.width * 1.02 + 0.1
        ]
        if wide or clashes(boxes, slack=0.06):
            faults[name] = (wide[:5], clashes(boxes, slack=0.06)[:5])

    assert faults == {}


def test_measures_need_no_matplotlib_figure():
    """Laying out text reads advances only: the room of charts is there without its drawing machinery."""
    assert (
        "matplotlib"
        not in Path(cxmaturity.charts.__file__).with_name("journey").joinpath("svg.py").read_text()
    )
