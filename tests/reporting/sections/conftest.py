"""Diagnostics made by hand for every situation a report may meet; charts are replaced by blanks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs
import pytest

from cxmaturity.assessment.values import (
    AgreementResult,
    AlignmentCheck,
    AssessmentResult,
    Change,
    Coverage,
    DimensionResult,
    Evidence,
    FunctionResult,
    FunctionsResult,
    GapTest,
    IndexResult,
    MirrorGap,
    MirrorResult,
    PriorityResult,
    Settings,
    StageResult,
    Wave,
)
from cxmaturity.business_case.values import (
    Baseline,
    BenefitResult,
    BusinessCase,
    CaseResult,
    Consumers,
    Cost,
    Finance,
    Group,
    HaircutResult,
    InformationValue,
    LedgerLine,
    Lever,
    LeverBreakEven,
    Measurement,
    NotEvaluated,
    Overlap,
    Service,
    SimulationResult,
    TornadoBar,
    Uncertainty,
)
from cxmaturity.catalog import Catalog
from cxmaturity.charts import Chart, ChartTable, ChartTheme
from cxmaturity.core.estimate import Estimate
from cxmaturity.core.problems import Problem
from cxmaturity.engagement.values import Action, Bridge, Client, Diagnostic, Engagement, Opportunity, Theme
from cxmaturity.reporting.blocks import (
    Block,
    Bullets,
    Callout,
    Cover,
    Figure,
    Heading,
    KeyFigures,
    Panel,
    Paragraph,
)
from cxmaturity.reporting.blocks import Table as TableBlock
from cxmaturity.reporting.context import ReportContext
from cxmaturity.reporting.document import walk
from cxmaturity.reporting.sections import figures

QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")
AS_OF = dt.date(2026, 11, 1)
HOSTILE = "<script>alert(1)</script> **Gras** $\\frac{1}{2}$ =cmd| ../ *é* 🚀"
LEVELS = dict(zip(QUESTIONS, (3.4, 2.8, 2.1, 3.9, 2.6, 3.7, 1.4), strict=True))
PROVEN = dict(zip(QUESTIONS, (3.0, 2.0, 2.1, 3.9, 2.0, 3.7, 1.4), strict=True))


def dimension(name: str, **over: Any) -> DimensionResult:
    """Return an ordinary question of an eight-person diagnostic."""
    declared, evidenced = LEVELS[name], PROVEN[name]
    values: dict[str, Any] = {
        "id": name,
        "n": 8,
        "levels": (2, 3, 3, 3, 3, 4, 4, 4),
        "counts": (0, 1, 4, 3, 0),
        "median": 3.0,
        "mean": declared,
        "ad_md": 0.5,
        "ad_m": 0.56,
        "r_wg": 0.75,
        "r_wg_raw": 0.75,
        "a_wg": 0.7,
        "verdict": "consensus",
        "declared": declared,
        "cap": 4.0,
        "evidenced": evidenced,
        "scored": evidenced,
        "unproven": declared - evidenced,
        "evidence_grade": "E3",
        "bounds": (declared, declared),
        "interval": (declared - 0.4, declared + 0.4),
        "confidence": 72.0,
        "confidence_letter": "B",
        "dont_know": 0,
        "not_applicable": 0,
        "skipped": 0,
        "reasons": (),
        "sentences": (),
        "clarity": None,
        "criteria": (),
        "target": 4.0,
        "target_by": None,
        "gap": max(0.0, 4.0 - evidenced),
    }
    return DimensionResult(**(values | over))


def unanswered(name: str, **over: Any) -> DimensionResult:
    """Return a question to which nobody gave a level."""
    absent = (
        "median mean ad_md ad_m r_wg r_wg_raw a_wg declared cap evidenced scored unproven bounds interval gap"
    )
    empty = dict.fromkeys(absent.split())
    return dimension(
        name, **(empty | {"n": 0, "levels": (), "counts": (0, 0, 0, 0, 0), "verdict": "no_answer"} | over)
    )


def declared_only(name: str, **over: Any) -> DimensionResult:
    """Return a question of a quick test: a declared level and no evidence."""
    values = {"evidenced": None, "cap": None, "unproven": None, "evidence_grade": None}
    return dimension(name, **(values | {"scored": LEVELS[name], "gap": 4.0 - LEVELS[name]} | over))


def unproven_at(name: str, **over: Any) -> DimensionResult:
    """Return a question of a diagnostic for which nothing was supplied: capped at level 2."""
    capped = min(2.0, LEVELS[name])
    values = {"evidenced": capped, "scored": capped, "cap": 2.0, "unproven": LEVELS[name] - capped}
    return dimension(name, **(values | {"evidence_grade": None, "gap": 4.0 - capped} | over))


FUNCTIONS = FunctionsResult(
    functions=(
        FunctionResult(
            id="marketing",
            shown=True,
            n=4,
            means=tuple((name, LEVELS[name] + 0.3) for name in QUESTIONS),
            dont_know=(("trust", 0.25),),
        ),
        FunctionResult(
            id="service",
            shown=True,
            n=4,
            means=tuple((name, LEVELS[name] - 0.3) for name in QUESTIONS),
            dont_know=(("trust", 0.0),),
        ),
    ),
    withheld=0,
    profile=GapTest(
        question=None,
        range=0.63,
        p_value=0.012,
        p_adjusted=0.012,
        significant=True,
        highest="marketing",
        lowest="service",
    ),
    questions=(
        GapTest(
            question="trust",
            range=1.25,
            p_value=0.004,
            p_adjusted=0.028,
            significant=True,
            highest="marketing",
            lowest="service",
        ),
    ),
    between_share=0.31,
    wording="difference",
)


def assessment(**over: Any) -> AssessmentResult:
    """Return a full diagnostic of eight people, weak on community."""
    values: dict[str, Any] = {
        "wave": "2026",
        "date": dt.date(2026, 10, 15),
        "mode": "diagnostic",
        "privacy": "anonymous",
        "minimum_group": 3,
        "respondents": 8,
        "weights": tuple((name, 1 / 7) for name in QUESTIONS),
        "dimensions": tuple(dimension(name) for name in QUESTIONS),
        "index": IndexResult(
            geometric=2.43,
            arithmetic=2.59,
            minimum=1.4,
            low=2.11,
            high=2.82,
            bounds=(2.43, 2.43),
            percent_to_target=0.613,
        ),
        "stage": StageResult(level=2, probabilities=(0.06, 0.81, 0.13, 0.0, 0.0)),
        "weak_link": "community",
        "agreement": AgreementResult(
            krippendorff_alpha=0.36,
            kendall_w=0.735,
            icc_a1=0.473,
            icc_a1_interval=(0.10, 0.85),
            icc_ak=0.906,
        ),
        "functions": FUNCTIONS,
        "alignment": AlignmentCheck(
            declared=3.7,
            split=("trust",),
            spread=("access",),
            consensus=("response",),
            verdict="contradicted",
        ),
        "mirror": (
            MirrorGap(
                question="trust",
                self_position=0.25,
                customer_share=0.328,
                interval=(0.293, 0.365),
                n=640,
                gap=-0.078,
            ),
        ),
        "priorities": tuple(
            PriorityResult(question=name, rank=rank, top3_probability=chance)
            for rank, (name, chance) in enumerate(
                (("community", 1.0), ("trust", 0.83), ("access", 0.61)), start=1
            )
        ),
        "coverage": Coverage(asked=56, levels=56, dont_know=0, not_applicable=0, skipped=0, assessed=7, of=7),
        "seed": 7,
    }
    return AssessmentResult(**(values | over))


def single(**over: Any) -> AssessmentResult:
    """Return one person's diagnostic without any evidence."""
    values: dict[str, Any] = {
        "respondents": 1,
        "dimensions": tuple(
            unproven_at(name, n=1, verdict="single_view", interval=None, ad_md=0.0, confidence_letter="D")
            for name in QUESTIONS
        ),
        "index": IndexResult(
            geometric=1.9,
            arithmetic=1.91,
            minimum=1.4,
            low=None,
            high=None,
            bounds=(1.9, 1.9),
            percent_to_target=0.478,
        ),
        "stage": StageResult(level=2, probabilities=(0.46, 0.44, 0.1, 0.0, 0.0)),
        "agreement": AgreementResult(
            krippendorff_alpha=None, kendall_w=None, icc_a1=None, icc_a1_interval=None, icc_ak=None
        ),
        "functions": FunctionsResult(
            functions=(FunctionResult(id="sales", shown=False, n=None, means=(), dont_know=()),),
            withheld=1,
            profile=None,
            questions=(),
            between_share=None,
            wording="not_comparable",
        ),
        "alignment": AlignmentCheck(declared=3.7, split=(), spread=(), consensus=(), verdict="not_enough"),
        "mirror": (),
        "coverage": Coverage(asked=7, levels=7, dont_know=0, not_applicable=0, skipped=0, assessed=7, of=7),
    }
    return assessment(**(values | over))


