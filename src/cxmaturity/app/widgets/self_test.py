"""The self-test as a widget: the cards of the page, in a notebook, with the answers as frozen Python values.

The browser proposes, Python decides: a draft is read again answer by answer, what is wrong is refused and said beside
its card, and only what was accepted reaches `response` and `result`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

import traitlets

from cxmaturity.app.pages.base import words
from cxmaturity.app.pages.self_test import question_words
from cxmaturity.app.widgets.answers import (
    Given,
    as_fields,
    find_question,
    read_answer,
    said,
    take_answer,
    take_answers,
)
from cxmaturity.app.widgets.bundle import bundle_script, bundle_styles
from cxmaturity.app.widgets.facts import facts, own_wave, score_own
from cxmaturity.app.widgets.guard import Guarded
from cxmaturity.app.widgets.guest import Guest
from cxmaturity.assessment.values import AssessmentResult, Response, Wave
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import CxMaturityError, UnknownIdError
from cxmaturity.core.text import LANGUAGES, Language

Mode = Literal["quick", "diagnostic"]
MODES: Final = ("quick", "diagnostic")
_WORDS: Final = (
    "app.card",
    "widgets.test",
    "widgets.said",
    "widgets.refused",
    "widgets.lost",
    "widgets.language",
)


class SelfTest(Guest, Guarded):
    """The seven questions, answered on screen or from Python; display it by naming it in a cell.

    Parameters
    ----------
    catalog : Catalog, optional
        The questions; the bundled catalogue by default.
    language : {"fr", "en"}
        Language shown first; it can be changed on screen and from Python at any moment.
    mode : {"quick", "diagnostic"}
        Whether the cards also ask for criteria and for where a proof may be found.
    answers : Response or mapping, optional
        Answers to start from: a response, or question id to a level, an `Answer` or its fields.
    respondent, function : str
        Who answers: an id of your own, and a function of the catalogue (``executive``, ``marketing``...).
    on : datetime.date, optional
        The date of the answers; today by default.

    Attributes
    ----------
    response : Response
        The answers, frozen. Like `wave` and `result` it is replaced at each answer: ``test.observe(f, "result")``.
    wave : Wave
        The same as a wave of one person, for `score_assessment` and `compare_waves`.
    result : AssessmentResult
        The answers scored as declared levels; None values inside while nothing is answered.
    leads : mapping of str to str
        Where a proof may be found, by question, in a diagnostic.

    Raises
    ------
    InputError, UnknownIdError
        When an answer, a question or the function is not one.

    Examples
    --------
    >>> test = SelfTest(language="en", answers={"trust": 4, "access": 2})
    >>> test.result.dimension("trust").declared, test.result.coverage.levels
    (4.0, 2)
    >>> test.answer("alignment", 3).result.coverage.levels
    3
    """

    writable = {"draft": 20_000, "language": 4}  # noqa: RUF012  # a ClassVar of the base class

    _esm = bundle_script("self_test_widget.js")
    _css = bundle_styles("tokens.css", "cards.css", "widget.css", "self_test_widget.css", scope=".cxm-test")

    draft = traitlets.Any(default_value=None, allow_none=True).tag(sync=True, echo_update=False)
    heard = traitlets.Int(0).tag(sync=True)
    answers = traitlets.Dict(read_only=True).tag(sync=True)
    problems = traitlets.Dict(read_only=True).tag(sync=True)
    facts = traitlets.Dict(read_only=True).tag(sync=True)
    content = traitlets.Dict(read_only=True).tag(sync=True)

    response: Response = traitlets.Any(read_only=True)  # type: ignore[assignment]  # a trait that holds one
    wave: Wave = traitlets.Any(read_only=True)  # type: ignore[assignment]  # a trait that holds one
    result: AssessmentResult = traitlets.Any(read_only=True)  # type: ignore[assignment]  # a trait that holds one

    def __init__(
        self,
        catalog: Catalog | None = None,
        language: Language = "fr",
        mode: Mode = "quick",
        answers: Response | Mapping[str, Given] | None = None,
        *,
        respondent: str = "me",
        function: str = "executive",
        on: dt.date | None = None,
    ) -> None:
        if catalog is None:
            from cxmaturity.files import load_catalog  # only when none is given

            catalog = load_catalog()
        if language not in LANGUAGES:
            raise UnknownIdError.from_name("language", language, LANGUAGES)
        if mode not in MODES:
            raise UnknownIdError.from_name("mode", mode, MODES)
        self._catalog = catalog
        self._who = respondent, catalog.function(function).id
        self._on = on or dt.datetime.now().astimezone().date()
        self._taken = take_answers(answers, catalog)
        super().__init__(language=language)
        asked = {
            tongue: {"questions": question_words(catalog, tongue), "words": words(_WORDS, tongue)}
            for tongue in LANGUAGES
        }
        self.set_trait("content", {"mode": mode, "languages": asked})
        self._settle()

    @property
    def leads(self) -> dict[str, str]:
        """Where a proof may be found, by question id; those left empty are not there."""
        return {name: lead for name, (_, lead) in self._taken.items() if lead}

    def answer(self, question: str, value: Given) -> Self:
        """Answer one question from Python, and return the widget.

        Parameters
        ----------
        question : str
            Question id.
        value : Answer, int or mapping
            The answer, a level from 1 to 5, or the fields of an answer.

        Raises
        ------
        InputError, UnknownIdError
            When it is not an answer to that question; nothing changes then.
        """
        found = find_question(self._catalog, question)
        self._taken[found.id] = take_answer(value, found)
        self._settle()
        return self

    def on_change(self, callback: Callable[[AssessmentResult], Any]) -> None:
        """Call `callback` with the result after each answer that changes it."""
        self.observe(lambda change: callback(change["new"]), "result")

    def save(self, path: Path | str) -> Path:
        """Write the answers into an answers CSV, or into the one that an engagement names; return its path.

        The row of `respondent` is replaced, or added; every other row stays as it is.

        Parameters
        ----------
        path : path
            A ``.csv`` file (made when absent), or an engagement folder whose answers are in a CSV.

        Raises
        ------
        InputError, FileError
            When the file cannot be read back as answers, or the engagement keeps them elsewhere; nothing is written.
        """
        from cxmaturity.files.answer_csv import answers_file, write_response

        file = answers_file(path)
        write_response(file, self.response, self._catalog)
        return file

    def load(self, path: Path | str) -> Self:
        """Take the answers of `respondent` from an answers CSV, or from the one that an engagement names.

        Raises
        ------
        InputError, FileError, UnknownIdError
            When the file cannot be read, or nobody of that id is in it; nothing changes then.
        """
        from cxmaturity.files.answer_csv import answers_file, read_response

        found = read_response(answers_file(path), self._who[0], self._catalog)
        self._taken = take_answers(found, self._catalog)
        self._who = found.respondent, found.function
        self._settle()
        return self

    @traitlets.observe("draft")
    def _read_draft(self, change: Any) -> None:
        """Take what the browser proposes, answer by answer; say what is refused."""
        draft = change["new"]
        number, proposed = (
            (draft.get("number"), draft.get("answers")) if isinstance(draft, Mapping) else (0, None)
        )
        if type(number) is not int or not 0 < number < 1 << 53 or not isinstance(proposed, Mapping):
            self.refused += 1
            return
        problems = {name: told for name, told in self.problems.items() if name not in proposed}
        for name, raw in proposed.items():
            try:
                question = find_question(self._catalog, name)
            except CxMaturityError:
                self.refused += 1
                continue
            try:
                self._taken[question.id] = read_answer(raw, question)
            except CxMaturityError as error:
                problems[question.id] = said(error)
        with self.hold_sync():
            self.set_trait("problems", problems)
            self._settle()
            self.heard = number

    def _settle(self) -> None:
        """Follow the answers taken: the frozen values for Python, the facts and the cards for the browser."""
        order = [question.id for question in self._catalog.questions if question.id in self._taken]
        response = Response(
            respondent=self._who[0],
            function=self._who[1],
            answers=tuple((name, self._taken[name][0]) for name in order),
        )
        if response == self.response and self.answers == self._fields(order):
            return
        wave = own_wave(self._catalog, response, on=self._on)
        result = score_own(wave, self._catalog)
        with self.hold_sync():
            self.set_trait("answers", self._fields(order))
            self.set_trait("facts", {tongue: facts(result, self._catalog, tongue) for tongue in LANGUAGES})
        with self.hold_trait_notifications():
            self.set_trait("response", response)
            self.set_trait("wave", wave)
            self.set_trait("result", result)

    def _fields(self, order: list[str]) -> dict[str, Any]:
        return {name: as_fields(*self._taken[name]) for name in order}
