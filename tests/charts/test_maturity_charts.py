"""The maturity charts by their artists: every mark stands where the data say, every word says so too."""

from __future__ import annotations

import math
import re

import attrs
import pytest
from matplotlib.colors import rgb2hex

from cxmaturity import charts
from cxmaturity.charts.colour import contrast_ratio
from cxmaturity.core.problems import InputError

LANGUAGES = ("en", "fr")


def artists(figure, label):
    """Return the artists that bear a label."""
    return figure.findobj(lambda artist: artist.get_label() == label)


def line(figure, label):
    """Return the one artist that bears a label."""
    (found,) = artists(figure, label)
    return found


def xs(figure, label):
    return list(line(figure, label).get_xdata())


def spans(figure, label):
    """Return the (from, to) of horizontal segments."""
    return [tuple(float(x) for x in segment[:, 0]) for segment in line(figure, label).get_segments()]


def words(figure):
    return [text.get_text() for text in figure.texts]


def test_profile_puts_every_mark_at_its_level(rich, catalog, theme):
    """Scored dots, declared dots, unproven bars, intervals and targets stand at the levels of the result."""
    figure = charts.draw_profile(rich, catalog, "en", theme)
    dimensions = rich.assessment.dimensions
    unproven = [d for d in dimensions if d.unproven]

    assert [d.scored for d in dimensions] == pytest.approx(xs(figure, "scored"))
    assert [d.declared for d in unproven] == pytest.approx(xs(figure, "declared"))
    assert [(d.evidenced, d.declared) for d in unproven] == spans(figure, "unproven")
    assert [d.interval for d in dimensions] == spans(figure, "interval")
    assert [d.target for d in dimensions] == xs(figure, "target")


def test_profile_rows_follow_the_questionnaire(rich, catalog, theme):
    """Rows come in questionnaire order, from top to bottom, whatever the order of the results."""
    assessment = attrs.evolve(rich.assessment, dimensions=rich.assessment.dimensions[::-1])
    figure = charts.draw_profile(attrs.evolve(rich, assessment=assessment), catalog, "en", theme)
    dots = line(figure, "scored").get_ydata()
    names = [
        text.get_text() for text in figure.texts if text.get_text() in {q.short.en for q in catalog.questions}
    ]

    assert [q.short.en for q in catalog.questions] == names
    assert sorted(dots) == list(dots)


def test_profile_shows_only_the_functions_that_may_be_shown(rich, catalog, theme):
    """Each function shown has its own shape at its means; the one withheld appears nowhere."""
    figure = charts.draw_profile(rich, catalog, "en", theme)
    shown = [f for f in rich.assessment.functions.functions if f.shown]
    marks = {f.id: line(figure, f"function {f.id}") for f in shown}
    chart = charts.profile(rich, catalog, "en", theme)

    assert [[mean for _, mean in f.means] for f in shown] == [list(marks[f.id].get_xdata()) for f in shown]
    assert len(shown) == len({mark.get_marker() for mark in marks.values()})
    assert [] == artists(figure, "function executive")
    assert catalog.function("executive").name.en not in (*words(figure), *chart.table.columns)


def test_profile_functions_with_equal_means_do_not_hide_each_other(rich, catalog, theme):
    """Marks of one row that would overlap stand on lines of their own."""
    figure = charts.draw_profile(rich, catalog, "en", theme)
    places = []
    for name in ("marketing", "service", "sales"):
        mark = line(figure, f"function {name}")
        places += zip(mark.get_xdata() * 50, mark.get_ydata(), strict=True)

    closest = min(math.dist(a, b) for i, a in enumerate(places) for b in places[:i])
    assert closest >= 6


def test_profile_with_one_respondent(alone, catalog, theme):
    """One person: three dots, no interval, no agreement word, and the reason where a level is missing."""
    figure = charts.draw_profile(alone, catalog, "en", theme)
    said = words(figure)

    assert [3, 1, 5] == xs(figure, "scored")
    for label in ("interval", "target", "unproven", "declared"):
        assert [] == artists(figure, label)
    assert 3 == said.count("Single view")
    assert ["Nobody could say", "Not applicable", "Not answered", "Nobody could say"] == [
        text for text in said if text in {"Nobody could say", "Not applicable", "Not answered"}
    ]
    assert "Consensus" not in said


def test_profile_without_any_answer(silent, catalog, theme):
    """Nobody answered: no mark at all, and the sentence says so."""
    figure = charts.draw_profile(silent, catalog, "en", theme)
    chart = charts.profile(silent, catalog, "en", theme)

    assert [] == artists(figure, "scored")
    assert "No question received a level, so there is no profile yet." == chart.alt


