"""How far people are from each other: customers who are split in two camps, and functions that do not see the same journey."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence

from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.results import FunctionView, Spread
from cxmaturity.journey.scales import answers, deviation, given, reaches
from cxmaturity.journey.values import SCALES, Measure, Score


def spread_of(measure: Measure, parameters: JourneyParameters = DEFAULTS) -> Spread | None:
    """Return how split the answers behind a measure are; None when it does not say.

    Means on 1 to 5 or 1 to 7 only (the deviation is brought to 1 to 5, the lowest answers are 1 and 2, the highest the last):
    an NPS is split by construction, and a share keeps nothing of the ends.
    """
    if measure.metric not in {"csat5", "ces7"}:
        return None
    native = deviation(measure)
    least, most = SCALES[measure.metric]
    sd = None if native is None else native * 4 / (most - least)
    n = sum(measure.counts)
    told = n > 0 and len(measure.counts) == round(most)
    low, high = (sum(measure.counts[:2]) / n, measure.counts[-1] / n) if told else (None, None)
    return _spread(sd, low, high, answers(measure) or 0, parameters)


def spread_of_scores(scores: Iterable[Score], parameters: JourneyParameters = DEFAULTS) -> Spread | None:
    """Return how split a workshop is on satisfaction; None below two scores."""
    scored = [it for score in scores if (it := given(score.satisfaction, 1, 5)) is not None]
    if len(scored) < 2:
        return None
    low = sum(score <= 2 for score in scored) / len(scored)
    high = sum(score == 5 for score in scored) / len(scored)
    return _spread(statistics.stdev(scored), low, high, len(scored), parameters)


def _spread(
    sd: float | None, low: float | None, high: float | None, n: int, parameters: JourneyParameters
) -> Spread | None:
    if sd is None and low is None:
        return None
    wide = sd is not None and reaches(sd, parameters.polarised_sd)
    camps = low is not None and high is not None and reaches(min(low, high), parameters.polarised_share)
    return Spread(
        sd=sd, low_share=low, high_share=high, polarised=n >= parameters.polarised_n and (wide or camps)
    )


def function_views(scores: Sequence[Score]) -> tuple[FunctionView, ...]:
    """Return what each function gave in the workshop, by name."""
    views = []
    for function in sorted({score.function for score in scores}):
        own = [score for score in scores if score.function == function]
        views.append(
            FunctionView(
                function=function,
                n=len({score.participant for score in own}),
                expectation=_mean(score.expectation for score in own),
                satisfaction=_mean(score.satisfaction for score in own),
            )
        )
    return tuple(views)


def disagreement(views: Iterable[FunctionView]) -> float | None:
    """Return the range of the functions' mean satisfaction (0 to 4); None below two functions."""
    means = [view.satisfaction for view in views if view.satisfaction is not None]
    return max(means) - min(means) if len(means) >= 2 else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [it for value in values if (it := given(value, 1, 5)) is not None]
    return math.fsum(known) / len(known) if known else None
