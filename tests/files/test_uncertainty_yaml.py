"""Ranges of every shape and the ``uncertainty:`` block: read as typed, and every mistake said on its line."""

from __future__ import annotations

import pytest

from cxmaturity.business_case.values import Group, Uncertainty
from cxmaturity.core.estimate import Estimate
from cxmaturity.files import read_engagement

CHURN = "{value: 0.18, unit: share of customers lost per year"
REST = "unit: u, source: s, date: 2026-09-30, evidence: E1}"
START = "uncertainty:\n"
BLOCK_END = "    levers.retention.churn_rate_reduction: {fixed: 3000, per_observation: 0.5}\n"


def churn_of(folder) -> Estimate:
    """Return the churn rate that was read."""
    return read_engagement(folder).case.baseline.consumers.annual_churn_rate


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("{low: 0.1, mode: 0.18, high: 0.3", (0.18, 0.1, 0.3, None)),
        ("{low: 0.1, mode: 0.18, high: 0.3, shape: triangular", (0.18, 0.1, 0.3, "triangular")),
        ("{low: 0.1, value: 0.18, high: 0.3, shape: pert", (0.18, 0.1, 0.3, "pert")),
        ("{p10: 0.12, p50: 0.18, p90: 0.26", (0.18, 0.12, 0.26, "percentiles")),
        ("{p10: 0.12, p50: 0.18, p90: 0.26, shape: lognormal", (0.18, 0.12, 0.26, "lognormal")),
        ("{p10: 0.09, p90: 0.25, shape: lognormal", (0.15, 0.09, 0.25, "lognormal")),
        ("{value: 0.18, n: 400, shape: measured", (0.18, None, None, "measured")),
        ("{value: 0.18, n: 400", (0.18, None, None, None)),
    ],
)
def test_ranges_are_read_as_typed(spoil, folder, typed, expected) -> None:
    """Each way to write a range gives its value, its ends and its shape."""
    found = [
        problem
        for problem in spoil(CHURN, f"{typed}, unit: share of customers lost per year")
        if problem.severity == "error"
    ]
    churn = churn_of(folder)

    assert [] == found
    assert expected == (pytest.approx(churn.value), churn.low, churn.high, churn.shape)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("{low: 0.3, mode: 0.18, high: 0.1", "core.range_order"),
        ("{p10: 0.3, p50: 0.18, p90: 0.1", "core.range_order"),
        ("{low: 0.1, mode: 0.18", "core.range_half"),
        ("{p10: 0.1, p50: 0.18", "files.estimate_percentiles"),
        ("{p10: 0.1, p90: 0.18", "files.estimate_percentiles"),
        ("{p10: 0.1, p50: 0.18, p90: 0.3, low: 0", "files.estimate_mixed"),
        ("{p10: 0.1, p50: 0.18, p90: 0.3, shape: pert", "files.estimate_shape"),
        ("{low: 0.1, mode: 0.18, high: 0.3, shape: lognormal", "files.estimate_shape"),
        ("{low: 0.1, mode: 0.18, high: 0.3, shape: normal", "files.unknown_choice"),
        ("{p10: 0.1, p50: 0.11, p90: 0.3", "core.percentiles_skewed"),
        ("{p10: 0, p50: 0.1, p90: 0.3, shape: lognormal", "core.lognormal_range"),
        ("{value: 0.18, shape: measured", "core.measured_share"),
        ("{value: 0.18, shape: pert", "core.shape_without_range"),
        ("{low: 0.1, mode: 0.18, high: 1.2", "core.rate_looks_like_percent"),
        ("{low: -0.1, mode: 0.18, high: 0.3", "core.out_of_range"),
        ("{low: 0.1, mode: .nan, high: 0.3", "files.wrong_value"),
        ("{n: 3", "files.estimate_value"),
    ],
)
def test_ranges_that_cannot_be_are_said_on_their_line(spoil, line_of, typed, code) -> None:
    """One problem, with the line of the estimate."""
    line = line_of(CHURN)
    found = [problem for problem in spoil(CHURN, f"{typed}, unit: u") if problem.severity == "error"]

    assert [(code, line)] == [(problem.code, problem.place.line) for problem in found]


def test_the_block_is_read_as_typed(folder) -> None:
    """Every key of the block reaches its place."""
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    start, end = text.index(START), text.index(BLOCK_END) + len(BLOCK_END)
    block = """uncertainty:
  draws: 500
  seed: 7
  correlation: 0.5
  groups:
    - {name: credit, inputs: ["levers.*.attribution"], correlation: 1}
  success_probability: 0.9
  measurement_costs:
    levers.retention.churn_rate_reduction: {fixed: 10, per_observation: 2}
    levers.service_cost.deflected_contact_share: {per_observation: 3}
"""
    file.write_text(text[:start] + block + text[end:], encoding="utf-8")

    assert (
        Uncertainty(
            draws=500,
            seed=7,
            correlation=0.5,
            groups=(Group(name="credit", inputs=("levers.*.attribution",), correlation=1.0),),
            success_probability=0.9,
            measurement_costs={
                "levers.retention.churn_rate_reduction": (10.0, 2.0),
                "levers.service_cost.deflected_contact_share": (0.0, 3.0),
            },
        )
        == read_engagement(folder).case.uncertainty
    )


