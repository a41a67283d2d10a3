"""What is known at one event for one persona: which measure speaks, how sure it is, and why it was chosen among several.

In this order: a fact (survey, staff, statistics...) before a hypothesis; the persona's own answers before everybody's; a better
grade before a lesser; a fresh measure before a stale one; more answers (weighed by source and age) before fewer. Measures of one
metric by different sources in the same quarter are pooled when they agree. Without any measure the scores of a workshop speak,
then the emotion that the team typed, both as hypotheses; without those nothing is known, and that is None, never 0.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Sequence

import attrs

from cxmaturity.core.text import LANGUAGES
from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.results import Choice
from cxmaturity.journey.scales import answers, given, is_same_source, student, to_valence, valence_interval
from cxmaturity.journey.values import GRADES, NOTHING, SCALES, Event, Grade, Measure, Metric, Words

Bounds = tuple[float, float] | None


@attrs.frozen(kw_only=True)
class Evidence:
    """What speaks for an event; names as in `EventResult`, `shown` the measure itself when it is one."""

    valence: float
    low: float | None = None
    high: float | None = None
    metric: Metric
    native: float
    n: int | None = None
    measure: str = ""
    source: Words = NOTHING
    grade: Grade
    n_effective: float
    age_days: int | None = None
    pooled: tuple[str, ...] = ()
    choice: Choice = "only"
    shown: Measure | None = None


def grade_of(measure: Measure, parameters: JourneyParameters = DEFAULTS) -> Grade:
    """Return the grade of one measure alone: V a survey of 30 answers or more, H a workshop, I all the rest."""
    if measure.kind == "workshop":
        return "H"
    enough = (answers(measure) or 0) >= parameters.survey_n
    return "V" if measure.kind == "survey" and enough else "I"


def age_of(measure: Measure, as_of: dt.date) -> int | None:
    """Return the age in days at `as_of`, at least 0; None without a date."""
    return None if measure.date is None else max(0, (as_of - measure.date).days)


def n_effective(measure: Measure, as_of: dt.date, parameters: JourneyParameters = DEFAULTS) -> float:
    """Return the answers behind a measure x the weight of its source x 2^(-age / half-life); one answer when n is not said."""
    age = age_of(measure, as_of)
    days = parameters.undated_days if age is None else age
    n = answers(measure) or 1
    faded: float = 0.5 ** (days / parameters.half_life_days)
    return max(n, 0) * parameters.source_weights[measure.kind] * faded


def measures_for(event: Event, persona: str) -> tuple[Measure, ...]:
    """Return the measures that speak of a persona: its own and everybody's (all of them when no persona is meant)."""
    return tuple(
        it
        for it in event.satisfaction
        if (not persona or it.persona in {"", persona}) and given(it.value, *SCALES[it.metric]) is not None
    )


def evidence_of(
    event: Event, persona: str, *, as_of: dt.date, parameters: JourneyParameters = DEFAULTS
) -> Evidence | None:
    """Return what speaks for an event, as `persona` (empty: anybody) lives it; None when nothing does."""
    measures = measures_for(event, persona)
    if measures:
        return _from_measures(measures, persona, as_of=as_of, parameters=parameters)
    scored = [it for score in event.scores if (it := given(score.satisfaction, 1, 5)) is not None]
    if scored:
        return _from_scores(scored, parameters)
    felt = given(event.emotion.valence, -2, 2)
    if felt is None:
        return None
    weight = parameters.source_weights["workshop"]
    return Evidence(
        valence=felt, metric="expert", native=felt, grade="H", n_effective=weight, choice="emotion"
    )


def expectation_of(event: Event) -> tuple[float, float, float] | None:
    """Return the expectation as valence with its 95 % bounds: as typed (no width), else the mean of the workshop."""
    level = given(event.expectation.level, 1, 5)
    if level is not None:
        return level - 3, level - 3, level - 3
    scored = [it for score in event.scores if (it := given(score.expectation, 1, 5)) is not None]
    return _mean(scored) if scored else None


def gap_of(event: Event, known: Evidence) -> tuple[float | None, float | None, float | None]:
    """Return satisfaction - expectation on the valence scale with its 95 % bounds, None when either is unknown.

    Where the expectation is a mean too, the widths add in quadrature, side by side.
    """
    expectation = expectation_of(event)
    if expectation is None:
        return None, None, None
    expected, least, most = expectation
    gap = known.valence - expected
    if known.low is None or known.high is None:
        return gap, None, None
    below = math.hypot(known.valence - known.low, most - expected)
    above = math.hypot(known.high - known.valence, expected - least)
    return gap, gap - below, gap + above


def _from_scores(scored: Sequence[float], parameters: JourneyParameters) -> Evidence:
    valence, low, high = _mean(scored)
    return Evidence(
        valence=valence,
        low=low if low < high else None,
        high=high if low < high else None,
        metric="csat5",
        native=valence + 3,
        n=len(scored),
        grade="H",
        n_effective=len(scored) * parameters.source_weights["workshop"],
        choice="scores",
    )


