"""Diagnostics and cases written by hand, so that charts are tested apart from the rooms that compute."""

from __future__ import annotations

import datetime as dt
import statistics

import attrs
import pytest

from cxmaturity.assessment.values import (
    AgreementResult,
    AlignmentCheck,
    AssessmentResult,
    Change,
    Coverage,
    DimensionResult,
    FunctionResult,
    FunctionsResult,
    IndexResult,
    Settings,
    StageResult,
    Wave,
)
from cxmaturity.business_case.values import (
    BenefitResult,
    CaseResult,
    InformationValue,
    Measurement,
    SimulationResult,
    TornadoBar,
)
from cxmaturity.catalog import Catalog
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.core.text import Text
from cxmaturity.engagement.values import Bridge, Client, Diagnostic, Engagement, Theme

QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")
HOSTILE = "<script>alert('x')</script> & $\\frac{a}{b}$ =cmd|'/c' ../../etc #😀 \x07 é “ ” ]]>"


def dimension(
    name, levels=(), *, verdict="spread", target=4.0, dont_know=0, not_applicable=0, skipped=0, **more
):
    """Return one scored question; what a statistic would say is given by hand where a chart shows it."""
    mean = statistics.fmean(levels) if levels else None
    cap = more.pop("cap", 5.0)
    evidenced = None if mean is None or cap is None else min(mean, cap)
    return DimensionResult(
        id=name,
        n=len(levels),
        levels=tuple(sorted(levels)),
        counts=tuple(levels.count(level) for level in range(1, 6)),
        median=statistics.median(levels) if levels else None,
        mean=mean,
        ad_md=None,
        ad_m=None,
        r_wg=None,
        r_wg_raw=None,
        a_wg=None,
        verdict=verdict,
        declared=mean,
        cap=cap,
        evidenced=evidenced,
        scored=mean if evidenced is None else evidenced,
        unproven=None if evidenced is None else mean - evidenced,
        evidence_grade="E2",
        bounds=None,
        interval=more.get("interval"),
        confidence=50.0,
        confidence_letter="C",
        dont_know=dont_know,
        not_applicable=not_applicable,
        skipped=skipped,
        reasons=(),
        sentences=(),
        clarity=None,
        criteria=(),
        target=target,
        target_by=None,
        gap=None,
    )


def assessment(dimensions, functions=(), *, mode="diagnostic", respondents=12):
    """Return a scored self-test around its dimensions."""
    scored = [d.scored for d in dimensions if d.scored is not None]
    return AssessmentResult(
        wave="2026",
        date=dt.date(2026, 10, 15),
        mode=mode,
        privacy="anonymous",
        minimum_group=3,
        respondents=respondents,
        weights=tuple((question, 1 / 7) for question in QUESTIONS),
        dimensions=tuple(dimensions),
        index=IndexResult(
            geometric=statistics.geometric_mean(scored) if scored else None,
            arithmetic=None,
            minimum=None,
            low=None,
            high=None,
            bounds=None,
            percent_to_target=None,
        ),
        stage=StageResult(level=2, probabilities=(0.1, 0.7, 0.2, 0.0, 0.0)),
        weak_link=None,
        agreement=AgreementResult(
            krippendorff_alpha=None, kendall_w=None, icc_a1=None, icc_a1_interval=None, icc_ak=None
        ),
        functions=FunctionsResult(
            functions=tuple(functions),
            withheld=0,
            profile=None,
            questions=(),
            between_share=None,
            wording="heads_only",
        ),
        alignment=AlignmentCheck(declared=None, split=(), spread=(), consensus=(), verdict="not_enough"),
        mirror=(),
        priorities=(),
        coverage=Coverage(asked=84, levels=80, dont_know=2, not_applicable=1, skipped=1, assessed=7, of=7),
        seed=1,
    )


