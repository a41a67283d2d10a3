"""The customer mirror: what the company says of itself against what its customers say.

A level and a share of customers are not the same thing. Both are put on a 0 to 1 scale and shown with their
difference; no single figure is claimed to be the truth.
"""

from __future__ import annotations

from cxmaturity.assessment.values import MirrorGap, MirrorResult
from cxmaturity.core.problems import InputError

_Z90 = 1.6448536269514722


def wilson_interval(successes: int, n: int, *, z: float = _Z90) -> tuple[float, float]:
    """Return Wilson's score interval of a share, 90 % by default (Wilson 1927).

    Examples
    --------
    >>> [round(end, 4) for end in wilson_interval(0, 10)]
    [0.0, 0.2129]
    """
    share = successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * (share * (1 - share) / n + z**2 / (4 * n**2)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


def compare_with_customers(result: MirrorResult, declared: float | None) -> MirrorGap:
    """Set a declared level beside the share of customers who agree.

    ``self_position = (declared - 1) / 4``; ``gap = self_position - customer_share``, positive when the
    company thinks better of itself than its customers do. The declared level is used, not the evidenced one:
    it is the belief that is held against customers.

    Raises
    ------
    InputError
        ``assessment.mirror_counts``.
    """
    if not (result.n >= 1 and 0 <= result.agreeing <= result.n):
        raise InputError.of(
            "assessment.mirror_counts",
            "the customer mirror of '{question}' says {agreeing} of {n}; expected 0 to n, and n at least 1.",
            question=result.question,
            agreeing=result.agreeing,
            n=result.n,
        )
    position = None if declared is None else (declared - 1) / 4
    share = result.agreeing / result.n
    return MirrorGap(
        question=result.question,
        self_position=position,
        customer_share=share,
        interval=wilson_interval(result.agreeing, result.n),
        n=result.n,
        gap=None if position is None else position - share,
    )
