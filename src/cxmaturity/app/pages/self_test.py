"""The form: seven cards that can be read and answered before, and without, any script.

Both languages travel in the page, so that the language changes at once; answers go by key, never by label.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cxmaturity.app.pages.base import data_block, page, words
from cxmaturity.catalog.catalog import Catalog
from cxmaturity.catalog.questions import Question
from cxmaturity.core.text import Language
from cxmaturity.i18n import formats
from cxmaturity.i18n.messages import Forms, message
from cxmaturity.store.values import Campaign, Progress, Saved

__all__ = ["closing_day", "question_words", "self_test_page"]

ROOM = (
    "app.language",
    "app.notice",
    "app.skip",
    "app.product",
    "app.card.",
    "app.form.",
    "app.welcome.function.",
    "app.welcome.shared.",
)
"""The messages that the form shows, whichever language is read."""

Texts = dict[str, str | Forms]
_INVERTED = re.compile(r"-(?=(?:t-)?(?:elles?|ils?|on|ce|nous|vous)\b)")  # apporte-t-elle stays on one line


def question_words(catalog: Catalog, language: Language) -> list[dict[str, Any]]:
    """Return the questions as `cards.js` takes them, in one language.

    Parameters
    ----------
    catalog : Catalog
        Whose questions.
    language : {"en", "fr"}
        Of the texts.
    """
    return [_question(question, language) for question in catalog.questions]


def _question(question: Question, language: Language) -> dict[str, Any]:
    return {
        "id": question.id,
        "number": question.number,
        "name": question.name.in_(language),
        "short": question.short.in_(language),
        "wording": _INVERTED.sub("\N{NON-BREAKING HYPHEN}", question.wording.in_(language)),
        "levels": [
            {
                "anchor": level.anchor.in_(language),
                "proof": None if level.proof is None else level.proof.in_(language),
            }
            for level in question.levels
        ],
        "criteria": [
            {"id": criterion.id, "text": criterion.text.in_(language)} for criterion in question.criteria
        ],
    }


def self_test_page(
    *,
    campaign: Campaign,
    progress: Progress,
    catalog: Catalog,
    language: Language,
    now: dt.datetime,
    other_languages: Iterable[Language] = (),
    form_token: str = "",
    saved: bool = False,
    problems: Sequence[str] = (),
) -> str:
    """Return the page of the self-test, as far as this person has come.

    Parameters
    ----------
    campaign, progress : Campaign, Progress
        Whose self-test, and where this respondent stands.
    catalog : Catalog
        The questions, of the version that the campaign asks.
    language : {"en", "fr"}
        Language of the page.
    now : datetime
        Aware; past the deadline the answers are read-only.
    other_languages : iterable of {"en", "fr"}
        The campaign's other languages.
    form_token : str
        What a plain form must send back, when the server asks for it.
    saved : bool
        Whether a plain form has just been saved.
    problems : sequence of str
        Why some answers of a plain form were not saved, already in `language`.
    """
    languages = tuple(
        each for each in campaign.plan.languages if each == language or each in set(other_languages)
    ) or (language,)
    texts = {each: _texts(campaign, catalog, each) for each in languages}
    answers = {given.question: _answer(given) for given in progress.answers}
    closed = campaign.status(now) != "open"
    view = {
        "questions": question_words(catalog, language),
        "answers": answers,
        "said": texts[language],
        "closed": closed,
        "current": _first_gap(campaign, progress, catalog, closed=closed),
    }
    data = {
        "campaign": campaign.id,
        "respondent": progress.respondent,
        "mode": campaign.plan.mode,
        "language": language,
        "closed": closed,
        "finished": progress.finished_at is not None,
        "function": progress.function,
        "functions": [named.id for named in _functions(campaign, catalog)],
        "words": texts,
        "questions": {each: question_words(catalog, each) for each in languages},
        "answers": list(answers.values()),
    }
    return page(
        "self_test.html.j2",
        language=language,
        languages=languages,
        primary=campaign.plan.primary,
        client=campaign.plan.client,
        campaign=campaign,
        progress=progress,
        functions=[named.id for named in _functions(campaign, catalog)],
        form_token=form_token,
        saved=saved,
        problems=tuple(problems),
        gaps=_gaps(progress, catalog),
        position=_position(str(view["current"]), catalog, language),
        page_data=data_block(data),
        **view,
    )


def closing_day(campaign: Campaign) -> dt.date:
    """Return the last day on which answers were or are taken: the deadline, or the day somebody closed it."""
    closed = campaign.closed_at
    return campaign.plan.deadline if closed is None else min(campaign.plan.deadline, closed.date())


def _answer(given: Saved) -> dict[str, Any]:
    answer = given.answer
    return {
        "question": given.question,
        "revision": given.revision,
        "state": answer.state,
        "level": answer.level,
        "reason": answer.reason,
        "sentence": answer.sentence,
        "criteria": list(answer.criteria),
        "lead": given.lead,
    }


def _functions(campaign: Campaign, catalog: Catalog) -> list[Any]:
    return [catalog.function(each) for each in campaign.plan.functions]


def _answered(progress: Progress) -> set[str]:
    return {given.question for given in progress.answers if given.answer.state != "skipped"}


def _gaps(progress: Progress, catalog: Catalog) -> int:
    return sum(question.id not in _answered(progress) for question in catalog.questions)


def _first_gap(campaign: Campaign, progress: Progress, catalog: Catalog, *, closed: bool) -> str:
    """Return where the person goes on: the function, the first question without an answer, else the review."""
    if campaign.plan.functions and progress.function is None and not closed:
        return "function"
    answered = _answered(progress)
    gap = next((question.id for question in catalog.questions if question.id not in answered), None)
    return "review" if gap is None or closed or progress.finished_at is not None else gap


def _position(current: str, catalog: Catalog, language: Language) -> str:
    ids = [question.id for question in catalog.questions]
    if current in ids:
        return message("app.form.position", language, n=ids.index(current) + 1, of=len(ids))
    return message("app.form.review.page" if current == "review" else "app.form.page", language)


def _texts(campaign: Campaign, catalog: Catalog, language: Language) -> Texts:
    """Return every sentence of the form by key: those with a date or a name filled, the others for the script."""
    plan = campaign.plan
    filled: Mapping[str, Mapping[str, str]] = {
        "app.form.heading": {"client": plan.client},
        "app.form.finished": {"date": formats.date(plan.deadline, language)},
        "app.form.closed": {"date": formats.date(closing_day(campaign), language)},
    }
    texts: Texts = words(ROOM, language)
    texts |= {key: message(key, language, **params) for key, params in filled.items()}
    for named in _functions(campaign, catalog):
        texts[f"function.{named.id}"] = named.name.in_(language)
        texts[f"function.{named.id}.hint"] = named.description.in_(language)
    title = message("app.form.page", language)
    return texts | {"title": message("app.title", language, page=title, client=plan.client)}
