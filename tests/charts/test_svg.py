"""The SVG itself: well formed, self-contained, deterministic, and able to stand beside others on one page."""

from __future__ import annotations

import re
import sys
import threading
from xml.etree import ElementTree as ET

import attrs
import matplotlib as mpl
import pytest

from cxmaturity import charts
from cxmaturity.charts.canvas import drawing, stand_in, stood_for, wrap
from cxmaturity.engagement.values import Diagnostic

LANGUAGES = ("en", "fr")
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "g", "defs", "path", "use", "text", "clipPath", "rect"}


def parsed(svg):
    """Return the root element of our own output."""
    return ET.fromstring(svg)  # noqa: S314  # written a moment ago


@pytest.fixture(scope="session")
def risk_charts(risky, words_for, theme):
    """Return a function that makes a chart of risk by name, None for the others."""

    def chart(name, language):
        bars, labels = words_for(risky, language, HOSTILE)
        calls = {
            "npv_distribution": lambda: charts.npv_distribution(risky, language, theme),
            "tornado": lambda: charts.tornado(risky, bars, language, theme),
            "information": lambda: charts.information(risky, labels, language, theme),
        }
        return calls[name]() if name in calls else None

    return chart


@pytest.fixture(scope="session")
def make(rich, case, risk_charts, catalog, theme):
    """Return a function that makes a chart by name."""

    def chart(name, language="en", *, diagnostic: Diagnostic = rich, names=catalog, money=case, look=theme):
        calls = {
            "waterfall": lambda: charts.waterfall(money, names, language, look),
            "cash_curve": lambda: charts.cash_curve(money, language, look),
            "link_matrix": lambda: charts.link_matrix(
                names, language, look, assessment=diagnostic.assessment
            ),
        }
        return (
            risk_charts(name, language)
            or calls.get(name, lambda: getattr(charts, name)(diagnostic, names, language, look))()
        )

    return chart


ALL = (
    *("profile", "radar", "distribution", "changes", "link_matrix", "waterfall", "cash_curve"),
    *("npv_distribution", "tornado", "information"),
)
HOSTILE = "<b>&$x_1$ 😀"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_svg_is_whole_and_says_what_it_is(make, name, language):
    """A chart is one svg element with a view box, a role, and a title and description that it points to."""
    chart = make(name, language)
    root = parsed(chart.svg)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]

    assert f"{SVG}svg" == root.tag
    assert ("img", "100%", language) == (root.attrib["role"], root.attrib["width"], root.attrib["lang"])
    assert root.attrib["aria-labelledby"].split() == [root[0].attrib["id"], root[1].attrib["id"]]
    assert (chart.title, chart.alt) == (root[0].text, root[1].text)
    assert len(set(ids)) == len(ids)
    assert chart.width_mm == pytest.approx(165)
    assert chart.height_mm == pytest.approx(float(root.attrib["viewBox"].split()[3]) / 72 * 25.4, abs=0.01)


@pytest.mark.parametrize("name", ALL)
def test_svg_has_no_style_sheet_no_script_and_no_address(make, name):
    """Nothing in it restyles the page, runs, or points outside; every reference is found inside."""
    svg = make(name).svg
    root = parsed(svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    ids = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    pointed = set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg))

    assert tags <= ELEMENTS
    assert not any("style" in element.attrib for element in root.iter())
    assert ["http://www.w3.org/2000/svg"] == re.findall(r"\w+://[^\"' <]+", svg)
    assert pointed <= ids


@pytest.mark.parametrize("name", ALL)
def test_text_stays_text(make, name):
    """Every letter is in a text element, of 8 points or more."""
    texts = list(parsed(make(name).svg).iter(f"{SVG}text"))

    assert texts
    assert min(float(text.attrib["font-size"]) for text in texts) >= 8


@pytest.mark.parametrize("name", ALL)
def test_same_input_same_bytes(make, name):
    """Two drawings of the same data are the same bytes."""
    assert make(name, "fr").svg == make(name, "fr").svg


