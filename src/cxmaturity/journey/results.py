"""What follows from an atlas: valence with its interval at every event, the curve, moments of truth, gaps and where to act.

A picture, a page, a slide and a report read these values and compute nothing. Valence runs from -2 to 2 everywhere.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import attrs

from cxmaturity.core.problems import Problem
from cxmaturity.journey.values import NOTHING, Atlas, Grade, Metric, Words

Criterion = Literal["expert", "extremum", "last", "importance", "polarised", "drop_off", "gap", "asymmetric"]
"""The eight reasons to call an event a moment of truth; two or more make it one."""
CRITERIA: Final[tuple[Criterion, ...]] = get_args(Criterion)
Quadrant = Literal["keep", "act", "low_priority", "overkill"]
"""Importance x performance: keep up the good work, concentrate here, low priority, overkill (Martilla and James, 1977)."""
QUADRANTS: Final[tuple[Quadrant, ...]] = get_args(Quadrant)
OpportunityClass = Literal["extreme", "high", "worth_a_look", "served"]
LEAST_GROUP: Final = 3
"""People of a function below whom nothing is shown of what they said, where no engagement asks for more."""
Verdict = Literal["broken", "below", "open", "kept", "unknown"]
"""What can be said of a promise: it is broken, missed by little, nobody can tell, kept, not measured."""
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
Choice = Literal["only", "persona", "grade", "weight", "pooled", "scores", "emotion"]
"""Why this evidence speaks: the only one; the persona's own; a better grade; more answers or fresher; several pooled; the scores
of a workshop; the emotion that the team typed."""


@attrs.frozen(kw_only=True)
class Reason:
    """One criterion that fired and the numbers that it fired on, as (name, value) pairs."""

    criterion: Criterion
    numbers: tuple[tuple[str, float | str | Words], ...] = ()


@attrs.frozen(kw_only=True)
class OpportunityScore:
    """Ulwick's score, 0 to 20, within one persona: importance + max(importance - satisfaction, 0), each 0 to 10.

    `low` and `high` bound it at 95 %; `approximate` when means stand in for shares of 4 and 5 answers; `straddles` when the
    interval spans two classes.
    """

    value: float
    low: float | None
    high: float | None
    reading: OpportunityClass
    approximate: bool
    straddles: bool


@attrs.frozen(kw_only=True)
class Spread:
    """How far people are from each other: standard deviation on 1 to 5, shares of lowest and highest answers."""

    sd: float | None
    low_share: float | None
    high_share: float | None
    polarised: bool


@attrs.frozen(kw_only=True)
class FunctionView:
    """What one function gave in the workshop: mean expectation and satisfaction (1 to 5) and how many gave them."""

    function: str
    n: int
    expectation: float | None
    satisfaction: float | None


@attrs.frozen(kw_only=True)
class EventResult:
    """What is known of one event for one persona.

    Parameters
    ----------
    event, stage, touchpoint, index : str, str, str, int
        Which event; its rank in the journey from 0.
    valence, low, high : float, optional
        -2 to 2 with its 95 % interval; None when nothing is known. Low and high are None when the evidence carries no spread.
    metric : Metric, optional
        The native scale of the measure shown (marker); `native` its value, `n` its answers, `measure` its id.
    grade : Grade, optional
        V, I or H; None when nothing is known at all.
    n_effective : float
        Answers weighed by source and age.
    age_days : int, optional
        Age of the measure shown at `as_of`.
    choice : Choice, optional
        Why this evidence speaks when there are several; `pooled` names the measures that were pooled (`native` and `n` are theirs
        together, `measure` the heaviest).
    gap, gap_low, gap_high : float, optional
        Satisfaction minus expectation, on the valence scale.
    weight : float
        Reach x importance, normalised over the journey to sum to 1.
    share : float, optional
        Importance derived from answers: its part of what all events explain of the overall score, 0 to 1.
    reasons : tuple of Reason
        Criteria that fired; `moment` when there are two or more.
    functions : tuple of FunctionView
        What the functions gave; `disagreement` is the range of their mean satisfaction, None below two functions.
    """

    event: str
    stage: str
    touchpoint: str
    index: int
    valence: float | None = None
    low: float | None = None
    high: float | None = None
    metric: Metric | None = None
    native: float | None = None
    n: int | None = None
    measure: str = ""
    source: Words = NOTHING
    grade: Grade | None = None
    n_effective: float = 0.0
    age_days: int | None = None
    choice: Choice | None = None
    pooled: tuple[str, ...] = ()
    gap: float | None = None
    gap_low: float | None = None
    gap_high: float | None = None
    weight: float = 0.0
    share: float | None = None
    opportunity: OpportunityScore | None = None
    quadrant: Quadrant | None = None
    spread: Spread | None = None
    reasons: tuple[Reason, ...] = ()
    functions: tuple[FunctionView, ...] = ()
    disagreement: float | None = None

    @property
    def moment(self) -> bool:
        """Whether it is a moment of truth."""
        return len(self.reasons) >= 2


@attrs.frozen(kw_only=True)
class CurvePiece:
    """A piece of the curve between two known events, drawn solid (V), dashed (I) or dotted (H) after the weaker of its two ends.

    Over events of which nothing is known it is a hypothesis (H), however sure its ends are.
    `x` in events (0 is the first), `y` valence; both with the same length, ends included.
    """

    grade: Grade
    x: tuple[float, ...]
    y: tuple[float, ...]


@attrs.frozen(kw_only=True)
class PromiseResult:
    """One promise against what is lived where it should be kept: distance = lived - promised, in valence, 95 % interval.

    `worst` is the known event that is felt worst; `grade` the weakest evidence among the known events.
    """

    promise: str
    events: tuple[str, ...]
    promised: float
    lived: float | None
    distance: float | None
    low: float | None
    high: float | None
    worst: str = ""
    broken: bool = False
    grade: Grade | None = None

    @property
    def verdict(self) -> Verdict:
        """How it is read: open when the interval holds zero, below when it is missed without being broken."""
        if self.distance is None:
            return "unknown"
        if self.broken:
            return "broken"
        if self.low is not None and self.high is not None and self.low < 0 < self.high:
            return "open"
        return "kept" if self.distance >= 0 else "below"


@attrs.frozen(kw_only=True)
class RankedOpportunity:
    """One opportunity of the team with its place: priority = event's opportunity score x reach x confidence / effort.

    `stability` is the share of draws within the intervals in which it stays among the first five; None when no more than five are
    ranked. `priority` is None when satisfaction or importance is unknown, or a reach or effort that others in the journey have.
    """

    opportunity: str
    event: str
    priority: float | None
    stability: float | None
    confidence: float
    feedback: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Deviation:
    """How an actual journey departs from the planned one; the four kinds are those of Halvorsrud et al. (2016)."""

    kind: Literal["missing", "ad_hoc", "wrong_sequence", "failed"]
    event: str


@attrs.frozen(kw_only=True)
class JourneyResult:
    """One journey as one persona lives it; see `cxmaturity.journey.analyse`.

    `peak_end` (None when the end is not known) and `mean` (weighted) are both printed; `disagree` when they are over 0.5 apart.
    `mapped` is the share of stages with evidence (I or V). `axes` are the (importance, performance) thresholds of the quadrants.
    """

    journey: str
    persona: str
    events: tuple[EventResult, ...]
    curve: tuple[CurvePiece, ...]
    peak_end: float | None
    mean: float | None
    disagree: bool
    axes: tuple[float, float] | None
    opportunities: tuple[RankedOpportunity, ...]
    deviations: tuple[Deviation, ...] = ()
    mapped: float = 0.0

    @property
    def moments(self) -> tuple[EventResult, ...]:
        """Moments of truth, most reasons first, then widest from neutral."""
        found = [event for event in self.events if event.moment]
        return tuple(sorted(found, key=lambda it: (-len(it.reasons), -abs(it.valence or 0), it.index)))


@attrs.frozen(kw_only=True)
class AtlasResult:
    """Everything that a picture or a report says of an atlas; `findings` come from the lint, waived ones apart."""

    atlas: Atlas
    journeys: tuple[JourneyResult, ...]
    promises: tuple[PromiseResult, ...]
    findings: tuple[Problem, ...] = ()
    waived: tuple[Problem, ...] = ()

    def of(self, journey: str, persona: str | None = None) -> JourneyResult:
        """Return the result of a journey for a persona (the first, when it is not said); `KeyError` when there is none."""
        for result in self.journeys:
            if result.journey == journey and persona in (None, result.persona):
                return result
        raise KeyError((journey, persona))