def given(value: float, **over: Any) -> Estimate:
    """Return an estimate with its source."""
    values: dict[str, Any] = {
        "unit": "share",
        "source": "CRM, mars",
        "date": dt.date(2026, 9, 30),
        "evidence": "E2",
    }
    return Estimate(value=value, **(values | over))


CASE = BusinessCase(
    currency="EUR",
    goals=("retention", "service_cost", "recommendation"),
    baseline=Baseline(
        consumers=Consumers(
            count=given(200_000, unit="customers", n=812),
            annual_churn_rate=given(0.15, low=0.14, high=0.165),
            annual_category_spend=given(900),
            share_of_wallet=given(0.4),
            margin_rate=given(0.35),
            survival=(0.86, 0.79, 0.74),
            survival_source="Cohort of 2021, customer base",
        ),
        service=Service(annual_contacts=given(600_000), cost_per_contact=given(6.26), cash_share=given(0.6)),
        annual_revenue=given(72_000_000),
    ),
    levers=(
        Lever(
            benefit="retention",
            moves=(
                ("levers.retention.churn_rate_reduction", given(0.0125, low=0.0, high=0.02, evidence="E1")),
            ),
            attribution=given(0.7, evidence="E0"),
            ramp=(0.25, 0.75, 1.0),
            owner="N. *Petit*",
        ),
        Lever(
            benefit="service_cost",
            moves=(("first_contact_resolution_gain", given(0.05)),),
            attribution=given(0.9),
            ramp=(1.0,),
            lag_years=1,
        ),
    ),
    costs=(
        Cost(name="Conseil", initial=given(400_000), annual=(given(200_000), given(210_000), given(220_000))),
        Cost(name="Équipe", annual=(given(50_000),), internal=True),
    ),
    finance=Finance(
        discount_rate=0.10, basis="nominal", timing="end", horizon_years=3, tax_rate=0.25, optimism_bias=0.1
    ),
)


