"""The opportunities of the team in order, and how much that order would survive another sample."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import attrs

from cxmaturity.journey.evidence import Evidence
from cxmaturity.journey.opportunity import Input, inputs_of
from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.results import EventResult, RankedOpportunity
from cxmaturity.journey.scales import Z
from cxmaturity.journey.values import Event, Opportunity


@attrs.frozen(kw_only=True)
class _Row:
    """An opportunity with what ranks it; `factor` is reach x confidence / effort, None when one is not known."""

    item: Opportunity
    result: EventResult
    inputs: tuple[Input, Input] | None
    confidence: float
    factor: float | None

    @property
    def priority(self) -> float | None:
        score = self.result.opportunity
        return None if self.factor is None or score is None else score.value * self.factor


def rank_opportunities(
    events: Sequence[Event],
    known: Sequence[Evidence | None],
    results: Sequence[EventResult],
    *,
    name: str,
    seed: int,
    parameters: JourneyParameters = DEFAULTS,
) -> tuple[RankedOpportunity, ...]:
    """Return the opportunities by priority, those without one last, in the order of the journey.

    Priority = opportunity score x reach x confidence / effort. Reach and effort count as 1 when nobody gave any in this journey;
    given for some, the others have no priority, because a made-up number would rank them.

    Parameters
    ----------
    events, known, results : sequences
        The events of the journey, the evidence for each and what follows from it.
    name : str
        Of the journey and the persona: draws of one do not depend on another.
    seed : int
        Where the draws start.
    """
    rows = _rows(events, known, results, parameters)
    steady = _stability([row for row in rows if row.priority is not None], name, seed, parameters)
    ranked = [
        RankedOpportunity(
            opportunity=row.item.id,
            event=row.result.event,
            priority=row.priority,
            stability=steady.get(row.item.id),
            confidence=row.confidence,
            feedback=row.item.feedback,
        )
        for row in rows
    ]
    return tuple(sorted(ranked, key=lambda it: (it.priority is None, -(it.priority or 0.0))))


def _rows(
    events: Sequence[Event],
    known: Sequence[Evidence | None],
    results: Sequence[EventResult],
    parameters: JourneyParameters,
) -> list[_Row]:
    reached = any(event.reach is not None for event in events)
    priced = any(it.effort is not None for event in events for it in event.opportunities)
    return [
        _Row(
            item=item,
            result=result,
            inputs=inputs_of(event, found),
            confidence=(confidence := parameters.confidence[result.grade] if result.grade else 0.0),
            factor=_factor(event.reach if reached else 1.0, confidence, item.effort if priced else 1.0),
        )
        for event, found, result in zip(events, known, results, strict=True)
        for item in event.opportunities
    ]


def _factor(reach: float | None, confidence: float, effort: float | None) -> float | None:
    return reach * confidence / effort if reach is not None and effort and effort > 0 else None


def _stability(rows: Sequence[_Row], name: str, seed: int, parameters: JourneyParameters) -> dict[str, float]:
    """Return the share of draws in which each is among the first; opportunities of one event move together."""
    if len(rows) <= parameters.first:
        return {}
    import numpy as np

    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    drawn = {}
    for row in rows:
        if row.result.event in drawn or row.inputs is None:
            continue
        assumed = (parameters.assumed_importance, parameters.assumed_satisfaction)
        imp, sat = (
            np.clip(it.value + _deviation(it, width) * rng.standard_normal(parameters.draws), 0, 10)
            for it, width in zip(row.inputs, assumed, strict=True)
        )
        drawn[row.result.event] = imp + np.maximum(imp - sat, 0)
    values = np.stack([drawn[row.result.event] * (row.factor or 0.0) for row in rows])
    first = np.argsort(-values, axis=0, kind="stable")[: parameters.first]
    shares = np.bincount(first.ravel(), minlength=len(rows)) / parameters.draws
    return {row.item.id: float(share) for row, share in zip(rows, shares, strict=True)}


def _deviation(given: Input, assumed: float) -> float:
    """Return the standard deviation of one side: of its bounds, else of the half-width (levels) that a guess is allowed."""
    if given.bounds is None:
        return assumed * 10 / 4 / Z
    return (given.bounds[1] - given.bounds[0]) / 2 / Z
