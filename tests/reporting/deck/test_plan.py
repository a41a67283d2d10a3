"""Which slides there are, what they say, and that every figure is the Diagnostic's own."""

from __future__ import annotations

import re

import attrs
import pytest

from cxmaturity import i18n
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import LANGUAGES
from cxmaturity.engagement.values import SITUATIONS
from cxmaturity.reporting.deck import plan_deck
from cxmaturity.reporting.deck.values import (
    BarsChart,
    Bullets,
    Callout,
    Cards,
    Grid,
    Statement,
    WaterfallChart,
)
from cxmaturity.reporting.situations import ORDERS

NUMBER = re.compile(r"\d[\d.,\u202f\u00a0]*")
FULL = (
    "case",
    "numbers",
    "profile",
    "waterfall",
    "cash",
    "tornado",
    "distribution",
    "measure",
    "ask",
    "limits",
)


def texts(item):
    """Return every text of an item."""
    match item:
        case Cards():
            return [text for card in item.items for text in (card.label, card.value, card.note)]
        case Bullets():
            return [item.title, *item.items]
        case Callout():
            return [item.title, item.text]
        case Statement():
            return [item.text]
        case Grid():
            return [item.caption, *item.columns, *(cell for row in item.rows for cell in row)]


def said(slide):
    """Return every text that a slide prints, its speaker notes and the client's own note apart."""
    found = [slide.title]
    if slide.picture is not None:
        found.append(slide.picture.caption)
        if slide.id != "profile":  # its alternative text is that of the report's figure, tested there
            found.append(slide.picture.alt)
    return [*found, *(text for item in (*slide.side, *slide.below) for text in texts(item))]


def digits(text):
    """Return the numbers of a text without their separators."""
    return {re.sub(r"[\s\u202f\u00a0,.]", "", found) for found in NUMBER.findall(text)}


def test_a_full_diagnostic_gives_ten_slides_in_the_order_of_the_brief(diagnostics, catalog):
    """Ten slides, from the one-sentence case to what is not claimed."""
    deck = plan_deck(diagnostics["simulated"], catalog, language="en")

    assert tuple(slide.id for slide in deck.slides) == FULL


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_slide_is_empty(any_diagnostic, catalog, language):
    """Whatever the diagnostic lacks, a slide that is there has a sentence, something under it, and notes."""
    deck = plan_deck(any_diagnostic, catalog, language=language)

    assert 1 <= len(deck.slides) <= 10
    for slide in deck.slides:
        assert slide.title.rstrip("”»").rstrip().endswith((".", "…", "?", "!")), slide.title
        assert slide.picture is not None or slide.side or slide.below
        assert slide.notes
        assert all(text.strip() for text in slide.notes)
        assert not any("{" in text and "}" in text and "npv" not in text for text in said(slide))


def test_slides_without_data_are_left_out(diagnostics, catalog):
    """No simulation: no distribution, no information; no case: no money; no self-test: no profile."""

    def ids(name):
        return {slide.id for slide in plan_deck(diagnostics[name], catalog, language="en").slides}

    assert {"tornado", "distribution", "measure"}.isdisjoint(ids("full"))
    assert {"numbers", "waterfall", "cash"}.isdisjoint(ids("no_case"))
    assert "profile" not in ids("no_assessment")
    assert ids("nothing") == {"case", "ask", "limits"}
    assert "waterfall" not in ids("no_benefit")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("situation", [None, *SITUATIONS])
@pytest.mark.parametrize("name", ["simulated", "simulated_loss", "full", "loss", "no_payback", "never_loses"])
def test_every_number_on_a_slide_is_declared(diagnostics, catalog, language, situation, name):
    """No number is printed that is not declared, the names P10 to P90, scales, years and inputs' sources apart."""
    found = diagnostics[name]
    deck = plan_deck(found, catalog, language=language, situation=situation)
    declared = dict(deck.figures)
    allowed = {
        "5",
        "10",
        "50",
        "90",
        "1",
        "2",
        "3",
        "0",
        "4",
        str(found.as_of.year),
    }  # P10, E0 to E4, year 3, stage
    allowed |= set().union(*(digits(text) for text in declared.values()))
    for slide in deck.slides:
        if slide.id == "limits":
            continue  # sources may hold any number
        for text in said(slide):
            assert digits(text) <= allowed, (slide.id, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_the_diagnostics_own(diagnostics, catalog, language):
    """The text of each figure is what the formats give for the value of the Diagnostic, found by its name."""
    found = diagnostics["simulated"]
    case, simulation = found.case, found.case.simulation
    numbers = dict(plan_deck(found, catalog, language=language).figures)

    def money(value):
        return i18n.money(value, "EUR", language, compact=True)

    expected = {
        "case_npv": money(case.npv),
        "case_pv_benefits": money(case.pv_benefits),
        "case_pv_costs": money(case.pv_costs),
        "case_payback_years": i18n.years(case.payback_years, language),
        "simulation_p10": money(simulation.p10),
        "simulation_p50": money(simulation.p50),
        "simulation_p90": money(simulation.p90),
        "simulation_cvar5": money(simulation.cvar5),
        "simulation_evpi": money(case.evpi),
        "simulation_probability_of_loss": i18n.percent(simulation.probability_of_loss, language),
        "tornado_levers_retention_churn_rate_reduction_low": money(-140_200.0),
        "tornado_costs_0_initial_high": money(270_800.0),
        "evppi_levers": money(63_700.0),
        "benefit_retention_pv": money(1_062_178.0),
        "survey_cost_levers_retention_churn_rate_reduction": money(9_000.0),
        "input_levers_retention_churn_rate_reduction": i18n.points(-0.0125, language, 2),
        **{f"case_cumulative[{year}]": money(value) for year, value in enumerate(case.cumulative)},
        **{f"case_costs_by_year[{year}]": money(value) for year, value in enumerate(case.costs_by_year)},
    }

    assert expected == {name: numbers.get(name) for name in expected}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["simulated", "simulated_loss"])
