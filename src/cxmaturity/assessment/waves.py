"""From one wave to the next: what changed, and what two waves of this size could not have told from noise.

Below the minimum detectable change a report must print "within noise". Asking the same people again makes it
smaller, because a person who is always harsh cancels out.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

import numpy as np

from cxmaturity.assessment.index import geometric
from cxmaturity.assessment.noise import (
    INDEX_SD,
    LEVEL_VARIANCE,
    PRIOR_DF,
    RATER_SD,
    RETEST_SD,
    rater_scores,
    shrunk_variance,
    t_quantile,
)
from cxmaturity.assessment.panel import Bools, Floats
from cxmaturity.assessment.scoring import Prepared, prepare
from cxmaturity.assessment.values import Change, Settings, Wave
from cxmaturity.catalog import Catalog

ONE_PERSON_AGAIN: Final = 0.24
PANEL_RMSE: Final = {2: 0.32, 3: 0.26, 5: 0.21, 8: 0.16, 12: 0.13}
PAIRED_FROM: Final = 3
_Z95: Final = 1.959963984540054


def minimum_detectable_change(before: int, after: int, *, same_person: bool = False) -> float:
    """Return the smallest change of the index that two waves can tell from noise, before any answer is known.

    ``1.96 sqrt(e_before^2 + e_after^2)``, e the error of the index: .24 for one person who answers again, and
    for a panel what the simulation of the reference notes gives (maturity, section 3.6: .32 .26 .21 .16 .13
    for 2, 3, 5, 8, 12 people), scaled by the root of the number of people in between. For planning;
    `compare_waves` uses the noise of the panels themselves.

    Examples
    --------
    >>> [round(minimum_detectable_change(n, n), 2) for n in (5, 8, 12)]
    [0.58, 0.44, 0.36]
    >>> round(minimum_detectable_change(1, 1, same_person=True), 2)
    0.67
    """
    if same_person and before == after == 1:
        return _Z95 * 2**0.5 * ONE_PERSON_AGAIN
    return float(_Z95 * (_panel_error(before) ** 2 + _panel_error(after) ** 2) ** 0.5)


def _panel_error(n: int) -> float:
    sizes = np.array(list(PANEL_RMSE), dtype=np.float64)
    one_person = np.array(list(PANEL_RMSE.values())) * np.sqrt(sizes)
    return float(np.interp(n, sizes, one_person) / math.sqrt(n))


def compare_waves(
    before: Wave, after: Wave, catalog: Catalog, *, settings: Settings, as_of: dt.date
) -> tuple[Change, ...]:
    """Compare two waves, index first, then each question assessed in both.

    Levels are the declared ones: evidence that was added or grew old moves the proven level without anybody
    having answered otherwise, and the noise that a change is held against is that of answers. The index is
    the geometric mean of the declared levels, taken over the questions assessed in both, so
    that a question that became "not applicable" moves nothing.

    The minimum detectable change is ``t sqrt(v_b / n_b + v_a / n_a - 2 m c / (n_b n_a))`` at 95 %: v the
    variance between people and c the covariance of the m people who answered both, all shrunk to the usual
    ones (`noise`). With fewer than three such people c is not used. When one wave has a single respondent
    nothing can be estimated and the usual values are used.

    Parameters
    ----------
    before, after : Wave
        The same people are recognised by their respondent id.
    catalog, settings
        As for `score_assessment`, the same settings for both.
    as_of : datetime.date
        Date of the report.

    Returns
    -------
    tuple of Change
        Empty when no question can be compared (or shown). `paired` is the number of people used as pairs.

    Raises
    ------
    InputError, UnknownIdError
        As `score_assessment`.
    """
    old = prepare(before, catalog, settings=settings, as_of=before.date)
    new = prepare(after, catalog, settings=settings, as_of=as_of)
    both = ~np.isnan(_declared(old)) & ~np.isnan(_declared(new))
    changes = [_index_change(old, new, both)]
    changes += [_question_change(old, new, int(j)) for j in np.flatnonzero(both)]
    return tuple(change for change in changes if change is not None)


def _declared(ready: Prepared) -> Floats:
    """Return the mean declared level of each question that may be shown, NaN elsewhere; shape (7,)."""
    return np.where(np.isnan(ready.scored), np.nan, ready.panel.means())


def _index_change(old: Prepared, new: Prepared, both: Bools) -> Change | None:
    weights = np.where(both, new.weights, 0.0)
    levels = [geometric(_declared(ready), weights) for ready in (old, new)]
    if levels[0] is None or levels[1] is None:
        return None
    scores = [_index_scores(ready, weights) for ready in (old, new)]
    smallest, paired = _detectable(
        scores[0], scores[1], prior=INDEX_SD**2, fixed=minimum_detectable_change(1, 1, same_person=True)
    )
    return _change(None, levels[0], levels[1], smallest, paired)


def _index_scores(ready: Prepared, weights: Floats) -> dict[str, float]:
    """Return each respondent's own distance to the panel on the index (see `index.index_interval`)."""
    means = ready.panel.means()
    pull = np.where(weights > 0, weights / np.where(np.isnan(means), 1.0, means), 0.0)
    answered = np.any(~np.isnan(ready.panel.levels) & (pull > 0), axis=1)
    scores, _ = rater_scores(ready.panel.levels, pull)
    names = [name for name, here in zip(ready.panel.respondents, answered, strict=True) if here]
    return dict(zip(names, scores.tolist(), strict=True))


