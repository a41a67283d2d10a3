"""What a plan and an answer must be before they enter; every problem is told at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from cxmaturity.core.problems import Problem, UnknownIdError
from cxmaturity.core.text import LANGUAGES
from cxmaturity.store.values import AnswerEvent, CampaignPlan

SAFEST_GROUP: Final = 3
LONGEST_RETENTION: Final = dt.timedelta(days=5 * 366)
_DEVICE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LARGEST: Final = 2**53 - 1  # what a browser counts exactly


def text_problems(
    text: object, longest: int, path: Iterable[str | int], *, empty: bool = True
) -> Iterator[Problem]:
    """Yield what is wrong with a text: not one, empty, too long, or with characters that nobody can read."""
    where = tuple(path)
    if not isinstance(text, str):
        yield Problem(code="store.not_a_text", template="a text is expected here.", path=where)
        return
    if not empty and not text.strip():
        yield Problem(code="store.text_empty", template="a text is needed here.", path=where)
    if len(text) > longest:
        yield Problem(
            code="store.text_long",
            template="this text has {got} characters; at most {longest}.",
            params={"got": len(text), "longest": longest},
            path=where,
        )
    if _CONTROL.search(text):
        yield Problem(
            code="store.text_control",
            template="this text has a control character that nobody can read.",
            path=where,
        )


def _whole(value: object, low: int, high: int, path: Iterable[str | int]) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        yield Problem(
            code="store.number_range",
            template="expected a whole number from {low} to {high}.",
            params={"low": low, "high": high},
            path=tuple(path),
        )


def check_event(event: AnswerEvent, position: int) -> Iterator[Problem]:
    """Yield what is wrong with one answer as a device sent it, the questionnaire apart."""
    path = ("events", position)
    for name, longest in (("reason", 500), ("sentence", 200)):
        yield from text_problems(getattr(event.answer, name), longest, (*path, name))
    yield from text_problems(event.lead, 200, (*path, "lead"))
    yield from text_problems(event.question, 64, (*path, "question"), empty=False)
    device: object = event.device
    if not isinstance(device, str) or not _DEVICE.fullmatch(device):
        yield Problem(
            code="store.device",
            template="the name of a device is 1 to 64 letters, digits, dashes.",
            path=(*path, "device"),
        )
    yield from _whole(event.sequence, 0, _LARGEST, (*path, "sequence"))
    yield from _whole(event.base, 0, _LARGEST, (*path, "base"))
    if len(set(event.answer.criteria)) != len(event.answer.criteria):
        yield Problem(
            code="store.criteria_twice", template="a criterion is ticked twice.", path=(*path, "criteria")
        )


def check_plan(
    plan: CampaignPlan,
    *,
    today: dt.date,
    functions: Iterable[str],
    questionnaires: Iterable[str],
    questionnaire: str,
) -> Iterator[Problem]:
    """Yield everything that is wrong with the plan of a campaign."""
    for name in ("client", "controller", "contact"):
        yield from text_problems(getattr(plan, name), 200, (name,), empty=False)
    yield from text_problems(plan.legal_basis, 500, ("legal_basis",))
    yield from check_dates(plan, today)
    yield from _names(plan.languages, "language", LANGUAGES, ("languages",))
    yield from _names(plan.functions, "function", functions, ("functions",))
    if not plan.languages:
        yield Problem(code="store.no_language", template="choose at least one language.", path=("languages",))
    yield from _choice(plan.privacy, ("anonymous", "named"), ("privacy",))
    yield from _choice(plan.mode, ("quick", "diagnostic"), ("mode",))
    yield from _whole(
        plan.minimum_group, 1 if plan.privacy == "named" else SAFEST_GROUP, 1000, ("minimum_group",)
    )
    yield from _whole(plan.most_open, 1, 100_000, ("most_open",))
    yield from _whole(plan.reminders, 0, 10, ("reminders",))
    primary: object = plan.primary
    if primary is not None and not (isinstance(primary, str) and _COLOUR.fullmatch(primary)):
        yield Problem(
            code="store.colour",
            template="a colour is written #RRGGBB, for instance #5B3E8C.",
            path=("primary",),
        )
    yield from _names((questionnaire,), "questionnaire", questionnaires, ("questionnaire",))


def check_dates(plan: CampaignPlan, today: dt.date) -> Iterator[Problem]:
    """Yield what is wrong with the deadline and the retention date."""
    for name in ("deadline", "retention"):
        value: Any = getattr(plan, name)
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            yield Problem(code="store.not_a_date", template="a date is expected here.", path=(name,))
            return
    if plan.deadline < today:
        yield Problem(
            code="store.deadline_past",
            template="the deadline {deadline} is past.",
            params={"deadline": plan.deadline},
            path=("deadline",),
        )
    if plan.retention < plan.deadline:
        yield Problem(
            code="store.retention_early",
            template="the personal data would be erased on {retention}, before the deadline {deadline}.",
            params={"retention": plan.retention, "deadline": plan.deadline},
            path=("retention",),
        )
    if plan.retention - max(plan.deadline, today) > LONGEST_RETENTION:
        yield Problem(
            code="store.retention_late",
            template="personal data kept until {retention}: more than five years after the deadline.",
            hint="Choose the earliest date that the study allows.",
            params={"retention": plan.retention},
            path=("retention",),
        )


def _names(
    given: Iterable[object], kind: str, known: Iterable[str], path: tuple[str, ...]
) -> Iterator[Problem]:
    names, seen = tuple(known), set[object]()
    for position, name in enumerate(given):
        if name not in names:
            for problem in UnknownIdError.from_name(kind, str(name), names).problems:
                yield Problem(
                    code=problem.code,
                    template=problem.template,
                    params=problem.params,
                    hint=problem.hint,
                    path=(*path, position),
                )
        elif name in seen:
            yield Problem(
                code="store.twice",
                template="'{name}' is there twice.",
                params={"name": name},
                path=(*path, position),
            )
        seen.add(name)


def _choice(value: object, known: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Problem]:
    if value not in known:
        yield Problem(
            code="store.choice",
            template="'{got}' is not a choice; expected one of: {known}.",
            params={"got": str(value), "known": ", ".join(known)},
            path=path,
        )
