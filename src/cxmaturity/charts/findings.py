"""What a maturity chart shows, in full sentences: the finding that a listener gets instead of the picture."""

from __future__ import annotations

from collections.abc import Sequence

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult, DimensionResult
from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Language


def in_order(result: AssessmentResult, catalog: Catalog) -> tuple[DimensionResult, ...]:
    """Return the results in the order of the questionnaire."""
    places = {question.id: question.number for question in catalog.questions}
    return tuple(sorted(result.dimensions, key=lambda d: places[d.id]))


def names_of(questions: Sequence[str], catalog: Catalog, language: Language) -> str:
    """Return the short names of some questions as a list inside a sentence."""
    return i18n.listing(
        [
            i18n.message("charts.quoted", language, name=catalog.question(q).short.in_(language))
            for q in questions
        ],
        language,
    )


def level_findings(result: AssessmentResult, catalog: Catalog, language: Language) -> str:
    """Say the strongest and the weakest questions, the widest unproven part, and what was not assessed.

    Questions whose printed levels are equal are named together.
    """
    scored = {d.id: i18n.level(d.scored, language) for d in result.dimensions if d.scored is not None}
    if not scored:
        return i18n.message("charts.finding.nothing", language)
    said = [_strongest(result.dimensions, scored, catalog, language)]
    unproven = max(
        (d for d in result.dimensions if d.unproven and d.unproven >= 0.05),
        key=lambda d: d.unproven or 0,
        default=None,
    )
    if unproven is not None:
        said.append(
            i18n.message(
                "charts.finding.unproven",
                language,
                name=names_of([unproven.id], catalog, language),
                declared=i18n.level(unproven.declared, language),
                evidenced=i18n.level(unproven.evidenced, language),
            )
        )
    short = sum(
        1 for d in result.dimensions if d.target is not None and d.scored is not None and d.scored < d.target
    )
    if any(d.target is not None for d in result.dimensions):
        said.append(i18n.message("charts.finding.below_target", language, n=short))
    silent = [d.id for d in result.dimensions if d.scored is None]
    if silent:
        said.append(
            i18n.message(
                "charts.finding.not_assessed",
                language,
                n=len(silent),
                names=names_of(silent, catalog, language),
            )
        )
    return " ".join(said)


def _strongest(
    dimensions: Sequence[DimensionResult], scored: dict[str, str], catalog: Catalog, language: Language
) -> str:
    levels = {d.id: d.scored for d in dimensions if d.scored is not None}
    best, worst = max(levels, key=levels.__getitem__), min(levels, key=levels.__getitem__)
    if scored[best] == scored[worst]:
        key = "one" if len(scored) == 1 else "level"
        return i18n.message(
            f"charts.finding.{key}", language, name=names_of([best], catalog, language), level=scored[best]
        )
    return i18n.message(
        "charts.finding.extremes",
        language,
        best=names_of([q for q in levels if scored[q] == scored[best]], catalog, language),
        best_level=scored[best],
        worst=names_of([q for q in levels if scored[q] == scored[worst]], catalog, language),
        worst_level=scored[worst],
    )
