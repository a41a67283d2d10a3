"""What may be said of a group, in words: read by the person's own page, the sponsor's and the consultant's."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from cxmaturity.app.pages.result_chart import Drawing, Key, Mark
from cxmaturity.app.pages.result_words import Words
from cxmaturity.assessment.values import AssessmentResult, DimensionResult, FunctionsResult
from cxmaturity.engagement.diagnosis import name_priorities, name_strengths

ENOUGH = 8
"""From how many people agreement may be spoken of."""


@attrs.frozen(kw_only=True)
class GroupLine:
    """One dimension of the group: `mean` is None where no single level may stand for it."""

    id: str
    name: str
    said: str
    verdict: str
    mean: float | None
    interval: tuple[float, float] | None
    n: str
    dont_know: str


@attrs.frozen(kw_only=True)
class GroupFacts:
    """The group in words; built only from a result that may be shown."""

    people: str
    stage: str
    index: str
    lines: tuple[GroupLine, ...]
    notes: tuple[str, ...]
    named: tuple[str, ...]


@attrs.frozen(kw_only=True)
class FunctionTable:
    """Functions compared: the finding, then the means of the functions that may be shown."""

    findings: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def group_facts(group: AssessmentResult, words: Words) -> GroupFacts:
    """Put a group's result, which may be shown, into words."""
    return GroupFacts(
        people=words.t("group.people", n=group.respondents),
        stage=_stage(group, words),
        index=_index(group, words),
        lines=tuple(group_line(dimension, words) for dimension in group.dimensions),
        notes=tuple(_notes(group, words)),
        named=tuple(_named(group, words)),
    )


def group_line(dimension: DimensionResult, words: Words) -> GroupLine:
    """Return one dimension in words: two camps are never given one level."""
    split = dimension.verdict == "split"
    mean = None if dimension.withheld or split else dimension.declared
    if dimension.withheld:
        said = words.t("level.hidden")
    elif dimension.declared is None:
        said = words.t("level.none")
    else:
        said = words.t("level.camps") if split else words.near(dimension.declared)
    verdict = "withheld" if dimension.withheld else dimension.verdict
    return GroupLine(
        id=dimension.id,
        name=words.name(dimension.id),
        said=said,
        verdict=words.report(f"verdict.{verdict}"),
        mean=mean,
        interval=dimension.interval if mean is not None else None,
        n=words.report("words.dash") if dimension.withheld else words.number(dimension.n),
        dont_know=words.report("words.dash") if dimension.withheld else words.number(dimension.dont_know),
    )


def _stage(group: AssessmentResult, words: Words) -> str:
    level = group.stage.level
    if level is None:
        return words.t("group.stage.none")
    chance = words.chance(group.stage.probabilities[level - 1])
    return words.t("group.stage", stage=words.number(level), name=words.level_name(level), chance=chance)


def _index(group: AssessmentResult, words: Words) -> str:
    index = group.index
    if index.geometric is None:
        return ""
    level = words.decimal(index.geometric)
    if index.low is None or index.high is None:
        return words.t("group.index", level=level)
    return words.t(
        "group.index.interval", level=level, low=words.decimal(index.low), high=words.decimal(index.high)
    )


def _notes(group: AssessmentResult, words: Words) -> Iterator[str]:
    hidden = sum(dimension.withheld for dimension in group.dimensions)
    if hidden:
        yield words.t("sponsor.question_withheld", n=hidden)
    if group.respondents < ENOUGH:
        yield words.t("sponsor.few_people")


def _named(group: AssessmentResult, words: Words) -> Iterator[str]:
    """Say what stands highest and lowest; two camps have no level to stand at, so they are named apart."""
    split = tuple(found.id for found in group.dimensions if found.verdict == "split" and not found.withheld)
    whole = attrs.evolve(group, dimensions=tuple(d for d in group.dimensions if d.id not in split))
    lowest = name_priorities(whole, None)
    highest = name_strengths(whole, apart_from=lowest)
    for key, questions in (("strengths", highest), ("priorities", lowest), ("split", split)):
        if questions:
            yield words.t(f"sponsor.{key}", names=words.names(questions))


def group_drawing(facts: GroupFacts, words: Words, kind: str = "group") -> Drawing:
    """Return the group's profile, ready to be drawn."""
    rows = words.t("semicolon").join(
        words.t("profile.alt.row", name=line.name, said=line.said) for line in facts.lines
    )
    margin = any(line.interval for line in facts.lines)
    key: list[Key] = [("group", words.t("profile.legend.group"))]
    key += [("interval", words.t("profile.legend.interval"))] * margin
    return Drawing(
        kind=kind,
        title=words.t("profile.group"),
        alt=words.t("profile.alt.group", rows=rows),
        marks=tuple(
            Mark(
                name=line.name,
                group=line.mean,
                interval=line.interval,
                said="" if line.mean is not None else line.said,
            )
            for line in facts.lines
        ),
        levels=tuple(words.level_name(number) for number in range(1, 6)),
        key=tuple(key),
        language=words.language,
    )


def function_table(functions: FunctionsResult, words: Words) -> FunctionTable:
    """Return the comparison of functions: tested first, because raw gaps mislead."""
    visible = [function for function in functions.functions if function.shown and function.n]
    dash = words.report("words.dash")
    columns = tuple(
        words.t("functions.column", name=words.function(function.id), n=words.number(function.n or 0))
        for function in visible
    )
    means = [dict(function.means) for function in visible]
    rows = tuple(
        (
            words.name(question.id),
            *(dash if (mean := found.get(question.id)) is None else words.decimal(mean) for found in means),
        )
        for question in words.catalog.questions
    )
    return FunctionTable(
        findings=tuple(_findings(functions, words)),
        columns=columns if visible else (),
        rows=rows if visible else (),
    )


def _findings(functions: FunctionsResult, words: Words) -> Iterator[str]:
    test = functions.profile
    if functions.wording == "difference" and test is not None:
        yield words.t(
            "functions.difference",
            highest=words.function(test.highest),
            lowest=words.function(test.lowest),
            p=words.p_value(test.p_value),
        )
        for found in functions.questions:
            if found.significant and found.question is not None:
                yield words.t(
                    "functions.question",
                    name=words.name(found.question),
                    highest=words.function(found.highest),
                    lowest=words.function(found.lowest),
                    range=words.decimal(found.range),
                    p=words.p_value(found.p_adjusted),
                )
    else:
        wording = functions.wording if functions.wording != "difference" else "not_comparable"
        yield words.t(f"functions.{wording}")
    if functions.withheld:
        yield words.t("functions.withheld", n=functions.withheld)
