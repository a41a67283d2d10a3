"""Do people who say "we are aligned" answer alike? Declared alignment against the agreement seen.

This is the question that the panel answers without being asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cxmaturity.assessment.values import AlignmentCheck, DimensionResult

QUESTION: Final = "alignment"
HIGH: Final = 3.5
SPLITS: Final = 2
ENOUGH: Final = 5
ENOUGH_FOR_SPREAD: Final = 8


def check_alignment(dimensions: Sequence[DimensionResult]) -> AlignmentCheck:
    """Compare the declared level of ``alignment`` with the verdicts on the other questions.

    ``not_enough`` when fewer than 5 people gave a level on alignment, or no other question has a verdict from
    5 answers. ``contradicted`` when alignment is declared 3.5 or more and either at least two other questions
    are split, or at least 8 people answered and no other question reaches consensus. Else ``consistent``:
    nothing contradicts what was declared, which is not a proof.

    Notes
    -----
    Our own rule. Simulated on six questions, people who differ by a noise of .8 level and no more are wrongly
    contradicted about 2.5 % of the time with 5, 8 or 12 people. One split question alone would be 17 % with 5
    people, hence two; with 5 to 7 people "spread" is too common to mean anything.
    """
    own = next((d for d in dimensions if d.id == QUESTION), None)
    others = [d for d in dimensions if d.id != QUESTION and d.n >= ENOUGH]
    split, spread, consensus = (
        tuple(d.id for d in others if d.verdict == wanted) for wanted in ("split", "spread", "consensus")
    )
    declared = own.declared if own is not None else None
    check = AlignmentCheck(
        declared=declared, split=split, spread=spread, consensus=consensus, verdict="not_enough"
    )
    if own is None or declared is None or own.n < ENOUGH or not (split or spread or consensus):
        return check
    nowhere = own.n >= ENOUGH_FOR_SPREAD and not consensus
    contradicted = declared >= HIGH and (len(split) >= SPLITS or nowhere)
    return AlignmentCheck(
        declared=declared,
        split=split,
        spread=spread,
        consensus=consensus,
        verdict="contradicted" if contradicted else "consistent",
    )
