"""Small values to hold the engagement room against: scored self-tests, evaluated cases, matrices of links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from cxmaturity.assessment.values import (
    AgreementResult,
    AlignmentCheck,
    AssessmentResult,
    Coverage,
    DimensionResult,
    FunctionsResult,
    IndexResult,
    StageResult,
)
from cxmaturity.business_case.values import BenefitResult, CaseResult
from cxmaturity.catalog import Benefit, Catalog, Kpi, Level, Link, Question
from cxmaturity.core.text import Text

QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")
BENEFITS = (
    "preference",
    "acquisition",
    "retention",
    "engagement",
    "service_cost",
    "recommendation",
    "advantage",
)


def dimension(
    question: str,
    *,
    declared: float | None,
    evidenced: float | None = None,
    target: float | None = None,
    ad_md: float | None = 0.5,
) -> DimensionResult:
    """Return one scored question; the scored level is the evidenced one when there is one."""
    scored = declared if evidenced is None else evidenced
    fields: dict[str, Any] = dict.fromkeys(
        name for name in DimensionResult.__slots__ if name != "__weakref__"
    )
    fields |= {
        "id": question,
        "n": 5,
        "levels": (),
        "counts": (0,) * 5,
        "verdict": "spread",
        "confidence": 50.0,
    }
    fields |= {"confidence_letter": "C", "dont_know": 0, "not_applicable": 0, "skipped": 0, "reasons": ()}
    fields |= {
        "sentences": (),
        "criteria": (),
        "declared": declared,
        "evidenced": evidenced,
        "scored": scored,
    }
    fields |= {"target": target, "ad_md": ad_md}
    fields["gap"] = None if scored is None or target is None else max(0.0, target - scored)
    return DimensionResult(**fields)


def assessment(dimensions: Sequence[DimensionResult]) -> AssessmentResult:
    """Return a self-test that holds these dimensions and nothing else."""
    return AssessmentResult(
        wave="t",
        date=dt.date(2026, 10, 1),
        mode="diagnostic",
        privacy="anonymous",
        minimum_group=3,
        respondents=5,
        weights=(),
        dimensions=tuple(dimensions),
        index=IndexResult(**dict.fromkeys(n for n in IndexResult.__slots__ if n != "__weakref__")),
        stage=StageResult(level=None, probabilities=(0.0,) * 5),
        weak_link=None,
        agreement=AgreementResult(
            **dict.fromkeys(n for n in AgreementResult.__slots__ if n != "__weakref__")
        ),
        functions=FunctionsResult(
            functions=(), withheld=0, profile=None, questions=(), between_share=None, wording="not_comparable"
        ),
        alignment=AlignmentCheck(declared=None, split=(), spread=(), consensus=(), verdict="not_enough"),
        mirror=(),
        priorities=(),
        coverage=Coverage(asked=0, levels=0, dont_know=0, not_applicable=0, skipped=0, assessed=0, of=7),
        seed=0,
    )


def case_result(values: Mapping[str, float]) -> CaseResult:
    """Return a business case whose benefits have these present values."""
    fields: dict[str, Any] = dict.fromkeys(name for name in CaseResult.__slots__ if name != "__weakref__")
    fields |= {"currency": "EUR", "timing": "end", "horizon_years": 3, "pv_benefits": sum(values.values())}
    fields["benefits"] = tuple(
        BenefitResult(id=name, kpi="", pv=value, alone_pv=value, annual=(), evidence="E1")
        for name, value in values.items()
    )
    return CaseResult(**fields)


def matrix(
    strengths: Mapping[tuple[str, str], int], grades: Mapping[tuple[str, str], str] | None = None
) -> Catalog:
    """Return a catalogue whose links are `strengths` (0 where absent), grade A unless given."""
    text = Text("x", "x")
    kpi = Kpi(id="k", name=text, unit=text, definition=text, denominator=text)
    return Catalog(
        version="1",
        questions=tuple(
            Question(
                id=name,
                number=number,
                name=text,
                short=text,
                wording=text,
                levels=tuple(Level(number=level, anchor=text) for level in range(1, 6)),
                criteria=(),
                mirror=text,
                advice=(),
            )
            for number, name in enumerate(QUESTIONS, start=1)
        ),
        level_names=(),
        answer_states=(),
        evidence_grades=(),
        functions=(),
        benefits=tuple(
            Benefit(
                id=name,
                number=number,
                name=text,
                goal=text,
                kpi=kpi,
                inputs=(),
                population="",
                pool="",
                step="",
            )
            for number, name in enumerate(BENEFITS, start=1)
        ),
        links=tuple(
            Link(
                question=question,
                benefit=benefit,
                strength=strengths.get((question, benefit), 0),  # type: ignore[arg-type]  # 0 to 3 in the tests
                grade=(grades or {}).get((question, benefit), "A"),  # type: ignore[arg-type]  # A to C in the tests
                reason=text,
            )
            for question in QUESTIONS
            for benefit in BENEFITS
        ),
        claims=(),
        channel_families=(),
    )


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Return the builders of this file."""
    return SimpleNamespace(
        dimension=dimension,
        assessment=assessment,
        case_result=case_result,
        matrix=matrix,
        questions=QUESTIONS,
        benefits=BENEFITS,
    )