def test_many_charts_on_one_page_do_not_share_an_id(make, rich):
    """Every chart in both languages on one page: no id twice, nor between profiles of two clients."""
    other = attrs.evolve(
        rich, assessment=attrs.evolve(rich.assessment, dimensions=rich.assessment.dimensions[:5])
    )
    page = [make(name, language).svg for name in ALL for language in LANGUAGES]
    page.append(make("profile", diagnostic=other).svg)
    ids = [found for svg in page for found in re.findall(r' id="([^"]+)"', svg)]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["profile", "radar", "distribution", "changes", "link_matrix", "waterfall"])
def test_hostile_names_are_text(make, name, language, hostile_catalog, rich):
    """Names with markup, formulas, control characters and emoji come out as text, without a warning."""
    waves = tuple(attrs.evolve(w, id=f"{w.id}<b>&\x01$x_1$") for w in rich.engagement.waves)
    bad = attrs.evolve(rich, engagement=attrs.evolve(rich.engagement, waves=waves))
    chart = make(name, language, names=hostile_catalog, diagnostic=bad)
    root = parsed(chart.svg)
    said = " ".join(text.text for text in root.iter(f"{SVG}text"))

    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS
    assert "<script>" in said
    assert "<script" not in chart.svg
    assert "\x07" not in chart.svg
    assert "\x07" not in root[1].text


def test_emoji_are_given_back_as_typed():
    """A letter that the fonts lack goes through the drawing and comes back unchanged."""
    families = ("DejaVu Sans",)
    for text in ("😀", "a😀b👩🏽‍🚀é", "⠿ braille ⠿⠁⠂⠃", "\U0010ffff", "plain"):
        shown = stand_in(text, families)
        assert text == stood_for(shown)
    assert "plain" == stand_in("plain", families)


@pytest.mark.parametrize("width", [20, 60, 200])
def test_wrapped_lines_fit_and_lose_nothing(theme, width):
    """Lines are no wider than asked and hold every letter, words too long for a line included."""
    from cxmaturity.charts.canvas import text_width

    text = "Mesuré auprès des clients professionnels anticonstitutionnellement WWWWWWWWWWWWWWWWWWWWW"
    lines = wrap(text, width, theme)

    assert all(text_width(line, theme) <= width for line in lines)
    assert text.replace(" ", "") == "".join(lines).replace(" ", "")
    assert 2 >= len(wrap(text, width, theme, lines=2))


def test_a_notebook_keeps_its_own_settings(make):
    """A notebook's matplotlib settings change no chart, and are as before afterwards."""
    expected = make("cash_curve").svg
    with mpl.rc_context(
        {"lines.linewidth": 9, "text.parse_math": True, "svg.fonttype": "path", "font.size": 3}
    ):
        assert expected == make("cash_curve").svg
        assert (9, "path", 3) == (
            mpl.rcParams["lines.linewidth"],
            mpl.rcParams["svg.fonttype"],
            mpl.rcParams["font.size"],
        )


def test_threads_draw_the_same_bytes(make):
    """Charts drawn by four threads at once are those drawn one after the other."""
    names = ("profile", "waterfall", "cash_curve", "radar")
    expected = [make(name).svg for name in names]
    drawn: dict[str, str] = {}
    threads = [threading.Thread(target=lambda n=name: drawn.update({n: make(n).svg})) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert expected == [drawn[name] for name in names]


def test_no_figure_is_left_behind(make):
    """Drawing registers no figure with pyplot, so that a batch of reports does not grow."""
    make("link_matrix")
    pyplot = sys.modules["matplotlib.pyplot"]

    assert [] == pyplot.get_fignums()


def test_settings_are_those_of_matplotlib_but_ours():
    """While drawing, text is kept as text and a dollar sign is a dollar sign."""
    with drawing():
        assert ("none", False) == (mpl.rcParams["svg.fonttype"], mpl.rcParams["text.parse_math"])
