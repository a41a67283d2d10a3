"""One wave of answers as two small tables, so that every statistic reads the same thing.

Rows are respondents in the order of the wave, columns are questions in the order of the catalogue. An answer
that is not a level is NaN in `levels`: it can never be averaged by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cxmaturity.assessment.values import AnswerState, Wave
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import InputError, UnknownIdError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

STATES: Final[tuple[AnswerState, ...]] = ("level", "not_applicable", "dont_know", "skipped")


@attrs.frozen(kw_only=True, eq=False)
class Panel:
    """The answers of one wave.

    Parameters
    ----------
    questions : tuple of str
        Question ids, one per column.
    respondents, functions : tuple of str
        Respondent and function (department) ids, one per row.
    levels : ndarray, shape (respondents, questions)
        Levels 1 to 5; NaN where no level was given, or where it must not be read (see `privacy`).
    states : ndarray of int, shape (respondents, questions)
        Position in `STATES`: 0 level, 1 not applicable, 2 don't know, 3 skipped.
    """

    questions: tuple[str, ...]
    respondents: tuple[str, ...]
    functions: tuple[str, ...]
    levels: Floats
    states: NDArray[np.int_]

    @property
    def size(self) -> int:
        """Number of respondents."""
        return len(self.respondents)

    def count(self, state: AnswerState) -> NDArray[np.int_]:
        """Return how many people gave this state, per question."""
        counted: NDArray[np.int_] = (self.states == STATES.index(state)).sum(axis=0)
        return counted

    def column(self, position: int) -> Floats:
        """Return the levels given to one question, sorted, without the missing ones."""
        levels = self.levels[:, position]
        return np.sort(levels[~np.isnan(levels)])

    def means(self) -> Floats:
        """Return the mean level per question; NaN where nobody gave one."""
        return column_means(self.levels)

    def filled(self, level: float) -> Floats:
        """Return the mean level per question if every don't-know and every skip were `level`.

        "Not applicable" stays out. NaN where everybody said "not applicable".
        """
        open_cells = (self.states == STATES.index("dont_know")) | (self.states == STATES.index("skipped"))
        return column_means(np.where(open_cells, level, self.levels))


def column_means(levels: Floats) -> Floats:
    """Return the mean of each column without its NaN; NaN for a column that has nothing else."""
    given = ~np.isnan(levels)
    n = given.sum(axis=-2)
    total = np.where(given, levels, 0.0).sum(axis=-2)
    means: Floats = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
    return means


def build_panel(wave: Wave, catalog: Catalog) -> Panel:
    """Lay a wave out as tables.

    Raises
    ------
    InputError
        ``assessment.no_response``, ``assessment.duplicate_respondent``.
    UnknownIdError
        ``core.unknown_id`` for a question or a function that the catalogue does not have.
    """
    questions = tuple(question.id for question in catalog.questions)
    _check(wave, catalog, questions)
    answers = [[response.answer(question) for question in questions] for response in wave.responses]
    return Panel(
        questions=questions,
        respondents=tuple(response.respondent for response in wave.responses),
        functions=tuple(response.function for response in wave.responses),
        levels=np.array([[np.nan if a.level is None else float(a.level) for a in row] for row in answers]),
        states=np.array([[STATES.index(a.state) for a in row] for row in answers]),
    )


def _check(wave: Wave, catalog: Catalog, questions: tuple[str, ...]) -> None:
    if not wave.responses:
        raise InputError.of("assessment.no_response", "the wave '{wave}' has no respondent.", wave=wave.id)
    functions = [function.id for function in catalog.functions]
    seen: set[str] = set()
    for response in wave.responses:
        if response.respondent in seen:
            raise InputError.of(
                "assessment.duplicate_respondent",
                "the respondent '{respondent}' answers twice in the wave '{wave}'.",
                hint="Keep one of the two, or give two people two ids.",
                respondent=response.respondent,
                wave=wave.id,
            )
        seen.add(response.respondent)
        if response.function and response.function not in functions:
            raise UnknownIdError.from_name("function", response.function, functions)
        require_questions((name for name, _ in response.answers), questions)
    require_questions((evidence.question for evidence in wave.evidence), questions)
    require_questions((result.question for result in wave.mirror), questions)


def require_questions(names: Iterable[str], questions: tuple[str, ...]) -> None:
    """Refuse a question id that the catalogue does not have (`UnknownIdError`, ``core.unknown_id``)."""
    for name in names:
        if name not in questions:
            raise UnknownIdError.from_name("question", name, questions)