def _mean(levels: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean of levels (1 to 5) as valence with its 95 % bounds, no width when they are one or alike."""
    mean = math.fsum(levels) / len(levels) - 3
    if len(levels) < 2:
        return mean, mean, mean
    half = student(len(levels) - 1) * statistics.stdev(levels) / math.sqrt(len(levels))
    return mean, max(-2.0, mean - half), min(2.0, mean + half)


def _from_measures(
    measures: Sequence[Measure], persona: str, *, as_of: dt.date, parameters: JourneyParameters
) -> Evidence:
    tier, choice = _tier(measures, persona, parameters)
    best = max((grade_of(it, parameters) for it in tier), key=GRADES.index)
    alike = [it for it in tier if grade_of(it, parameters) == best]

    def rank(it: Measure) -> tuple[bool, float, dt.date, str]:
        age = age_of(it, as_of)
        fresh = age is not None and age <= parameters.fresh_days
        return fresh, n_effective(it, as_of, parameters), it.date or dt.date.min, it.id

    shown = max(alike, key=rank)
    together = [shown, *(it for it in alike if _poolable(shown, it, parameters))]
    if len(measures) == 1:
        choice = "only"
    elif len(together) > 1:
        choice = "pooled"
    elif choice == "only":
        choice = "grade" if len(alike) < len(tier) else "weight" if len(alike) > 1 else "only"
    value, bounds = _pool(together)
    valence = to_valence(shown.metric, value)
    counted = [n for n in map(answers, together) if n is not None]
    confirmed = best == "V" or _confirmed(shown, measures, parameters)
    return Evidence(
        valence=valence,
        low=bounds and bounds[0],
        high=bounds and bounds[1],
        metric=shown.metric,
        native=value,
        n=sum(counted) if counted else None,
        measure=shown.id,
        source=_sources(together),
        grade="V" if confirmed else best,
        n_effective=math.fsum(n_effective(it, as_of, parameters) for it in measures),
        age_days=age_of(shown, as_of),
        pooled=tuple(it.id for it in together) if len(together) > 1 else (),
        choice=choice,
        shown=shown,
    )


def _tier(
    measures: Sequence[Measure], persona: str, parameters: JourneyParameters
) -> tuple[list[Measure], Choice]:
    own = [it for it in measures if it.persona == persona]
    general = [it for it in measures if it.persona != persona]
    if not own or not general:
        return own or general, "only"
    if any(grade_of(it, parameters) != "H" for it in own):
        return own, "persona"
    if any(grade_of(it, parameters) != "H" for it in general):
        return general, "grade"
    return own, "persona"


def _sources(together: Sequence[Measure]) -> Words:
    given = dict.fromkeys(it.source for it in together if it.source)
    said = {
        name: "; ".join(it.of(name) for it in given) if any(getattr(it, name) for it in given) else ""
        for name in LANGUAGES
    }
    return Words(en=said["en"], fr=said["fr"])


def agree(one: Measure, other: Measure, parameters: JourneyParameters = DEFAULTS) -> bool:
    """Say whether two measures tell the same story: no further apart than `parameters.agreement` on the valence scale."""
    apart = abs(to_valence(one.metric, one.value) - to_valence(other.metric, other.value))
    return apart <= parameters.agreement


def _confirmed(shown: Measure, measures: Sequence[Measure], parameters: JourneyParameters) -> bool:
    facts = [it for it in measures if grade_of(it, parameters) != "H"]
    return shown in facts and any(
        not is_same_source(it, shown) and agree(shown, it, parameters) for it in facts
    )


def _poolable(shown: Measure, other: Measure, parameters: JourneyParameters) -> bool:
    if other is shown or other.metric != shown.metric or is_same_source(other, shown):
        return False
    if shown.date is None or other.date is None or not answers(shown) or not answers(other):
        return False
    near = abs((shown.date - other.date).days) <= parameters.pool_days
    return near and agree(shown, other, parameters)


def _pool(together: Sequence[Measure]) -> tuple[float, Bounds]:
    """Return the mean by answers (native) and its bounds (valence): half-widths add in quadrature, side by side."""
    if len(together) == 1:
        return together[0].value, valence_interval(together[0])
    counts = [answers(it) or 0 for it in together]
    shares = [count / sum(counts) for count in counts]
    value = math.fsum(share * it.value for share, it in zip(shares, together, strict=True))
    middle = to_valence(together[0].metric, value)
    below, above = [], []
    for share, it in zip(shares, together, strict=True):
        bounds = valence_interval(it)
        if bounds is None:
            return value, None
        own = to_valence(it.metric, it.value)
        below.append(share * (own - bounds[0]))
        above.append(share * (bounds[1] - own))
    return value, (max(-2.0, middle - math.hypot(*below)), min(2.0, middle + math.hypot(*above)))
