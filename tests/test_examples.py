"""The shipped examples are sound, tell their story, and their headline numbers are recomputed by hand here.

The ledger below is a second writing of the model of the business case, without the engine: loops and floats.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
import statistics
from pathlib import Path

import attrs
import pytest

from cxmaturity.business_case.values import BusinessCase
from cxmaturity.catalog import Catalog
from cxmaturity.core.estimate import Estimate
from cxmaturity.engagement import Diagnostic, Engagement, diagnose
from cxmaturity.files import check_path, read_engagement
from cxmaturity.files.journey import read_atlas
from cxmaturity.i18n import describe
from cxmaturity.journey.analyse import analyse
from cxmaturity.journey.results import AtlasResult

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = tuple(sorted(path.parent.name for path in EXAMPLES.glob("*/engagement.yaml")))
JOURNEYS = tuple(sorted(path.parent.name for path in EXAMPLES.glob("journeys/*/engagement.yaml")))
MAPPED = ("maison-lavande", *(f"journeys/{name}" for name in JOURNEYS))
SEED = 20261101


@pytest.fixture(scope="module")
def diagnostics(catalog: Catalog) -> dict[str, Diagnostic]:
    """Return every example diagnosed, once."""
    found: dict[str, Diagnostic] = {}
    for name in NAMES:
        engagement = read_engagement(EXAMPLES / name)
        found[name] = diagnose(engagement, catalog, as_of=engagement.as_of, seed=SEED)
    return found


def test_there_are_three_examples() -> None:
    """A retailer, an advisory firm and a case on published data are shipped."""
    assert NAMES == ("maison-lavande", "northgate-advisory", "published-telecom")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_no_error(name: str) -> None:
    """`check` finds no error in a shipped example, and says its warnings in both languages."""
    problems = check_path(EXAMPLES / name)
    assert [str(found) for found in problems if found.severity == "error"] == []
    for found in problems:
        assert found.place is not None
        assert describe(found, "fr") != describe(found, "en")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_says_what_is_fictional(name: str) -> None:
    """The client's note, which the report prints, says that the example is invented or assumed."""
    note = read_engagement(EXAMPLES / name).client.note.lower()
    assert re.search("fictif|fictional|invented|assum", note)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_complete(diagnostics: dict[str, Diagnostic], name: str) -> None:
    """Every example has a profile, a case and a bridge between them."""
    found = diagnostics[name]
    assert found.assessment is not None
    assert found.case is not None
    assert found.bridge is not None
    assert found.priorities


@pytest.mark.parametrize("name", NAMES)
def test_no_question_is_a_strength_and_a_priority(diagnostics: dict[str, Diagnostic], name: str) -> None:
    """What to build on and where to act first are different questions."""
    assert not set(diagnostics[name].strengths) & set(diagnostics[name].priorities)


# --- Maison Lavande: the story -----------------------------------------------------


