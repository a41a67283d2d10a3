"""What is known of each event, in words: the page, the slides and the notes print these and format nothing themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from cxmaturity import i18n
from cxmaturity.charts.journey.promises import is_judged, verdict_said
from cxmaturity.charts.journey.reasons import reasons_said
from cxmaturity.core.text import Language
from cxmaturity.journey.results import AtlasResult, EventResult, JourneyResult, RankedOpportunity
from cxmaturity.journey.values import Event, Grade, Journey, Measure, Opportunity, Pain, Stage, Words
from cxmaturity.reporting.journey.names import Names
from cxmaturity.reporting.journey.ties import emotion_said, promises_said, then_said

Row = tuple[str, str]


@attrs.frozen(kw_only=True)
class MeasureFacts:
    """One measure in words; `shown` when it is the one whose value stands on the map."""

    metric: str
    value: str
    n: str
    date: str
    source: str
    shown: bool


@attrs.frozen(kw_only=True)
class PainFacts:
    """One pain in words: what, the customer's own words, where it comes from."""

    text: str
    quote: str
    source: str


@attrs.frozen(kw_only=True)
class OpportunityFacts:
    """One opportunity in words: what, its particulars, the feedback behind it."""

    text: str
    details: tuple[str, ...]
    feedback: tuple[str, ...]


@attrs.frozen(kw_only=True)
class PromiseFacts:
    """One promise in words: whether it is kept, at what distance, the numbers of its events, the one felt worst."""

    text: str
    verdict: str
    said: str
    events: tuple[int, ...]
    worst: str


@attrs.frozen(kw_only=True)
class EventFacts:
    """One event in words; `level` says valence and interval in a sentence, `rows` are (label, value) pairs.

    `felt` says what satisfaction is in this journey: lived, hoped for, or planned. `promises` are said with their verdict;
    `then` says what may come after when it is not simply the next event, `next` by number.
    """

    id: str
    number: int
    stage_id: str
    stage: str
    action: str
    channel: str
    who: str
    level: str
    measured: str
    grade: Grade | None
    grade_name: str
    moment: bool
    valence: float | None
    low: float | None
    high: float | None
    expected: str
    behind: str
    measures: tuple[MeasureFacts, ...]
    reasons: tuple[str, ...]
    pains: tuple[PainFacts, ...]
    opportunities: tuple[OpportunityFacts, ...]
    functions: tuple[str, ...]
    rows: tuple[Row, ...]
    felt: str = "lived"
    emotion: str = ""
    intensity: int | None = None
    promises: tuple[str, ...] = ()
    then: str = ""
    next: tuple[int, ...] = ()


@attrs.frozen(kw_only=True)
class JourneyFacts:
    """One journey for one persona in words; `scores` are (label, value, note)."""

    journey: str
    persona: str
    title: str
    subtitle: str
    scores: tuple[tuple[str, str, str], ...]
    warning: str
    stages: tuple[tuple[str, str], ...]
    events: tuple[EventFacts, ...]
    judged: bool = True
    promises: tuple[PromiseFacts, ...] = ()

    def of_stage(self, stage: str) -> tuple[EventFacts, ...]:
        """Return the events of a stage, in order."""
        return tuple(event for event in self.events if event.stage_id == stage)


def journey_facts(result: AtlasResult, found: JourneyResult, names: Names) -> JourneyFacts:
    """Say in words everything that is known of a journey for one persona.

    Parameters
    ----------
    result : AtlasResult
        For the atlas behind the journey.
    found : JourneyResult
        The journey and the persona.
    names : Names
        Words in the reader's language.
    """
    journey = result.atlas.journey(found.journey)
    known = {event.event: event for event in found.events}
    ranked = {item.opportunity: item for item in found.opportunities}
    feedback = _feedback(journey, names)
    departs = {it.event: names.word(f"deviation.{it.kind}") for it in found.deviations}
    made = []
    stages = {event.id: stage for stage in journey.stages for event in stage.events}
    for event in journey.events:
        if event.id not in known:
            continue
        facts = _event(result, (stages[event.id], event, known[event.id]), ranked, feedback, names)
        promises = tuple(promises_said(result, journey, (event, known[event.id]), names))
        ties = {
            "deviation": departs.get(event.id, ""),
            "then": then_said(journey, found, event, names),
            "promises": " · ".join(promises),
        }
        rows = tuple((names.word(f"row.{key}"), said) for key, said in ties.items() if said)
        made.append(
            attrs.evolve(
                facts,
                rows=(*rows, *facts.rows),
                felt=felt_in(journey),
                promises=promises,
                then=ties["then"],
                next=tuple(known[it].index + 1 for it in event.next if it in known),
            )
        )
    return JourneyFacts(
        journey=found.journey,
        persona=found.persona,
        title=names.typed(journey.title) or journey.id,
        subtitle=_subtitle(journey, found, names),
        scores=_scores(found, names),
        warning=names.word("score.disagree") if found.disagree else "",
        stages=tuple((stage.id, names.typed(stage.name) or stage.id) for stage in journey.stages),
        events=tuple(made),
        judged=is_judged(journey),
        promises=tuple(_promises(result, journey, made, names)) if is_judged(journey) else (),
    )


