"""One question, scored: what was declared, what is proven, how people agree, how much is missing."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from cxmaturity.assessment.agreement import a_wg, ad_mean, ad_median, r_wg, r_wg_raw
from cxmaturity.assessment.confidence import confidence, letter
from cxmaturity.assessment.evidence import Proof
from cxmaturity.assessment.noise import mean_interval
from cxmaturity.assessment.panel import Floats, Panel
from cxmaturity.assessment.privacy import Disclosure
from cxmaturity.assessment.targets import gap_to_target
from cxmaturity.assessment.values import Answer, DimensionResult, Target
from cxmaturity.assessment.wording import verdict
from cxmaturity.catalog import Question


@attrs.frozen(kw_only=True, eq=False)
class Column:
    """All that is known of one question: its column of the masked panel, its answers, its proof, its target.

    `bounds` are the mean with every missing answer at 1 and at 5, NaN when the question is not applicable to
    anybody.
    """

    question: Question
    position: int
    panel: Panel
    answers: Sequence[Answer]
    proof: Proof
    capped: bool
    bounds: tuple[float, float]
    target: Target | None
    withheld: bool
    rules: Disclosure


def build_dimension(column: Column) -> DimensionResult:
    """Score one question from its masked column."""
    levels = column.panel.column(column.position)
    answered = bool(levels.size)
    declared = float(levels.mean()) if answered else None
    evidenced = min(declared, column.proof.cap) if column.capped and declared is not None else None
    scored = evidenced if column.capped else declared
    target = float(column.target.level) if column.target else None
    deviation = ad_median(levels)
    people = _people(column)
    sure = confidence(
        grade=column.proof.grade,
        ad_md=deviation,
        respondents=people["n"],
        missing_share=_missing_share(column),
    )
    sure = sure if people["n"] else 0.0
    return DimensionResult(
        id=column.question.id,
        levels=tuple(int(level) for level in levels),
        counts=_counts(levels),
        median=float(np.median(levels)) if answered else None,
        mean=declared,
        ad_md=deviation,
        ad_m=ad_mean(levels),
        r_wg=r_wg(levels),
        r_wg_raw=r_wg_raw(levels),
        a_wg=a_wg(levels),
        verdict="too_few" if column.withheld else verdict(levels),
        declared=declared,
        cap=column.proof.cap if column.capped else None,
        evidenced=evidenced,
        scored=scored,
        unproven=declared - evidenced if declared is not None and evidenced is not None else None,
        evidence_grade=column.proof.grade,
        bounds=None if np.isnan(column.bounds[0]) else column.bounds,
        interval=mean_interval(levels),
        confidence=sure,
        confidence_letter=letter(sure),
        reasons=column.rules.texts(a.reason for a in column.answers if a.state == "not_applicable"),
        sentences=column.rules.texts(a.sentence for a in column.answers),
        clarity=_clarity(column),
        criteria=_criteria(column),
        target=target,
        target_by=column.target.by if column.target else None,
        gap=gap_to_target(scored, target),
        withheld=column.withheld,
        **people,
    )


def _counts(levels: Floats) -> tuple[int, int, int, int, int]:
    one, two, three, four, five = (int((levels == level).sum()) for level in range(1, 6))
    return one, two, three, four, five


def _people(column: Column) -> dict[str, int]:
    """Count the answers by state; all 0 when the whole panel is withheld."""
    names = {"level": "n", "dont_know": "dont_know", "not_applicable": "not_applicable", "skipped": "skipped"}
    hidden = column.rules.nothing
    return {
        name: 0 if hidden else sum(answer.state == state for answer in column.answers)
        for state, name in names.items()
    }


def _missing_share(column: Column) -> float:
    concerned = [answer for answer in column.answers if answer.state != "not_applicable"]
    missing = sum(answer.state in {"dont_know", "skipped"} for answer in concerned)
    return missing / len(concerned) if concerned else 0.0


def _clarity(column: Column) -> float | None:
    given = [answer.clarity for answer in column.answers if answer.clarity is not None]
    return sum(given) / len(given) if given and len(given) >= column.rules.group else None


def _criteria(column: Column) -> tuple[tuple[str, float], ...]:
    """Return the share of level-givers who ticked each criterion; empty when nobody, or too few, did."""
    if column.withheld:
        return ()
    ticked = [
        {tick if "." in tick else f"{column.question.id}.{tick}" for tick in answer.criteria}
        for answer in column.answers
        if answer.state == "level"
    ]
    if not ticked:
        return ()
    return tuple(
        (criterion.id, sum(criterion.id in ticks for ticks in ticked) / len(ticked))
        for criterion in column.question.criteria
    )
