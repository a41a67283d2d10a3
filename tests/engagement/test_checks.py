"""Each contradiction is found, once, with its path; a sound engagement has none."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import attrs
import pytest

from cxmaturity.assessment.values import Answer, Evidence, MirrorResult, Response, Settings, Target, Wave
from cxmaturity.business_case.values import Baseline, BusinessCase, Consumers, Cost, Finance, Lever, Service
from cxmaturity.catalog import Catalog
from cxmaturity.core.estimate import Estimate
from cxmaturity.core.problems import Problem
from cxmaturity.engagement import Action, Client, Engagement, Theme, check_engagement
from cxmaturity.i18n import describe
from cxmaturity.journey.values import Atlas

AS_OF = dt.date(2026, 11, 1)
EARLIER = dt.date(2026, 9, 1)
LATER = dt.date(2026, 12, 1)
QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")


def _known(value: float, **details: Any) -> Estimate:
    return Estimate(value=value, unit="u", source="s", date=EARLIER, evidence="E2", **details)


def _response(name: str, function: str = "service", **levels: int) -> Response:
    return Response(
        respondent=name,
        function=function,
        answers={question: Answer(state="level", level=level) for question, level in levels.items()},
    )


def _wave(**changes: Any) -> Wave:
    given: dict[str, Any] = {
        "id": "t1",
        "date": EARLIER,
        "version": "1",
        "responses": (_response("r1", trust=3), _response("r2", "sales", trust=4), _response("r3", trust=2)),
        "evidence": (_evidence(),),
        "mirror": (MirrorResult(question="trust", agreeing=10, n=20, date=EARLIER),),
    }
    return Wave(**{**given, **changes})


def _evidence(**changes: Any) -> Evidence:
    given: dict[str, Any] = {
        "question": "trust",
        "grade": "E2",
        "description": "d",
        "source": "s",
        "date": EARLIER,
    }
    return Evidence(**{**given, **changes})


def _lever(benefit: str = "retention", **changes: Any) -> Lever:
    moves = {"retention": {"churn_rate_reduction": _known(0.01)}}
    given: dict[str, Any] = {
        "benefit": benefit,
        "moves": moves.get(benefit, {}),
        "attribution": _known(0.5),
        "ramp": (0.5, 1.0),
    }
    return Lever(**{**given, **changes})


def _case(**changes: Any) -> BusinessCase:
    consumers = Consumers(
        count=_known(1000),
        annual_churn_rate=_known(0.2),
        annual_category_spend=_known(500),
        share_of_wallet=_known(0.4),
        margin_rate=_known(0.3),
    )
    given: dict[str, Any] = {
        "currency": "EUR",
        "goals": (),
        "baseline": Baseline(consumers=consumers),
        "levers": (_lever(),),
        "costs": (Cost(name="c", initial=_known(1000)),),
        "finance": Finance(discount_rate=0.1, basis="nominal", timing="end", horizon_years=3),
    }
    return BusinessCase(**{**given, **changes})


def _engagement(**changes: Any) -> Engagement:
    given: dict[str, Any] = {
        "client": Client(name="Acme", id="acme"),
        "language": "en",
        "currency": "EUR",
        "as_of": AS_OF,
        "theme": Theme(),
        "settings": Settings(),
        "waves": (_wave(),),
        "targets": (Target(question="trust", level=4, by=LATER),),
        "goals": ("retention",),
        "case": _case(),
        "actions": (Action(question="trust", text="t", due=LATER),),
    }
    return Engagement(**{**given, **changes})


def _consumers(**changes: Any) -> BusinessCase:
    case = _case()
    return _case(baseline=Baseline(consumers=attrs.evolve(case.baseline.consumers, **changes)))


def _found(engagement: Engagement, catalog: Catalog) -> list[tuple[str, str, str]]:
    return [(found.severity, found.code, found.dotted) for found in check_engagement(engagement, catalog)]


def test_a_sound_engagement_has_no_problem(catalog: Catalog) -> None:
    """Nothing is found where nothing is wrong."""
    assert _found(_engagement(), catalog) == []


def test_journeys_alone_are_enough_to_report(catalog: Catalog) -> None:
    """An engagement with neither answers nor a case has something to report when it has journeys."""
    atlas = Atlas(client="Client", language="en")
    assert (
        _found(_engagement(waves=(), case=None, goals=(), actions=(), targets=(), atlas=atlas), catalog) == []
    )


WAVE = "assessment.waves[0]"
BROKEN: dict[str, tuple[Engagement, tuple[str, str, str]]] = {
    "nothing": (
        _engagement(waves=(), case=None, goals=()),
        ("error", "engagement.nothing_to_report", ""),
    ),
    "currency": (
        _engagement(currency="€", case=None, goals=()),
        ("error", "engagement.currency", "currency"),
    ),
    "two currencies": (_engagement(currency="GBP"), ("error", "engagement.two_currencies", "currency")),
    "journeys in another currency": (
        _engagement(atlas=Atlas(client="Client", language="en", currency="CHF")),
        ("error", "engagement.currency_of_journeys", "journeys.currency"),
    ),
    "group": (
        _engagement(settings=Settings(minimum_group=2)),
        ("error", "engagement.minimum_group", "privacy.minimum_group"),
    ),
    "target of no question": (
        _engagement(targets=(Target(question="trusts", level=4),)),
        ("error", "engagement.unknown_question", "assessment.targets.trusts"),
    ),
    "two targets": (
        _engagement(targets=(Target(question="trust", level=4), Target(question="trust", level=5))),
        ("error", "engagement.duplicate_target", "assessment.targets.trust"),
    ),
    "target range": (
        _engagement(targets=(Target(question="trust", level=6),)),
        ("error", "engagement.target_range", "assessment.targets.trust"),
    ),
    "target past": (
        _engagement(targets=(Target(question="trust", level=4, by=EARLIER),)),
        ("error", "engagement.target_past", "assessment.targets.trust.by"),
    ),
    "weight missing": (
        _engagement(settings=Settings(weights=dict.fromkeys(QUESTIONS[1:], 1 / 6))),
        ("error", "engagement.weight_missing", "assessment.weights"),
    ),
    "weight sum": (
        _engagement(settings=Settings(weights=dict.fromkeys(QUESTIONS, 0.2))),
        ("error", "engagement.weight_sum", "assessment.weights"),
    ),
    "weight range": (
        _engagement(
            settings=Settings(weights={**dict.fromkeys(QUESTIONS, 1 / 6), "trust": 1.5, "access": -8 / 6})
        ),
        ("error", "engagement.weight_range", "assessment.weights.access"),
    ),
    "action of no question": (
        _engagement(actions=(Action(question="thrust", text="t"),)),
        ("error", "engagement.unknown_question", "actions[0].question"),
    ),
    "action past": (
        _engagement(actions=(Action(question="trust", text="t", due=EARLIER),)),
        ("warning", "engagement.action_past", "actions[0].due"),
    ),
    "two waves of one name": (
        _engagement(waves=(_wave(date=dt.date(2025, 9, 1), evidence=(), mirror=()), _wave())),
        ("error", "engagement.duplicate_wave", "assessment.waves[1].id"),
    ),
    "waves out of order": (
        _engagement(waves=(_wave(id="t0"), _wave())),
        ("error", "engagement.wave_order", "assessment.waves[1].date"),
    ),
    "wave after the report": (
        _engagement(waves=(_wave(date=LATER),)),
        ("error", "engagement.wave_future", f"{WAVE}.date"),
    ),
    "other questionnaire": (
        _engagement(waves=(_wave(version="0"),)),
        ("warning", "engagement.questionnaire_version", f"{WAVE}.questionnaire"),
    ),
    "nobody": (
        _engagement(waves=(_wave(responses=()),)),
        ("error", "engagement.no_response", f"{WAVE}.answers"),
    ),
    "two people": (
        _engagement(waves=(_wave(responses=(_response("r1", trust=3), _response("r2", trust=2))),)),
        ("warning", "engagement.panel_too_small", f"{WAVE}.answers"),
    ),
    "respondent twice": (
        _engagement(waves=(_wave(responses=(_response("R1"), _response("r2"), _response("r1 "))),)),
        ("error", "engagement.duplicate_respondent", f"{WAVE}.responses[2].respondent"),
    ),
    "function": (
        _engagement(waves=(_wave(responses=(_response("r1", "sale"), _response("r2"), _response("r3"))),)),
        ("error", "engagement.unknown_function", f"{WAVE}.responses[0].function"),
    ),
    "answer to no question": (
        _engagement(waves=(_wave(responses=(_response("r1", trusty=3), _response("r2"), _response("r3"))),)),
        ("error", "engagement.unknown_question", f"{WAVE}.responses[0].trusty"),
    ),
    "criterion": (
        _engagement(
            waves=(
                _wave(
                    responses=(
                        Response(
                            respondent="r1",
                            function="sales",
                            answers={
                                "trust": Answer(state="level", level=3, criteria=("a", "trust.b", "access.c"))
                            },
                        ),
                        _response("r2"),
                        _response("r3"),
                    )
                ),
            )
        ),
        ("error", "engagement.unknown_criterion", f"{WAVE}.responses[0].trust.criteria"),
    ),
    "evidence of no question": (
        _engagement(waves=(_wave(evidence=(_evidence(question="truth"),)),)),
        ("error", "engagement.unknown_question", f"{WAVE}.evidence[0].question"),
    ),
    "evidence after the report": (
        _engagement(waves=(_wave(evidence=(_evidence(date=LATER),)),)),
        ("error", "engagement.evidence_future", f"{WAVE}.evidence[0].date"),
    ),
    "evidence old": (
        _engagement(waves=(_wave(evidence=(_evidence(date=dt.date(2025, 11, 1)),)),)),
        ("warning", "engagement.evidence_old", f"{WAVE}.evidence[0].date"),
    ),
    "evidence of nobody": (
        _engagement(waves=(_wave(evidence=(_evidence(n=0),)),)),
        ("error", "engagement.evidence_n", f"{WAVE}.evidence[0].n"),
    ),
    "evidence of how many": (
        _engagement(waves=(_wave(evidence=(_evidence(grade="E3"),)),)),
        ("warning", "engagement.evidence_without_n", f"{WAVE}.evidence[0].n"),
    ),
    "evidence in a quick test": (
        _engagement(settings=Settings(mode="quick")),
        ("warning", "engagement.evidence_unused", "assessment.mode"),
    ),
    "mirror of no question": (
        _engagement(waves=(_wave(mirror=(MirrorResult(question="truth", agreeing=1, n=2),)),)),
        ("error", "engagement.unknown_question", f"{WAVE}.mirror[0].question"),
    ),
    "mirror twice": (
        _engagement(waves=(_wave(mirror=(MirrorResult(question="trust", agreeing=1, n=2),) * 2),)),
        ("error", "engagement.duplicate_mirror", f"{WAVE}.mirror[1].question"),
    ),
    "mirror of nobody": (
        _engagement(waves=(_wave(mirror=(MirrorResult(question="trust", agreeing=0, n=0),)),)),
        ("error", "engagement.mirror_n", f"{WAVE}.mirror[0].n"),
    ),
    "mirror of more than all": (
        _engagement(waves=(_wave(mirror=(MirrorResult(question="trust", agreeing=3, n=2),)),)),
        ("error", "engagement.mirror_agreeing", f"{WAVE}.mirror[0].agreeing"),
    ),
    "mirror after the report": (
        _engagement(waves=(_wave(mirror=(MirrorResult(question="trust", agreeing=1, n=2, date=LATER),)),)),
        ("error", "engagement.mirror_future", f"{WAVE}.mirror[0].date"),
    ),
    "goal without lever": (
        _engagement(goals=("retention", "advantage")),
        ("warning", "engagement.goal_without_lever", "goals[1]"),
    ),
    "goal twice": (
        _engagement(goals=("retention", "retention")),
        ("error", "engagement.duplicate_goal", "goals[1]"),
    ),
    "goal of no benefit": (
        _engagement(goals=("retention", "retentions")),
        ("error", "engagement.unknown_benefit", "goals[1]"),
    ),
    "lever without goal": (
        _engagement(case=_case(levers=(_lever(), _lever("advantage")))),
        ("warning", "engagement.lever_without_goal", "levers.advantage"),
    ),
    "lever of no benefit": (
        _engagement(case=_case(levers=(_lever(), _lever("retentions")))),
        ("error", "engagement.unknown_benefit", "levers.retentions"),
    ),
    "two levers": (
        _engagement(case=_case(levers=(_lever(), _lever()))),
        ("error", "business_case.lever_twice", "levers.retention"),
    ),
    "missing input": (
        _engagement(case=_consumers(margin_rate=None)),
        ("warning", "engagement.input_missing", "baseline.consumers.margin_rate"),
    ),
    "input of the future": (
        _engagement(case=_consumers(count=Estimate(value=10, date=LATER))),
        ("error", "engagement.estimate_future", "baseline.consumers.count.date"),
    ),
    "input of long ago": (
        _engagement(case=_consumers(count=Estimate(value=10, date=dt.date(2024, 11, 1)))),
        ("warning", "engagement.estimate_old", "baseline.consumers.count.date"),
    ),
    "cost of the future": (
        _engagement(case=_case(costs=(Cost(name="c", annual=(_known(1), Estimate(value=1, date=LATER))),))),
        ("error", "engagement.estimate_future", "costs[0].annual[1].date"),
    ),
    "percent": (
        _engagement(case=_case(levers=(_lever(moves={"churn_rate_reduction": _known(5)}),))),
        ("error", "engagement.move_looks_like_percent", "levers.retention.churn_rate_reduction"),
    ),
    "too much": (
        _engagement(case=_case(levers=(_lever(moves={"churn_rate_reduction": _known(0.3)}),))),
        ("error", "business_case.below_zero", "levers.retention.churn_rate_reduction"),
    ),
    "promoters": (
        _engagement(case=_consumers(promoter_share=_known(0.7), detractor_share=_known(0.4))),
        ("error", "business_case.promoters_and_detractors", "baseline.consumers.promoter_share"),
    ),
    "long ramp": (
        _engagement(case=_case(levers=(_lever(ramp=(0.1, 0.2, 0.3, 0.4)),))),
        ("warning", "engagement.ramp_long", "levers.retention.ramp"),
    ),
    "falling ramp": (
        _engagement(case=_case(levers=(_lever(ramp=(0.4, 0.2)),))),
        ("warning", "engagement.ramp_falls", "levers.retention.ramp"),
    ),
    "long lag": (
        _engagement(case=_case(levers=(_lever(lag_years=3),))),
        ("error", "engagement.lag_long", "levers.retention.lag_years"),
    ),
    "free": (_engagement(case=_case(costs=())), ("warning", "engagement.no_cost", "costs")),
    "long cost": (
        _engagement(case=_case(costs=(Cost(name="c", annual=(_known(1),) * 4),))),
        ("warning", "engagement.cost_long", "costs[0].annual"),
    ),
    "discount rate": (
        _engagement(
            case=_case(finance=Finance(discount_rate=0.5, basis="nominal", timing="end", horizon_years=3))
        ),
        ("warning", "engagement.discount_rate", "finance.discount_rate"),
    ),
    "optimism": (
        _engagement(
            case=_case(
                finance=Finance(
                    discount_rate=0.1, basis="nominal", timing="end", horizon_years=3, optimism_bias=10
                )
            )
        ),
        ("error", "engagement.optimism_bias", "finance.optimism_bias"),
    ),
    "horizon": (
        _engagement(
            case=_case(finance=Finance(discount_rate=0.1, basis="nominal", timing="end", horizon_years=11))
        ),
        ("warning", "engagement.horizon_long", "finance.horizon_years"),
    ),
    "dates that do not count": (
        _engagement(
            case=_case(
                finance=Finance(
                    discount_rate=0.1, basis="nominal", timing="end", horizon_years=3, dates=(EARLIER,)
                )
            )
        ),
        ("warning", "engagement.dates_unused", "finance.dates"),
    ),
}


# two weights are out of range; a goal without a lever also lacks its three baseline inputs
MORE = {"weight range": 2, "goal without lever": 4}


@pytest.mark.parametrize("name", BROKEN)
def test_each_contradiction_is_found_with_its_path(catalog: Catalog, name: str) -> None:
    """Breaking one thing in a sound engagement yields that one problem, with its severity, code and path."""
    engagement, expected = BROKEN[name]
    found = _found(engagement, catalog)
    assert expected in found
    assert len(found) == MORE.get(name, 1)


def test_every_code_of_the_room_is_tested() -> None:
    """Each French sentence of the room belongs to a problem that the tests above provoke."""
    from cxmaturity.i18n.messages import load_errors

    provoked = {code for _, (_, code, _) in BROKEN.values() if code.startswith("engagement.")}
    assert set(load_errors("engagement")) == provoked


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_problem_can_be_said_in_both_languages(catalog: Catalog, language: str) -> None:
    """Each sentence fills all its fields, and no field is left as a Python value."""
    for engagement, _ in BROKEN.values():
        for problem in check_engagement(engagement, catalog):
            said = describe(problem, language)  # type: ignore[arg-type]  # one of the two
            assert said.strip()
            assert "{" not in said
            assert "Text(" not in said


def test_a_missing_input_says_who_knows_it(catalog: Catalog) -> None:
    """The warning names the input and who at the client has it, in the catalogue's words, both languages."""
    (problem,) = check_engagement(_engagement(case=_consumers(margin_rate=None)), catalog)
    spec = catalog.input("baseline.consumers.margin_rate")
    for language in ("en", "fr"):
        said = describe(problem, language)
        assert spec.name.in_(language) in said
        assert spec.who_knows.in_(language) in said


