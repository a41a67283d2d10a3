"""What if? Move a level of one's own answers and see the index, the stage, the weak link and the priorities follow.

Nothing is stored: the answers arrive from Python in a notebook, or in a Voilà page from the page's own script, which
reads them with the person's cookie and hands over levels only. Every number is computed here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import traitlets

from cxmaturity import i18n
from cxmaturity.app.pages.base import words
from cxmaturity.app.widgets.answers import Given, find_question, take_answers
from cxmaturity.app.widgets.bundle import bundle_script, bundle_styles
from cxmaturity.app.widgets.facts import facts, own_wave, priorities_of, score_own, stage_name
from cxmaturity.app.widgets.guard import Guarded
from cxmaturity.app.widgets.guest import Guest
from cxmaturity.assessment.values import Answer, AssessmentResult, Response
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import CxMaturityError, InputError, UnknownIdError
from cxmaturity.core.text import LANGUAGES, Language

if TYPE_CHECKING:
    from cxmaturity.app.widgets.self_test import SelfTest

_WORDS: Final = ("widgets.explore", "widgets.said", "widgets.refused", "widgets.language", "widgets.dash")
_LEVELS: Final = range(1, 6)


class Explore(Guest, Guarded):
    """One's own result, and what it would be with other levels; display it by naming it in a cell.

    Parameters
    ----------
    answers : SelfTest, Response or mapping, optional
        The answers to start from, as for `SelfTest`; those of a self-test on screen are followed as they change. None in a
        Voilà page: its script reads the person's answers.
    catalog : Catalog, optional
        The questions; the bundled catalogue by default.
    language : {"fr", "en"}
        Language shown first.
    on : datetime.date, optional
        The date of the answers; today by default.

    Attributes
    ----------
    now, then : AssessmentResult or None
        The result of the answers and the one with the moves; None while there is no answer. They can be observed.
    levels : mapping of str to int
        The levels that were moved, by question.

    Raises
    ------
    InputError, UnknownIdError
        When an answer is not one.

    Examples
    --------
    >>> explore = Explore({"trust": 4, "access": 1}, language="en")
    >>> explore.move("access", 3).then.dimension("access").declared
    3.0
    """

    writable = {"given": 20_000, "moves": 2_000, "language": 4}  # noqa: RUF012  # a ClassVar of the base class

    _esm = bundle_script("explore.js")
    _css = bundle_styles("tokens.css", "cards.css", "widget.css", "explore.css", scope=".cxm-explore")

    given = traitlets.Any(default_value=None, allow_none=True).tag(sync=True, echo_update=False)
    moves = traitlets.Any(default_value=None, allow_none=True).tag(sync=True, echo_update=False)
    asks = traitlets.Bool(read_only=True).tag(sync=True)
    view = traitlets.Dict(read_only=True).tag(sync=True)
    content = traitlets.Dict(read_only=True).tag(sync=True)

    now: AssessmentResult | None = traitlets.Any(read_only=True, allow_none=True)  # type: ignore[assignment]  # a trait that holds one
    then: AssessmentResult | None = traitlets.Any(read_only=True, allow_none=True)  # type: ignore[assignment]  # a trait that holds one

    def __init__(
        self,
        answers: SelfTest | Response | Mapping[str, Given] | None = None,
        catalog: Catalog | None = None,
        language: Language = "fr",
        *,
        on: dt.date | None = None,
    ) -> None:
        if catalog is None:
            from cxmaturity.files import load_catalog  # only when none is given

            catalog = load_catalog()
        if language not in LANGUAGES:
            raise UnknownIdError.from_name("language", language, LANGUAGES)
        self._catalog = catalog
        self._on = on or dt.datetime.now().astimezone().date()
        self._asks = answers is None
        followed = getattr(answers, "response", None)  # of a self-test
        self._answers = self._taken(answers if followed is None else followed)
        self._moves: dict[str, int] = {}
        super().__init__(language=language)
        self.set_trait("asks", self._asks)
        self.set_trait("content", {tongue: self._content(tongue) for tongue in LANGUAGES})
        self._settle()
        if followed is not None:
            answers.observe(self._follow, "response")  # type: ignore[union-attr]  # it has one, so it is a self-test

    def _at_home(self) -> bool:
        return self._asks or super()._at_home()

    def _taken(self, answers: Response | Mapping[str, Given] | None) -> dict[str, Answer]:
        return {name: answer for name, (answer, _) in take_answers(answers, self._catalog).items()}

    def _follow(self, change: Any) -> None:
        self._answers = self._taken(change["new"])
        self._settle()

    @property
    def levels(self) -> dict[str, int]:
        """The levels that were moved, by question id."""
        return dict(self._moves)

    def move(self, question: str, level: int | None) -> Explore:
        """Move one level from Python (None: back to the answer), and return the widget.

        Raises
        ------
        InputError, UnknownIdError
            ``widgets.moves_shape`` when it is no level from 1 to 5.
        """
        found = find_question(self._catalog, question)
        rest = {name: moved for name, moved in self._moves.items() if name != found.id}
        self._moves = rest if level is None else rest | _given_moves({found.id: level}, self._catalog)
        self._settle()
        return self

    @traitlets.observe("given")
    def _read_given(self, change: Any) -> None:
        if not self.asks:  # answers that Python gave are not replaced by a browser's
            self.refused += 1
            return
        try:
            self._answers = _given_answers(change["new"], self._catalog)
        except CxMaturityError:
            self.refused += 1
            return
        self._settle()

    @traitlets.observe("moves")
    def _take_moves(self, change: Any) -> None:
        try:
            self._moves = _given_moves(change["new"], self._catalog)
        except CxMaturityError:
            self.refused += 1
            return
        self._settle()

    def _settle(self) -> None:
        now = self._score(self._answers)
        self._moves = {
            name: level
            for name, level in self._moves.items()
            if name not in self._answers or self._answers[name].level != level
        }
        moved = self._answers | {
            name: Answer(state="level", level=level) for name, level in self._moves.items()
        }
        then = self._score(moved) if self._moves else now
        with self.hold_trait_notifications():
            self.set_trait("now", now)
            self.set_trait("then", then)
        self.set_trait("view", {tongue: self._view(tongue) for tongue in LANGUAGES})

    def _score(self, answers: Mapping[str, Answer]) -> AssessmentResult | None:
        if not answers:
            return None
        order = [question.id for question in self._catalog.questions if question.id in answers]
        response = Response(
            respondent="own",
            function=self._catalog.functions[0].id,
            answers=tuple((name, answers[name]) for name in order),
        )
        return score_own(own_wave(self._catalog, response, on=self._on), self._catalog)

    def _content(self, language: Language) -> dict[str, Any]:
        return {
            "words": words(_WORDS, language),
            "levels": [name.name.in_(language) for name in self._catalog.level_names],
            "questions": [
                {
                    "id": question.id,
                    "name": question.name.in_(language),
                    "short": question.short.in_(language),
                    "anchors": [level.anchor.in_(language) for level in question.levels],
                }
                for question in self._catalog.questions
            ],
        }

    def _view(self, language: Language) -> dict[str, Any]:
        """Return what the browser shows, in one language; ``empty`` while there is no answer."""
        if self.now is None or self.then is None:
            return {"empty": True}
        levels = {name: answer.level for name, answer in self._answers.items()}
        return {
            "empty": False,
            "rows": [
                {
                    "id": question.id,
                    "now": levels.get(question.id),
                    "then": self._moves.get(question.id, levels.get(question.id)),
                }
                for question in self._catalog.questions
            ],
            "now": facts(self.now, self._catalog, language),
            "then": facts(self.then, self._catalog, language),
            "sentence": self._sentence(language),
            "advice": self._advice(language),
            "priorities": list(priorities_of(self.then)),
        }

    def _sentence(self, language: Language) -> str:
        """Return in one or two sentences what the moves change."""
        before, after = self.now, self.then
        if before is None or after is None or after.index.geometric is None or after.stage.level is None:
            return i18n.message("widgets.said.nothing", language)

        def t(key: str, **fields: Any) -> str:
            return i18n.message(f"widgets.explore.{key}", language, **fields)

        index, stage = (
            i18n.level(after.index.geometric, language),
            stage_name(after.stage.level, self._catalog, language),
        )
        if not self._moves:
            return t("sentence.same", index=index, stage=stage)
        moves = i18n.listing(
            [
                t("move", name=self._catalog.question(name).short.in_(language), level=level)
                for name, level in self._moves.items()
            ],
            language,
        )
        if before.stage.level is None or before.index.geometric is None:
            return t("sentence.first", moves=moves, index=index, stage=stage)
        stages = (
            t("stage.same", stage=stage)
            if before.stage.level == after.stage.level
            else t("stage.moved", before=before.stage.level, after=stage)
        )
        moved = t(
            "sentence.moved",
            moves=moves,
            before=i18n.level(before.index.geometric, language),
            after=index,
            stages=stages,
        )
        return " ".join([moved, *self._weak(before.weak_link, after.weak_link, language)])

    def _weak(self, before: str | None, after: str | None, language: Language) -> list[str]:
        if before == after:
            return []
        kind, name = ("new", after) if after is not None else ("gone", before or "")
        said = self._catalog.question(name or "").short.in_(language)
        return [i18n.message(f"widgets.explore.weak.{kind}", language, name=said)]

    def _advice(self, language: Language) -> list[dict[str, Any]]:
        """Return, for each level raised, the advice of every step on the way."""
        told = []
        for name, level in self._moves.items():
            question, answer = self._catalog.question(name), self._answers.get(name)
            steps = (
                []
                if answer is None or answer.level is None
                else question.advice[answer.level - 1 : level - 1]
            )
            if steps:
                told.append(
                    {"name": question.name.in_(language), "steps": [step.in_(language) for step in steps]}
                )
        return told


def _given_answers(raw: Any, catalog: Catalog) -> dict[str, Answer]:
    """Return the answers that a page's script handed over: question id to ``{state, level}``, and nothing else."""
    if (
        not isinstance(raw, Mapping)
        or not raw.keys() <= {"answers"}
        or not isinstance(raw.get("answers"), Mapping)
    ):
        raise _shape()
    answers = {}
    for name, said in raw["answers"].items():
        question = find_question(catalog, name)
        if not isinstance(said, Mapping) or not said.keys() <= {"state", "level"}:
            raise _shape()
        state, level = said.get("state"), said.get("level")
        if not isinstance(state, str) or (level is not None and type(level) is not int):
            raise _shape()
        try:
            answers[question.id] = Answer(state=state, level=level, reason="–")  # type: ignore[arg-type]  # attrs checks it
        except ValueError as error:
            raise _shape() from error
    return answers


def _given_moves(raw: Any, catalog: Catalog) -> dict[str, int]:
    if not isinstance(raw, Mapping):
        raise _shape()
    moves = {find_question(catalog, name).id: level for name, level in raw.items()}
    if any(type(level) is not int or level not in _LEVELS for level in moves.values()):
        raise _shape()
    return {question.id: moves[question.id] for question in catalog.questions if question.id in moves}


def _shape() -> InputError:
    return InputError.of("widgets.moves_shape", "this is not a move of levels.")
