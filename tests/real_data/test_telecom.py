"""Every published figure of examples/published-telecom is recomputed from the file, without the engine."""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from cxmaturity.business_case import fit_sbg
from cxmaturity.catalog import Catalog
from cxmaturity.engagement import Engagement, diagnose
from cxmaturity.files import read_engagement

EXAMPLE = Path(__file__).parents[2] / "examples" / "published-telecom"
MONTHS = (12, 24, 36, 48, 60, 72)
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def rows(data: Path) -> Rows:
    """Return the customers, one row each."""
    with (data / "telco_churn" / "Telco-Customer-Churn.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def source(data: Path) -> str:
    """Return the note that came with the file."""
    return (data / "telco_churn" / "SOURCE.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stated() -> str:
    """Return what the example says in its comments, on one line."""
    text = (EXAMPLE / "engagement.yaml").read_text(encoding="utf-8")
    comments = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    return " ".join(" ".join(comments).split())


@pytest.fixture(scope="module")
def engagement() -> Engagement:
    """Return the example, read."""
    return read_engagement(EXAMPLE)


def _left(rows: Rows) -> int:
    return sum(row["Churn"] == "Yes" for row in rows)


def _wilson(successes: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return centre - half, centre + half


def _kaplan_meier(rows: Rows) -> tuple[dict[int, float], dict[int, float]]:
    """Return S(t) and its Greenwood standard error by month of tenure; who has not left is censored."""
    tenures = [(int(row["tenure"]), row["Churn"] == "Yes") for row in rows]
    survival, variance, shares, errors = 1.0, 0.0, {}, {}
    for month in range(1, max(tenure for tenure, _ in tenures) + 1):
        at_risk = sum(tenure >= month for tenure, _ in tenures)
        lost = sum(tenure == month and left for tenure, left in tenures)
        survival *= 1 - lost / at_risk
        variance += lost / (at_risk * (at_risk - lost))
        shares[month], errors[month] = survival, survival * math.sqrt(variance)
    return shares, errors


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def test_churn_and_its_interval(rows: Rows, stated: str, source: str) -> None:
    """1 869 of 7 043 customers left, 26.537 %, Wilson 25.519 to 27.581 %: file, note and example agree."""
    n, left = len(rows), _left(rows)
    low, high = (f"{100 * end:.3f}" for end in _wilson(left, n))
    assert f"{_grouped(left)} of {_grouped(n)} customers churned: {100 * left / n:.3f} %" in stated
    assert f"Wilson 95 % interval {low} to {high} %" in stated
    assert f"Churn Yes = {left} / {n} = {100 * left / n:.3f}% (Wilson 95%: {low}..{high})" in source


@pytest.mark.parametrize("words", ["month-to-month", "one year", "two years"])
def test_churn_by_contract(rows: Rows, stated: str, source: str, words: str) -> None:
    """The share lost under each kind of contract is the one stated, with its count."""
    group = [row for row in rows if row["Contract"].lower() == words.removesuffix("s")]
    share = f"{100 * _left(group) / len(group):.2f}"
    assert f"{words} {share} % ({_grouped(_left(group))} of {_grouped(len(group))})" in stated
    assert f"{words.removesuffix('s')} {share}%" in source


def test_survival_by_year(rows: Rows, stated: str, source: str, engagement: Engagement) -> None:
    """Our own Kaplan-Meier estimate gives the six yearly shares of the example and those of the note."""
    shares, errors = _kaplan_meier(rows)
    for month in MONTHS:
        assert f"S({month}) {shares[month]:.5f}" in stated
    for month, share in re.findall(r"S\((\d+)\)=(\.\d+)", source):
        assert f"{float(share):.5f}" == f"{shares[int(month)]:.5f}"
    assert f"Greenwood se at 12: {errors[12]:.5f}".replace("0.", ".") in source
    assert engagement.case is not None
    assert engagement.case.baseline.consumers is not None
    given = engagement.case.baseline.consumers.survival
    assert given == tuple(round(shares[month], 5) for month in MONTHS)


def test_what_customers_pay(rows: Rows, stated: str, engagement: Engagement) -> None:
    """The customers who stayed, their number and their mean yearly charge are the inputs of the case."""
    stayed = [row for row in rows if row["Churn"] == "No"]
    monthly = math.fsum(float(row["MonthlyCharges"]) for row in stayed) / len(stayed)
    assert f"the {_grouped(len(stayed))} customers who stayed pay {monthly:.3f} dollars a month" in stated
    assert engagement.case is not None
    consumers = engagement.case.baseline.consumers
    assert consumers is not None
    assert consumers.count is not None
    assert consumers.annual_category_spend is not None
    assert consumers.count.value == len(stayed)
    assert consumers.annual_category_spend.value == round(12 * monthly, 2)


def test_who_takes_technical_support(rows: Rows, stated: str, engagement: Engagement) -> None:
    """The eligible share, the subscription rate and both churns of the option are those of the file."""
    stayed = [row for row in rows if row["Churn"] == "No"]
    online = [row for row in stayed if row["InternetService"] != "No"]
    taken = [row for row in online if row["TechSupport"] == "Yes"]
    assert engagement.case is not None
    option = engagement.case.baseline.option
    assert option is not None
    assert option.eligible_share is not None
    assert option.subscription_rate is not None
    assert option.eligible_share.value == round(len(online) / len(stayed), 4)
    assert option.subscription_rate.value == round(len(taken) / len(online), 4)
    assert f"{_grouped(len(online))} of them ({100 * len(online) / len(stayed):.2f} %)" in stated
    assert f"{_grouped(len(taken))} ({100 * len(taken) / len(online):.2f} %)" in stated
    for answer, words in (("No", "without technical support"), ("Yes", "with it")):
        group = [row for row in rows if row["TechSupport"] == answer]
        share = 100 * _left(group) / len(group)
        assert f"{words} {share:.2f} % ({_grouped(_left(group))} of {_grouped(len(group))})" in stated


def _brute_log_likelihood(a: float, b: float, survival: Sequence[float]) -> float:
    """Return the sBG log-likelihood of a cohort of 1000 by the recursion of Fader and Hardie (2007)."""
    p, stay, total, before = a / (a + b), 1.0, 0.0, 1.0
    for year, share in enumerate(survival, start=1):
        if year > 1:
            p *= (b + year - 2) / (a + b + year - 1)
        stay -= p
        total += 1000 * (before - share) * math.log(p)
        before = share
    return total + 1000 * before * math.log(stay)


def test_the_retention_model_fits_the_survival(rows: Rows) -> None:
    """No sBG of a fine grid beats the fitted one, which stays within 5 points of every observed share."""
    shares, _ = _kaplan_meier(rows)
    observed = [shares[month] for month in MONTHS]
    fitted = fit_sbg(observed)
    best = _brute_log_likelihood(fitted.alpha, fitted.beta, observed)
    for ratio, scale in itertools.product((0.9, 0.97, 1.0, 1.03, 1.1), (0.8, 0.95, 1.0, 1.05, 1.25)):
        other = _brute_log_likelihood(fitted.alpha * scale, fitted.beta * scale * ratio, observed)
        assert other <= best + 1e-6
    for year, share in enumerate(observed, start=1):
        assert float(fitted.survival(year)[year]) == pytest.approx(share, abs=0.05)
    retention = [fitted.retention(year) for year in range(1, 7)]
    assert retention == sorted(retention)


def test_a_customer_is_worth_a_sane_amount(engagement: Engagement, rows: Rows) -> None:
    """The worth of a new customer lies between the years we saw and a customer who never leaves."""
    assert engagement.case is not None
    consumers = engagement.case.baseline.consumers
    assert consumers is not None
    assert consumers.annual_category_spend is not None
    assert consumers.margin_rate is not None
    margin = consumers.annual_category_spend.value * consumers.margin_rate.value
    rate = engagement.case.finance.discount_rate
    shares, _ = _kaplan_meier(rows)
    observed = [shares[month] for month in MONTHS]
    fitted = fit_sbg(observed)
    worth = margin * fitted.remaining_life(rate, renewals=0) / (1 + rate)
    seen = margin * math.fsum(share * (1 + rate) ** -year for year, share in enumerate(observed, start=1))
    forever = margin / rate
    assert 0.9 * seen < worth < forever
    long_sum = margin * math.fsum(
        float(share) * (1 + rate) ** -year for year, share in enumerate(fitted.survival(400)) if year
    )
    assert worth == pytest.approx(long_sum, rel=1e-6)


def test_observed_survival_matters(engagement: Engagement, catalog: Catalog) -> None:
    """Twice the margin rate gives twice the margin gained: the case on real survival is linear in margin."""
    assert engagement.case is not None
    consumers = engagement.case.baseline.consumers
    assert consumers is not None
    assert consumers.margin_rate is not None
    doubled = attrs.evolve(
        engagement.case,
        baseline=attrs.evolve(
            engagement.case.baseline,
            consumers=attrs.evolve(
                consumers,
                margin_rate=attrs.evolve(consumers.margin_rate, value=0.8, low=None, high=None),
            ),
        ),
    )
    once, twice = (
        diagnose(attrs.evolve(engagement, case=case), catalog, as_of=engagement.as_of, seed=1).case
        for case in (engagement.case, doubled)
    )
    assert once is not None
    assert twice is not None
    assert twice.benefit("retention").alone_pv > 0
    # the option's margin does not depend on the margin rate: take it out of both
    extra = [case.ledger for case in (once, twice)]
    margins = [next(line for line in lines if line.id == "margin") for lines in extra]
    gained = [
        [with_it - without for with_it, without in zip(line.with_programme, line.without, strict=True)]
        for line in margins
    ]
    assert gained[1] == pytest.approx([2 * amount for amount in gained[0]], rel=1e-9)