def test_a_situation_changes_order_and_headline_but_no_figure(diagnostics, catalog, language, name):
    """Figures that several situations print are the same; order and headline differ; nothing is lost."""
    plans = {
        situation: plan_deck(diagnostics[name], catalog, language=language, situation=situation)
        for situation in (None, *SITUATIONS)
    }
    numbers = [dict(deck.figures) for deck in plans.values()]

    assert len({deck.slides[0].title for deck in plans.values()}) == 4
    assert len({tuple(slide.id for slide in deck.slides) for deck in plans.values()}) == 4
    assert {frozenset(slide.id for slide in deck.slides) for deck in plans.values()} == {frozenset(FULL)}
    for one in numbers:
        for other in numbers:
            assert {k: one[k] for k in one.keys() & other.keys()} == {
                k: other[k] for k in one.keys() & other.keys()
            }


def test_the_situation_of_the_engagement_is_used_when_none_is_given(diagnostics, catalog):
    """`situation:` in the engagement file decides; an argument overrides it."""
    found = diagnostics["simulated"]
    found = attrs.evolve(found, engagement=attrs.evolve(found.engagement, situation="budget"))

    def order(**given):
        return tuple(slide.id for slide in plan_deck(found, catalog, language="en", **given).slides)

    assert order() == ORDERS["budget"]
    assert order(situation="usual") == ORDERS["usual"]


def test_unknown_situation_and_language_are_told(diagnostics, catalog):
    """A misspelt situation or language names the ones that exist."""
    with pytest.raises(UnknownIdError, match="urgency"):
        plan_deck(diagnostics["full"], catalog, language="en", situation="urgent")
    with pytest.raises(UnknownIdError, match="'de'"):
        plan_deck(diagnostics["full"], catalog, language="de")


@pytest.mark.parametrize(
    ("language", "word"), [("en", r"\bloses?\b|do not|does not"), ("fr", r"\bperd\b|ne couvrent pas|perte")]
)
def test_a_loss_is_called_a_loss(diagnostics, catalog, language, word):
    """With a negative NPV the case, the numbers and the waterfall say so in their titles; nothing says it earns."""
    for situation in (None, *SITUATIONS):
        deck = plan_deck(diagnostics["simulated_loss"], catalog, language=language, situation=situation)
        titles = {slide.id: slide.title for slide in deck.slides}
        for name in ("case", "numbers", "waterfall"):
            assert re.search(word, titles[name]), titles[name]
        assert not re.search(r"is worth|exceed|vaut \d|laissent", " ".join(titles.values()))


def test_the_waterfall_stands_on_the_shapley_shares(diagnostics, catalog):
    """Steps add up: benefits to their total, then costs down to the NPV."""
    case = diagnostics["simulated"].case
    slide = next(
        s for s in plan_deck(diagnostics["simulated"], catalog, language="en").slides if s.id == "waterfall"
    )
    chart = slide.picture.chart
    assert isinstance(chart, WaterfallChart)

    assert [step.amount for step in chart.steps] == pytest.approx(
        [*sorted((b.pv for b in case.benefits), reverse=True), case.pv_benefits, -case.pv_costs, case.npv]
    )
    assert chart.steps[-2].end == pytest.approx(chart.steps[-1].end, abs=1.0)


def test_sources_are_in_the_speaker_notes(diagnostics, catalog):
    """The tornado's notes hold each input with value, source, date and grade."""
    slide = next(
        s for s in plan_deck(diagnostics["simulated"], catalog, language="en").slides if s.id == "tornado"
    )
    line = next(note for note in slide.notes if "Fall in churn" in note and "CRM" in note)

    assert "−1.25 pts" in line.replace("\u00a0", " ")
    assert "CRM, mars" in line
    assert "30 September 2026" in line.replace("\u00a0", " ")
    assert line.endswith("E1")


