"""The respondents compared, for the consultant: bars before means, words that wait for enough answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from cxmaturity import i18n
from cxmaturity.app.pages.base import page
from cxmaturity.app.pages.group_facts import ENOUGH, function_table, group_drawing, group_facts, group_line
from cxmaturity.app.pages.result import charts
from cxmaturity.app.pages.result_words import Words, typed
from cxmaturity.app.pages.shown import shown, smallest_group
from cxmaturity.assessment.values import AssessmentResult, DimensionResult, FunctionsResult
from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Language
from cxmaturity.store.values import Campaign

_HEAT = (0.0, 0.1, 0.25, 0.5)


@attrs.frozen(kw_only=True)
class Bar:
    """How many people recognised one level; `share` of those who gave a level, from 0 to 100."""

    name: str
    n: str
    share: str


@attrs.frozen(kw_only=True)
class Question:
    """One question as people answered it; without bars when it is withheld."""

    id: str
    name: str
    verdict: str
    meaning: str
    mean: str
    bars: tuple[Bar, ...]
    missing: str
    reasons: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Cell:
    """A share of don't-knows, and how strongly it is tinted: 0 to 4; the figure always stands in it."""

    said: str
    heat: int


@attrs.frozen(kw_only=True)
class DontKnow:
    """Questions by functions: only functions that may be shown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def comparison_page(
    *, campaign: Campaign, result: AssessmentResult | None, catalog: Catalog, language: Language
) -> str:
    """Return the comparison of respondents.

    Parameters
    ----------
    campaign : Campaign
        The campaign, whose privacy and threshold decide what may be shown, even to the consultant.
    result : AssessmentResult or None
        All who answered, scored; None, withheld or too small shows why.
    catalog : Catalog
        Names.
    language : {"en", "fr"}
        Of the page.
    """
    words = Words(language=language, catalog=catalog)
    client = typed(campaign.plan.client)
    open_result = shown(campaign, result)
    told: dict[str, Any] = (
        {"facts": None} if open_result is None else _told(open_result, words, campaign.plan.primary)
    )
    return page(
        "consultant_comparison.html.j2",
        language=language,
        primary=campaign.plan.primary,
        campaign=campaign,
        campaign_client=client,
        limit=smallest_group(campaign),
        named=campaign.plan.privacy == "named",
        w=words,
        **told,
    )


def _told(result: AssessmentResult, words: Words, primary: str | None) -> dict[str, Any]:
    facts = group_facts(result, words)
    return {
        "facts": facts,
        "people": words.t("comparison.people", n=result.respondents),
        "few": result.respondents < ENOUGH,
        "charts": charts(group_drawing(facts, words), primary),
        "questions": [question(dimension, words) for dimension in result.dimensions],
        "functions": function_table(result.functions, words),
        "dont_know": dont_know(result.functions, words),
        "alignment": _alignment(result, words),
        "alignment_verdict": result.alignment.verdict,
        "sentences": tuple(_sentences(result, words)),
    }


def question(dimension: DimensionResult, words: Words) -> Question:
    """Return how people answered one question; nothing but its name and the reason when it is withheld."""
    line = group_line(dimension, words)
    verdict = "withheld" if dimension.withheld else dimension.verdict
    return Question(
        id=dimension.id,
        name=line.name,
        verdict=line.verdict,
        meaning=words.report(f"agreement.verdict.{verdict}"),
        mean="" if line.mean is None else words.t("comparison.mean", level=words.decimal(line.mean)),
        bars=() if dimension.withheld else tuple(_bars(dimension, words)),
        missing=words.t(
            "comparison.missing",
            dont_know=words.number(dimension.dont_know),
            not_applicable=words.number(dimension.not_applicable),
            skipped=words.number(dimension.skipped),
        ),
        reasons=tuple(typed(reason) for reason in dimension.reasons),
    )


def _bars(dimension: DimensionResult, words: Words) -> Iterator[Bar]:
    total = sum(dimension.counts)
    for level, count in enumerate(dimension.counts, 1):
        share = 100 * count / total if total else 0.0
        yield Bar(name=words.level_name(level), n=words.number(count), share=f"{share:.1f}")


def dont_know(functions: FunctionsResult, words: Words) -> DontKnow:
    """Return who does not know what: shares per function, only of functions that may be shown."""
    visible = [function for function in functions.functions if function.shown and function.n]
    if not visible:
        return DontKnow(columns=(), rows=())
    shares = [dict(function.dont_know) for function in visible]
    return DontKnow(
        columns=tuple(
            words.t("functions.column", name=words.function(found.id), n=words.number(found.n or 0))
            for found in visible
        ),
        rows=tuple(
            (
                words.name(asked.id),
                tuple(_cell(found.get(asked.id, 0.0), words) for found in shares),
            )
            for asked in words.catalog.questions
        ),
    )


def _cell(share: float, words: Words) -> Cell:
    return Cell(said=i18n.percent(share, words.language), heat=sum(share > floor for floor in _HEAT))


def _alignment(result: AssessmentResult, words: Words) -> str:
    check = result.alignment
    if check.verdict == "not_enough" or check.declared is None:
        return words.t("comparison.alignment.not_enough")
    diverging = words.names((*check.split, *check.spread))
    return words.t(f"comparison.alignment.{check.verdict}", level=words.near(check.declared), names=diverging)


def _sentences(result: AssessmentResult, words: Words) -> Iterator[tuple[str, tuple[str, ...]]]:
    for dimension in result.dimensions:
        if dimension.sentences and not dimension.withheld:
            yield words.name(dimension.id), tuple(typed(said) for said in dimension.sentences)