def test_without_the_block_the_defaults_are_those_of_the_value(folder) -> None:
    """An engagement that says nothing has 10,000 draws, seed 1 and a correlation of 0.3."""
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8")
    start, end = text.index(START), text.index(BLOCK_END) + len(BLOCK_END)
    file.write_text(text[:start] + text[end:], encoding="utf-8")

    assert Uncertainty() == read_engagement(folder).case.uncertainty


MISTAKES = [
    ("draws: 10000", "draws: 5", "files.out_of_range"),
    ("draws: 10000", "draws: many", "files.wrong_value"),
    ("correlation: 0.3", "correlation: 30", "files.rate_looks_like_percent"),
    ("correlation: 0.3", "correlation: -0.3", "business_case.correlation_range"),
    ("prudence: distribution", "prudence: both", "files.unknown_choice"),
    ("prudence: distribution", "haircuts: {retention: 0.2}", "business_case.prudent_twice"),
    ("prudence: distribution", "cost_uplift: 0.2", "business_case.prudent_twice"),
    ("prudence: distribution", "success_probability: 80", "files.rate_looks_like_percent"),
    ("prudence: distribution", "sucess_probability: 0.8", "files.misspelt_key"),
    (
        "levers.retention.churn_rate_reduction: {fixed",
        "levers.retention.churn_rate_reductoin: {fixed",
        "business_case.unknown_input",
    ),
    ("per_observation: 0.5", "per_observation: -1", "files.out_of_range"),
    (
        "prudence: distribution",
        'groups: [{name: a, inputs: ["levers.*"], correlation: 1}, {name: b, inputs: ["levers.retention.*"], correlation: 1}]',
        "business_case.input_in_two_groups",
    ),
]


@pytest.mark.parametrize(("old", "new", "code"), MISTAKES)
def test_mistakes_of_the_block_are_said_on_their_line(spoil, line_of, old, new, code) -> None:
    """One problem, with the line of the key."""
    line = line_of(old if "churn" in old else f"  {old}" if "per_obs" not in old else BLOCK_END.strip())
    found = [problem for problem in spoil(old, new) if problem.severity == "error"]

    assert [(code, line)] == [(problem.code, problem.place.line) for problem in found]


def test_haircuts_for_a_benefit_that_does_not_exist(spoil) -> None:
    """The benefits of the haircuts are those of the catalogue, and each lever has one."""
    found = {
        problem.code
        for problem in spoil(
            "prudence: distribution", "prudence: haircut\n  haircuts: {retenton: 0.2, service_cost: 0.1}"
        )
        if problem.severity == "error"
    }

    assert {"engagement.unknown_benefit", "business_case.haircut_missing"} == found


def test_a_horizon_of_zero_and_costs_of_zero(spoil, folder) -> None:
    """A horizon of zero is refused; costs that add up to zero are a warning on the costs."""
    zero = [
        problem.code
        for problem in spoil("horizon_years: 3", "horizon_years: 0")
        if problem.severity == "error"
    ]
    file = folder / "engagement.yaml"
    text = file.read_text(encoding="utf-8").replace("horizon_years: 0", "horizon_years: 3")
    for amount in ("40000", "30000", "35000"):
        text = text.replace(f"{{value: {amount}", "{value: 0", 1)
    file.write_text(text, encoding="utf-8")
    from cxmaturity.files import check_path

    warnings = {problem.code: problem.place.line for problem in check_path(folder)}

    assert ["files.out_of_range"] == zero
    assert warnings["business_case.zero_costs"] == text[: text.index("costs:\n")].count("\n") + 1


def test_a_lever_may_say_what_it_counts(spoil, folder) -> None:
    """Two levers that declare the same pool of the same customers are an error on the pool that was typed."""
    found = [
        problem
        for problem in spoil(
            "    owner: Head of customer service",
            "    owner: Head of customer service\n    population: consumers\n    pool: existing_customers",
        )
        if problem.severity == "error"
    ]
    text = (folder / "engagement.yaml").read_text(encoding="utf-8")

    assert ["business_case.overlap_same_pool"] == [problem.code for problem in found]
    assert text[: text.index("    pool: ")].count("\n") + 1 == found[0].place.line


def test_an_unknown_pool_is_refused(spoil) -> None:
    """Pools are those of the catalogue."""
    codes = [
        problem.code
        for problem in spoil("    owner: Head of customer service", "    owner: H\n    pool: the_till")
        if problem.severity == "error"
    ]

    assert ["files.unknown_choice"] == codes
