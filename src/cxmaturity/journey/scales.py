"""From a native metric to valence (-2 to 2), and the 95 % interval of each: the number as measured is always kept beside.

Plain Python, because `map check` uses it and must start without numpy. A mapping makes points drawable on one scale; it does not
make two metrics comparable, so pictures give each metric its own marker.
"""

from __future__ import annotations

import math
from typing import Final

from cxmaturity.journey.values import SCALES, Measure, Metric

Z: Final = 1.959963984540054
"""Two-sided 95 % quantile of the normal law."""
MAPPINGS: Final[dict[Metric, tuple[float, float]]] = {
    "csat5": (3.0, 1.0),
    "ces7": (4.0, 1.5),
    "top2": (0.5, 0.25),
    "nps": (0.0, 50.0),
    "expert": (0.0, 1.0),
}
"""(neutral value, native units in one step of valence) of each metric."""


def to_valence(metric: Metric, value: float) -> float:
    """Return a native value as valence.

    Parameters
    ----------
    metric, value : Metric, float
        A value on the native scale; CSAT - 3, (CES - 4) / 1.5, 4 x share - 2, NPS / 50, expert as it is.

    Examples
    --------
    >>> round(to_valence("csat5", 3.4), 2), to_valence("nps", 25), to_valence("top2", 0.75)
    (0.4, 0.5, 1.0)
    """
    neutral, step = MAPPINGS[metric]
    return (value - neutral) / step


def student(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t, within 0.2 % (Abramowitz and Stegun, 26.7.5; exact for 1 and 2).

    Examples
    --------
    >>> [round(student(f), 2) for f in (1, 2, 9, 1000)]
    [12.71, 4.3, 2.26, 1.96]
    """
    if freedom == 1:
        return math.tan(math.pi * 0.475)
    if freedom == 2:
        return 0.95 * math.sqrt(2 / (0.975 * 0.025 * 4))
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, 1))


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson, 1927).

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(0.5, 10)]
    [0.2366, 0.7634]
    """
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def nps_variance(score: float, promoters: float | None, detractors: float | None) -> float:
    """Return the variance of one answer, P + D - (P - D)^2; without the shares, the largest that `score` (-1 to 1) allows."""
    if promoters is None or detractors is None:
        return 1 - score**2
    return promoters + detractors - (promoters - detractors) ** 2


def reaches(value: float, bound: float) -> bool:
    """Say whether a value is at least a bound, forgiving the last digits of a float: 3.3 - 4.3 is a gap of 1.

    Examples
    --------
    >>> reaches(4.31 - 3.31, 1), 4.31 - 3.31 >= 1
    (True, False)
    """
    return value >= bound - 1e-9


def is_same_source(one: Measure, other: Measure) -> bool:
    """Tell whether two measures rest on one source; without a name, sources of one kind are taken for one."""
    if one.source and other.source:
        return one.source.is_same(other.source)
    return not one.source and not other.source and one.kind == other.kind


def given(value: float | None, least: float, most: float) -> float | None:
    """Return a value that lies on its scale; None for anything else, which the lint says (E103) and the analysis leaves out.

    Examples
    --------
    >>> given(3.4, 1, 5), given(34, 1, 5), given(None, 1, 5)
    (3.4, None, None)
    """
    return value if value is not None and least <= value <= most else None


def answers(measure: Measure) -> int | None:
    """Return how many answers are behind a measure: as given, else the sum of its counts."""
    return measure.n if measure.n is not None else (sum(measure.counts) or None)


def deviation(measure: Measure) -> float | None:
    """Return the standard deviation of one answer in native units: as given, else of the counts; None when unknown."""
    if measure.sd is not None:
        return max(0.0, measure.sd)
    if measure.metric == "top2":
        return math.sqrt(max(0.0, measure.value * (1 - measure.value)))
    if measure.metric == "nps":
        return 100 * math.sqrt(
            max(0.0, nps_variance(measure.value / 100, measure.promoters, measure.detractors))
        )
    return counts_deviation(measure.counts)


def counts_deviation(counts: tuple[int, ...]) -> float | None:
    """Return the standard deviation of answers given as counts per level (1, 2, ...); None below two answers."""
    n = sum(counts)
    if n < 2:
        return None
    mean = sum(level * count for level, count in enumerate(counts, 1)) / n
    squares = math.fsum(count * (level - mean) ** 2 for level, count in enumerate(counts, 1))
    return math.sqrt(max(0.0, squares) / (n - 1))


def interval(measure: Measure) -> tuple[float, float] | None:
    """Return the 95 % interval of a measure on its native scale, within the scale; None when it carries no spread.

    A share by Wilson's score; an NPS by its variance and the normal law; a mean by its standard deviation and Student's law.
    Unanimous answers (no deviation at all) say nothing about the next one, hence None.
    """
    n = answers(measure)
    if measure.metric == "top2":
        return wilson(min(1.0, max(0.0, measure.value)), n) if n and n > 0 else None
    spread = deviation(measure)
    if not n or n < 2 or not spread:
        return None
    half = (Z if measure.metric == "nps" else student(n - 1)) * spread / math.sqrt(n)
    least, most = SCALES[measure.metric]
    return max(least, measure.value - half), min(most, measure.value + half)


def valence_interval(measure: Measure) -> tuple[float, float] | None:
    """Return the 95 % interval of a measure as valence; None when it carries no spread."""
    bounds = interval(measure)
    return bounds and (to_valence(measure.metric, bounds[0]), to_valence(measure.metric, bounds[1]))
