"""How far to the target: gaps, and a percentage in which overshoot never pays for a target missed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from cxmaturity.assessment.panel import require_questions
from cxmaturity.assessment.values import Target
from cxmaturity.core.problems import InputError

LOWEST_LEVEL = 1.0


def read_targets(targets: Iterable[Target], questions: tuple[str, ...]) -> dict[str, Target]:
    """Return the targets by question.

    Raises
    ------
    InputError
        ``assessment.target_range``, ``assessment.duplicate_target``.
    UnknownIdError
        ``core.unknown_id``.
    """
    found: dict[str, Target] = {}
    for target in targets:
        require_questions([target.question], questions)
        if not LOWEST_LEVEL <= target.level <= 5:
            raise InputError.of(
                "assessment.target_range",
                "the target of '{question}' is {got}; expected 1 to 5.",
                question=target.question,
                got=f"{target.level:g}",
            )
        if target.question in found:
            raise InputError.of(
                "assessment.duplicate_target",
                "the question '{question}' has two targets.",
                question=target.question,
            )
        found[target.question] = target
    return found


def gap_to_target(level: float | None, target: float | None) -> float | None:
    """Return ``max(0, target - level)``, None when either is unknown."""
    return None if level is None or target is None else max(0.0, target - level)


def percent_to_target(current: ArrayLike, target: ArrayLike, *, origin: float = 0.0) -> float | None:
    """Return how much of the way to the targets is done, as a fraction in [0, 1].

    ``1 - sum max(0, target - current) / sum (target - origin)`` over the questions where both are known
    (OWASP SAMM, 2023). `origin` is the level at which nothing is done: 0 on SAMM's scale, 1 on ours, so that
    a profile of ones is at 0 %, not at 20 %. Overshoot earns nothing. 1 when every target is at the origin
    and met; None when there is no target.

    Examples
    --------
    >>> round(percent_to_target([0.25, 0, 0, 1, 0, 0], [1, 1, 0, 1, 0.5, 0]), 3)
    0.357
    """
    now, wanted = np.asarray(current, dtype=np.float64), np.asarray(target, dtype=np.float64)
    known = ~np.isnan(now) & ~np.isnan(wanted)
    if not known.any():
        return None
    gaps = float(np.maximum(0.0, wanted[known] - now[known]).sum())
    way = float((wanted[known] - origin).sum())
    return 1.0 if gaps == 0 else 1 - gaps / way