def diagnostic(assessed, changes=(), *, client="Maison Lumière", waves=("2025", "2026")):
    """Return a diagnostic around a scored self-test."""
    return Diagnostic(
        engagement=Engagement(
            client=Client(name=client, id="client"),
            language="fr",
            currency="EUR",
            as_of=dt.date(2026, 11, 1),
            theme=Theme(),
            settings=Settings(),
            waves=tuple(
                Wave(id=w, date=dt.date(2025 + i, 10, 1), version="1", responses=())
                for i, w in enumerate(waves)
            ),
            targets=(),
            goals=(),
            case=None,
        ),
        as_of=dt.date(2026, 11, 1),
        seed=1,
        assessment=assessed,
        previous=assessed if changes else None,
        changes=tuple(changes),
        case=None,
        bridge=Bridge(enabler=0.6, opportunities=(), unclaimed=0.0),
        strengths=(),
        priorities=(),
    )


def rich_dimensions():
    return (
        dimension(
            "advocacy",
            [2, 3, 3, 3, 4, 3, 2, 3, 4, 3, 3, 4],
            verdict="consensus",
            cap=2.0,
            interval=(2.7, 3.4),
        ),
        dimension(
            "distinct",
            [3, 3, 4, 4, 3, 4, 4, 3, 4, 3, 4, 4],
            verdict="consensus",
            cap=4.0,
            interval=(3.2, 3.9),
        ),
        dimension(
            "access", [2, 2, 1, 2, 3, 2, 2, 1, 2, 2], dont_know=2, cap=3.0, interval=(1.5, 2.3), target=3.5
        ),
        dimension(
            "response", [1, 1, 2, 1, 4, 5, 4, 4, 5, 4, 1, 1], verdict="split", cap=4.0, interval=(1.9, 3.6)
        ),
        dimension(
            "trust", [3, 3, 3, 2, 3, 4, 3, 3, 3, 3, 3], verdict="consensus", dont_know=1, interval=(2.7, 3.3)
        ),
        dimension(
            "alignment", [4, 5, 2, 3, 4, 2, 3, 5, 4, 1, 4, 3], cap=2.0, interval=(2.7, 3.9), target=3.0
        ),
        dimension(
            "community", [1, 1, 1, 2, 1, 1, 1, 1], not_applicable=3, skipped=1, cap=2.0, interval=(1.0, 1.4)
        ),
    )


def means(*values):
    return tuple(zip(QUESTIONS, values, strict=True))


@pytest.fixture(scope="session")
def theme() -> ChartTheme:
    return ChartTheme.from_primary("#7A3E9D")


@pytest.fixture(scope="session")
def rich() -> Diagnostic:
    """Twelve respondents in four functions, one of them withheld, two waves."""
    functions = (
        FunctionResult(
            id="marketing", shown=True, n=3, means=means(3.3, 4.0, 2.3, 4.3, 3.0, 4.3, 1.0), dont_know=()
        ),
        FunctionResult(
            id="service", shown=True, n=4, means=means(2.5, 3.3, 1.5, 1.3, 3.0, 2.5, 1.0), dont_know=()
        ),
        FunctionResult(
            id="sales", shown=True, n=3, means=means(3.3, 3.7, 2.0, 4.3, 2.7, 3.0, 1.3), dont_know=()
        ),
        FunctionResult(id="executive", shown=False, n=None, means=(), dont_know=()),
    )
    rows = (
        (None, 2.1, 2.5, 0.35),
        ("advocacy", 2.0, 2.1, 0.5),
        ("distinct", 2.4, 3.6, 0.5),
        ("access", 2.3, 1.9, 0.5),
        ("response", 2.7, 2.75, 0.5),
        ("trust", 2.2, 3.0, 0.5),
        ("alignment", 2.0, 2.0, 0.5),
        ("community", 1.8, 1.1, 0.5),
    )
    changes = [
        Change(
            question=question,
            before=before,
            after=after,
            change=after - before,
            minimum_detectable=noise,
            within_noise=abs(after - before) < noise,
            paired=8,
        )
        for question, before, after, noise in rows
    ]
    return diagnostic(assessment(rich_dimensions(), functions), changes)