def felt_in(journey: Journey) -> str:
    """Return what satisfaction is in a journey: hoped for in one that is wanted, planned in a design, else lived."""
    return "hoped" if journey.state == "to_be" else "planned" if journey.kind == "planned" else "lived"


def _promises(
    result: AtlasResult, journey: Journey, made: Sequence[EventFacts], names: Names
) -> Iterator[PromiseFacts]:
    """Yield the promises that events of a journey should keep, those that are least kept first."""
    told = {event.id: event for event in made}
    touched = {name for event in journey.events if event.id in told for name in event.promises}
    known = [found for found in result.promises if found.promise in touched]
    for found in sorted(known, key=lambda it: (it.distance is None, it.distance or 0.0)):
        worst = told.get(found.worst)
        yield PromiseFacts(
            text=names.promise(found.promise),
            verdict=found.verdict,
            said=verdict_said(found, names.language, whole=True),
            events=tuple(event.number for event in made if event.id in found.events),
            worst="" if worst is None else f"{worst.number}. {worst.action}",
        )


def signed(value: float, language: Language, digits: int = 1) -> str:
    """Write a valence or a difference, always with its sign; zero has none."""
    return i18n.number(value, language, digits, signed=True)


def _subtitle(journey: Journey, found: JourneyResult, names: Names) -> str:
    said = [names.word("state_kind", state=names.word(journey.state), kind=names.word(journey.kind))]
    if found.persona:
        said.insert(0, names.word("persona", name=names.persona(found.persona)))
    if journey.scope:
        said.append(names.typed(journey.scope))
    if journey.date is not None:
        said.append(i18n.date(journey.date, names.language))
    return " · ".join(said)


def _scores(found: JourneyResult, names: Names) -> tuple[tuple[str, str, str], ...]:
    language = names.language
    values = {
        "peak_end": i18n.absent(language) if found.peak_end is None else signed(found.peak_end, language),
        "mean": i18n.absent(language) if found.mean is None else signed(found.mean, language),
        "moments": i18n.number(len(found.moments), language),
        "mapped": i18n.percent(found.mapped, language),
    }
    return tuple(
        (names.word(f"score.{name}"), value, names.word(f"score.{name}.note"))
        for name, value in values.items()
    )


def _event(
    result: AtlasResult,
    found: tuple[Stage, Event, EventResult],
    ranked: dict[str, RankedOpportunity],
    feedback: dict[str, str],
    names: Names,
) -> EventFacts:
    stage, event, known = found
    who = names.word(f"by.{event.by}")
    behind = [names.actor(item) for item in event.actors] + [names.system(item) for item in event.systems]
    return EventFacts(
        id=event.id,
        number=known.index + 1,
        stage_id=stage.id,
        stage=names.typed(stage.name) or stage.id,
        action=names.typed(event.action) or event.id,
        channel=names.channel(event.channel),
        who=who if event.visible else names.word("by.invisible", who=who),
        level=_level(known, names),
        measured=_measured(event, known, names),
        grade=known.grade,
        grade_name=names.grade(known.grade) if known.grade else "",
        moment=known.moment,
        valence=known.valence,
        low=known.low,
        high=known.high,
        expected=_expected(event, names),
        behind=", ".join(behind),
        measures=tuple(_measure(measure, known, names) for measure in event.satisfaction),
        reasons=tuple(
            said[:1].upper() + said[1:]
            for said in reasons_said(known.reasons, names.language, typed=names.typed)
        ),
        pains=tuple(_pain(pain, names) for pain in event.pains),
        opportunities=tuple(
            _opportunity(item, ranked.get(item.id), feedback, names) for item in event.opportunities
        ),
        functions=_functions(known, names),
        rows=tuple((label, value) for label, value in _rows(result, event, known, who, names) if value),
        emotion=emotion_said(event, known, names),
        intensity=event.emotion.intensity,
    )