def case_result(**over: Any) -> CaseResult:
    """Return a case that earns money (the cash flows of reference/business_case.md, section 5)."""
    values: dict[str, Any] = {
        "currency": "EUR",
        "timing": "end",
        "discount_rate": 0.10,
        "horizon_years": 3,
        "gross_benefits": (198_687.0, 568_270.0, 874_717.0),
        "costs_by_year": (400_000.0, 200_000.0, 210_000.0, 220_000.0),
        "cash_flows": (-400_000.0, -1_313.0, 358_270.0, 654_717.0),
        "cumulative": (-400_000.0, -401_313.0, -43_043.0, 611_674.0),
        "cumulative_discounted": (-400_000.0, -401_193.6, -105_103.2, 386_796.5),
        "pv_benefits": 1_307_458.0,
        "pv_costs": 920_661.5,
        "npv": 386_796.5,
        "npv_after_tax": 290_097.0,
        "roi": 0.420,
        "profitability_index": 1.967,
        "irr": (0.4275,),
        "mirr": 0.3776,
        "payback_years": 2.07,
        "discounted_payback_years": 2.21,
        "beyond_horizon": 1_510_000.0,
        "benefits": (
            BenefitResult(
                id="retention",
                kpi="churn",
                pv=1_062_178.0,
                alone_pv=1_100_000.0,
                annual=(150_000.0, 450_000.0, 700_000.0),
                evidence="E0",
            ),
            BenefitResult(
                id="service_cost",
                kpi="fcr",
                pv=245_280.0,
                alone_pv=260_000.0,
                annual=(48_687.0, 118_270.0, 174_717.0),
                evidence="E2",
            ),
        ),
        "sum_of_alone_pv": 1_360_000.0,
        "interaction_pv": -52_542.0,
        "not_evaluated": (
            NotEvaluated(
                benefit="recommendation",
                missing=("baseline.consumers.promoter_share", "levers.recommendation.promoter_share_gain"),
            ),
        ),
        "ledger": (
            LedgerLine(
                id="customers",
                without=(190_000.0, 180_000.0, 171_000.0),
                with_programme=(190_500.0, 182_000.0, 175_000.0),
            ),
            LedgerLine(id="total", without=(2e7, 1.9e7, 1.8e7), with_programme=(2.02e7, 1.95e7, 1.88e7)),
        ),
        "break_even": 0.705,
        "warnings": (
            Problem(
                code="business_case.no_costs", template="no programme cost is given, and nothing is free."
            ),
        ),
    }
    return CaseResult(**(values | over))


