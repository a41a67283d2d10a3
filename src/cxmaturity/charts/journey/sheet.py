"""What one picture says, as resolved texts in one language: the view from an `AtlasResult` that the layout draws.

Nothing is computed here but what belongs to the picture: which events are shown, their number, the words of a cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any, Final

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.charts.journey.measure import printable
from cxmaturity.core.problems import UnknownIdError
from cxmaturity.core.text import Language, french_typography
from cxmaturity.i18n import listing, message, money, number, percent
from cxmaturity.journey.results import (
    LEAST_GROUP,
    AtlasResult,
    EventResult,
    FunctionView,
    JourneyResult,
    PromiseResult,
)
from cxmaturity.journey.values import Atlas, Event, Journey, Measure, Persona, Stage, Words

_PER_YEAR: Final = {"year": 1.0, "quarter": 4.0, "month": 12.0, "once": 1.0}


@attrs.frozen(kw_only=True)
class Item:
    """A pain or an opportunity of an event: its words, the customer's own, what is known besides."""

    id: str
    number: int
    event: str
    text: str
    quote: str = ""
    extra: str = ""


@attrs.frozen(kw_only=True)
class Tag:
    """Something that an event has and its neighbours may share: an actor, a system, a KPI; drawn as a span."""

    id: str
    text: str
    short: str = ""


@attrs.frozen(kw_only=True, eq=False)
class Step:
    """One event as it is drawn: `number` is what readers see, `index` its rank in the journey.

    `after` says in words where the journey goes on; `onward` are the events that it goes on to besides the following one, or
    instead of it when `only`. Two steps are the same when they are one: comparing all that is known of events takes longer than
    drawing them.
    """

    event: Event
    stage: Stage
    result: EventResult
    number: int
    action: str
    channel: str
    family: str
    expects: str
    word: str
    evidence: tuple[str, ...]
    extras: tuple[str, ...]
    after: tuple[str, ...]
    onward: tuple[str, ...]
    only: bool
    promises: tuple[str, ...]
    pains: tuple[Item, ...]
    opportunities: tuple[Item, ...]
    front: tuple[Tag, ...]
    back: tuple[Tag, ...]
    systems: tuple[Tag, ...]
    data: tuple[Tag, ...]
    kpis: tuple[Tag, ...]
    owner: tuple[Tag, ...]
    campaigns: tuple[Tag, ...]


@attrs.frozen(kw_only=True)
class Column:
    """One stage as it is drawn; `investment` per year in the currency of the atlas, `spent` the same in words."""

    id: str
    number: int
    name: str
    phase: str
    phase_name: str
    investment: float | None
    spent: str
    steps: tuple[Step, ...]


