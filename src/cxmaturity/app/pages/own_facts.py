"""One person's result in words, once: the page and the PDF print the same facts and compute nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from cxmaturity.app.pages.group_facts import GroupFacts, group_facts, group_line
from cxmaturity.app.pages.result_chart import Drawing, Key, Mark
from cxmaturity.app.pages.result_words import Words, chance_word, rival, typed
from cxmaturity.app.pages.shown import shown
from cxmaturity.assessment.values import Answer, AssessmentResult
from cxmaturity.catalog import Question
from cxmaturity.engagement.diagnosis import name_priorities, name_strengths
from cxmaturity.store.values import Campaign, Progress

HIGHEST = 5


@attrs.frozen(kw_only=True)
class OwnLine:
    """One dimension as the person answered it; `own` is None when no level was chosen."""

    id: str
    name: str
    state: str
    said: str
    short: str
    detail: str
    own: int | None
    group: str
    group_short: str
    group_mean: float | None
    verdict: str


@attrs.frozen(kw_only=True)
class Strength:
    """A dimension that already holds, and the description in which the person recognised the company."""

    id: str
    name: str
    said: str
    text: str


@attrs.frozen(kw_only=True)
class Priority:
    """A dimension to raise: the step to the next level, its proof, and where the person said to look."""

    id: str
    name: str
    said: str
    next_level: str
    advice: str
    proof: str
    lead: str


@attrs.frozen(kw_only=True)
class OwnFacts:
    """Everything that one person reads; `group` is None until a group may be shown."""

    client: str
    date: dt.date
    version: str
    finished: bool
    stage: str
    stage_meaning: str
    stage_again: str
    figures: tuple[tuple[str, str, str], ...]
    weak_link: str
    lines: tuple[OwnLine, ...]
    sure: tuple[str, ...]
    strengths: tuple[Strength, ...]
    strengths_note: str
    priorities: tuple[Priority, ...]
    priorities_note: str
    find_out: str
    says: tuple[str, ...]
    says_not: tuple[str, ...]
    group: GroupFacts | None
    group_later: str
    differs: tuple[str, ...]


@attrs.frozen(kw_only=True)
class _Given:
    campaign: Campaign
    progress: Progress
    own: AssessmentResult
    group: AssessmentResult | None
    words: Words

    @property
    def client(self) -> str:
        return typed(self.campaign.plan.client)

    def answer(self, question: str) -> Answer:
        return next(
            (saved.answer for saved in self.progress.answers if saved.question == question),
            Answer(state="skipped"),
        )

    def level(self, question: str) -> int | None:
        declared = self.own.dimension(question).declared
        return None if declared is None else round(declared)

    def in_state(self, state: str) -> tuple[str, ...]:
        return tuple(q.id for q in self.words.catalog.questions if self.answer(q.id).state == state)


def own_facts(
    *,
    campaign: Campaign,
    progress: Progress,
    own: AssessmentResult,
    group: AssessmentResult | None,
    words: Words,
    as_of: dt.date,
) -> OwnFacts:
    """Put one person's result into words; `group` is shown only when it may be."""
    given = _Given(campaign=campaign, progress=progress, own=own, group=shown(campaign, group), words=words)
    priorities = _priorities(given)
    strengths = name_strengths(own, apart_from=priorities)
    privacy = "named" if campaign.plan.privacy == "named" else "anonymous"
    unknown = given.in_state("dont_know")
    stage, meaning, again = _stage(given)
    return OwnFacts(
        client=given.client,
        date=as_of,
        version=campaign.questionnaire,
        finished=progress.finished_at is not None,
        stage=stage,
        stage_meaning=meaning,
        stage_again=again,
        figures=_figures(given),
        weak_link=_weak_link(given),
        lines=tuple(_line(given, question) for question in words.catalog.questions),
        sure=tuple(_sure(given)),
        strengths=tuple(_strength(given, question) for question in strengths),
        strengths_note=""
        if strengths
        else words.t(f"strengths.{'none' if own.coverage.levels else 'unknown'}"),
        priorities=tuple(_priority(given, question) for question in priorities),
        priorities_note=_priorities_note(given, priorities),
        find_out=words.t("priorities.find_out", names=words.names(unknown)) if unknown and priorities else "",
        says=tuple(words.t(f"says.{key}", client=given.client) for key in ("view", "step", "talk")),
        says_not=tuple(
            words.t(f"says_not.{key}", client=given.client)
            for key in ("declared", "customers", "severe", "sector", "people")
        ),
        group=None if given.group is None else group_facts(given.group, words),
        group_later=words.t(f"group.later.{privacy}"),
        differs=tuple(_differs(given)),
    )


def _stage(given: _Given) -> tuple[str, str, str]:
    """Return the stage, what it means, and how probable it is: the first never stands without the last."""
    words, stage = given.words, given.own.stage
    if stage.level is None:
        return words.t("stage.own.none"), words.t("stage.own.none.why"), ""
    name = words.level_name(stage.level)
    p = stage.probabilities[stage.level - 1]
    other, other_p = rival(stage)
    again = words.t(
        f"stage.again.{chance_word(p)}",
        probability=words.probability(p),
        other=words.number(other),
        other_name=words.level_name(other),
        other_probability=words.probability(other_p),
    )
    meaning = words.catalog.level_name(stage.level).description.in_(words.language)
    return words.t("stage.own", stage=words.number(stage.level), name=name), meaning, again