def losing(**over: Any) -> CaseResult:
    """Return a case that loses money and never pays back."""
    values: dict[str, Any] = {
        "npv": -214_300.0,
        "npv_after_tax": -160_725.0,
        "pv_benefits": 706_361.5,
        "roi": -0.233,
        "profitability_index": 0.464,
        "irr": (),
        "mirr": -0.02,
        "payback_years": None,
        "discounted_payback_years": None,
        "break_even": 1.303,
        "cash_flows": (-400_000.0, -101_000.0, 58_000.0, 200_000.0),
        "cumulative": (-400_000.0, -501_000.0, -443_000.0, -243_000.0),
        "cumulative_discounted": (-400_000.0, -491_818.0, -443_884.0, -214_300.0),
        "warnings": (),
    }
    return case_result(**(values | over))


CHURN = "levers.retention.churn_rate_reduction"
CASH = "baseline.service.cash_share"


def simulation(**over: Any) -> SimulationResult:
    """Return a simulation in which 34.1 % of trials lose money (reference/business_case.md, section 6)."""
    values: dict[str, Any] = {
        "draws": 10_000,
        "seed": 7,
        "correlation": 0.3,
        "inputs": (CASH, "costs.0.initial", CHURN, "levers.service_cost.first_contact_resolution_gain"),
        "mean": 198_000.0,
        "sd": 417_000.0,
        "standard_error": 4_170.0,
        "p10": -320_000.0,
        "p50": 170_000.0,
        "p90": 755_000.0,
        "probability_of_loss": 0.341,
        "probability_of_loss_error": 0.0047,
        "cvar5": -553_000.0,
        "npv": (),
        "edges": (-1e6, -5e5, 0.0, 5e5, 1e6, 1.5e6),
        "counts": (300, 3_110, 4_500, 1_800, 290),
        "notes": (),
    }
    return SimulationResult(**(values | over))


def simulated(**over: Any) -> CaseResult:
    """Return a case that earns money on average and may lose some, with a survey that pays for itself."""
    values: dict[str, Any] = {
        "simulation": simulation(),
        "evpi": 81_400.0,
        "information": (
            InformationValue(label="levers", inputs=(CHURN, "x"), evppi=63_700.0),
            InformationValue(label=CHURN, inputs=(CHURN,), evppi=53_500.0),
            InformationValue(label=CASH, inputs=(CASH,), evppi=9_300.0),
            InformationValue(label="costs.0.initial", inputs=("costs.0.initial",), evppi=0.0),
        ),
        "measurements": (
            Measurement(
                input=CHURN,
                sizes=(100, 420, 1_000),
                evsi=(8_000.0, 31_700.0, 40_100.0),
                costs=(3_000.0, 9_400.0, 21_000.0),
                best_n=420,
            ),
            Measurement(
                input=CASH, sizes=(25, 50), evsi=(0.0, 10.0), costs=(12_500.0, 13_000.0), best_n=None
            ),
        ),
        "tornado": (
            TornadoBar(input=CHURN, low=0.003, high=0.018, npv_low=-120_400.0, npv_high=702_000.0),
            TornadoBar(
                input="costs.0.initial", low=380_000.0, high=520_000.0, npv_low=407_100.0, npv_high=266_300.0
            ),
            TornadoBar(input=CASH, low=0.4, high=0.8, npv_low=301_000.0, npv_high=472_900.0),
        ),
        "lever_break_even": (
            LeverBreakEven(benefit="retention", share=0.62),
            LeverBreakEven(benefit="service_cost", share=None),
        ),
        "overlaps": (
            Overlap(
                first="retention",
                second="service_cost",
                kind="cause",
                problem=Problem(
                    code="business_case.overlap_rule_service_retention",
                    template="better answers keep customers: that is counted in retention only; customers kept also call.",
                    severity="warning",
                ),
            ),
        ),
    }
    return case_result(**(values | over))