@pytest.fixture(scope="session")
def alone() -> Diagnostic:
    """One respondent, no interval, no target, four questions without an answer, declared levels only."""
    dimensions = (
        dimension("advocacy", [3], verdict="single_view", target=None, cap=None),
        dimension("distinct", verdict="no_answer", target=None, cap=None, dont_know=1),
        dimension("access", verdict="no_answer", target=None, cap=None, not_applicable=1),
        dimension("response", [1], verdict="single_view", target=None, cap=None),
        dimension("trust", verdict="no_answer", target=None, cap=None, skipped=1),
        dimension("alignment", [5], verdict="single_view", target=None, cap=None),
        dimension("community", verdict="no_answer", target=None, cap=None, dont_know=1),
    )
    return diagnostic(assessment(dimensions, mode="quick", respondents=1), client="Solo", waves=("2026",))


@pytest.fixture(scope="session")
def silent() -> Diagnostic:
    """Nobody answered anything."""
    dimensions = [dimension(q, verdict="no_answer", target=None, cap=None, skipped=2) for q in QUESTIONS]
    return diagnostic(assessment(dimensions, respondents=2), waves=("2026",))


@pytest.fixture(scope="session")
def crowd() -> Diagnostic:
    """Three hundred respondents: too many for one dot each."""
    dimensions = [
        dimension(
            q, [1] * 40 + [2] * 110 + [3] * 90 + [4] * 50 + [5] * (i * 2), interval=(2.3, 2.7), dont_know=12
        )
        for i, q in enumerate(QUESTIONS)
    ]
    return diagnostic(assessment(dimensions, respondents=300), waves=("2026",))


@pytest.fixture(scope="session")
def hostile_catalog(catalog: Catalog) -> Catalog:
    """Return the catalogue with names that would break a page, a formula or a layout."""

    def bad(text, more=""):
        return Text(en=f"{text.en} {HOSTILE}{more}", fr=f"{text.fr} {HOSTILE}{more}")

    return attrs.evolve(
        catalog,
        questions=tuple(attrs.evolve(q, short=bad(q.short), name=bad(q.name)) for q in catalog.questions),
        benefits=tuple(attrs.evolve(b, name=bad(b.name, "W" * 80)) for b in catalog.benefits),
        functions=tuple(attrs.evolve(f, name=bad(f.name)) for f in catalog.functions),
    )


BENEFITS = (
    ("preference", 310_000.0, "E1"),
    ("acquisition", 420_000.0, "E2"),
    ("retention", 1_240_000.0, "E2"),
    ("engagement", 0.0, "E0"),
    ("service_cost", 385_500.0, "E3"),
    ("recommendation", 96_000.0, "E1"),
    ("advantage", -42_000.0, "E0"),
)


def case_result(flows, benefits=BENEFITS, pv_costs=1_100_000.0, rate=0.1, currency="EUR", **more):
    """Return an evaluated case whose cumulative curves follow from its flows."""
    pv = sum(value for _, value, _ in benefits)
    cumulative, discounted = [], []
    for year, flow in enumerate(flows):
        cumulative.append((cumulative[-1] if cumulative else 0.0) + flow)
        discounted.append((discounted[-1] if discounted else 0.0) + flow / (1 + rate) ** year)
    return CaseResult(
        currency=currency,
        timing="end",
        discount_rate=rate,
        horizon_years=len(flows) - 1,
        gross_benefits=tuple(max(0.0, f) for f in flows),
        costs_by_year=tuple(max(0.0, -f) for f in flows),
        cash_flows=tuple(flows),
        cumulative=tuple(cumulative),
        cumulative_discounted=tuple(discounted),
        pv_benefits=pv,
        pv_costs=pv_costs,
        npv=pv - pv_costs,
        npv_after_tax=None,
        roi=(pv - pv_costs) / pv_costs if pv_costs else None,
        profitability_index=None,
        irr=(),
        mirr=None,
        payback_years=more.get("payback"),
        discounted_payback_years=more.get("discounted_payback"),
        beyond_horizon=None,
        benefits=tuple(
            BenefitResult(id=name, kpi="k", pv=value, alone_pv=value, annual=(), evidence=grade)
            for name, value, grade in benefits
        ),
        sum_of_alone_pv=pv,
        interaction_pv=0.0,
        not_evaluated=(),
        ledger=(),
        break_even=None,
        warnings=(),
    )


