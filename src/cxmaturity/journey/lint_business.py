"""Rules B and G: what the company does with the map (owners, KPIs, money, data, both languages), and whether it can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from cxmaturity.core.problems import Problem
from cxmaturity.core.text import Text
from cxmaturity.journey.lint_rules import RULES, Path
from cxmaturity.journey.lint_walk import Ground, both, decimal, numbered, texts_of
from cxmaturity.journey.results import JourneyResult
from cxmaturity.journey.values import Investment, Period, Words

STAGES: Final = 9
EVENTS: Final = 60
WORDS: Final = 12
SHOWN: Final = 50
"""Signs of a text that are enough to find it."""
COMPARED: Final = 3
"""Fewer stages have no rank correlation worth saying."""
YEARLY: Final[dict[Period, int]] = {"year": 1, "quarter": 4, "month": 12, "once": 1}


def check_opportunities(ground: Ground) -> Iterator[Problem]:
    """B601 and B602: an opportunity aims at something, and somebody can act."""
    benefits = ground.catalog.benefits
    known = Text(
        en=", ".join(f"{it.id} ({it.name.en})" for it in benefits),
        fr=", ".join(f"{it.id} ({it.name.fr})" for it in benefits),
    )
    for step in ground.steps:
        event = step.event
        for path, opportunity in numbered((*step.path, "opportunities"), event.opportunities):
            if not opportunity.kpi:
                yield RULES["B601"].found(opportunity.id, (*path, "kpi"), known=known)
        owned = event.owner or (event.opportunities and all(item.owner for item in event.opportunities))
        if (event.pains or event.opportunities) and not owned:
            yield RULES["B602"].found(event.id, (*step.path, "owner"))


def check_kpis(ground: Ground) -> Iterator[Problem]:
    """B603: an aim that no touchpoint shows; said once per KPI."""
    carried = {kpi for step in ground.steps for kpi in step.event.kpis}
    said: set[str] = set()
    for step in ground.steps:
        for path, opportunity in numbered((*step.path, "opportunities"), step.event.opportunities):
            if opportunity.kpi and opportunity.kpi not in carried | said:
                said.add(opportunity.kpi)
                yield RULES["B603"].found(opportunity.kpi, (*path, "kpi"))


def check_investment(ground: Ground, results: tuple[tuple[int, JourneyResult], ...]) -> Iterator[Problem]:
    """B604: stages ranked by money and by what there is to gain, mean opportunity score of their events."""
    for path, journey, stages in ground.stages:
        scores: dict[str, list[float]] = {}
        for index, result in results:
            if index == path[1]:
                for event in result.events:
                    if event.opportunity is not None:
                        scores.setdefault(event.stage, []).append(event.opportunity.value)
        pairs = [
            (_per_year(stage.investment), sum(scores[stage.id]) / len(scores[stage.id]))
            for _, stage in stages
            if stage.investment is not None and stage.id in scores
        ]
        correlation = spearman(pairs) if len(pairs) >= COMPARED else None
        if correlation is not None and correlation < 0:
            yield RULES["B604"].found(
                journey.id,
                path,
                correlation=decimal(correlation, ".2f"),
                n=len(pairs),
            )


def _per_year(investment: Investment) -> float:
    return investment.amount * YEARLY[investment.period]


def spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return the rank correlation of pairs (Spearman, 1904; ties share their mean rank); None when one side is constant.

    Examples
    --------
    >>> spearman([(1, 9), (2, 5), (3, 4)])
    -1.0
    """
    ranks = [_ranks([pair[side] for pair in pairs]) for side in (0, 1)]
    middle = (len(pairs) + 1) / 2
    spread = [sum((rank - middle) ** 2 for rank in side) for side in ranks]
    if not all(spread):
        return None
    shared = sum((one - middle) * (other - middle) for one, other in zip(*ranks, strict=True))
    correlation: float = shared / (spread[0] * spread[1]) ** 0.5
    return correlation


def _ranks(values: Sequence[float]) -> list[float]:
    return [
        sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2
        for value in values
    ]


def check_campaigns(ground: Ground) -> Iterator[Problem]:
    """B605: a campaign for nobody in particular."""
    for step in ground.steps:
        campaign = step.event.campaign
        if campaign is not None and not campaign.target:
            yield RULES["B605"].found(
                step.event.id, (*step.path, "campaign", "target"), campaign=both(campaign.name)
            )


_LACKS: Final = {
    (True, False): "legal basis",
    (False, True): "retention",
    (True, True): "legal basis and retention",
}