def sure(**over: Any) -> CaseResult:
    """Return a simulated case that never loses money: nothing to learn."""
    values: dict[str, Any] = {
        "simulation": simulation(
            mean=386_796.5,
            p10=300_000.0,
            p50=386_000.0,
            p90=470_000.0,
            probability_of_loss=0.0,
            probability_of_loss_error=0.0,
            cvar5=250_000.0,
            edges=(2e5, 3e5, 4e5, 5e5),
            counts=(1_000, 5_000, 4_000),
        ),
        "evpi": 0.0,
        "information": (),
        "measurements": (),
        "tornado": (TornadoBar(input=CASH, low=0.4, high=0.8, npv_low=301_000.0, npv_high=472_900.0),),
        "overlaps": (),
    }
    return simulated(**(values | over))


BRIDGE = Bridge(
    enabler=0.77,
    opportunities=tuple(
        Opportunity(
            question=name,
            gap=gap,
            value=value,
            low=value * 0.5,
            by_benefit=(("retention", value * 0.8), ("service_cost", value * 0.2)),
            rank=rank,
            top3_probability=chance,
        )
        for rank, (name, gap, value, chance) in enumerate(
            (
                ("trust", 0.5, 90_000.0, 0.97),
                ("community", 0.65, 42_000.0, 0.8),
                ("access", 0.475, 31_000.0, 0.55),
            ),
            start=1,
        )
    ),
    unclaimed=1_144_458.0,
)

WAVES = (
    Wave(id="2025", date=dt.date(2025, 10, 1), version="1", responses=()),
    Wave(
        id="2026",
        date=dt.date(2026, 10, 15),
        version="1",
        responses=(),
        evidence=(
            Evidence(
                question="response",
                grade="E3",
                description="Baromètre de résolution",
                source="Institut",
                date=dt.date(2026, 6, 1),
                n=812,
                economic_link=True,
            ),
            Evidence(
                question="trust", grade="E2", description="Litiges", source="SAV", date=dt.date(2025, 2, 1)
            ),
            Evidence(
                question="access", grade="E2", description="Audit", source="", date=dt.date(2024, 2, 29)
            ),
        ),
        mirror=(
            MirrorResult(question="trust", agreeing=210, n=640, source="Enquête", date=dt.date(2026, 5, 1)),
        ),
    ),
)


def engagement(**over: Any) -> Engagement:
    """Return an engagement with everything in it."""
    values: dict[str, Any] = {
        "client": Client(name="Maison Lavande", id="maison-lavande", sector="", note=""),
        "language": "fr",
        "currency": "EUR",
        "as_of": AS_OF,
        "theme": Theme(),
        "settings": Settings(),
        "waves": WAVES,
        "targets": (),
        "goals": ("retention", "service_cost", "recommendation"),
        "case": CASE,
    }
    return Engagement(**(values | over))