@pytest.fixture(scope="session")
def case() -> CaseResult:
    """Return a case that pays: 400 k at the start, then 50, 620 and 990 k."""
    return case_result([-620e3, 50e3, 620e3, 990e3, 1010e3], payback=1.92, discounted_payback=2.15)


@pytest.fixture(scope="session")
def loss() -> CaseResult:
    """Return a case that never pays back, in dollars, with one benefit."""
    return case_result(
        [-900e3, 20e3, 60e3, 80e3], benefits=(("retention", 120e3, "E0"),), pv_costs=900e3, currency="USD"
    )


@pytest.fixture(scope="session")
def nothing() -> CaseResult:
    """Return a case with no money in it."""
    return case_result([0.0, 0.0], benefits=(), pv_costs=0.0)


@pytest.fixture(scope="session")
def thirty_years() -> CaseResult:
    """Return a case over the longest horizon, slow to pay."""
    return case_result([-1e6, *[60e3] * 30], payback=16.7, discounted_payback=None, pv_costs=1e6)


@pytest.fixture(scope="session")
def billions() -> CaseResult:
    """Return a case in a currency with a long sign and very large amounts."""
    benefits = [(name, value * 1e6, grade) for name, value, grade in BENEFITS]
    flows = [-8.1e11, 1.5e11, 9e11, 1.4e12, 1.6e12]
    return case_result(flows, benefits, pv_costs=8.1e11, currency="XOF", payback=2.1, discounted_payback=2.4)


@pytest.fixture(scope="session")
def close_ends() -> CaseResult:
    """Return a case whose curves end close together, and which pays back at the very end."""
    return case_result([-300e3, 101e3, 101e3, 101e3], payback=2.97, pv_costs=300e3, rate=0.005)


@pytest.fixture(scope="session")
def no_discount() -> CaseResult:
    """Return a case whose two curves are one, never in the red."""
    return case_result([0.0, 400.0, 900.0], payback=0.0, discounted_payback=0.0, pv_costs=0.0, rate=0.0)


def simulation(edges, counts, percentiles, loss):
    """Return what the trials say of the NPV; the chance of a loss is given, the rest follows."""
    draws = sum(counts)
    p10, p50, p90 = percentiles
    return SimulationResult(
        draws=draws,
        seed=1,
        correlation=0.3,
        inputs=("a",),
        mean=p50,
        sd=1.0,
        standard_error=1.0,
        p10=p10,
        p50=p50,
        p90=p90,
        probability_of_loss=loss,
        probability_of_loss_error=0.01,
        cvar5=p10,
        npv=(),
        edges=edges,
        counts=counts,
    )


def risky_case(base, found, bars, worth, surveys=(), *, evpi=9_000.0):
    """Return a case with its simulation, its tornado and its values of information."""
    return attrs.evolve(
        base,
        simulation=found,
        evpi=evpi,
        tornado=tuple(
            TornadoBar(input=f"input.{place}", low=0.1, high=0.4, npv_low=low, npv_high=high)
            for place, (low, high) in enumerate(bars)
        ),
        information=(
            InformationValue(label="group", inputs=("input.0", "input.1"), evppi=max(worth, default=0.0)),
            *(
                InformationValue(label=f"input.{place}", inputs=(f"input.{place}",), evppi=value)
                for place, value in enumerate(worth)
            ),
        ),
        measurements=surveys,
    )


