"""The profile drawn by hand: where the marks are, what it says, and that nothing typed can leave its text."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.app.pages.result_chart import FRAMES, Drawing, Mark, profile_svg, wrap
from cxmaturity.charts.theme import ChartTheme

SVG = "{http://www.w3.org/2000/svg}"
THEME = ChartTheme.from_primary(None)
LEVELS = ("Unmanaged", "Emerging", "Structured", "Measured", "Embedded")


def a_drawing(marks, **changes):
    usual = {
        "kind": "own",
        "title": "Profile",
        "alt": "What it shows.",
        "levels": LEVELS,
        "key": (),
        "language": "en",
    }
    return Drawing(**{**usual, **changes}, marks=tuple(marks))


def parse(drawing, shape="wide"):
    return ET.fromstring(profile_svg(drawing, THEME, shape))  # noqa: S314  # our own output, a moment ago


@pytest.mark.parametrize("shape", ["wide", "narrow", "print"])
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_mark_stands_under_its_level(shape, level):
    """The dot of a level stands exactly where the name of that level is centred."""
    root = parse(a_drawing([Mark(name="Trust", own=level)]), shape)
    (dot,) = root.iter(f"{SVG}circle")
    names = {found.text: found.get("x") for found in root.iter(f"{SVG}text")}

    assert names[LEVELS[level - 1]] == dot.get("cx")


@pytest.mark.parametrize("shape", ["wide", "narrow", "print"])
def test_nothing_leaves_the_drawing(shape):
    """Marks, lines and the starts of texts stay inside the view, even with seven long names and a full key."""
    name = "A very long name of a dimension that nobody would choose " * 2
    mark = Mark(name=name, group=1.0, interval=(1, 5), unknown=True, said="You do not know")
    marks = [mark] * 7
    key = [
        (sign, "a rather long explanation of the sign") for sign in ("own", "group", "interval", "unknown")
    ]
    root = parse(a_drawing(marks, key=tuple(key)), shape)
    _, _, width, height = (float(number) for number in root.get("viewBox").split())

    for element in root.iter():
        for name, most in (
            ("x", width),
            ("x1", width),
            ("x2", width),
            ("cx", width),
            ("y", height),
            ("cy", height),
        ):
            if element.get(name) is not None:
                assert 0 <= float(element.get(name)) <= most
    assert FRAMES[shape].width == width


def test_own_and_group_differ_by_shape():
    """One's own answer is a disc, the group's mean a diamond, what is unknown a dotted line: never colour alone."""
    root = parse(a_drawing([Mark(name="a", own=2, group=3.4), Mark(name="b", unknown=True, said="?")]))

    assert 1 == len(list(root.iter(f"{SVG}circle")))
    assert 1 == len(list(root.iter(f"{SVG}polygon")))
    assert 1 == sum(found.get("stroke-dasharray") is not None for found in root.iter(f"{SVG}line"))


def test_says_what_it_shows():
    """A screen reader is given a title and a description, by ids that are unique on the page."""
    drawing = a_drawing([Mark(name="a", own=2)])
    ids = [
        element.get("id")
        for shape in ("wide", "narrow")
        for element in parse(drawing, shape).iter()
        if element.get("id")
    ]
    root = parse(drawing)

    assert len(ids) == len(set(ids)) == 4
    assert root.get("aria-labelledby").split() == ids[:2]
    assert ("Profile", "What it shows.") == (root[0].text, root[1].text)


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text_stays_text(name, alt):
    """Whatever a name holds, the drawing is well-formed and has no element beyond those it draws."""
    root = parse(a_drawing([Mark(name=name, own=3)], alt=alt))

    assert {"svg", "title", "desc", "text", "line", "circle"} == {
        element.tag.removeprefix(SVG) for element in root.iter()
    }


@given(st.text("abcdefghij ", max_size=200), st.floats(60, 400))
def test_wrapped_names_fit(name, width):
    """A name takes at most two lines, each within its width by the letter count."""
    lines = wrap(name, width)

    assert 1 <= len(lines) <= 2
    assert all(len(line) <= max(4, width / (13 * 0.54)) for line in lines)