def _functions(known: EventResult, names: Names) -> tuple[str, ...]:
    """Return what each function said; when one is too few people, that none is shown, as the range would tell what it said."""
    scored = [view for view in known.functions if view.satisfaction is not None]
    if any(view.n < names.least_group for view in known.functions):
        count, minimum = len(known.functions), names.least_group
        return (i18n.message("report.agreement.withheld", names.language, n=count, minimum=minimum),)
    return tuple(
        names.word(
            "function.line",
            function=_function(view.function, names),
            value=i18n.number(view.satisfaction, names.language, 1),
            n=names.word("function.people", n=view.n),
        )
        for view in scored
        if view.satisfaction is not None
    )


def _function(name: str, names: Names) -> str:
    return next((it.name.in_(names.language) for it in names.catalog.functions if it.id == name), name)


def _level(known: EventResult, names: Names) -> str:
    if known.valence is None:
        return names.word("event.unknown")
    value = signed(known.valence, names.language)
    if known.low is None or known.high is None:
        return names.word("event.valence", value=value)
    return names.word(
        "event.valence.interval",
        value=value,
        low=signed(known.low, names.language),
        high=signed(known.high, names.language),
    )


def native(metric: str, value: float, names: Names) -> str:
    """Write a measure on the scale that it was measured on."""
    language = names.language
    if metric in ("csat5", "ces7"):
        return names.word(f"value.{metric}", value=i18n.number(value, language, 1))
    if metric == "top2":
        return i18n.percent(value, language)
    return signed(value, language, 0 if metric == "nps" else 1)