def names_of(case, language, more=""):
    """Return the words for every label of a risky case, in both forms that charts ask for."""
    from cxmaturity.charts import InputName

    words = {"en": "Figure", "fr": "Donnée"}[language]
    bars = {
        bar.input: InputName(name=f"{words} {bar.input} {more}".strip(), low="10%", high="40%")
        for bar in case.tornado
    }
    labels = {found.label: f"{words} {found.label} {more}".strip() for found in case.information}
    return bars, labels


def survey(place, best):
    """Return a survey of an input; `best` is the place of its best size, None when no size pays."""
    sizes = (25, 100, 400)
    return Measurement(
        input=f"input.{place}",
        sizes=sizes,
        evsi=(100.0, 2_600.0, 2_900.0),
        costs=(900.0, 1_200.0, 3_400.0),
        best_n=None if best is None else sizes[best],
    )


def _risky(case):
    edges = tuple(-400e3 + 100e3 * i for i in range(15))
    counts = (0, 40, 160, 420, 900, 1_500, 1_900, 1_800, 1_400, 900, 520, 260, 0, 200)
    found = simulation(edges, counts, (-40e3, 235e3, 640e3), 0.062)
    bars = [(-120e3, 2_600e3), (900e3, 1_700e3), (1_500e3, 1_100e3), *[(1_200e3, 1_400e3)] * 9]
    return risky_case(
        case, found, bars, (3_000.0, 800.0, 20.0, 0.0), (survey(0, 1), survey(1, None), survey(3, None))
    )


def _always_lost(loss):
    found = simulation((-900e3, -600e3, -300e3), (700, 300), (-880e3, -700e3, -400e3), 1.0)
    return risky_case(loss, found, [(-850e3, -700e3)], (30.0,), (survey(0, None),), evpi=30.0)


def _never_lost(case):
    found = simulation((1e6, 1.1e6, 1.2e6, 1.3e6), (1, 8, 1), (1.05e6, 1.051e6, 1.052e6), 0.0)
    return risky_case(case, found, [(1.2e6, 1.2e6)], (2.0,), evpi=2.0)


def _almost_never_lost(case):
    found = simulation((-1e5, 0.0, 1e6, 2e6), (1, 500, 499), (2e5, 1e6, 1.8e6), 0.001)
    return risky_case(case, found, [(-5e3, 3e6), (-4e3, 2e6)], (6_000.0, 4.0), (survey(0, 0),))


def _immense(billions):
    found = simulation((-2e12, 0.0, 2e12, 4e12), (30, 40, 30), (-1.7e12, 1e12, 3.5e12), 0.3)
    return risky_case(
        billions, found, [(-1.2e12, 3e12), (1e11, 9e11)], (4e11, 2e9), (survey(0, 2),), evpi=9e11
    )


RISKY = {
    "risky": (_risky, "case"),
    "always_lost": (_always_lost, "loss"),
    "never_lost": (_never_lost, "case"),
    "almost_never_lost": (_almost_never_lost, "case"),
    "immense": (_immense, "billions"),
}


@pytest.fixture(scope="session", params=list(RISKY))
def any_risk(request) -> CaseResult:
    """Return each case with ranges in turn."""
    make, base = RISKY[request.param]
    return make(request.getfixturevalue(base))


@pytest.fixture(scope="session")
def risky(case) -> CaseResult:
    """Return a case that may lose money, with a survey that pays for itself and two that do not."""
    return _risky(case)


@pytest.fixture(scope="session")
def never_lost(case) -> CaseResult:
    """Return a case all of whose trials gain."""
    return _never_lost(case)


@pytest.fixture(scope="session")
def always_lost(loss) -> CaseResult:
    """Return a case all of whose trials lose, with a survey dearer than knowing everything."""
    return _always_lost(loss)


@pytest.fixture(scope="session")
def words_for():
    """Return the function that names the inputs of a risky case."""
    return names_of
