"""Rules E: a document that contradicts itself; almost none can be waived, because nothing could be computed or drawn."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from cxmaturity.core.ids import nearest
from cxmaturity.core.problems import Problem
from cxmaturity.core.text import LANGUAGES, Language, Text
from cxmaturity.journey.lint_rules import RULES, Path
from cxmaturity.journey.lint_walk import END, Ground, Step, decimal, numbered, reached, successors
from cxmaturity.journey.scales import answers
from cxmaturity.journey.values import SCALES, Event, Measure, touchpoint_of

SHOWN: Final = 12
"""Known names listed beside an unknown one; the nearest stands first."""
COMPARED: Final = 500
"""Names among which the nearest is looked for, which takes time."""


@attrs.frozen
class _Name:
    """What a thing can be called: its id, and the name that a workbook shows, in both languages."""

    id: str
    en: str = ""
    fr: str = ""

    @classmethod
    def of(cls, item: Any) -> _Name:
        """Return the name of whatever has an id, and perhaps a name or a title."""
        name = getattr(item, "name", "")
        if isinstance(name, str):
            return cls(str(item.id), name, name)
        return cls(str(item.id), name.en or name.fr, name.fr or name.en)

    def said(self, language: Language) -> str:
        """Return the id, with the name behind it when it says more."""
        name = self.fr if language == "fr" else self.en
        return f"{self.id} ({name})" if name and name.casefold() != self.id else self.id


class _Known:
    """The names of every kind of thing that others refer to."""

    def __init__(self, ground: Ground) -> None:
        atlas, families = ground.atlas, ground.catalog.channel_families
        events = [step.event for step in ground.steps]
        self.names: dict[str, list[_Name]] = {
            "persona": _names(atlas.personas),
            "journey": [_Name(journey.id) for journey in atlas.journeys],
            "promise": [_Name(promise.id) for promise in atlas.promises],
            "actor": _names(atlas.actors),
            "system": _names(atlas.systems),
            "product": _names(atlas.products),
            "channel": [
                *_names(atlas.channels),
                *(_Name.of(channel) for family in families for channel in family.channels),
            ],
            "family of channels": _names(families),
            "KPI": _names(ground.catalog.benefits),
            "pain or measure": [
                *(_Name(pain.id) for event in events for pain in event.pains),
                *(_Name(measure.id) for event in events for measure in event.satisfaction),
            ],
        }
        self.ids = {kind: frozenset(name.id for name in names) for kind, names in self.names.items()}
        self.listed: dict[tuple[str, str], Text | str] = {}

    def unknown(self, kind: str, got: str, at: str, path: Path) -> Iterator[Problem]:
        """Yield a finding when nothing of this kind is called `got`."""
        if not got or got in self.ids[kind]:
            return
        if (kind, got) not in self.listed:
            self.listed[kind, got] = _listed(got, self.names[kind])
        yield RULES["E101"].found(at, path, got=got, kind=kind, known=self.listed[kind, got])


def _names(items: Iterable[Any]) -> list[_Name]:
    return [_Name.of(item) for item in items]


def _listed(got: str, known: Sequence[_Name]) -> Text | str:
    """Return the names that exist, the nearest first, each with its id and what it is called."""
    if not known:
        return "–"
    called = {word: name for name in known[:COMPARED] for word in (name.fr, name.en, name.id) if word}
    near = nearest(got, called)
    names = list(dict.fromkeys([*([called[near]] if near else []), *known]))
    more = ", …" if len(names) > SHOWN else ""
    said = {language: ", ".join(name.said(language) for name in names[:SHOWN]) for language in LANGUAGES}
    return Text(en=said["en"] + more, fr=said["fr"] + more)


def check_references(ground: Ground) -> Iterator[Problem]:
    """E101: every name that another thing should bear."""
    names, atlas = _Known(ground), ground.atlas
    for name, _ in atlas.strategy.weights:
        yield from names.unknown("persona", name, name, ("strategy", "weights"))
    for path, channel in numbered(("channels",), atlas.channels):
        yield from names.unknown("family of channels", channel.family, channel.id, (*path, "family"))
    for path, journey in numbered(("journeys",), atlas.journeys):
        for place, name in numbered((*path, "personas"), journey.personas):
            yield from names.unknown("persona", name, journey.id, place)
        yield from names.unknown("journey", journey.compared_with, journey.id, (*path, "compared_with"))
    inside = {index: {step.event.id for step in steps} for index, steps in ground.by_journey.items()}
    for step in ground.steps:
        yield from _event_references(step, names)
        here = inside[int(step.path[1])]
        for place, name in numbered((*step.path, "next"), step.event.next):
            if name != END and name not in here:
                known = _listed(name, [_Name(event.id) for event in step.journey.events])
                yield RULES["E101"].found(
                    step.event.id, place, got=name, kind="event of this journey", known=known
                )


_LISTS: Final = (
    ("actors", "actor"),
    ("systems", "system"),
    ("products", "product"),
    ("promises", "promise"),
)


def _event_references(step: Step, names: _Known) -> Iterator[Problem]:
    event = step.event
    yield from names.unknown("channel", event.channel, event.id, (*step.path, "channel"))
    for key, kind in _LISTS:
        for place, name in numbered((*step.path, key), getattr(event, key)):
            yield from names.unknown(kind, name, event.id, place)
    for place, measure in step.measures:
        yield from names.unknown("persona", measure.persona, measure.id, (*place, "persona"))
    for place, opportunity in numbered((*step.path, "opportunities"), event.opportunities):
        yield from names.unknown("KPI", opportunity.kpi, opportunity.id, (*place, "kpi"))
        for spot, name in numbered((*place, "feedback"), opportunity.feedback):
            yield from names.unknown("pain or measure", name, opportunity.id, spot)


_INSIDE: Final = {"measure": "satisfaction", "pain": "pains", "opportunity": "opportunities"}


def _identified(ground: Ground) -> Iterator[tuple[str, Path, str]]:
    """Yield (kind, path, id) of everything that has an id."""
    kinds = (
        ("persona", "personas"),
        ("journey", "journeys"),
        ("promise", "promises"),
        ("actor", "actors"),
        ("system", "systems"),
        ("product", "products"),
        ("channel", "channels"),
    )
    for kind, key in kinds:
        for path, item in numbered((key,), getattr(ground.atlas, key)):
            yield kind, path, item.id
    for _, _, stages in ground.stages:
        yield from (("stage", path, stage.id) for path, stage in stages)
    for step in ground.steps:
        yield "event", step.path, step.event.id
        for kind, key in _INSIDE.items():
            for path, item in numbered((*step.path, key), getattr(step.event, key)):
                yield kind, path, item.id


def check_duplicates(ground: Ground) -> Iterator[Problem]:
    """E102: one id, two things of one kind; said once, at the second."""
    listed = list(_identified(ground))
    counts = Counter((kind, name) for kind, _, name in listed)
    seen: Counter[tuple[str, str]] = Counter()
    twice = tuple(f"{name}-" for (kind, name), n in counts.items() if kind == "event" and n > 1)
    for kind, path, name in listed:
        seen[kind, name] += 1
        derived = kind in _INSIDE and name.startswith(twice)  # the reader makes it from the id of its event
        if seen[kind, name] == 2 and not derived:
            yield RULES["E102"].found(name, (*path, "id"), n=counts[kind, name], thing=kind)


def _outside(
    thing: str, value: float | None, bounds: tuple[float, float], at: str, path: Path
) -> Iterator[Problem]:
    low, high = bounds
    if value is not None and not low <= value <= high:
        yield RULES["E103"].found(
            at,
            path,
            thing=thing,
            got=f"{value:g}",
            expected=_expected(low, high),
        )


def _expected(low: float, high: float) -> Text:
    if high == ANY[1]:
        return Text(en=f"{low:g} or more", fr=f"{low:g} ou plus")
    if low == high:
        return Text(en=f"{low:g}", fr=f"{low:g}")
    least, most = decimal(low, "g"), decimal(high, "g")
    return Text(en=f"{least.en} to {most.en}", fr=f"de {least.fr} à {most.fr}")


ANY: Final = (0.0, float("inf"))
RATE: Final = (0.0, 1.0)
FIVE: Final = (1.0, 5.0)
VALENCE: Final = (-2.0, 2.0)


def check_scales(ground: Ground) -> Iterator[Problem]:
    """E103: numbers outside their scale, of whatever thing."""
    atlas = ground.atlas
    for name, weight in atlas.strategy.weights:
        yield from _outside("weight of the strategy", weight, RATE, name, ("strategy", "weights"))
    total = sum(weight for _, weight in atlas.strategy.weights)
    doubled = len({persona.id for persona in atlas.personas}) < len(atlas.personas)  # E102 has said it
    if atlas.strategy.weights and not doubled:
        yield from _outside(
            "sum of the weights", round(total, 6), (1.0, 1.0), "strategy", ("strategy", "weights")
        )
    for path, promise in numbered(("promises",), atlas.promises):
        yield from _outside("level", promise.level, VALENCE, promise.id, (*path, "level"))
    for path, persona in numbered(("personas",), atlas.personas):
        yield from _outside("digital ease", persona.digital, FIVE, persona.id, (*path, "digital"))
        yield from _outside("size", persona.size, ANY, persona.id, (*path, "size"))
    for _, _, stages in ground.stages:
        for path, stage in stages:
            if stage.investment is not None:
                amount = stage.investment.amount
                yield from _outside("investment", amount, ANY, stage.id, (*path, "investment", "amount"))
    for step in ground.steps:
        yield from _event_scales(step.event, step.path)
        for path, measure in step.measures:
            yield from _measure_scales(measure, path)


def _event_scales(event: Event, path: Path) -> Iterator[Problem]:
    said, felt = event.expectation, event.emotion
    numbers: tuple[tuple[str, float | None, tuple[float, float], Path], ...] = (
        ("expectation", said.level, FIVE, ("expectation", "level")),
        ("importance", said.importance, FIVE, ("expectation", "importance")),
        ("valence", felt.valence, VALENCE, ("emotion", "valence")),
        ("intensity", felt.intensity, FIVE, ("emotion", "intensity")),
        ("reach", event.reach, ANY, ("reach",)),
        ("drop-off", event.drop_off, RATE, ("drop_off",)),
        ("complaints", event.complaints, RATE, ("complaints",)),
        ("charge", event.charge, ANY, ("charge",)),
    )
    for thing, value, bounds, tail in numbers:
        yield from _outside(thing, value, bounds, event.id, (*path, *tail))
    yield from _counts(said.counts, 5, event.id, (*path, "expectation", "counts"))
    for place, opportunity in numbered((*path, "opportunities"), event.opportunities):
        yield from _outside("effort", opportunity.effort, FIVE, opportunity.id, (*place, "effort"))
    for place, data in numbered((*path, "data"), event.data):
        yield from _outside(
            "retention in months", data.retention_months, ANY, event.id, (*place, "retention_months")
        )
    for place, score in numbered((*path, "scores"), event.scores):
        for key in ("expectation", "satisfaction"):
            yield from _outside(key, getattr(score, key), FIVE, event.id, (*place, key))


def _counts(counts: tuple[int, ...], levels: int, at: str, path: Path) -> Iterator[Problem]:
    if counts:
        yield from _outside("levels counted", len(counts), (levels, levels), at, path)
        yield from _outside("answers at one level", min(counts), ANY, at, path)


def _measure_scales(measure: Measure, path: Path) -> Iterator[Problem]:
    low, high = SCALES[measure.metric]
    at = measure.id
    yield from _outside("satisfaction", measure.value, (low, high), at, (*path, "value"))
    yield from _outside("n", measure.n, (1, ANY[1]), at, (*path, "n"))
    # Two answers at the two ends have the largest deviation that a scale allows: its width over the root of 2.
    widest = (high - low) / 2**0.5
    yield from _outside("sd", measure.sd, (0, round(widest + 5e-3, 2)), at, (*path, "sd"))
    yield from _outside("promoters", measure.promoters, RATE, at, (*path, "promoters"))
    yield from _outside("detractors", measure.detractors, RATE, at, (*path, "detractors"))
    if measure.promoters is not None and measure.detractors is not None:
        both = round(measure.promoters + measure.detractors, 6)
        yield from _outside("promoters and detractors", both, RATE, at, (*path, "promoters"))
    levels = {"csat5": 5, "ces7": 7}.get(measure.metric)
    if levels:
        yield from _counts(measure.counts, levels, at, (*path, "counts"))


def check_channels(ground: Ground) -> Iterator[Problem]:
    """E104: an event that the customer perceives comes through a channel."""
    for step in ground.steps:
        if step.event.visible and not step.event.channel:
            yield RULES["E104"].found(step.event.id, (*step.path, "channel"))


def check_touchpoints(ground: Ground) -> Iterator[Problem]:
    """E105: a touchpoint belongs to one stage of a journey."""
    for steps in ground.by_journey.values():
        stages: dict[str, str] = {}
        for step in steps:
            touchpoint = touchpoint_of(step.stage, step.event)
            first = stages.setdefault(touchpoint, step.stage.id)
            if first != step.stage.id:
                yield RULES["E105"].found(
                    step.event.id,
                    (*step.path, "touchpoint"),
                    touchpoint=touchpoint,
                    first=first,
                    second=step.stage.id,
                )


def check_loops(ground: Ground) -> Iterator[Problem]:
    """E106: a loop that nobody leaves; said once per journey, at the first event of the loop."""
    for steps in ground.by_journey.values():
        leads = successors(steps)
        backwards: dict[str, set[str]] = {}
        for name, nexts in leads.items():
            for after in nexts:
                backwards.setdefault(after, set()).add(name)
        lost = _without_lead_in(leads.keys() - reached([END], backwards), leads)
        inside = [step for step in steps if step.event.id in lost]
        if inside:
            names = ", ".join(dict.fromkeys(step.event.id for step in inside))
            yield RULES["E106"].found(inside[0].event.id, (*inside[0].path, "next"), events=names)


def _without_lead_in(lost: set[str], leads: Mapping[str, set[str]]) -> set[str]:
    """Return `lost` without the events that lead to the loop and are not in it."""
    arrows = Counter(after for name in lost for after in leads[name] & lost)
    waiting = [name for name in lost if not arrows[name]]
    left = set(lost)
    while waiting:
        name = waiting.pop()
        left.discard(name)
        for after in leads[name] & left:
            arrows[after] -= 1
            if not arrows[after]:
                waiting.append(after)
    return left


def check_dates(ground: Ground) -> Iterator[Problem]:
    """E107: what is dated after the report; a journey as it should be may be."""
    for at, path, date in _dates(ground):
        if date is not None and date > ground.as_of:
            yield RULES["E107"].found(at, path, date=date, as_of=ground.as_of)


def _dates(ground: Ground) -> Iterator[tuple[str, Path, dt.date | None]]:
    for path, persona in numbered(("personas",), ground.atlas.personas):
        yield persona.id, (*path, "reviewed"), persona.reviewed
        for place, claim in numbered((*path, "claims"), persona.claims):
            yield persona.id, (*place, "date"), claim.date
    for path, journey in numbered(("journeys",), ground.atlas.journeys):
        if journey.state == "as_is":
            yield journey.id, (*path, "date"), journey.date
    for step in ground.steps:
        for place, measure in step.measures:
            yield measure.id, (*place, "date"), measure.date
        for place, pain in numbered((*step.path, "pains"), step.event.pains):
            yield pain.id, (*place, "date"), pain.date


def check_answers(ground: Ground) -> Iterator[Problem]:
    """E108: a survey says how many answered."""
    for step in ground.steps:
        for place, measure in step.measures:
            if measure.kind == "survey" and answers(measure) is None:
                yield RULES["E108"].found(measure.id, (*place, "n"))


CHECKS: Final[tuple[Callable[[Ground], Iterator[Problem]], ...]] = (
    check_references,
    check_duplicates,
    check_scales,
    check_channels,
    check_touchpoints,
    check_loops,
    check_dates,
    check_answers,
)
