"""The whole of one client as one frozen value, composed from the self-test, the business case and the bridge.

A report reads this value and nothing else: what it prints has been computed here, once, from what was typed.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

from cxmaturity.assessment.values import AssessmentResult, Change, DimensionResult, Wave
from cxmaturity.business_case.values import CaseResult
from cxmaturity.catalog import Catalog
from cxmaturity.engagement.values import Bridge, Diagnostic, Engagement
from cxmaturity.journey.results import AtlasResult

NAMED: Final = 3
"""How many strengths, and how many priorities, a reader can take in."""

STRUCTURED: Final = 2.5
"""The level from which a question can be a strength: it rounds to 3, "structured"."""


def diagnose(engagement: Engagement, catalog: Catalog, *, as_of: dt.date, seed: int) -> Diagnostic:
    """Compute everything that a report says about one client.

    Parameters
    ----------
    engagement : Engagement
        What was typed, read and checked; an assessment, a business case, journeys, or several of them.
    catalog : Catalog
        Questions, benefits and links.
    as_of : datetime.date
        The date of the report: evidence expires against it. A previous wave is scored as it was known at its
        own date.
    seed : int
        Seed of every simulation; the same inputs give the same Diagnostic.

    Returns
    -------
    Diagnostic
        `priorities` are the questions whose gap is worth the most, then (without a case) the widest gaps to
        target, then (without targets) the lowest levels. `strengths` are the highest scored levels among the
        other questions, from level 2.5 up, ties going to the better agreement: no question is both, and there
        may be fewer than three of either.

    Raises
    ------
    InputError
        What the self-test, the business case or the journeys refuse.
    """
    assessment, previous, changes = _assess(engagement, catalog, as_of=as_of, seed=seed)
    case = _evaluate(engagement, catalog)
    bridge: Bridge | None = None
    if assessment is not None and case is not None:
        from cxmaturity.engagement.bridge import rank_opportunities  # numpy only when needed

        bridge = rank_opportunities(assessment, case, catalog, seed=seed)
    priorities = name_priorities(assessment, bridge)
    return Diagnostic(
        engagement=engagement,
        as_of=as_of,
        seed=seed,
        assessment=assessment,
        previous=previous,
        changes=changes,
        case=case,
        bridge=bridge,
        strengths=name_strengths(assessment, apart_from=priorities),
        priorities=priorities,
        maps=_map(engagement, catalog, as_of=as_of, seed=seed),
    )


def _assess(
    engagement: Engagement, catalog: Catalog, *, as_of: dt.date, seed: int
) -> tuple[AssessmentResult | None, AssessmentResult | None, tuple[Change, ...]]:
    if not engagement.waves:
        return None, None, ()
    from cxmaturity.assessment import compare_waves, score_assessment  # numpy only when needed

    def score(wave: Wave, at: dt.date) -> AssessmentResult:
        return score_assessment(
            wave, catalog, settings=engagement.settings, targets=engagement.targets, as_of=at, seed=seed
        )

    last = engagement.waves[-1]
    if len(engagement.waves) == 1:
        return score(last, as_of), None, ()
    before = engagement.waves[-2]
    changes = compare_waves(before, last, catalog, settings=engagement.settings, as_of=as_of)
    return score(last, as_of), score(before, min(before.date, as_of)), changes


def _evaluate(engagement: Engagement, catalog: Catalog) -> CaseResult | None:
    case = engagement.wanted_case
    if case is None:
        return None
    from cxmaturity.business_case import evaluate_case  # numpy only when needed

    return evaluate_case(case, catalog)


def _map(engagement: Engagement, catalog: Catalog, *, as_of: dt.date, seed: int) -> AtlasResult | None:
    if engagement.atlas is None:
        return None
    from cxmaturity.journey.analyse import analyse  # numpy only when needed

    return analyse(engagement.atlas, catalog, as_of=as_of, seed=seed)


def name_priorities(assessment: AssessmentResult | None, bridge: Bridge | None) -> tuple[str, ...]:
    """Return at most three question ids, most urgent first.

    Opportunities that are worth something, then gaps to target (widest first), then questions without a
    target (lowest level first). A question whose target is reached is never a priority.
    """
    if assessment is None:
        return ()
    worth = [] if bridge is None else [found.question for found in bridge.opportunities if found.value > 0]
    gaps = sorted(
        (
            dimension
            for dimension in assessment.dimensions
            if dimension.scored is not None and _gap(dimension) > 0
        ),
        key=lambda dimension: -_gap(dimension),
    )
    lowest = sorted(
        (found for found in assessment.dimensions if found.scored is not None and found.target is None),
        key=lambda found: found.scored or 0.0,
    )
    names = dict.fromkeys([*worth, *(found.id for found in gaps), *(found.id for found in lowest)])
    return tuple(names)[:NAMED]


def _gap(dimension: DimensionResult) -> float:
    if dimension.scored is None or dimension.target is None:
        return 0.0
    return max(0.0, dimension.target - dimension.scored)


def name_strengths(
    assessment: AssessmentResult | None, *, apart_from: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return at most three question ids, best first: highest scored level, then best agreement.

    A strength is at least structured (level 2.5, which rounds to 3); the best of a weak profile is not one,
    so there may be none. `apart_from` are questions that must not be named, the priorities. Ties that remain
    keep the catalogue's order.
    """
    if assessment is None:
        return ()
    known = [
        found
        for found in assessment.dimensions
        if found.scored is not None and found.scored >= STRUCTURED and found.id not in apart_from
    ]
    known.sort(key=lambda found: (-(found.scored or 0.0), math.inf if found.ad_md is None else found.ad_md))
    return tuple(found.id for found in known[:NAMED])
