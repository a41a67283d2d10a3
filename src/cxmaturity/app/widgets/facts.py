"""What a result says, as the words and numbers that a widget prints: computed and formatted here, in both languages."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from cxmaturity import i18n
from cxmaturity.assessment.values import AssessmentResult, Response, Settings, Wave
from cxmaturity.catalog import Catalog
from cxmaturity.core.text import Language
from cxmaturity.engagement.diagnosis import name_priorities
from cxmaturity.engagement.values import DEFAULT_SEED

HIGHEST: Final = 5
_SETTINGS: Final = Settings(mode="quick", privacy="named", minimum_group=1)


def own_wave(catalog: Catalog, response: Response, *, on: dt.date) -> Wave:
    """Return one person's answers as a wave of their own."""
    return Wave(
        id="own",
        date=on,
        version=catalog.version,
        responses=(response,),  # type: ignore[arg-type]  # a generic converter is beyond mypy's attrs plugin
    )


def score_own(wave: Wave, catalog: Catalog) -> AssessmentResult:
    """Score one person's answers: declared levels, in full, with the seed of every report.

    The same answers give the same result as the page of a campaign (`app.pages.result_values.own_result`).
    """
    from cxmaturity.assessment import score_assessment  # numpy only when there is something to score

    return score_assessment(wave, catalog, settings=_SETTINGS, as_of=wave.date, seed=DEFAULT_SEED)


def priorities_of(result: AssessmentResult) -> tuple[str, ...]:
    """Return at most three questions to raise first; one that is at the top is none."""
    return tuple(
        name
        for name in name_priorities(result, None)
        if (scored := result.dimension(name).scored) is not None and scored < HIGHEST
    )


def facts(result: AssessmentResult, catalog: Catalog, language: Language) -> dict[str, Any]:
    """Return the headline facts of a result: index, stage, weak link, priorities, all as text in `language`.

    `index`, `stage` and the rest are "" or empty when nothing is assessed; `empty` says so.
    """
    index = result.index.geometric
    if index is None or result.stage.level is None:
        return {
            "empty": True,
            "index": "",
            "between": "",
            "stage": "",
            "chance": "",
            "weak": "",
            "priorities": [],
        }

    def t(key: str, **fields: Any) -> str:
        return i18n.message(f"widgets.said.{key}", language, **fields)

    low, high = result.index.bounds or (index, index)
    share = result.stage.probabilities[result.stage.level - 1]
    weak = result.weak_link
    return {
        "empty": False,
        "index": t("index_value", level=i18n.level(index, language)),
        "between": ""
        if high - low < 0.05
        else t("between", low=i18n.level(low, language), high=i18n.level(high, language)),
        "stage": stage_name(result.stage.level, catalog, language),
        "chance": t("stage_chance", share=i18n.percent(round(share, 1), language)),
        "weak": t("no_weak_link") if weak is None else catalog.question(weak).name.in_(language),
        "priorities": [catalog.question(name).name.in_(language) for name in priorities_of(result)],
    }


def stage_name(level: int, catalog: Catalog, language: Language) -> str:
    """Return a stage with its name: ``2 of 5, Emerging``."""
    name = catalog.level_name(level).name.in_(language)
    return i18n.message("widgets.said.stage_value", language, stage=level, name=name)