def test_a_misspelt_name_is_suggested(catalog: Catalog) -> None:
    """An unknown question comes with the nearest one that exists."""
    (problem,) = check_engagement(_engagement(targets=(Target(question="alignement", level=4),)), catalog)
    assert "Did you mean 'alignment'?" in problem.message


def test_errors_come_before_warnings(catalog: Catalog) -> None:
    """A reader sees first what stops the run."""
    engagement = _engagement(
        goals=("retention", "advantage"), actions=(Action(question="thrust", text="t", due=EARLIER),)
    )
    severities = [found.severity for found in check_engagement(engagement, catalog)]
    assert severities == sorted(severities)
    assert set(severities) == {"error", "warning"}


def test_service_alone_needs_nothing_of_consumers(catalog: Catalog) -> None:
    """A case on service cost asks for the service inputs only."""
    service = Service(annual_contacts=_known(10_000), cost_per_contact=_known(5))
    lever = _lever("service_cost", moves={"first_contact_resolution_gain": _known(0.05)})
    engagement = _engagement(
        goals=("service_cost",), case=_case(baseline=Baseline(service=service), levers=(lever,))
    )
    missing = {found.dotted for found in check_engagement(engagement, catalog)}
    expected = {
        "baseline.service.self_service_cost_per_contact",
        "baseline.service.first_contact_resolution_rate",
        "baseline.service.extra_contacts_per_unresolved_issue",
        "baseline.service.cash_share",
        "levers.service_cost.deflected_contact_share",
    }
    assert expected == missing


def test_problems_are_plain_values(catalog: Catalog) -> None:
    """A problem can be put in a set: it is compared and stored like any value."""
    problems = check_engagement(BROKEN["weight sum"][0], catalog)
    assert isinstance(next(iter({*problems})), Problem)


def test_checking_needs_no_numpy() -> None:
    """`check_engagement` is imported without numpy, so that `cxmaturity check` starts quickly."""
    code = "import sys; from cxmaturity.engagement import check_engagement; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
