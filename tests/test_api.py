"""The public surface: small, pinned, lazy, and enough to work without any file."""

from __future__ import annotations

import datetime as dt

import pytest

import cxmaturity as cx

PUBLIC = [
    "Answer",
    "Baseline",
    "BusinessCase",
    "BusinessCaseBuilder",
    "Consumers",
    "Contracts",
    "Cost",
    "CxMaturityError",
    "Evidence",
    "Finance",
    "JourneyMap",
    "Lever",
    "Option",
    "Response",
    "SelfTest",
    "Service",
    "Settings",
    "Target",
    "Wave",
    "__version__",
    "compare_waves",
    "diagnose",
    "estimate",
    "evaluate_case",
    "load_catalog",
    "make_report",
    "read_atlas",
    "read_engagement",
    "score_assessment",
]


def test_public_names_are_these_and_sorted():
    """The facade offers exactly the pinned names, sorted, at most thirty."""
    assert sorted(PUBLIC) == cx.__all__ == dir(cx)
    assert 30 >= len(cx.__all__)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_loads_and_is_documented(name):
    """Each public name exists and says what it is for."""
    assert getattr(cx, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
    """A misspelt name fails as attributes do."""
    with pytest.raises(AttributeError, match="scoreassessment"):
        _ = cx.scoreassessment


def test_score_without_any_file():
    """Three people answering 2, 3 and 3 give a declared level of 8/3, from Python values only."""
    catalog = cx.load_catalog()
    ids = [question.id for question in catalog.questions]
    people = [("a", "marketing", 2), ("b", "sales", 3), ("c", "service", 3)]
    wave = cx.Wave(
        id="now",
        date=dt.date(2026, 11, 1),
        version=catalog.version,
        responses=[
            cx.Response(
                respondent=who,
                function=function,
                answers={id_: cx.Answer(state="level", level=level) for id_ in ids},
            )
            for who, function, level in people
        ],
    )

    result = cx.score_assessment(
        wave, catalog, settings=cx.Settings(mode="quick", privacy="named"), as_of=dt.date(2026, 11, 2), seed=1
    )

    assert [pytest.approx(8 / 3)] * 7 == [dimension.declared for dimension in result.dimensions]
    assert pytest.approx(8 / 3) == result.index.geometric


def test_evaluate_a_case_without_any_file():
    """One lever on ten contracts of three years: the NPV is what pencil and paper give."""
    rate = {"unit": "share", "source": "hand", "evidence": "E2"}
    contracts = cx.Contracts(
        count=cx.estimate(300, **rate),
        term_years=cx.estimate(3, **rate),
        renewal_rate=cx.estimate(0.8, **rate),
        annual_value=cx.estimate(1000, **rate),
        margin_rate=cx.estimate(0.5, **rate),
        annual_new=cx.estimate(0, **rate),
    )
    lever = cx.Lever(
        benefit="engagement",
        moves={
            "renewal_intention_gain": cx.estimate(0.1, **rate),
            "intention_to_renewal": cx.estimate(1.0, **rate),
        },
        attribution=cx.estimate(1.0, **rate),
        ramp=[1.0],
    )
    case = cx.BusinessCase(
        currency="EUR",
        baseline=cx.Baseline(contracts=contracts),
        levers=[lever],
        costs=[cx.Cost(name="programme", initial=cx.estimate(1000, **rate))],
        finance=cx.Finance(discount_rate=0.1, basis="nominal", timing="end", horizon_years=1),
    )

    result = cx.evaluate_case(case, cx.load_catalog())

    # 100 renewals x 0.1 = 10 contracts kept, on average half the year, 1000 a year at 50 %: 2500 at the end of year 1.
    assert pytest.approx(2500 / 1.1 - 1000) == result.npv
    assert pytest.approx((2500 / 1.1 - 1000) / 1000) == result.roi