def _question_change(old: Prepared, new: Prepared, question: int) -> Change:
    given = [_levels(ready, question) for ready in (old, new)]
    smallest, paired = _detectable(given[0], given[1], prior=LEVEL_VARIANCE, fixed=_Z95 * 2**0.5 * RETEST_SD)
    levels = float(_declared(old)[question]), float(_declared(new)[question])
    return _change(new.panel.questions[question], *levels, smallest, paired)


def _levels(ready: Prepared, question: int) -> dict[str, float]:
    column = ready.panel.levels[:, question].tolist()
    pairs = zip(ready.panel.respondents, column, strict=True)
    return {name: level for name, level in pairs if not math.isnan(level)}


def _change(question: str | None, before: float, after: float, smallest: float, paired: int) -> Change:
    return Change(
        question=question,
        before=before,
        after=after,
        change=after - before,
        minimum_detectable=smallest,
        within_noise=abs(after - before) < smallest,
        paired=paired,
    )


def _detectable(
    old: dict[str, float], new: dict[str, float], *, prior: float, fixed: float
) -> tuple[float, int]:
    """Return the minimum detectable change between two sets of people, and how many were used as pairs."""
    common = [name for name in old if name in new]
    sizes = len(old), len(new)
    if min(sizes) == 1:
        if sizes == (1, 1) and common:
            return fixed, 1
        return _Z95 * (prior / sizes[0] + prior / sizes[1]) ** 0.5, 0
    variances = [shrunk_variance(np.array(list(side.values())), prior) for side in (old, new)]
    error = sum(variance / size for (variance, _), size in zip(variances, sizes, strict=True))
    if len(common) < PAIRED_FROM:
        df = sizes[0] + sizes[1] - 2 + 2 * PRIOR_DF
        return t_quantile(df, 0.975) * error**0.5, 0
    first, second = (np.array([side[name] for name in common]) for side in (old, new))
    m = len(common)
    products = float(((first - first.mean()) * (second - second.mean())).sum())
    shared = max(0.0, (PRIOR_DF * RATER_SD**2 + products) / (PRIOR_DF + m - 1))
    shared = min(shared, *(variance for variance, _ in variances))
    error -= 2 * m * shared / (sizes[0] * sizes[1])
    return t_quantile(PRIOR_DF + m - 1, 0.975) * max(error, 0.0) ** 0.5, m
