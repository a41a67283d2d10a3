"""The checks of waves: respondents, ids, evidence, the customer mirror, dates that must follow each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from cxmaturity.assessment.values import Evidence, MirrorResult, Response, Wave
from cxmaturity.catalog import Catalog, Question
from cxmaturity.core.problems import Problem
from cxmaturity.engagement.check_names import Path, unknown_criterion, unknown_function, unknown_question
from cxmaturity.engagement.values import Engagement


def check_waves(engagement: Engagement, catalog: Catalog) -> Iterator[Problem]:
    """Yield what is wrong with the waves, in their order."""
    ids: set[str] = set()
    before: Wave | None = None
    for position, wave in enumerate(engagement.waves):
        path: Path = ("assessment", "waves", position)
        if wave.id in ids:
            yield Problem(
                code="engagement.duplicate_wave",
                template="two waves are called '{wave}'.",
                params={"wave": wave.id},
                path=(*path, "id"),
            )
        ids.add(wave.id)
        if before is not None and wave.date <= before.date:
            yield Problem(
                code="engagement.wave_order",
                template="the wave '{wave}' is of {date}, not after the wave before it ({before}).",
                hint="Put the waves in the order of their dates; the last one is reported.",
                params={"wave": wave.id, "date": wave.date, "before": before.date},
                path=(*path, "date"),
            )
        before = wave
        yield from _check_wave(wave, engagement, catalog, path)
        last = position == len(engagement.waves) - 1
        for number, evidence in enumerate(wave.evidence):
            yield from _check_evidence(evidence, engagement, catalog, (*path, "evidence", number), last=last)
        yield from _check_mirror(wave.mirror, engagement.as_of, catalog, path)


def _check_wave(wave: Wave, engagement: Engagement, catalog: Catalog, path: Path) -> Iterator[Problem]:
    if wave.date > engagement.as_of:
        yield Problem(
            code="engagement.wave_future",
            template="the wave '{wave}' is of {date}, after the date of the report ({as_of}).",
            params={"wave": wave.id, "date": wave.date, "as_of": engagement.as_of},
            path=(*path, "date"),
        )
    if wave.version != catalog.version:
        yield Problem(
            code="engagement.questionnaire_version",
            template="the wave '{wave}' answered questionnaire {got}; today's is {current}.",
            hint="Compare waves with care: the wording may have changed.",
            params={"wave": wave.id, "got": wave.version, "current": catalog.version},
            path=(*path, "questionnaire"),
            severity="warning",
        )
    if not wave.responses:
        yield Problem(
            code="engagement.no_response",
            template="the wave '{wave}' has no respondent.",
            params={"wave": wave.id},
            path=(*path, "answers"),
        )
    settings = engagement.settings
    if settings.privacy == "anonymous" and 1 < len(wave.responses) < max(3, settings.minimum_group):
        yield Problem(
            code="engagement.panel_too_small",
            template="the wave '{wave}' has {n} respondents, fewer than {group}: nothing is shown.",
            hint="Ask more people, or write 'mode: named' under 'privacy' if they all agreed to be named.",
            params={"n": len(wave.responses), "wave": wave.id, "group": max(3, settings.minimum_group)},
            path=(*path, "answers"),
            severity="warning",
        )
    if settings.mode == "quick" and wave.evidence:
        yield Problem(
            code="engagement.evidence_unused",
            template="the mode is 'quick': the evidence of the wave '{wave}' does not count.",
            hint="Write 'mode: diagnostic' to let it cap the levels.",
            params={"wave": wave.id},
            path=("assessment", "mode"),
            severity="warning",
        )
    names: dict[str, int] = {}
    for number, response in enumerate(wave.responses):
        where = (*path, "responses", number)
        name = response.respondent.strip().casefold()
        if name in names:
            yield Problem(
                code="engagement.duplicate_respondent",
                template="'{respondent}' answers twice in the wave '{wave}' (already as number {first}).",
                hint="Keep one of the two, or give two people two ids.",
                params={"respondent": response.respondent, "wave": wave.id, "first": names[name] + 1},
                path=(*where, "respondent"),
            )
        names.setdefault(name, number)
        yield from _check_response(response, catalog, where)


def _check_response(response: Response, catalog: Catalog, path: Path) -> Iterator[Problem]:
    functions = [function.id for function in catalog.functions]
    if response.function not in functions:
        yield unknown_function(response.function, functions, (*path, "function"))
    questions = {question.id: question for question in catalog.questions}
    for name, answer in response.answers:
        if name not in questions:
            yield unknown_question(name, questions, (*path, name))
            continue
        known = _criteria(questions[name])
        for criterion in answer.criteria:
            if criterion.rpartition(".")[2] not in known or criterion.rpartition(".")[0] not in ("", name):
                yield unknown_criterion(criterion, known, (*path, name, "criteria"))


def _criteria(question: Question) -> list[str]:
    """Return the short ids of the criteria ("a", "b", "c"); answers may use them or the full ids."""
    return [criterion.id.rpartition(".")[2] for criterion in question.criteria]


def _check_evidence(
    evidence: Evidence, engagement: Engagement, catalog: Catalog, path: Path, *, last: bool
) -> Iterator[Problem]:
    known = [question.id for question in catalog.questions]
    if evidence.question not in known:
        yield unknown_question(evidence.question, known, (*path, "question"))
    if evidence.date > engagement.as_of:
        yield Problem(
            code="engagement.evidence_future",
            template="the evidence is of {date}, after the date of the report ({as_of}).",
            params={"date": evidence.date, "as_of": engagement.as_of},
            path=(*path, "date"),
        )
    elif last and months_between(evidence.date, engagement.as_of) >= 12:
        yield Problem(
            code="engagement.evidence_old",
            template="the evidence is of {date}, {months} months before the report: it counts for less.",
            hint="After 12 months it loses one grade, after 24 two; look for a newer measure.",
            params={"date": evidence.date, "months": months_between(evidence.date, engagement.as_of)},
            path=(*path, "date"),
            severity="warning",
        )
    if evidence.n is not None and evidence.n < 1:
        yield Problem(
            code="engagement.evidence_n",
            template="the evidence rests on n = {got}; expected at least 1.",
            params={"got": evidence.n},
            path=(*path, "n"),
        )
    if evidence.grade == "E3" and evidence.n is None:
        yield Problem(
            code="engagement.evidence_without_n",
            template="evidence of grade E3 is measured with customers: how many?",
            hint="Give 'n', the number of answers or cases.",
            path=(*path, "n"),
            severity="warning",
        )


def months_between(start: dt.date, end: dt.date) -> int:
    """Return the whole months from `start` to `end`.

    Examples
    --------
    >>> months_between(dt.date(2025, 11, 1), dt.date(2026, 10, 31))
    11
    """
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _check_mirror(
    mirror: tuple[MirrorResult, ...], as_of: dt.date, catalog: Catalog, path: Path
) -> Iterator[Problem]:
    known = [question.id for question in catalog.questions]
    seen: set[str] = set()
    for number, result in enumerate(mirror):
        where = (*path, "mirror", number)
        if result.question not in known:
            yield unknown_question(result.question, known, (*where, "question"))
        if result.question in seen:
            yield Problem(
                code="engagement.duplicate_mirror",
                template="the customer mirror has the question '{question}' twice.",
                params={"question": result.question},
                path=(*where, "question"),
            )
        seen.add(result.question)
        if result.n < 1:
            yield Problem(
                code="engagement.mirror_n",
                template="the customer mirror rests on n = {got}; expected at least 1.",
                params={"got": result.n},
                path=(*where, "n"),
            )
        elif not 0 <= result.agreeing <= result.n:
            yield Problem(
                code="engagement.mirror_agreeing",
                template="{agreeing} customers agree out of {n}; expected between 0 and {n}.",
                params={"agreeing": result.agreeing, "n": result.n},
                path=(*where, "agreeing"),
            )
        if result.date is not None and result.date > as_of:
            yield Problem(
                code="engagement.mirror_future",
                template="the customer mirror is of {date}, after the date of the report ({as_of}).",
                params={"date": result.date, "as_of": as_of},
                path=(*where, "date"),
            )