@attrs.frozen(kw_only=True)
class Content:
    """Everything that a picture says."""

    atlas: Atlas
    journey: Journey
    result: JourneyResult
    persona: Persona | None
    language: Language
    columns: tuple[Column, ...]
    functions: dict[str, str]
    promises: tuple[PromiseResult, ...] = ()
    least_group: int = LEAST_GROUP
    others: tuple[JourneyResult, ...] = ()
    beside: tuple[Journey, JourneyResult] | None = None

    def say(self, key: str, /, **params: Any) -> str:
        """Return a message of the picture."""
        return message(f"journey_map.{key}", self.language, **params)

    def words(self, words: Words) -> str:
        """Return a text that somebody typed."""
        return said(words, self.language)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every event drawn, in order."""
        return tuple(step for column in self.columns for step in column.steps)

    def views(self, step: Step) -> tuple[FunctionView, ...]:
        """Return what the functions said of an event; nothing when one of them is too few people to be shown.

        The range of the means would tell what the smallest said.
        """
        given = step.result.functions
        return given if all(view.n >= self.least_group for view in given) else ()

    @property
    def blueprint(self) -> bool:
        """Whether what is behind the line of visibility is drawn."""
        return self.journey.view == "blueprint"


@lru_cache(maxsize=8192)
def said(words: Words, language: Language) -> str:
    """Return a typed text in a language, on one line, with its typography."""
    text = printable(words.of(language))
    return french_typography(text) if language == "fr" and words.fr else text


def content(
    result: AtlasResult,
    journey: str,
    *,
    persona: str | None,
    catalog: Catalog,
    language: Language,
    beside: str | None = None,
    least_group: int = LEAST_GROUP,
) -> Content:
    """Gather what the picture of a journey says for a persona (the first, when it is not said).

    A journey without stages has one that says so.

    Raises
    ------
    UnknownIdError
        ``core.unknown_id`` for an unknown journey or persona.
    """
    try:
        found = result.of(journey, persona)
    except KeyError:
        known = [
            item.journey if persona is None else f"{item.journey}/{item.persona}" for item in result.journeys
        ]
        wanted = journey if persona is None else f"{journey}/{persona}"
        raise UnknownIdError.from_name("journey", wanted, known) from None
    atlas = result.atlas
    whole = atlas.journey(journey)
    who = next((item for item in atlas.personas if item.id == found.persona), None)
    reader = _Reader(
        atlas=atlas, catalog=catalog, language=language, results={e.event: e for e in found.events}
    )
    return Content(
        atlas=atlas,
        journey=whole,
        result=found,
        persona=who,
        language=language,
        columns=reader.columns(whole, hidden=whole.view == "blueprint"),
        functions={item.id: item.name.in_(language) for item in catalog.functions},
        promises=result.promises,
        least_group=least_group,
        others=tuple(
            item for item in result.journeys if item.journey == journey and item.persona != found.persona
        )
        if persona is None
        else (),
        beside=_beside(result, whole, found.persona, beside),
    )


def _beside(
    result: AtlasResult, journey: Journey, persona: str, name: str | None
) -> tuple[Journey, JourneyResult] | None:
    """Return the journey laid beside this one, as the same persona lives it where it does."""
    wanted = journey.compared_with if name is None else name
    if not wanted or wanted == journey.id:
        return None
    found = [item for item in result.journeys if item.journey == wanted]
    if not found:
        if name is None:
            return None
        raise UnknownIdError.from_name("journey", name, [item.journey for item in result.journeys])
    return result.atlas.journey(wanted), next((item for item in found if item.persona == persona), found[0])


def summarised(whole: Content, most: int = 7) -> Content:
    """Return a content of at most `most` stages, neighbours joined where they hold least, with what matters most in each."""
    columns = list(whole.columns)
    while len(columns) > most:
        at = min(range(len(columns) - 1), key=lambda i: len(columns[i].steps) + len(columns[i + 1].steps))
        one, two = columns[at : at + 2]
        sums = [item.investment for item in (one, two) if item.investment is not None]
        joined = attrs.evolve(
            one,
            name=f"{one.name} / {two.name}",
            steps=one.steps + two.steps,
            investment=sum(sums) if sums else None,
            spent=" + ".join(item.spent for item in (one, two) if item.spent),
        )
        columns[at : at + 2] = [joined]
    return attrs.evolve(
        whole, columns=tuple(_main(attrs.evolve(c, number=n)) for n, c in enumerate(columns, 1))
    )


def _main(column: Column) -> Column:
    """Keep one pain and one opportunity of a stage: the pain where it is worst, the opportunity where it weighs most."""
    pains = [step for step in column.steps if step.pains]
    ways = [step for step in column.steps if step.opportunities]
    worst = min(pains, key=lambda it: (not it.result.moment, it.result.valence or 0.0), default=None)
    best = max(
        ways, key=lambda it: it.result.opportunity.value if it.result.opportunity else 0.0, default=None
    )
    steps = tuple(
        attrs.evolve(
            step,
            pains=step.pains[:1] if step is worst else (),
            opportunities=step.opportunities[:1] if step is best else (),
        )
        for step in column.steps
    )
    return attrs.evolve(column, steps=steps)


@attrs.frozen(kw_only=True)
class _Reader:
    """Turns stages and events into what is drawn of them."""

    atlas: Atlas
    catalog: Catalog
    language: Language
    results: dict[str, EventResult]

    def columns(self, journey: Journey, *, hidden: bool) -> tuple[Column, ...]:
        """Return the stages; events that the customer does not see only when `hidden`."""
        numbers = {
            event.id: rank for rank, event in enumerate((e for e in journey.events if e.visible or hidden), 1)
        }
        if not journey.stages:
            return (self.nothing(),)
        return tuple(self.column(stage, rank, numbers) for rank, stage in enumerate(journey.stages, 1))

    def nothing(self) -> Column:
        """Return what stands in place of the stages of a journey that has none yet."""
        return Column(
            id="",
            number=0,
            name=self.say("stages.none"),
            phase="",
            phase_name="",
            investment=None,
            spent="",
            steps=(),
        )

    def column(self, stage: Stage, rank: int, numbers: dict[str, int]) -> Column:
        money_ = stage.investment
        return Column(
            id=stage.id,
            number=rank,
            name=said(stage.name, self.language),
            phase=stage.lifecycle,
            phase_name=self.say(f"phase.{stage.lifecycle}"),
            investment=None if money_ is None else money_.amount * _PER_YEAR[money_.period],
            spent=""
            if money_ is None
            else self.say(
                f"per.{money_.period}",
                amount=money(money_.amount, self.atlas.currency, self.language, compact=True),
            ),
            steps=tuple(self.step(stage, event, numbers) for event in stage.events if event.id in numbers),
        )

    def step(self, stage: Stage, event: Event, numbers: dict[str, int]) -> Step:
        known = self.results.get(event.id) or EventResult(
            event=event.id, stage=stage.id, touchpoint="", index=0
        )
        rank = numbers[event.id]
        channel, family = self.channel(event.channel)
        actors = self.sides(event)
        return Step(
            event=event,
            stage=stage,
            result=known,
            number=rank,
            action=said(event.action, self.language) or "—",
            channel=channel,
            family=family,
            expects=said(event.expectation.text, self.language),
            word=said(word_of(event, known), self.language),
            evidence=evidence(event, known, self.language),
            extras=self.extras(event),
            after=tuple(self.after(event, numbers)),
            onward=tuple(name for name in event.next if name in numbers and numbers[name] != rank + 1),
            only=bool(event.next) and rank + 1 not in {numbers.get(name) for name in event.next},
            promises=tuple(dict.fromkeys(event.promises)),
            pains=tuple(
                Item(
                    id=pain.id,
                    number=rank,
                    event=event.id,
                    text=said(pain.text, self.language),
                    quote=self.quoted(pain.quote),
                )
                for pain in event.pains
            ),
            opportunities=tuple(
                Item(
                    id=way.id,
                    number=rank,
                    event=event.id,
                    text=said(way.text, self.language),
                    extra=self.worth(way.effort, way.kpi),
                )
                for way in event.opportunities
            ),
            front=actors["front"],
            back=(*actors["back"], *actors["partner"]),
            systems=self.tags(event.systems, self.atlas.systems),
            data=tuple(
                Tag(id=item.name.key, text=self.kept(item), short=said(item.name, self.language))
                for item in event.data
            ),
            kpis=tuple(Tag(id=kpi, text=self.kpi(kpi)) for kpi in event.kpis),
            owner=(Tag(id=event.owner.key, text=self.owner(event.owner)),) if event.owner else (),
            campaigns=self.campaigns(event),
        )

    def say(self, key: str, /, **params: Any) -> str:
        return message(f"journey_map.{key}", self.language, **params)

    def channel(self, name: str) -> tuple[str, str]:
        for channel in self.atlas.channels:
            if channel.id == name:
                return said(channel.name, self.language), channel.family
        for family in self.catalog.channel_families:
            for known in family.channels:
                if known.id == name:
                    return known.name.in_(self.language), family.id
        return printable(name), ""

    def sides(self, event: Event) -> dict[str, tuple[Tag, ...]]:
        """Return the actors of an event by side; one that is not declared stands in front."""
        lines = {actor.id: actor.line for actor in self.atlas.actors}
        tags = self.tags(event.actors, self.atlas.actors)
        return {
            side: tuple(tag for tag in tags if lines.get(tag.id, "front") == side)
            for side in ("customer", "front", "back", "partner")
        }

    def tags(self, ids: Iterable[str], known: Iterable[Any]) -> tuple[Tag, ...]:
        names = {item.id: said(item.name, self.language) for item in known}
        return tuple(Tag(id=name, text=names.get(name) or _spoken(name)) for name in ids)

    def kpi(self, name: str) -> str:
        found = next((item.name for item in self.catalog.benefits if item.id == name), None)
        return found.in_(self.language) if found else _spoken(name)

    def owner(self, given: Words) -> str:
        """Return an owner by the name of an actor or a function, as typed when it is neither."""
        name = given.of(self.language)
        actor = next((said(item.name, self.language) for item in self.atlas.actors if item.id == name), "")
        function = next((f.name.in_(self.language) for f in self.catalog.functions if f.id == name), "")
        return actor or function or _spoken(said(given, self.language))

    def kept(self, item: Any) -> str:
        basis = self.say(f"basis.{item.basis}") if item.basis else ""
        months = self.say("months", n=item.retention_months) if item.retention_months is not None else ""
        return " · ".join(part for part in (said(item.name, self.language), basis, months) if part)

    def campaigns(self, event: Event) -> tuple[Tag, ...]:
        if event.campaign is None:
            return ()
        name, aimed = said(event.campaign.name, self.language), said(event.campaign.target, self.language)
        person = next((item.name for item in self.atlas.personas if item.id == aimed), aimed)
        text = self.say("aimed", name=name, target=person) if aimed else name
        return (Tag(id=event.campaign.name.key, text=printable(text), short=name),)

    def worth(self, effort: int | None, kpi: str) -> str:
        parts = [self.kpi(kpi)] if kpi else []
        parts += [self.say("effort", n=effort)] if effort is not None else []
        return " · ".join(parts)

    def quoted(self, quote: Words) -> str:
        return self.say("quoted", text=said(quote, self.language)) if quote else ""

    def extras(self, event: Event) -> tuple[str, ...]:
        """Return what else a card says: what is paid, care to be taken."""
        parts = []
        if event.charge is not None:
            amount = money(
                event.charge, self.atlas.currency, self.language, digits=0 if event.charge % 1 == 0 else 2
            )
            parts.append(self.say("pays", amount=amount))
        if event.sensitive:
            parts.append(self.say("sensitive"))
        return tuple(parts)

    def after(self, event: Event, numbers: dict[str, int]) -> list[str]:
        own = numbers[event.id]
        targets = [numbers[name] for name in event.next if name in numbers]
        ends = "end" in event.next
        if not (ends and own < len(numbers)) and targets in ([], [own + 1]):
            return []
        write = partial(number, language=self.language)
        back = [write(to) for to in targets if to <= own]
        on = [write(to) for to in targets if to > own] + ([self.say("stop")] if ends else [])
        said_ = [self.say("back_to", to=listing(back, self.language))] if back else []
        return said_ + ([self.say("on_to", to=" / ".join(on))] if on else [])


def word_of(event: Event, known: EventResult) -> Words:
    """Return the word of what is felt, unless what this persona answered contradicts it: the team typed one for everybody."""
    typed, lived = event.emotion.valence, known.valence
    other = known.choice == "persona" and typed is not None and lived is not None and typed * lived < 0
    return Words() if other else event.emotion.word


def _spoken(name: str) -> str:
    """Return an id that has no name as words."""
    return printable(name).replace("-", " ").replace("_", " ")


def shown_measure(event: Event, result: EventResult) -> Measure | None:
    """Return the measure that the marker shows."""
    return next((item for item in event.satisfaction if item.id == result.measure), None)


def native(result: EventResult, language: Language) -> str:
    """Write the value shown on its own scale: ``3.4/5``, ``NPS +12``, ``71%``."""
    if result.metric is None or result.native is None:
        return ""
    value = result.native
    if result.metric == "nps":
        return f"NPS\u00a0{number(value, language, signed=True)}"
    if result.metric == "top2":
        return percent(value, language)
    if result.metric == "expert":
        return number(value, language, 1, signed=True)
    name = {"csat5": ("CSAT", 5), "ces7": ("CES", 7)}[result.metric]
    return f"{name[0]}\u00a0{number(value, language, 1)}/{name[1]}"


def evidence(event: Event, result: EventResult, language: Language) -> tuple[str, ...]:
    """Return the short lines beside a marker: value on its scale, answers, month; "hypothesis" where nobody was asked."""
    if result.valence is None:
        return ()
    measure = shown_measure(event, result)
    lines = [native(result, language)]
    lines += [f"n\u00a0=\u00a0{number(result.n, language)}"] if result.n is not None else []
    lines += [f"{measure.date:%m/%Y}"] if measure and measure.date else []
    if result.grade == "H" and result.n is None:
        lines.append(message("journey_map.grade.short", language))
    return tuple(line for line in lines if line)