FINDINGS = {
    "en": (
        "Strongest: Distinctiveness, at 3.6 out of 5. Weakest: Community, at 1.1.",
        "The widest unproven part is on Alignment: declared at 3.3, proved at 2.0.",
        "7 dimensions are below their target.",
    ),
    "fr": (
        "Point le plus fort : « Différenciation », à 3,6 sur 5.",
        "Point le plus faible : « Communauté », à 1,1.",
        "L’écart le plus large entre le déclaré et le prouvé concerne « Alignement » :",
        "3,3 déclaré, 2,0 prouvé. 7 dimensions se situent sous leur cible.",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_profile_says_its_finding(rich, catalog, theme, language):
    """The text alternative names the strongest, weakest and least proved dimensions with their levels."""
    said = charts.profile(rich, catalog, language, theme).alt

    assert " ".join(FINDINGS[language]) == said.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["profile", "radar", "distribution"])
@pytest.mark.parametrize("data", ["rich", "alone", "silent", "crowd"])
def test_tables_have_a_row_per_question(request, theme, name, data, language):
    """The table twin has seven rows, in order, each with a cell for every column, none empty."""
    catalog = request.getfixturevalue("catalog")
    chart = getattr(charts, name)(request.getfixturevalue(data), catalog, language, theme)

    assert [q.short.in_(language) for q in catalog.questions] == [row[0] for row in chart.table.rows]
    assert {len(chart.table.columns)} == {len(row) for row in chart.table.rows}
    assert all(cell.strip() for row in chart.table.rows for cell in row)


def test_profile_table_holds_the_numbers(rich, catalog, theme):
    """The first row of the table says what the first row of the picture shows."""
    row = charts.profile(rich, catalog, "fr", theme).table.rows[0]

    assert ("Recommandation", "3,1", "2,0", "2,7 à 3,4", "4,0", "12", "Consensus", "3,3", "2,5", "3,3") == row


def test_radar_draws_levels_from_the_centre(rich, catalog, theme):
    """The distance of each point from the centre is its level; the first question is at the top."""
    figure = charts.draw_radar(rich, catalog, "en", theme)
    for label, values in (
        ("scored", [d.scored for d in rich.assessment.dimensions]),
        ("target", [d.target for d in rich.assessment.dimensions]),
    ):
        x, y = line(figure, label).get_data()
        assert [*values, values[0]] == pytest.approx([math.hypot(a, b) for a, b in zip(x, y, strict=True)])
    x, y = line(figure, "scored").get_data()
    assert (0, True) == (pytest.approx(x[0], abs=1e-9), x[1] > 0)
    assert y[0] < 0  # y runs downwards


def test_radar_breaks_where_a_level_is_missing(alone, catalog, theme):
    """A question without a level is a gap in the line, not a dent to the centre."""
    x = charts.draw_radar(alone, catalog, "en", theme).axes[0].get_lines()
    scored = next(found for found in x if found.get_label() == "scored")

    assert [False, True, True, False, True, False, True, False] == [math.isnan(v) for v in scored.get_xdata()]


def test_distribution_has_one_dot_per_answer(rich, catalog, theme):
    """As many dots as answers on each question and level, and none on top of another."""
    figure = charts.draw_distribution(rich, catalog, "en", theme)
    x, y = line(figure, "answers").get_data()
    places = list(zip(x, y, strict=True))
    per_level = [sum(1 for value in x if round(value) == level) for level in range(1, 6)]

    assert [sum(d.counts[i] for d in rich.assessment.dimensions) for i in range(5)] == per_level
    assert len(set(places)) == len(places) == sum(d.n for d in rich.assessment.dimensions)
    assert [d.median for d in rich.assessment.dimensions] == xs(figure, "median")


def test_distribution_never_turns_a_silence_into_a_level(rich, catalog, theme):
    """Don't know, not applicable and skipped have their own marks, apart from the levels, all of them."""
    figure = charts.draw_distribution(rich, catalog, "en", theme)
    axes = line(figure, "answers").axes
    right = axes.transData.transform((5.35, 0))[0]
    found = {}
    for state in ("dont_know", "not_applicable", "skipped"):
        marks = artists(figure, state)
        found[state] = sum(len(mark.get_xdata()) for mark in marks)
        assert all(x >= right for mark in marks for x in mark.get_xdata())

    totals = {state: sum(getattr(d, state) for d in rich.assessment.dimensions) for state in found}
    assert totals == found
    assert 3 == len({artists(figure, f"key {state}")[0].get_marker() for state in found})


def test_distribution_of_a_crowd_has_bars_with_their_number(crowd, catalog, theme):
    """Above twenty people on a level, heights are in proportion to the numbers, which are written."""
    figure = charts.draw_distribution(crowd, catalog, "en", theme)
    bars = [patch for patch in figure.axes[0].patches if patch.get_height()]
    heights = {}
    for bar in bars:
        heights.setdefault(round(bar.get_x() + bar.get_width() / 2), []).append(abs(bar.get_height()))

    assert [] == artists(figure, "answers")
    assert 110 / 40 == pytest.approx(heights[2][0] / heights[1][0])
    assert 7 <= words(figure).count("110")


def test_distribution_names_the_camps(rich, catalog, theme):
    """The text alternative says on which questions the panel agrees and on which it is split."""
    said = charts.distribution(rich, catalog, "en", theme).alt

    assert "They form two camps on Responsiveness." in said
    assert "The respondents agree on Advocacy, Distinctiveness and Trust." in said


def test_changes_are_drawn_against_the_noise(rich, catalog, theme):
    """Before, after and the band of the minimum detectable change are those of the comparison."""
    figure = charts.draw_changes(rich, catalog, "en", theme)

    assert [c.before for c in rich.changes] == xs(figure, "before")
    assert [c.after for c in rich.changes] == xs(figure, "after")
    assert [(c.before, c.after) for c in rich.changes] == spans(figure, "move")
    assert [
        (max(0.65, c.before - c.minimum_detectable), c.before + c.minimum_detectable) for c in rich.changes
    ] == [pytest.approx(span) for span in spans(figure, "noise")]
    assert 4 == words(figure).count("May be chance")


def test_changes_say_what_rose_and_what_fell(rich, catalog, theme):
    """The text alternative keeps real changes and chance apart."""
    said = charts.changes(rich, catalog, "en", theme).alt

    assert "Clearly up: Distinctiveness and Trust. Clearly down: Community." in said
    assert "The index moved from 2.1 to 2.5, more than chance explains." in said


def test_changes_of_a_single_wave_are_refused(alone, catalog, theme):
    """With one wave there is nothing to compare, and the error says so."""
    with pytest.raises(InputError) as caught:
        charts.changes(alone, catalog, "en", theme)

    assert "charts.one_wave" == caught.value.code


@pytest.mark.parametrize("name", ["profile", "radar", "distribution"])
def test_without_a_self_test_nothing_is_drawn(rich, catalog, theme, name):
    """An engagement without a self-test has no maturity chart, and the error says so."""
    with pytest.raises(InputError) as caught:
        getattr(charts, name)(attrs.evolve(rich, assessment=None), catalog, "en", theme)

    assert "charts.no_assessment" == caught.value.code


@pytest.mark.parametrize("primary", ["#7A3E9D", "#FFD200", "#000000", "#FFFFFF", "#00A19A"])
def test_link_matrix_holds_every_strength(catalog, primary):
    """The 49 cells hold the strengths of the catalogue, each written in readable ink."""
    theme = charts.ChartTheme.from_primary(primary)
    figure = charts.draw_link_matrix(catalog, "en", theme)
    (mesh,) = [
        found for axes in figure.axes for found in axes.collections if hasattr(found, "get_coordinates")
    ]
    links = [[catalog.link(q.id, b.id) for b in catalog.benefits] for q in catalog.questions]
    cells = [text for text in figure.texts if re.fullmatch("[123] [ABC]", text.get_text())]
    shades = [rgb2hex(shade) for shade in mesh.get_cmap()(mesh.norm(range(4)))]
    strong = [link for row in links for link in row if link.strength]

    assert [[link.strength for link in row] for row in links] == mesh.get_array().reshape(7, 7).tolist()
    assert [f"{link.strength} {link.grade}" for link in strong] == [text.get_text() for text in cells]
    for link, text in zip(strong, cells, strict=True):
        assert contrast_ratio(text.get_color(), shades[link.strength]) >= 4.5


def test_link_matrix_says_the_strongest_links(catalog, theme):
    """The text alternative names, for each benefit, the questions with strength 3."""
    said = charts.link_matrix(catalog, "en", theme).alt

    for benefit in catalog.benefits:
        strong = [q.short.en for q in catalog.questions if catalog.link(q.id, benefit.id).strength == 3]
        sentence = said[said.index(f"{benefit.name.en}: ") :].split(".")[0] if strong else ""
        assert all(name in sentence for name in strong)


def test_link_matrix_gives_the_gap_to_target(rich, catalog, theme):
    """With an assessment the last column is target minus level, never negative."""
    table = charts.link_matrix(catalog, "en", theme, assessment=rich.assessment).table

    assert ["2.0", "0.4", "1.6", "1.3", "1.0", "1.0", "2.9"] == [row[-1] for row in table.rows]
    assert "3 (B)" == table.rows[0][2]
