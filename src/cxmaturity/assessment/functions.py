"""Do the functions (departments) of a company see it differently? Tested, because raw gaps mislead.

With four functions of two people who do not really disagree, a given question shows a gap of a level or more
79 % of the time. So the whole profile is tested first, by relabelling people at random; only when that says
"difference" are the questions tested, with Holm's correction. One person per function is a view of its head,
never "what the function thinks".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cxmaturity.assessment.panel import Bools, Floats, Panel, column_means
from cxmaturity.assessment.permutation import PERMUTATIONS, between_share, holm, permutation_p
from cxmaturity.assessment.privacy import Disclosure, publishable
from cxmaturity.assessment.values import FunctionResult, FunctionsResult, GapTest

SIGNIFICANT: Final = 0.05
TESTED_FROM: Final = 2


@attrs.frozen(kw_only=True, eq=False)
class _Cells:
    """Functions x questions: sizes, what may be shown, the means that may be shown (NaN elsewhere)."""

    names: tuple[str, ...]
    rows: tuple[NDArray[np.int_], ...]
    shown: frozenset[str]
    visible: Bools
    means: Floats


def compare_functions(
    panel: Panel,
    *,
    known: Sequence[str],
    rules: Disclosure,
    rng: np.random.Generator,
    permutations: int = PERMUTATIONS,
) -> FunctionsResult:
    """Show the functions that may be shown, and test whether they differ.

    Parameters
    ----------
    panel : Panel
        Already masked (`privacy.mask`).
    known : sequence of str
        Function ids in the order of the catalogue; functions without respondents are left out.
    rules : Disclosure
        What may be shown.
    rng : numpy.random.Generator
        For the permutations.
    permutations : int
        How many, when the divisions are too many to go through them all.

    Returns
    -------
    FunctionsResult
        `wording`: ``heads_only`` when several functions have one person each; ``not_comparable`` when fewer
        than two functions with at least two people may be shown; else ``difference`` or ``no_difference``
        after the profile test at 5 %. Tests use only cells that are shown, so that they give nothing else
        away. Family-wise false alarm: at most 5 %, the profile test guarding the questions.
    """
    cells = _cells(panel, known, rules)
    functions = tuple(_function(panel, cells, position) for position in range(len(cells.names)))
    withheld = len(cells.names) - len(cells.shown)
    tested = [
        i for i, name in enumerate(cells.names) if name in cells.shown and cells.rows[i].size >= TESTED_FROM
    ]
    common = (
        np.flatnonzero(cells.visible[tested].all(axis=0)) if len(tested) >= 2 else np.array([], dtype=int)
    )
    if common.size == 0:
        heads = len(cells.names) >= 2 and all(rows.size == 1 for rows in cells.rows)
        return FunctionsResult(
            functions=functions,
            withheld=withheld,
            profile=None,
            questions=(),
            between_share=None,
            wording="heads_only" if heads else "not_comparable",
        )
    values, labels = _stack(panel, cells, tested)
    p_value, each = permutation_p(values[:, common], labels, rng=rng, permutations=permutations)
    profile = _gap(
        None,
        [cells.names[i] for i in tested],
        cells.means[tested][:, common].mean(axis=1),
        p_value=p_value,
        adjusted=p_value,
    )
    done = dict(zip(common.tolist(), each.tolist(), strict=True))
    return FunctionsResult(
        functions=functions,
        withheld=withheld,
        profile=profile,
        questions=_question_tests(panel, cells, tested, done, rng=rng) if profile.significant else (),
        between_share=between_share(values[:, common], labels),
        wording="difference" if profile.significant else "no_difference",
    )


def _cells(panel: Panel, known: Sequence[str], rules: Disclosure) -> _Cells:
    labels = np.array(panel.functions)
    names = tuple(name for name in known if name in panel.functions)
    rows = tuple(np.flatnonzero(labels == name) for name in names)
    sizes = {name: members.size for name, members in zip(names, rows, strict=True)}
    untold = np.flatnonzero(labels == "")
    shown = (
        publishable({**sizes, "": untold.size}, rules.group, among=names)
        if not rules.nothing
        else frozenset()
    )
    counts = np.array([(~np.isnan(panel.levels[members])).sum(axis=0) for members in rows], dtype=int)
    counts = counts.reshape(len(names), len(panel.questions))
    visible = np.zeros(counts.shape, dtype=bool)
    for question in range(counts.shape[1]):
        given = dict(zip(names, counts[:, question].tolist(), strict=True))
        given[""] = int((~np.isnan(panel.levels[untold, question])).sum())
        open_cells = publishable(given, rules.group, among=shown)
        visible[:, question] = [name in open_cells for name in names]
    means = np.array([column_means(panel.levels[members]) for members in rows]).reshape(counts.shape)
    return _Cells(
        names=names, rows=rows, shown=shown, visible=visible, means=np.where(visible, means, np.nan)
    )


def _function(panel: Panel, cells: _Cells, position: int) -> FunctionResult:
    name, rows = cells.names[position], cells.rows[position]
    if name not in cells.shown:
        return FunctionResult(id=name, shown=False, n=None, means=(), dont_know=())
    unknown = (panel.states[rows] == 2).mean(axis=0)
    return FunctionResult(
        id=name,
        shown=True,
        n=int(rows.size),
        means=tuple(
            (question, None if np.isnan(mean) else float(mean))
            for question, mean in zip(panel.questions, cells.means[position], strict=True)
        ),
        dont_know=tuple(zip(panel.questions, unknown.tolist(), strict=True)),
    )


def _stack(panel: Panel, cells: _Cells, tested: Sequence[int]) -> tuple[Floats, NDArray[np.int_]]:
    """Return the levels of the tested functions' people, and the number of each one's function."""
    rows = np.concatenate([cells.rows[i] for i in tested])
    labels = np.repeat(np.arange(len(tested)), [cells.rows[i].size for i in tested])
    return panel.levels[rows], labels


def _question_tests(
    panel: Panel, cells: _Cells, tested: Sequence[int], done: dict[int, float], *, rng: np.random.Generator
) -> tuple[GapTest, ...]:
    """Test each question between the functions that may show it; `done` holds the p-values known already."""
    found: list[tuple[int, list[int], float]] = []
    for question in range(len(panel.questions)):
        able = [i for i in tested if cells.visible[i, question]]
        if question in done:
            found.append((question, able, done[question]))
        elif len(able) >= 2:
            values, labels = _stack(panel, cells, able)
            found.append((question, able, permutation_p(values[:, [question]], labels, rng=rng)[0]))
    adjusted = holm([p_value for _, _, p_value in found], guarded=len(done) == len(found))
    return tuple(
        _gap(
            panel.questions[question],
            [cells.names[i] for i in able],
            cells.means[able, question],
            p_value=p_value,
            adjusted=corrected,
        )
        for (question, able, p_value), corrected in zip(found, adjusted, strict=True)
    )


def _gap(
    question: str | None, names: Sequence[str], means: Floats, *, p_value: float, adjusted: float
) -> GapTest:
    return GapTest(
        question=question,
        range=float(np.ptp(means)),
        p_value=p_value,
        p_adjusted=adjusted,
        significant=adjusted <= SIGNIFICANT,
        highest=names[int(means.argmax())],
        lowest=names[int(means.argmin())],
    )