def diagnostic(**over: Any) -> Diagnostic:
    """Return a full diagnostic: two waves, evidence, a case that earns."""
    values: dict[str, Any] = {
        "engagement": engagement(),
        "as_of": AS_OF,
        "seed": 20261101,
        "assessment": assessment(),
        "previous": assessment(wave="2025", date=dt.date(2025, 10, 1)),
        "changes": (
            Change(
                question=None,
                before=2.2,
                after=2.43,
                change=0.23,
                minimum_detectable=0.44,
                within_noise=True,
                paired=5,
            ),
            Change(
                question="response",
                before=3.0,
                after=3.9,
                change=0.9,
                minimum_detectable=0.6,
                within_noise=False,
                paired=5,
            ),
            Change(
                question="access",
                before=3.0,
                after=2.1,
                change=-0.9,
                minimum_detectable=0.6,
                within_noise=False,
                paired=5,
            ),
        ),
        "case": case_result(),
        "bridge": BRIDGE,
        "strengths": ("response", "alignment", "advocacy"),
        "priorities": ("trust", "community", "access"),
    }
    return Diagnostic(**(values | over))


def _missing_answers() -> AssessmentResult:
    changed = {
        "access": unanswered("access", not_applicable=8, reasons=("Pas de souscription *en ligne*",)),
        "trust": dimension(
            "trust",
            n=5,
            dont_know=2,
            skipped=1,
            verdict="split",
            bounds=(2.1, 3.6),
            sentences=("Oui *et* non",),
        ),
        "distinct": dimension("distinct", n=2, dont_know=6, verdict="too_few", withheld=True),
    }
    return assessment(
        dimensions=tuple(changed.get(name, dimension(name)) for name in QUESTIONS),
        index=IndexResult(
            geometric=2.4,
            arithmetic=2.8,
            minimum=1.4,
            low=2.0,
            high=2.9,
            bounds=(2.1, 3.0),
            percent_to_target=None,
        ),
        coverage=Coverage(asked=56, levels=38, dont_know=8, not_applicable=8, skipped=2, assessed=6, of=7),
    )


def _withheld_functions() -> AssessmentResult:
    hidden = FunctionResult(id="executive", shown=False, n=None, means=(), dont_know=())
    return assessment(
        functions=attrs.evolve(
            FUNCTIONS,
            functions=(*FUNCTIONS.functions, hidden),
            withheld=2,
            wording="no_difference",
            profile=attrs.evolve(FUNCTIONS.profile, significant=False, p_value=0.41),
            questions=(),
        )
    )


def _no_answer_at_all(**over: Any) -> AssessmentResult:
    values: dict[str, Any] = {
        "respondents": 0,
        "dimensions": tuple(unanswered(name, evidence_grade=None) for name in QUESTIONS),
        "index": IndexResult(
            geometric=None,
            arithmetic=None,
            minimum=None,
            low=None,
            high=None,
            bounds=None,
            percent_to_target=None,
        ),
        "stage": StageResult(level=None, probabilities=()),
        "weak_link": None,
        "priorities": (),
        "coverage": Coverage(asked=0, levels=0, dont_know=0, not_applicable=0, skipped=0, assessed=0, of=7),
    }
    return single(**(values | over))


