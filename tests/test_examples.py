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
from cxmaturity.i18n import describe

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = tuple(sorted(path.parent.name for path in EXAMPLES.glob("*/engagement.yaml")))
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