def _figures(given: _Given) -> tuple[tuple[str, str, str], ...]:
    """Return (what it is, the value, a note): the index and how much it rests on."""
    words, index, coverage = given.words, given.own.index.geometric, given.own.coverage
    assessed = words.t(
        "figure.answered.value", assessed=words.number(coverage.assessed), of=words.number(coverage.of)
    )
    counted = (words.t("figure.answered"), assessed, "")
    if index is None:
        return (counted,)
    value = words.t("figure.index.value", level=words.decimal(index))
    return (words.t("figure.index"), value, words.t("figure.index.note")), counted


def _weak_link(given: _Given) -> str:
    question = given.own.weak_link
    level = None if question is None else given.level(question)
    if question is None or level is None:
        return ""
    words = given.words
    return words.t("weak_link", name=words.name(question), level=words.number(level))


def _line(given: _Given, question: Question) -> OwnLine:
    words, answer, level = given.words, given.answer(question.id), given.level(question.id)
    dimension = None if given.group is None else given.group.dimension(question.id)
    facts = None if dimension is None else group_line(dimension, words)
    detail = ""
    if level is not None:
        detail = words.t("profile.recognised", anchor=question.levels[level - 1].anchor.in_(words.language))
    elif answer.state == "not_applicable":
        detail = words.t("profile.reason", reason=typed(answer.reason))
    return OwnLine(
        id=question.id,
        name=words.name(question.id),
        state=answer.state,
        said=words.t(f"state.{answer.state}") if level is None else words.level(level),
        short=words.t(f"state.{answer.state}") if level is None else words.level_short(level),
        detail=detail,
        own=level,
        group="" if facts is None else facts.said,
        group_short="" if facts is None else facts.said if facts.mean is None else words.decimal(facts.mean),
        group_mean=None if facts is None else facts.mean,
        verdict="" if facts is None else facts.verdict,
    )


def _sure(given: _Given) -> Iterator[str]:
    words = given.words
    yield words.t("sure.single", client=given.client)
    for state in ("dont_know", "skipped"):
        found = given.in_state(state)
        if found:
            yield words.t(f"sure.{state}", n=len(found), names=words.names(found))
    outside = given.in_state("not_applicable")
    if outside:
        yield words.t("sure.not_applicable", names=words.names(outside))
    bounds = given.own.index.bounds
    if bounds is not None and bounds[1] - bounds[0] > 1e-9:
        yield words.t("sure.bounds", low=words.decimal(bounds[0]), high=words.decimal(bounds[1]))


def _priorities(given: _Given) -> tuple[str, ...]:
    """Return the lowest questions that have a level above them to reach."""
    found = name_priorities(given.own, None)
    return tuple(question for question in found if (given.level(question) or HIGHEST) < HIGHEST)


def _priorities_note(given: _Given, priorities: tuple[str, ...]) -> str:
    words = given.words
    if not priorities:
        return words.t(f"priorities.{'unknown' if given.own.coverage.levels == 0 else 'none'}")
    last = given.level(priorities[-1])
    tied = any(given.level(q.id) == last for q in words.catalog.questions if q.id not in priorities)
    return words.t("priorities.tied") if tied else ""


def _strength(given: _Given, question: str) -> Strength:
    words, level = given.words, given.level(question) or 1
    anchor = words.catalog.question(question).levels[level - 1].anchor
    return Strength(
        id=question, name=words.name(question), said=words.level(level), text=anchor.in_(words.language)
    )


def _priority(given: _Given, question: str) -> Priority:
    words, level = given.words, given.level(question) or 1
    asked = words.catalog.question(question)
    proof = asked.levels[level].proof
    leads = (saved.lead for saved in given.progress.answers if saved.question == question)
    return Priority(
        id=question,
        name=words.name(question),
        said=words.level(level),
        next_level=words.t("priorities.step", name=words.level_name(level + 1)),
        advice=asked.advice[level - 1].in_(words.language),
        proof="" if proof is None else proof.in_(words.language),
        lead=typed(next(leads, "")),
    )


def _differs(given: _Given) -> Iterator[str]:
    """Say where the person stands a level or more from the group; never against two camps."""
    if given.group is None:
        return
    words = given.words
    gaps = [
        (question.id, own - mean)
        for question in words.catalog.questions
        if (own := given.level(question.id)) is not None
        and (mean := group_line(given.group.dimension(question.id), words).mean) is not None
    ]
    above = [question for question, gap in gaps if gap >= 1]
    below = [question for question, gap in gaps if gap <= -1]
    if above:
        yield words.t("group.above", names=words.names(above))
    if below:
        yield words.t("group.below", names=words.names(below))
    if above or below:
        yield words.t("group.differs")


def own_drawing(facts: OwnFacts, words: Words) -> Drawing:
    """Return the person's profile, with the group's beside it when there is one, ready to be drawn."""
    rows = words.t("semicolon").join(
        words.t(
            f"profile.alt.row{'_group' * bool(line.group)}", name=line.name, said=line.said, group=line.group
        )
        for line in facts.lines
    )
    unknown = any(line.state in {"dont_know", "skipped"} for line in facts.lines)
    key: list[Key] = [("own", words.t("profile.legend.own"))] * any(
        line.own is not None for line in facts.lines
    )
    key += [("group", words.t("profile.legend.group"))] * (facts.group is not None)
    key += [("unknown", words.t("profile.legend.unknown"))] * unknown
    return Drawing(
        kind="own",
        title=words.t(f"profile.caption{'.group' * (facts.group is not None)}"),
        alt=words.t("profile.alt.own", rows=rows),
        marks=tuple(
            Mark(
                name=line.name,
                own=line.own,
                group=line.group_mean,
                unknown=line.state in {"dont_know", "skipped"},
                said="" if line.own is not None else line.said,
            )
            for line in facts.lines
        ),
        levels=tuple(words.level_name(number) for number in range(1, 6)),
        key=tuple(key),
        language=words.language,
    )