def _situations() -> dict[str, Diagnostic]:
    alone: dict[str, Any] = {"previous": None, "changes": ()}
    no_case: dict[str, Any] = {"case": None, "bridge": None, "engagement": engagement(case=None)}
    no_test: dict[str, Any] = {
        "assessment": None,
        "bridge": None,
        "strengths": (),
        "priorities": (),
        "engagement": engagement(waves=()),
        **alone,
    }
    one = engagement(waves=(Wave(id="x", date=AS_OF, version="1", responses=()),))
    quick = assessment(mode="quick", dimensions=tuple(declared_only(name) for name in QUESTIONS))
    return {
        "full": diagnostic(),
        "no_case": diagnostic(**no_case, **alone),
        "no_assessment": diagnostic(**no_test),
        "nothing": diagnostic(
            **(no_test | {"case": None, "engagement": engagement(waves=(), case=None, goals=())})
        ),
        "single": diagnostic(assessment=single(), engagement=one, **alone),
        "quick": diagnostic(assessment=quick, engagement=one, **alone),
        "quick_single": diagnostic(
            assessment=single(
                mode="quick",
                dimensions=tuple(declared_only(name, n=1, verdict="single_view") for name in QUESTIONS),
            ),
            **(alone | no_case),
        ),
        "no_evidence": diagnostic(
            assessment=assessment(dimensions=tuple(unproven_at(name) for name in QUESTIONS)),
            engagement=one,
            **alone,
        ),
        "missing_answers": diagnostic(assessment=_missing_answers(), **alone),
        "withheld_functions": diagnostic(assessment=_withheld_functions()),
        "heads_only": diagnostic(
            assessment=assessment(
                privacy="named",
                functions=attrs.evolve(FUNCTIONS, wording="heads_only", profile=None, questions=()),
            )
        ),
        "no_answer": diagnostic(
            assessment=_no_answer_at_all(), engagement=one, strengths=(), priorities=(), bridge=None, **alone
        ),
        "withheld_panel": diagnostic(
            assessment=_no_answer_at_all(respondents=2, withheld=True),
            engagement=one,
            strengths=(),
            priorities=(),
            bridge=None,
            **alone,
        ),
        "no_target": diagnostic(
            assessment=assessment(
                dimensions=tuple(dimension(name, target=None, gap=None) for name in QUESTIONS)
            ),
            bridge=Bridge(enabler=0.5, opportunities=(), unclaimed=0.0, alignment_known=False),
        ),
        "wave_not_comparable": diagnostic(changes=()),
        "loss": diagnostic(case=losing()),
        "even": diagnostic(case=case_result(npv=0.2)),
        "no_benefit": diagnostic(
            case=losing(
                benefits=(),
                npv=-920_661.5,
                pv_benefits=0.0,
                break_even=None,
                roi=-1.0,
                beyond_horizon=None,
                sum_of_alone_pv=0.0,
                interaction_pv=0.0,
                gross_benefits=(0.0, 0.0, 0.0),
                ledger=(),
            ),
            bridge=attrs.evolve(BRIDGE, opportunities=()),
        ),
        "simulated": diagnostic(case=simulated()),
        "simulated_sure": diagnostic(case=sure()),
        "simulated_one_benefit": diagnostic(
            case=simulated(benefits=case_result().benefits[:1], measurements=())
        ),
        "simulated_little": diagnostic(
            case=simulated(
                measurements=(),
                information=(InformationValue(label=CASH, inputs=(CASH,), evppi=900.0),),
                evpi=4_000.0,
            )
        ),
        "simulated_too_dear": diagnostic(
            case=simulated(
                information=(InformationValue(label=CASH, inputs=(CASH,), evppi=19_300.0),), evpi=30_000.0
            )
        ),
        "simulated_losing": diagnostic(
            case=attrs.evolve(
                losing(
                    not_evaluated=(NotEvaluated(benefit="recommendation", missing=(), decisive_pv=190_100.0),)
                ),
                simulation=simulation(
                    mean=-190_100.0, p10=-900_000.0, p50=-200_000.0, p90=40_000.0, probability_of_loss=0.871
                ),
                evpi=12_000.0,
                information=(InformationValue(label=CASH, inputs=(CASH,), evppi=11_000.0),),
                tornado=(TornadoBar(input=CASH, low=0.4, high=0.8, npv_low=-301_000.0, npv_high=-172_900.0),),
                lever_break_even=(
                    LeverBreakEven(benefit="retention", share=1.4),
                    LeverBreakEven(benefit="service_cost", share=None, reachable=False),
                ),
            )
        ),
        "simulated_mean_loss": diagnostic(case=simulated(simulation=simulation(mean=-12_300.0))),
        "simulated_gate": diagnostic(
            case=simulated(
                simulation=simulation(
                    notes=(
                        Problem(
                            code="business_case.tail_cut",
                            template="{percent} % of the trials of {input} passed what it can be ({low} to {high}) "
                            "and were cut there.",
                            hint="Give low, mode and high if that is too often.",
                            params={"percent": "1.2", "input": CASH, "low": "0", "high": "1"},
                            severity="warning",
                        ),
                    )
                )
            ),
            engagement=engagement(
                case=attrs.evolve(
                    CASE,
                    uncertainty=Uncertainty(
                        success_probability=0.85,
                        correlation=0.0,
                        groups=(Group(name="*Atelier*", inputs=("baseline.*", "costs.*"), correlation=0.5),),
                    ),
                )
            ),
        ),
        "haircut": diagnostic(
            case=case_result(
                haircut=HaircutResult(
                    pv_benefits=1_066_088.0, pv_costs=1_012_727.0, npv=53_360.0, roi=0.053, irr=(0.146,)
                )
            ),
            engagement=engagement(
                case=attrs.evolve(
                    CASE,
                    uncertainty=Uncertainty(
                        prudence="haircut", haircuts={"retention": 0.2, "service_cost": 0.1}, cost_uplift=0.1
                    ),
                )
            ),
        ),
        "no_payback": diagnostic(case=case_result(payback_years=None, discounted_payback_years=None)),
        "several_irr": diagnostic(case=case_result(irr=(0.10, 0.20))),
        "no_irr": diagnostic(case=case_result(irr=(), mirr=None, roi=None, profitability_index=None)),
        "reinforcing": diagnostic(case=case_result(interaction_pv=52_542.0)),
        "well_evidenced": diagnostic(
            case=case_result(
                benefits=tuple(attrs.evolve(found, evidence="E3") for found in case_result().benefits),
                not_evaluated=(),
            )
        ),
        "with_actions": diagnostic(
            engagement=engagement(
                actions=(
                    Action(
                        question="trust", text="Publier *les délais*", owner="DG", due=dt.date(2027, 1, 31)
                    ),
                    Action(question="access", text="Tester avec dix clients"),
                ),
                sources=("Rapport annuel 2025, p. 12",),
            )
        ),
        "hostile": diagnostic(
            engagement=engagement(
                client=Client(name=HOSTILE, id="x", sector=HOSTILE, note=HOSTILE), sources=(HOSTILE,)
            )
        ),
    }