def _answers(name: str, encoding: str) -> list[dict[str, str]]:
    text = (EXAMPLES / "maison-lavande" / name).read_bytes().decode(encoding)
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def test_the_answers_are_saved_as_french_excel_does() -> None:
    """One file is in the Windows code page, the other in UTF-8 with its mark; semicolons and CRLF in both."""
    new = (EXAMPLES / "maison-lavande" / "reponses-2026.csv").read_bytes()
    old = (EXAMPLES / "maison-lavande" / "reponses-2025.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        new.decode("utf-8")
    assert old.startswith(b"\xef\xbb\xbf")
    for content in (new, old):
        assert b"\r\n" in content
        assert content.count(b";") > content.count(b",")


def test_declared_levels_are_the_means_of_the_file(diagnostics: dict[str, Diagnostic]) -> None:
    """The declared level of each question is the plain mean of the digits in its column."""
    rows = _answers("reponses-2026.csv", "cp1252")
    assessment = diagnostics["maison-lavande"].assessment
    assert assessment is not None
    assert len(rows) == assessment.respondents == 14
    for dimension in assessment.dimensions:
        levels = [int(row[dimension.id]) for row in rows if row[dimension.id].isdigit()]
        assert dimension.n == len(levels)
        assert dimension.declared == pytest.approx(statistics.fmean(levels))


def test_alignment_is_declared_and_contradicted(diagnostics: dict[str, Diagnostic]) -> None:
    """They declare alignment 4, prove 2, and answer in two camps on two questions."""
    assessment = diagnostics["maison-lavande"].assessment
    assert assessment is not None
    alignment = assessment.dimension("alignment")
    assert (alignment.declared, alignment.evidenced, alignment.unproven) == (4.0, 2.0, 2.0)
    assert assessment.alignment.verdict == "contradicted"
    assert assessment.alignment.split == ("access", "response")
    assert assessment.functions.wording == "difference"


def test_an_expired_proof_lowers_the_level(diagnostics: dict[str, Diagnostic]) -> None:
    """The proof of June 2025 carried level 3 at the first wave; sixteen months on it carries level 2."""
    found = diagnostics["maison-lavande"]
    assert found.previous is not None
    assert found.assessment is not None
    assert (found.previous.dimension("response").cap, found.assessment.dimension("response").cap) == (3, 2)


def test_the_retailer_earns_a_believable_return(diagnostics: dict[str, Diagnostic]) -> None:
    """The return is 30 to 120 %, the payback about two years, recommendation under 7 % of the benefits."""
    case = diagnostics["maison-lavande"].case
    assert case is not None
    assert case.roi is not None
    assert 0.30 <= case.roi <= 1.20
    assert case.payback_years == pytest.approx(2.0, abs=0.25)
    assert case.benefit("recommendation").pv < 0.07 * case.pv_benefits
    assert case.not_evaluated == ()
    assert len(case.benefits) == 6


def test_the_advisory_firm_shows_what_is_missing(diagnostics: dict[str, Diagnostic]) -> None:
    """One goal cannot be costed, the rest does not quite pay back, no answer was filled in for anybody."""
    found = diagnostics["northgate-advisory"]
    assert found.case is not None
    assert [missing.benefit for missing in found.case.not_evaluated] == ["advantage"]
    assert found.case.payback_years is None
    assert -0.2 < (found.case.roi or 0) < 0
    assert found.assessment is not None
    access = found.assessment.dimension("access")
    assert (access.declared, access.not_applicable, access.dont_know, access.skipped) == (None, 1, 1, 1)
    assert found.previous is None


def test_the_quick_test_is_one_declared_view(diagnostics: dict[str, Diagnostic]) -> None:
    """One person, no proof: levels are declared, nothing is evidenced, every answer is a single view."""
    assessment = diagnostics["published-telecom"].assessment
    assert assessment is not None
    assert (assessment.mode, assessment.respondents) == ("quick", 1)
    assert {found.verdict for found in assessment.dimensions} == {"single_view", "no_answer"}
    assert all(found.evidenced is None for found in assessment.dimensions)


# --- the money of Maison Lavande, written a second time ---------------------------------


def _number(given: Estimate | None) -> float:
    assert given is not None
    return given.value


def _total_by_year(case: BusinessCase, *, programme: bool) -> list[float]:
    """Return margin minus service and onboarding per year: the ledger of section 3, in plain Python."""
    consumers, option, service = case.baseline.consumers, case.baseline.option, case.baseline.service
    assert consumers is not None
    assert option is not None
    assert service is not None
    levers = {lever.benefit: lever for lever in case.levers}

    def move(benefit: str, name: str, year: int) -> float:
        lever = levers[benefit]
        ramp = lever.ramp[min(year, len(lever.ramp) - 1)]
        return dict(lever.moves)[name].value * lever.attribution.value * ramp if programme else 0.0

    margin_rate, spend = _number(consumers.margin_rate), _number(consumers.annual_category_spend)
    contacts, cost = _number(service.annual_contacts), _number(service.cost_per_contact)
    extra, resolved = (
        _number(service.extra_contacts_per_unresolved_issue),
        _number(service.first_contact_resolution_rate),
    )
    stock = _number(consumers.count)
    base_average, totals = _average_without(case), []
    for year in range(case.finance.horizon_years):
        stay = 1 - _number(consumers.annual_churn_rate) + move("retention", "churn_rate_reduction", year)
        won = _number(consumers.annual_qualified_visits) * (
            _number(consumers.conversion_rate) + move("acquisition", "conversion_rate_gain", year)
        ) + stock * (
            _number(consumers.annual_customers_won_per_promoter)
            * move("recommendation", "promoter_share_gain", year)
            + _number(consumers.annual_prospects_lost_per_detractor)
            * move("recommendation", "detractor_share_reduction", year)
        )
        average = stock * (1 + stay) / 2 + won / 2
        margin = average * spend * margin_rate
        margin *= _number(consumers.share_of_wallet) + move("preference", "share_of_wallet_gain", year)
        subscribed = _number(option.subscription_rate) + move("advantage", "subscription_rate_gain", year)
        margin += average * _number(option.eligible_share) * subscribed * _number(option.annual_margin)
        calls = contacts * average / base_average[0]
        issues = calls / (1 + (1 - resolved) * extra)
        moved = move(
            "service_cost", "deflected_contact_share", year
        )  # they no longer gain from a better answer
        better = (
            issues * move("service_cost", "first_contact_resolution_gain", year) * extra * cost * (1 - moved)
        )
        saved = better + calls * moved * (cost - _number(service.self_service_cost_per_contact))
        served = calls * cost - saved * _number(service.cash_share)
        totals.append(margin - served - won * _number(consumers.onboarding_cost))
        stock = stock * stay + won
    return totals


def _average_without(case: BusinessCase) -> list[float]:
    consumers = case.baseline.consumers
    assert consumers is not None
    stock, averages = _number(consumers.count), []
    for _ in range(case.finance.horizon_years):
        stay = 1 - _number(consumers.annual_churn_rate)
        won = _number(consumers.annual_qualified_visits) * _number(consumers.conversion_rate)
        averages.append(stock * (1 + stay) / 2 + won / 2)
        stock = stock * stay + won
    return averages


def _costs(case: BusinessCase) -> list[float]:
    years = [0.0] * (case.finance.horizon_years + 1)
    for cost in case.costs:
        years[0] += cost.initial.value if cost.initial else 0.0
        for year in range(case.finance.horizon_years):
            years[year + 1] += cost.annual[min(year, len(cost.annual) - 1)].value if cost.annual else 0.0
    return [amount * (1 + case.finance.optimism_bias) for amount in years]


def test_the_money_is_recomputed_from_the_file(diagnostics: dict[str, Diagnostic]) -> None:
    """Benefits, costs, cash flows, NPV and ROI equal a second ledger written in plain Python, to 1e-9."""
    found = diagnostics["maison-lavande"]
    case, result = found.engagement.case, found.case
    assert case is not None
    assert result is not None
    earned = [
        with_it - without
        for with_it, without in zip(
            _total_by_year(case, programme=True), _total_by_year(case, programme=False), strict=True
        )
    ]
    spent = _costs(case)
    factors = [(1 + case.finance.discount_rate) ** -year for year in range(len(spent))]
    benefits = math.fsum(gain * factor for gain, factor in zip(earned, factors[1:], strict=True))
    costs = math.fsum(amount * factor for amount, factor in zip(spent, factors, strict=True))
    assert result.gross_benefits == pytest.approx(earned, rel=1e-9)
    assert result.costs_by_year == pytest.approx(spent, rel=1e-9)
    assert result.pv_benefits == pytest.approx(benefits, rel=1e-9)
    assert result.pv_costs == pytest.approx(costs, rel=1e-9)
    assert result.npv == pytest.approx(benefits - costs, rel=1e-9)
    assert result.roi == pytest.approx((benefits - costs) / costs, rel=1e-9)
    assert math.fsum(benefit.pv for benefit in result.benefits) == pytest.approx(benefits, rel=1e-9)


def test_the_bridge_is_recomputed_from_the_parts(
    diagnostics: dict[str, Diagnostic], catalog: Catalog
) -> None:
    """Every opportunity of every example equals the formula, on the level, target and value printed."""
    factor = {"A": 1.0, "B": 0.7, "C": 0.4}
    for found in diagnostics.values():
        assert found.assessment is not None
        assert found.bridge is not None
        assert found.case is not None
        aligned = found.assessment.dimension("alignment")
        enabler = 0.5 + 0.1 * ((aligned.evidenced or aligned.scored or 1) - 1)
        rows = [question.id for question in catalog.questions if question.id != "alignment"]
        for opportunity in found.bridge.opportunities:
            dimension = found.assessment.dimension(opportunity.question)
            level = dimension.evidenced or dimension.scored
            assert level is not None
            assert dimension.target is not None
            gap = max(0.0, dimension.target - level) / 4
            value = low = 0.0
            for benefit in found.case.benefits:
                link = catalog.link(opportunity.question, benefit.id)
                share = link.strength / sum(catalog.link(row, benefit.id).strength for row in rows)
                value += benefit.pv * share * gap * enabler
                low += benefit.pv * share * gap * enabler * factor[link.grade]
            assert opportunity.value == pytest.approx(value, rel=1e-9)
            assert opportunity.low == pytest.approx(low, rel=1e-9)


# --- every figure says where it comes from -----------------------------------------------------


def _estimates(value: object) -> list[Estimate]:
    if isinstance(value, Estimate):
        return [value]
    if isinstance(value, tuple | list):
        return [found for item in value for found in _estimates(item)]
    if attrs.has(type(value)):
        return [
            found for field in attrs.fields(type(value)) for found in _estimates(getattr(value, field.name))
        ]
    return []


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_unit_source_and_date(name: str) -> None:
    """No number of an example stands without its unit, its source and a date before the report."""
    engagement: Engagement = read_engagement(EXAMPLES / name)
    found = _estimates(engagement.case)
    assert len(found) > 8
    for given in found:
        assert given.unit
        assert given.source
        assert given.date is not None
        assert dt.date(2025, 1, 1) < given.date <= engagement.as_of


@pytest.mark.parametrize("name", ["maison-lavande", "northgate-advisory"])
def test_a_fictional_example_says_so_at_every_figure(name: str) -> None:
    """In the invented examples each source carries the word, so that no amount travels as a reference."""
    engagement = read_engagement(EXAMPLES / name)
    for given in _estimates(engagement.case):
        assert re.search("fictif|fictional", given.source)
    for wave in engagement.waves:
        for proof in wave.evidence:
            assert re.search("fictif|fictional", proof.source)


def test_the_published_example_says_what_is_assumed() -> None:
    """On published data a source is either the sample, recomputed, or an assumption, and says which."""
    for given in _estimates(read_engagement(EXAMPLES / "published-telecom").case):
        assert re.search("IBM sample|[Aa]ssumption|definition", given.source)


def test_the_logo_is_an_image_that_calls_nothing() -> None:
    """The hand-made logo holds no script, no link and no address but its namespace."""
    content = (EXAMPLES / "maison-lavande" / "logo.svg").read_text(encoding="utf-8")
    assert "<script" not in content
    assert "href" not in content
    assert content.count("http") == content.count("http://www.w3.org/2000/svg") == 1


# --- journeys ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def maps(catalog: Catalog) -> dict[str, AtlasResult]:
    """Return the maps of every example that has journeys, analysed once."""
    found: dict[str, AtlasResult] = {}
    for name in MAPPED:
        engagement = read_engagement(EXAMPLES / name)
        diagnostic = diagnose(engagement, catalog, as_of=engagement.as_of, seed=SEED)
        assert diagnostic.maps is not None
        found[name] = diagnostic.maps
    return found


def test_there_are_five_mapped_examples() -> None:
    """A retail persona, learning to drive, losing a relative, broadband onboarding, a weekend at a hotel."""
    assert JOURNEYS == ("broadband-onboarding", "hotel-tilleul", "learn-to-drive", "perdre-un-proche")


@pytest.mark.parametrize("name", MAPPED)
def test_a_client_is_not_called_by_a_title(name: str, maps: dict[str, AtlasResult]) -> None:
    """The name of a client is the same in both languages, so it is no title of its journeys in one of them."""
    atlas = maps[name].atlas
    assert atlas.client not in {title for it in atlas.journeys for title in (it.title.en, it.title.fr)}


def test_the_answers_of_the_hotel_say_what_counts(maps: dict[str, AtlasResult]) -> None:
    """Means and counts of the map are those of its CSV; what correlates most with the whole is what weighs most in it."""
    folder = EXAMPLES / "journeys" / "hotel-tilleul"
    rows = list(csv.DictReader((folder / "journey-answers.csv").read_text(encoding="utf-8").splitlines()))
    found = maps["journeys/hotel-tilleul"]
    shares = {event.event: event.share for event in found.of("weekend").events if event.share is not None}
    linked = {}
    for event in found.atlas.journey("weekend").events:
        if event.id not in rows[0]:
            continue
        given = [(int(row[event.id]), int(row["overall"])) for row in rows if row[event.id]]
        (measure,) = event.satisfaction
        levels = [level for level, _ in given]
        assert measure.counts == tuple(levels.count(level) for level in range(1, 6))
        assert (measure.n, measure.value) == (len(given), pytest.approx(statistics.fmean(levels), abs=0.0051))
        assert measure.sd == pytest.approx(statistics.stdev(levels), abs=0.0051)
        linked[event.id] = statistics.correlation(*zip(*given, strict=True))
    assert set(shares) == set(linked)
    assert max(shares, key=shares.__getitem__) == max(linked, key=linked.__getitem__) == "sleep"
    assert sum(shares.values()) == pytest.approx(1)
    how_to = (EXAMPLES.parent / "docs" / "how-to" / "what-counts.md").read_text(encoding="utf-8")
    said = {
        line.split("|")[1].strip(): line.split("|")[3].strip()
        for line in how_to.splitlines()
        if line.endswith("% |")
    }
    named = {event.action.en: event.id for event in found.atlas.journey("weekend").events}
    assert {named[name]: share for name, share in said.items()} == {
        name: f"{share:.0%}" for name, share in shares.items()
    }


def test_without_its_answers_the_hotel_believes_what_guests_say(catalog: Catalog) -> None:
    """The how-to is true: importance speaks for comparing prices when nothing is derived, for sleeping when it is."""
    atlas = read_atlas(EXAMPLES / "journeys" / "hotel-tilleul")
    speaks = {}
    for known in (atlas.answered, ()):
        result = analyse(attrs.evolve(atlas, answered=known), catalog, as_of=dt.date(2026, 11, 1), seed=SEED)
        events = {
            event.event: {why.criterion for why in event.reasons} for event in result.of("weekend").events
        }
        speaks[bool(known)] = {name for name in ("compare-rooms", "sleep") if "importance" in events[name]}
    assert speaks == {True: {"sleep"}, False: {"compare-rooms"}}


@pytest.mark.parametrize("name", MAPPED)
def test_a_mapped_example_has_no_error(name: str, maps: dict[str, AtlasResult]) -> None:
    """`check` finds no error, says every finding in both languages, and every waiver is used and gives its reason."""
    problems = check_path(EXAMPLES / name)
    assert [str(found) for found in problems if found.severity == "error"] == []
    for found in problems:
        assert describe(found, "fr") != describe(found, "en")
    atlas, waived = maps[name].atlas, maps[name].waived
    assert {(item.rule, item.at) for item in atlas.waivers} == {
        (dict(found.params)["rule"], dict(found.params)["at"]) for found in waived
    }
    assert all(item.reason for item in atlas.waivers)


@pytest.mark.parametrize("name", MAPPED)
def test_a_mapped_example_says_what_is_invented(name: str, maps: dict[str, AtlasResult]) -> None:
    """The note, printed with every map, says it in both languages; facts have a source, and no measure lacks one."""
    atlas = maps[name].atlas
    assert re.search(r"invented", atlas.note.en)
    assert re.search(r"invent[ée]", atlas.note.fr)
    assert atlas.sources
    for persona in atlas.personas:
        assert all(claim.source for claim in persona.claims if claim.fact)
        assert persona.reviewed is not None
    for journey in atlas.journeys:
        for event in journey.events:
            assert all(measure.source and measure.date for measure in event.satisfaction)


@pytest.mark.parametrize("name", MAPPED)
def test_every_text_of_a_mapped_example_has_both_languages(name: str, maps: dict[str, AtlasResult]) -> None:
    """No map has to show an untranslated text: actions, stages, pains and opportunities exist twice."""
    for journey in maps[name].atlas.journeys:
        texts = [journey.title, *(stage.name for stage in journey.stages)]
        for event in journey.events:
            texts += [
                event.action,
                *(pain.text for pain in event.pains),
                *(way.text for way in event.opportunities),
            ]
        assert all(text.en and text.fr for text in texts)


def test_julie_has_what_the_reference_asks_for(maps: dict[str, AtlasResult]) -> None:
    """Twenty events in six stages, eleven as it should be; reviews, collection in store, a loop, both sides of the line."""
    atlas = maps["maison-lavande"].atlas
    as_is, to_be = atlas.journeys
    assert (len(as_is.stages), len(as_is.events), len(to_be.events)) == (6, 20, 11)
    assert to_be.compared_with == as_is.id
    assert (atlas.persona("julie").digital, atlas.persona("francoise").digital) == (5, 2)
    assert {actor.line for actor in atlas.actors} == {"front", "back", "partner"}
    order = [event.id for event in as_is.events]
    assert any(order.index(name) <= rank for rank, event in enumerate(as_is.events) for name in event.next)
    assert sum(weight for _, weight in atlas.strategy.weights) == pytest.approx(1)
    assert {measure.metric for event in as_is.events for measure in event.satisfaction} == {
        *("csat5", "ces7", "top2", "nps", "expert"),
    }


def test_the_measures_of_julie_agree_with_their_counts(maps: dict[str, AtlasResult]) -> None:
    """The sum of the counts is n, the value their mean to the hundredth, sd their deviation: nothing was rounded by eye."""
    atlas = maps["maison-lavande"].atlas
    counted = [
        measure
        for journey in atlas.journeys
        for event in journey.events
        for measure in event.satisfaction
        if measure.counts
    ]
    assert len(counted) >= 15
    for measure in counted:
        answers = [level for level, count in enumerate(measure.counts, 1) for _ in range(count)]
        assert measure.n == len(answers)
        assert measure.value == pytest.approx(statistics.fmean(answers), abs=0.0051)
        assert measure.sd == pytest.approx(statistics.stdev(answers), abs=0.0051)


def test_julie_waits_at_the_counter(maps: dict[str, AtlasResult]) -> None:
    """The wait is a moment of truth for both personas, below the promise of two hours; the account stops Françoise more."""
    found = maps["maison-lavande"]
    for persona in ("julie", "francoise"):
        names = {event.event for event in found.of("acheter-parure", persona).moments}
        assert {"attendre-comptoir", "ouvrir-compte"} <= names
    broken = {promise.promise for promise in found.promises if promise.broken}
    assert "retrait-deux-heures" in broken
    assert "conseil-partout" not in broken
    account = {
        persona: next(it for it in found.of("acheter-parure", persona).events if it.event == "ouvrir-compte")
        for persona in ("julie", "francoise")
    }
    assert account["francoise"].high is not None
    assert account["julie"].low is not None
    assert account["francoise"].high < account["julie"].low


def test_every_opportunity_points_at_feedback(maps: dict[str, AtlasResult]) -> None:
    """No shipped idea stands on nothing: each names a pain or a measure that exists."""
    for found in maps.values():
        events = [event for journey in found.atlas.journeys for event in journey.events]
        known = {item.id for event in events for item in (*event.pains, *event.satisfaction)}
        for event in events:
            for opportunity in event.opportunities:
                assert opportunity.feedback
                assert set(opportunity.feedback) <= known


def test_learning_to_drive_is_as_published(maps: dict[str, AtlasResult]) -> None:
    """Seven steps, two branches after the licence, 34 + 23 + 62 = 119 pounds, each price shown; nobody asked a learner."""
    found = maps["journeys/learn-to-drive"]
    (journey,) = found.atlas.journeys
    charges = {event.id: event.charge for event in journey.events if event.charge is not None}
    assert len(journey.stages) == 7
    assert charges == {"apply-provisional": 34, "book-theory": 23, "book-driving": 62}
    assert sum(charges.values()) == 119
    assert all(event.price_shown for event in journey.events if event.charge is not None)
    branch = next(event for event in journey.events if event.id == "apply-provisional")
    assert branch.next == ("read-highway-code", "revise-theory")
    assert not any(event.satisfaction for event in journey.events)
    asked = {dict(problem.params)["at"] for problem in found.findings if problem.code == "journey.v401"}
    assert asked == {stage.id for stage in journey.stages}


def test_losing_a_relative_means_many_organisations(maps: dict[str, AtlasResult]) -> None:
    """More than ten organisations, the death certificate asked for again and again, every event sensitive, all H."""
    found = maps["journeys/perdre-un-proche"]
    (journey,) = found.atlas.journeys
    owners = {event.owner for event in journey.events if event.owner}
    asked = sum(item.name.fr == "Acte de décès" for event in journey.events for item in event.data)
    repeated = next(problem for problem in found.findings if problem.code == "journey.b607")
    assert len(owners) >= 11
    assert asked == dict(repeated.params)["n"] >= 10
    assert all(event.sensitive for event in journey.events)
    assert {event.grade for result in found.journeys for event in result.events} == {"H", None}


def test_broadband_departs_from_its_plan_in_four_ways(maps: dict[str, AtlasResult]) -> None:
    """Missing, ad hoc, wrong sequence and failed: exactly the touchpoints whose notes say so."""
    found = maps["journeys/broadband-onboarding"]
    lived = found.of("onboarding-actual")
    assert {(item.kind, item.event) for item in lived.deviations} == {
        ("missing", "planned-letter-two"),
        ("ad_hoc", "lived-call-date"),
        ("ad_hoc", "lived-call-help"),
        ("wrong_sequence", "lived-invoice"),
        ("failed", "lived-install"),
    }
    planned = found.atlas.journey("onboarding-planned")
    assert [event.channel for event in planned.events] == [
        *("website", "letter", "letter", "pickup_point", "modem-kit", "notification"),
    ]
    assert not any(event.satisfaction for event in planned.events)
