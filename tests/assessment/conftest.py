"""Short ways to build panels: a row per respondent, a level or "dk", "na", "skip" per question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from cxmaturity.assessment.panel import Panel
from cxmaturity.assessment.scoring import score_assessment
from cxmaturity.assessment.values import Answer, AssessmentResult, Response, Settings, Wave

QUESTIONS = ("advocacy", "distinct", "access", "response", "trust", "alignment", "community")
STATES = {"dk": "dont_know", "skip": "skipped"}
AS_OF = dt.date(2026, 11, 1)


def answer(cell: int | str | Answer) -> Answer:
    """Return the answer a cell stands for."""
    if isinstance(cell, Answer):
        return cell
    if cell == "na":
        return Answer(state="not_applicable", reason="outside our scope")
    if isinstance(cell, str):
        return Answer(state=STATES[cell])
    return Answer(state="level", level=int(cell))


def build_wave(rows: Sequence[Sequence[int | str | Answer]], **given: Any) -> Wave:
    """Return a wave; functions cycle over four unless given, respondents are r0, r1 ... unless given."""
    functions = given.pop("functions", None) or ("marketing", "service", "sales", "staff")
    respondents = given.pop("respondents", None) or [f"r{number}" for number in range(len(rows))]
    responses = [
        Response(
            respondent=respondents[number],
            function=functions[number % len(functions)],
            answers={question: answer(cell) for question, cell in zip(QUESTIONS, row, strict=True)},
        )
        for number, row in enumerate(rows)
    ]
    return Wave(
        **{"id": "2026", "date": dt.date(2026, 10, 15), "version": "1", "responses": responses} | given
    )


@pytest.fixture(scope="session")
def questions() -> tuple[str, ...]:
    """Return the seven question ids in order."""
    return QUESTIONS


@pytest.fixture(scope="session")
def wave_of() -> Callable[..., Wave]:
    """Return the builder of waves."""
    return build_wave


@pytest.fixture(scope="session")
def panel_of() -> Callable[..., Panel]:
    """Return a builder of panels from a table of levels, NaN where missing (counted as don't know)."""

    def build(levels: Any, functions: Sequence[str] | None = None) -> Panel:
        table = np.asarray(levels, dtype=float)
        return Panel(
            questions=QUESTIONS[: table.shape[1]],
            respondents=tuple(f"r{number}" for number in range(table.shape[0])),
            functions=tuple(functions or ["marketing"] * table.shape[0]),
            levels=table,
            states=np.where(np.isnan(table), 2, 0),
        )

    return build


@pytest.fixture(scope="session")
def score(catalog) -> Callable[..., AssessmentResult]:
    """Return a scorer of rows: quick and named unless `settings` says otherwise."""

    def run(rows: Any, **given: Any) -> AssessmentResult:
        kept = {key: given.pop(key) for key in ("settings", "targets", "as_of", "seed") if key in given}
        options = {"settings": Settings(mode="quick", privacy="named"), "as_of": AS_OF, "seed": 1} | kept
        return score_assessment(build_wave(rows, **given), catalog, **options)

    return run


@pytest.fixture(scope="session")
def reference_panel() -> np.ndarray:
    """Return the 4 x 7 panel of the reference notes (maturity, section 6)."""
    return np.array(
        [[2, 3, 4, 3, 3, 2, 1], [3, 3, 4, 2, 3, 3, 1], [4, 4, 4, 3, 4, 4, 2], [2, 2, 3, 2, 3, 1, 1]],
        dtype=float,
    )


@pytest.fixture(scope="session")
def noisy_panels() -> Callable[..., np.ndarray]:
    """Return the panel simulation of section 3.6: rater bias sd .4, item noise sd .7, rounded to 1..5."""

    def draw(truth: Sequence[float], raters: int, panels: int, *, seed: int) -> np.ndarray:
        rng = np.random.default_rng(seed)
        bias = rng.normal(0, 0.4, (panels, raters, 1))
        noise = rng.normal(0, 0.7, (panels, raters, len(truth)))
        return np.clip(np.rint(np.asarray(truth) + bias + noise), 1, 5)

    return draw