SITUATIONS = _situations()


@pytest.fixture(params=list(SITUATIONS))
def situation(request: pytest.FixtureRequest) -> Diagnostic:
    """Return the Diagnostic of each situation in turn."""
    return SITUATIONS[request.param]


@pytest.fixture(scope="session")
def situations() -> dict[str, Diagnostic]:
    """Return the Diagnostics by name of situation."""
    return SITUATIONS


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the charts: these tests are about words."""
    chart = Chart(title="", svg="<svg/>", alt="", table=ChartTable(columns=(), rows=()))
    for name in ("profile", "distribution", "link_matrix", "changes"):
        monkeypatch.setattr(figures, name, lambda *_: chart)
    for name in ("waterfall", "cash_curve", "npv_distribution", "tornado", "information"):
        monkeypatch.setattr(figures, name, lambda *_: chart)


@pytest.fixture(scope="session")
def make_context(catalog: Catalog) -> Callable[[Diagnostic, str], ReportContext]:
    """Return a function that puts a Diagnostic in a context."""
    theme = ChartTheme.from_primary(None)

    def make(found: Diagnostic, language: str) -> ReportContext:
        return ReportContext(diagnostic=found, catalog=catalog, language=language, theme=theme)

    return make


def _own_texts(block: Block) -> Iterator[str]:
    match block:
        case Heading() | Paragraph():
            yield block.text
        case Bullets():
            yield from block.items
        case KeyFigures():
            for item in block.items:
                yield from (item.label, item.value, item.note)
        case TableBlock():
            yield from (block.caption, *(column.title for column in block.columns))
            yield from (cell for row in block.rows for cell in row)
            yield block.note
        case Figure():
            yield from (block.caption, block.note)
        case Callout():
            yield from (block.title, block.text)
        case Panel():
            yield block.title
        case Cover():
            yield from (block.title, block.subtitle, block.client, block.date, block.note)


@pytest.fixture(scope="session")
def texts_of() -> Callable[[Iterable[Block]], list[str]]:
    """Return a function that gives every text of blocks, in reading order, empty ones left out."""

    def texts(blocks: Iterable[Block]) -> list[str]:
        return [text for block in walk(blocks) for text in _own_texts(block) if text]

    return texts