def _measured(event: Event, known: EventResult, names: Names) -> str:
    """Say the measure that stands on the map in one line: value, answers, month."""
    if known.metric is None or known.native is None:
        return names.word("slide.nothing")
    measure = next((it for it in event.satisfaction if it.id == known.measure), None)
    value = native(known.metric, known.native, names)
    parts = [names.word(f"short.{known.metric}", value=value)]
    if known.n is not None:
        parts.append(f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{i18n.number(known.n, names.language)}")
    if measure is not None and measure.date is not None:
        parts.append(i18n.month(measure.date, names.language))
    return ", ".join(parts)


def _source(kind: str, given: Words, names: Names) -> str:
    said, source = names.word(f"kind.{kind}"), names.typed(given)
    return names.word("source", kind=said, source=source) if source else said


def _measure(measure: Measure, known: EventResult, names: Names) -> MeasureFacts:
    value = native(measure.metric, measure.value, names)
    if measure.sd is not None:
        value = names.word("value.spread", value=value, sd=i18n.number(measure.sd, names.language, 1))
    source = _source(measure.kind, measure.source, names)
    return MeasureFacts(
        metric=names.word(f"metric.{measure.metric}"),
        value=value,
        n=names.word("measure.no_n") if measure.n is None else names.word("measure.n", n=measure.n),
        date=names.word("measure.no_date")
        if measure.date is None
        else i18n.date(measure.date, names.language),
        source=f"{source} ({names.persona(measure.persona)})" if measure.persona else source,
        shown=measure.id == known.measure,
    )


def _pain(pain: Pain, names: Names) -> PainFacts:
    parts = [_source(pain.kind, pain.source, names)]
    if pain.date is not None:
        parts.append(i18n.date(pain.date, names.language))
    if pain.function:
        parts.append(_function(pain.function, names))
    quote = names.typed(pain.quote)
    return PainFacts(
        text=names.typed(pain.text),
        quote=names.word("pain.quote", quote=quote) if quote else "",
        source=", ".join(parts),
    )


def _feedback(journey: Journey, names: Names) -> dict[str, str]:
    """Return what each pain and each measure of a journey says, by its id: opportunities point at them."""
    said: dict[str, str] = {}
    for event in journey.events:
        for pain in event.pains:
            facts = _pain(pain, names)
            said[pain.id] = f"{facts.quote or facts.text} ({facts.source})"
        for measure in event.satisfaction:
            value = native(measure.metric, measure.value, names)
            parts = [names.word(f"metric.{measure.metric}"), value]
            said[measure.id] = f"{', '.join(parts)} ({_source(measure.kind, measure.source, names)})"
    return said


def _opportunity(
    item: Opportunity, ranked: RankedOpportunity | None, feedback: dict[str, str], names: Names
) -> OpportunityFacts:
    details = []
    if item.kpi:
        details.append(names.word("opportunity.kpi", kpi=names.benefit(item.kpi)))
    if item.effort is not None:
        details.append(names.word("opportunity.effort", effort=item.effort))
    if item.owner:
        details.append(names.word("opportunity.owner", owner=names.owner(item.owner)))
    if ranked is not None and ranked.stability is not None:
        share = i18n.percent(ranked.stability, names.language)
        details.append(names.word("opportunity.stability", share=share))
    behind = item.feedback or (ranked.feedback if ranked is not None else ())
    return OpportunityFacts(
        text=names.typed(item.text),
        details=tuple(details),
        feedback=tuple(feedback.get(one, one) for one in behind),
    )


def _expected(event: Event, names: Names) -> str:
    expectation = event.expectation
    parts = [names.typed(expectation.text)] if expectation.text else []
    if expectation.level is not None:
        digits = 0 if float(expectation.level).is_integer() else 1
        level = i18n.number(expectation.level, names.language, digits)
        parts.append(names.word("row.expectation.asked", level=level))
    return ", ".join(parts)


def _rows(result: AtlasResult, event: Event, known: EventResult, who: str, names: Names) -> Iterator[Row]:
    """Yield everything else that is known of an event; an empty value is left out by the caller."""
    language = names.language

    def row(key: str, value: str) -> Row:
        return names.word(f"row.{key}"), value

    yield row("who", who if event.visible else names.word("by.invisible", who=who))
    yield row("expectation", _expected(event, names))
    importance = event.expectation.importance
    if importance is not None:
        level = i18n.number(importance, language, 1)
        yield row("importance", names.word("row.expectation.level", level=level))
    if known.share is not None:
        yield row("share", i18n.percent(known.share, language))
    yield row("gap", _gap(known, names))
    yield row("emotion", emotion_said(event, known, names))
    yield row("opportunity", _score(known, names))
    if known.quadrant is not None:
        yield row("quadrant", names.word(f"quadrant.{known.quadrant}"))
    yield row("kpis", ", ".join(names.benefit(item) for item in event.kpis))
    yield row("owner", names.owner(event.owner))
    yield row("actors", ", ".join(names.actor(item) for item in event.actors))
    yield row("systems", ", ".join(names.system(item) for item in event.systems))
    yield row("products", ", ".join(names.product(item) for item in event.products))
    yield row("data", " · ".join(names.data(item) for item in event.data))
    yield row("campaign", _campaign(event, names))
    if event.reach is not None:
        yield row("reach", i18n.number(event.reach, language))
    if event.drop_off is not None:
        yield row("drop_off", i18n.percent(event.drop_off, language))
    if event.complaints is not None:
        yield row("complaints", i18n.percent(event.complaints, language, 1))
    if event.charge is not None:
        yield row("charge", i18n.money(event.charge, result.atlas.currency, language))
    if event.sensitive:
        yield row("sensitive", names.word("row.sensitive.note"))
    yield row("note", names.typed(event.note))


def _gap(known: EventResult, names: Names) -> str:
    if known.gap is None:
        return ""
    value = signed(known.gap, names.language)
    if known.gap_low is None or known.gap_high is None:
        return value
    low, high = signed(known.gap_low, names.language), signed(known.gap_high, names.language)
    return names.word("row.gap.interval", value=value, low=low, high=high)


def _score(known: EventResult, names: Names) -> str:
    score = known.opportunity
    if score is None:
        return ""
    value = i18n.number(score.value, names.language, 1)
    if score.low is None or score.high is None:
        return names.word("row.opportunity.value", value=value)
    low, high = (i18n.number(it, names.language, 1) for it in (score.low, score.high))
    return names.word("row.opportunity.interval", value=value, low=low, high=high)


def _campaign(event: Event, names: Names) -> str:
    if event.campaign is None:
        return ""
    name, target = names.typed(event.campaign.name), names.typed(event.campaign.target)
    if not target:
        return name
    return names.word("row.campaign.target", name=name, target=names.persona(target))