def check_data(ground: Ground) -> Iterator[Problem]:
    """B606 and B607: personal data without its basis, and data asked for again."""
    for journey, steps in ground.by_journey.items():
        asked: list[tuple[Words, list[tuple[str, Path]]]] = []
        for step in steps:
            for path, data in numbered((*step.path, "data"), step.event.data):
                missing = _LACKS.get((data.basis is None, data.retention_months is None))
                if missing:
                    yield RULES["B606"].found(step.event.id, path, data=both(data.name), missing=missing)
                places = next((known for name, known in asked if name.is_same(data.name)), None)
                if places is None:
                    asked.append((data.name, [(step.event.id, path)]))
                elif places[-1][0] != step.event.id:
                    places.append((step.event.id, path))
        title = ground.atlas.journeys[journey].id
        for name, places in asked:
            if len(places) > 1:
                at, path = places[1]
                yield RULES["B607"].found(at, path, data=both(name), n=len(places), journey=title)


def check_translation(ground: Ground) -> Iterator[Problem]:
    """B608: texts in one language only: each of them where most are in both, else said once with how many."""
    texts = list(_to_translate(ground))
    alone = [(path, at, text) for path, at, text in texts if not (text.en and text.fr)]
    missing = len(alone)
    if 2 * missing > len(texts):
        alone = [(alone[0][0], "atlas", alone[0][2])]
    once = {text: (path, at) for path, at, text in reversed(alone)}  # one source is named at many measures
    for text, (path, at) in reversed(once.items()):
        language = Text(en="English", fr="anglais") if text.fr else Text(en="French", fr="français")
        said = _shortened(text.en or text.fr)
        yield RULES["B608"].found(at, path, text=said, language=language, n=missing, total=len(texts))


_LABELS: Final = ("source", "sources", "owner", "target", "made_in", "reason")
_LABELS_OF: Final = ("data.name", "campaign.name", "events.note")


def _label(path: Path) -> str:
    """Return what kind of label stands at `path`, or "" for a text that is always read in both languages."""
    keys = [step for step in path if isinstance(step, str)]
    if keys[-1] in _LABELS:
        return keys[-1]
    last = ".".join(keys[-2:])
    return last if last in _LABELS_OF else ""


def _to_translate(ground: Ground) -> Iterator[tuple[Path, str, Words]]:
    """Yield the texts that both languages need.

    A label (a source, an owner) often is a name that needs no translation: labels of a kind count as soon as one of them is in
    both languages, and never where they are the id of something that is named elsewhere.
    """
    named: tuple[Any, ...] = (*ground.atlas.actors, *ground.atlas.personas, *ground.catalog.functions)
    ids = {item.id for item in named}
    texts = list(texts_of(ground.atlas, (), "atlas"))
    translated = {_label(path) for path, _, text in texts if text.en and text.fr}
    for path, at, text in texts:
        label = _label(path)
        if not label or (label in translated and text.key not in ids):
            yield path, at, text


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def check_size(ground: Ground) -> Iterator[Problem]:
    """G701: more than can be read."""
    for path, journey, stages in ground.stages:
        events = len(ground.by_journey[int(path[1])])
        for thing, n, limit in (("stages", len(stages), STAGES), ("events", events, EVENTS)):
            if n > limit:
                yield RULES["G701"].found(journey.id, path, thing=thing, n=n, limit=limit)
        yield from _long(journey.id, path, "title", journey.title)
        for place, stage in stages:
            yield from _long(stage.id, place, "name", stage.name)
    for step in ground.steps:
        event = step.event
        yield from _long(event.id, step.path, "action", event.action)
        yield from _long(event.id, (*step.path, "expectation"), "text", event.expectation.text)
        yield from _long(event.id, (*step.path, "emotion"), "word", event.emotion.word)
        for place, pain in numbered((*step.path, "pains"), event.pains):
            yield from _long(pain.id, place, "text", pain.text)
        for place, opportunity in numbered((*step.path, "opportunities"), event.opportunities):
            yield from _long(opportunity.id, place, "text", opportunity.text)


def _long(at: str, path: Path, key: str, text: Words) -> Iterator[Problem]:
    n = max(_words(text.en), _words(text.fr))
    if n > WORDS:
        yield RULES["G701"].found(at, (*path, key), thing="words in one cell", n=n, limit=WORDS)


def _words(text: str) -> int:
    """Count what stands between spaces, a lone sign (the French ' ?') left aside."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


CHECKS: Final[tuple[Callable[[Ground], Iterator[Problem]], ...]] = (
    check_opportunities,
    check_kpis,
    check_campaigns,
    check_data,
    check_translation,
    check_size,
)