def test_the_input_to_measure_is_one_that_a_survey_can_pay_for(diagnostics, catalog):
    """The title names the input with its sample size and cost; without a survey only its worth; with nothing, says so."""

    def title(name):
        return next(
            s.title for s in plan_deck(diagnostics[name], catalog, language="en").slides if s.id == "measure"
        )

    assert title("simulated") == (
        "Measure “Fall in churn” before committing: 400 answers cost €9.0k, and certainty would be worth up to €54k."
    )
    assert title("no_survey").endswith("would be worth up to €54k.")
    assert title("nothing_to_measure").startswith("No single measurement would change the decision")


def test_bars_of_information_stand_against_the_cost_of_measuring(diagnostics, catalog):
    """The chart has the EVPPI and, where a survey was costed, what its best sample brings and costs (else the least bad)."""
    slide = next(
        s for s in plan_deck(diagnostics["simulated"], catalog, language="en").slides if s.id == "measure"
    )
    chart = slide.picture.chart
    assert isinstance(chart, BarsChart)

    assert chart.categories[:3] == (
        "All levers together",
        "Fall in churn",
        "Share due to the programme: Retention",
    )
    assert chart.series[0].values == (63_700.0, 53_500.0, 11_600.0)
    assert chart.series[1].values == (None, 31_000.0, 900.0)
    assert chart.series[2].values == (None, 9_000.0, 4_000.0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"not_applicable": 3}, {"en": "not applicable", "fr": "sans objet"}),
        ({"dont_know": 2}, {"en": "not answered", "fr": "sans réponse"}),
        ({"withheld": True}, {"en": "too few answers", "fr": "trop peu de réponses"}),
    ],
    ids=["not applicable", "not answered", "withheld"],
)
def test_a_question_without_a_level_is_said_on_the_slide(diagnostics, catalog, language, changes, why):
    """The profile keeps a row for it, empty, with the reason; the text beside says that it is not in the profile."""
    found = diagnostics["full"]
    dimensions = found.assessment.dimensions
    nothing = {"scored": None, "declared": None, "evidenced": None, "unproven": None}
    counts = {"not_applicable": 0, "dont_know": 0, "skipped": 0}
    left = attrs.evolve(dimensions[2], **(nothing | counts | changes))
    found = attrs.evolve(
        found,
        assessment=attrs.evolve(found.assessment, dimensions=(*dimensions[:2], left, *dimensions[3:])),
        priorities=tuple(name for name in found.priorities if name != left.id),
        strengths=tuple(name for name in found.strengths if name != left.id),
    )
    slide = next(s for s in plan_deck(found, catalog, language=language).slides if s.id == "profile")
    row = next(i for i, name in enumerate(slide.picture.chart.categories) if why[language] in name)

    assert len(dimensions) == len(slide.picture.chart.categories)
    assert not any(series.values[row] for series in slide.picture.chart.series)
    assert any(why[language] in text for item in slide.side for text in item.items)


@pytest.mark.parametrize(
    ("largest", "unit", "digits"),
    [
        (950.0, "€", 0),
        (6_189.0, "€k", 1),
        (62_300.0, "€k", 1),
        (680_000.0, "€k", 0),
        (1_310_000.0, "€M", 2),
        (42_000_000.0, "€M", 1),
    ],
)
def test_a_chart_is_in_the_unit_of_the_headlines(diagnostics, catalog, largest, unit, digits):
    """Amounts of a chart are scaled as those of a headline are, three figures at least for the largest."""
    found = diagnostics["simulated"]
    information = tuple(attrs.evolve(it, evppi=largest) for it in found.case.information)
    case = attrs.evolve(found.case, information=information, measurements=())
    deck = plan_deck(attrs.evolve(found, case=case), catalog, language="en")
    numbers = next(s for s in deck.slides if s.id == "measure").picture.chart.numbers

    assert (unit, digits) == (numbers.unit, numbers.digits)


def test_the_table_of_flows_says_its_unit_once(diagnostics, catalog):
    """Its heading names the unit, its cells are plain figures with the same decimals, so that columns can be added."""
    deck = plan_deck(diagnostics["simulated"], catalog, language="en")
    grid = next(s for s in deck.slides if s.id == "ask").side[0]
    figures = [text for row in grid.rows for text in row[1:]]

    assert "in €k" in grid.caption or "in €M" in grid.caption
    assert not any("€" in text for text in figures)
    assert 1 == len({len(text.partition(".")[2]) for text in figures})


@pytest.mark.parametrize(
    ("alone", "word"), [(0.9, "strengthen"), (1.0, "hardly overlap"), (1.2, "counted once")]
)
def test_what_the_benefits_make_together_is_said_as_it_is(diagnostics, catalog, alone, word):
    """Less than one by one is an overlap, more is a mutual help, the same is neither."""
    found = diagnostics["simulated"]
    case = attrs.evolve(found.case, sum_of_alone_pv=alone * found.case.pv_benefits)
    deck = plan_deck(attrs.evolve(found, case=case), catalog, language="en")
    slide = next(s for s in deck.slides if s.id == "waterfall")

    assert word in slide.below[0].text
