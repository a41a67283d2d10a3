"""What people type about the journeys of a client: personas, promises, stages, events, and the evidence for each number.

An `Atlas` is one document: everything the team knows about the journeys of one client. Its values travel without loss between
YAML and the Excel template (`files.journey`). Every id is kebab-case, permanent and unique in its kind within the atlas; an event
refers to others by id only. What is not known is None or empty, never a default number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import attrs

from cxmaturity.core.text import Language
from cxmaturity.core.words import NOTHING as NOTHING  # noqa: PLC0414  # offered with the values that hold them
from cxmaturity.core.words import Words as Words  # noqa: PLC0414

if TYPE_CHECKING:
    from cxmaturity.journey.derived import Answers

Metric = Literal["csat5", "ces7", "top2", "nps", "expert"]
"""Native scales: CSAT 1 to 5, CES 1 to 7 (7 = easy), share of the two best answers 0 to 1, NPS -100 to 100, expert -2 to 2."""
METRICS: Final[tuple[Metric, ...]] = get_args(Metric)
SCALES: Final[dict[Metric, tuple[float, float]]] = {
    "csat5": (1, 5),
    "ces7": (1, 7),
    "top2": (0, 1),
    "nps": (-100, 100),
    "expert": (-2, 2),
}
SourceKind = Literal[
    "survey",
    "staff_interview",
    "observation",
    "web_statistics",
    "social",
    "forums",
    "complaints",
    "operations",
    "workshop",
]
SOURCE_KINDS: Final[tuple[SourceKind, ...]] = get_args(SourceKind)
Grade = Literal["H", "I", "V"]
"""Hypothesis (a workshop), internal (staff, complaints, analytics), validated (survey of n >= 30, or two independent sources)."""
GRADES: Final[tuple[Grade, ...]] = get_args(Grade)
Lifecycle = Literal["acquisition", "purchase", "use", "support", "loyalty", "exit"]
LIFECYCLES: Final[tuple[Lifecycle, ...]] = get_args(Lifecycle)
Initiator = Literal["customer", "brand", "partner"]
INITIATORS: Final[tuple[Initiator, ...]] = get_args(Initiator)
View = Literal["customer", "blueprint"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
State = Literal["as_is", "to_be"]
STATES: Final[tuple[State, ...]] = get_args(State)
Kind = Literal["planned", "actual"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Line = Literal["customer", "front", "back", "partner"]
"""Where an actor stands: the customer, in front of the customer, behind the line of visibility, outside the organisation."""
LINES: Final[tuple[Line, ...]] = get_args(Line)
Period = Literal["year", "quarter", "month", "once"]
PERIODS: Final[tuple[Period, ...]] = get_args(Period)
LegalBasis = Literal[
    "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interest"
]
"""The six legal bases of article 6 GDPR."""
LEGAL_BASES: Final[tuple[LegalBasis, ...]] = get_args(LegalBasis)


def _many(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(items)


def _weights(items: Any) -> tuple[tuple[str, float], ...]:
    pairs = items.items() if isinstance(items, dict) else items
    return tuple((str(name), float(value)) for name, value in pairs)


def _words(given: Words | str) -> Words:
    return Words(en=given) if isinstance(given, str) else given


def _lines(given: Iterable[Words | str]) -> tuple[Words, ...]:
    return tuple(_words(each) for each in given)


@attrs.frozen(kw_only=True)
class Measure:
    """One number that somebody measured (or guessed) at one touchpoint, with what is needed to judge it.

    Parameters
    ----------
    id : str
        Unique in the atlas; other values point at it (an opportunity at its feedback).
    metric, value : Metric, float
        On the native scale of `SCALES`; kept as measured and never overwritten by its mapping to -2..+2.
    n : int, optional
        Answers behind it.
    sd : float, optional
        Standard deviation of the answers, on the native scale.
    promoters, detractors : float, optional
        Shares in [0, 1] of an NPS; they give its interval.
    counts : tuple of int, optional
        Answers per level, lowest first (5 levels of csat5, 7 of ces7): gives the spread and the opportunity score.
    date : datetime.date, optional
        When it was measured (end of the fieldwork).
    kind, source : SourceKind, Words
        Which kind of evidence, and which one exactly ("survey web-q2").
    persona : str
        Whose answers; empty for all the personas of the journey.
    """

    id: str
    metric: Metric
    value: float
    n: int | None = None
    sd: float | None = None
    promoters: float | None = None
    detractors: float | None = None
    counts: tuple[int, ...] = attrs.field(default=(), converter=_many)
    date: dt.date | None = None
    kind: SourceKind = "workshop"
    source: Words = attrs.field(default=NOTHING, converter=_words)
    persona: str = ""


@attrs.frozen(kw_only=True)
class Expectation:
    """What customers expect at a touchpoint: a level from 1 to 5, in words, and how it is known.

    `importance` is a mean from 1 to 5; `counts` the answers per level of importance, whose share of 4 and 5 is the opportunity's.
    """

    level: float | None = None
    text: Words = NOTHING
    importance: float | None = None
    counts: tuple[int, ...] = attrs.field(default=(), converter=_many)


@attrs.frozen(kw_only=True)
class Emotion:
    """What customers feel: valence -2 to 2, intensity 1 to 5 (tension, whatever its sign), and the word they use."""

    valence: float | None = None
    intensity: int | None = None
    word: Words = NOTHING


@attrs.frozen(kw_only=True)
class Pain:
    """What goes wrong for the customer; `quote` is the customer's own words, `function` the team that raised it in a workshop."""

    id: str
    text: Words
    quote: Words = NOTHING
    kind: SourceKind = "workshop"
    source: Words = attrs.field(default=NOTHING, converter=_words)
    date: dt.date | None = None
    function: str = ""


@attrs.frozen(kw_only=True)
class Opportunity:
    """What could be done; `effort` 1 to 5; `kpi` one of the seven benefits; `feedback` ids of pains and measures behind it."""

    id: str
    text: Words
    effort: int | None = None
    kpi: str = ""
    owner: Words = attrs.field(default=NOTHING, converter=_words)
    feedback: tuple[str, ...] = attrs.field(default=(), converter=_many)


@attrs.frozen(kw_only=True)
class PersonalData:
    """Personal data captured at a touchpoint: category, legal basis (article 6 GDPR) and how many months it is kept."""

    name: Words = attrs.field(converter=_words)
    basis: LegalBasis | None = None
    retention_months: int | None = None


@attrs.frozen(kw_only=True)
class Campaign:
    """A campaign that brings customers to a touchpoint, and the persona or target that it aims at."""

    name: Words = attrs.field(converter=_words)
    target: Words = attrs.field(default=NOTHING, converter=_words)


@attrs.frozen(kw_only=True)
class Score:
    """What one participant of a workshop gave: function, an anonymous number, expectation and satisfaction from 1 to 5."""

    function: str
    participant: int
    expectation: float | None = None
    satisfaction: float | None = None


@attrs.frozen(kw_only=True)
class Event:
    """One thing that happens: who acts, what, through which channel, what was expected and what was lived.

    Parameters
    ----------
    id : str
        Unique in the atlas.
    by, visible : Initiator, bool
        Who acts first; whether the customer perceives it (a customer view holds visible events only).
    action : Words
        What happens, in the customer's words.
    channel : str
        An id of the catalogue's channels or of `Atlas.channels`; what the customer does not see needs none (else E104).
    touchpoint : str
        Stage x channel: empty means ``<stage id>.<channel>``, see `touchpoint_of`; may be given to join or part touchpoints.
    reach : float, optional
        Events per quarter.
    drop_off, complaints : float, optional
        Rates in [0, 1].
    charge, price_shown : float, bool
        Money that the customer pays here (currency of the atlas); whether the price is shown here.
    expert_flag : Words
        Why an expert calls it a moment of truth; empty when nobody does.
    sensitive : bool
        Bereavement, illness, litigation: no promotion and no immediate survey.
    next : tuple of str
        Events that may follow (branches, loops); empty means the next event in order; ``end`` ends the journey.
    """

    id: str
    by: Initiator
    action: Words
    channel: str = ""
    visible: bool = True
    touchpoint: str = ""
    expectation: Expectation = attrs.field(factory=Expectation)
    satisfaction: tuple[Measure, ...] = attrs.field(default=(), converter=_many)
    emotion: Emotion = attrs.field(factory=Emotion)
    pains: tuple[Pain, ...] = attrs.field(default=(), converter=_many)
    opportunities: tuple[Opportunity, ...] = attrs.field(default=(), converter=_many)
    promises: tuple[str, ...] = attrs.field(default=(), converter=_many)
    kpis: tuple[str, ...] = attrs.field(default=(), converter=_many)
    owner: Words = attrs.field(default=NOTHING, converter=_words)
    actors: tuple[str, ...] = attrs.field(default=(), converter=_many)
    systems: tuple[str, ...] = attrs.field(default=(), converter=_many)
    data: tuple[PersonalData, ...] = attrs.field(default=(), converter=_many)
    campaign: Campaign | None = None
    products: tuple[str, ...] = attrs.field(default=(), converter=_many)
    reach: float | None = None
    drop_off: float | None = None
    complaints: float | None = None
    charge: float | None = None
    price_shown: bool = False
    expert_flag: Words = attrs.field(default=NOTHING, converter=_words)
    sensitive: bool = False
    scores: tuple[Score, ...] = attrs.field(default=(), converter=_many)
    next: tuple[str, ...] = attrs.field(default=(), converter=_many)
    note: Words = attrs.field(default=NOTHING, converter=_words)


@attrs.frozen(kw_only=True)
class Investment:
    """What the client spends on a stage: amount in the currency of the atlas, per period, and who says so."""

    amount: float
    period: Period = "year"
    source: Words = attrs.field(default=NOTHING, converter=_words)


@attrs.frozen(kw_only=True)
class Stage:
    """One step of a journey as the customer would name it, with its phase of the life cycle."""

    id: str
    name: Words
    lifecycle: Lifecycle
    investment: Investment | None = None
    events: tuple[Event, ...] = attrs.field(default=(), converter=_many)


@attrs.frozen(kw_only=True)
class Journey:
    """One journey of one or more personas.

    `view` is what is drawn (what the customer perceives, or the blueprint with what is behind); `state` as it is or as it should
    be; `kind` as designed or as lived by actual people; `compared_with` the journey that this one is laid beside (a to-be beside
    its as-is, an actual beside its planned one).
    """

    id: str
    title: Words
    personas: tuple[str, ...] = attrs.field(default=(), converter=_many)
    view: View = "customer"
    state: State = "as_is"
    kind: Kind = "actual"
    compared_with: str = ""
    scope: Words = NOTHING
    date: dt.date | None = None
    stages: tuple[Stage, ...] = attrs.field(default=(), converter=_many)

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event in order, whatever its stage."""
        return tuple(event for stage in self.stages for event in stage.events)


@attrs.frozen(kw_only=True)
class PersonaClaim:
    """One sentence about a persona, told apart: a fact with its source and date, or a hypothesis."""

    text: Words
    fact: bool = False
    source: Words = attrs.field(default=NOTHING, converter=_words)
    date: dt.date | None = None


@attrs.frozen(kw_only=True)
class Persona:
    """A type of customer: identity card, narrative, what is known and what is only supposed.

    `digital` is ease with digital tools from 1 to 5; `size` the number of customers; `reviewed` when it was last confronted with
    facts; `attributes` the identity card, one short line each (age, household, place).
    """

    id: str
    name: str
    segment: Words = NOTHING
    size: float | None = None
    attributes: tuple[Words, ...] = attrs.field(default=(), converter=_lines)
    narrative: Words = NOTHING
    goals: tuple[Words, ...] = attrs.field(default=(), converter=_many)
    frustrations: tuple[Words, ...] = attrs.field(default=(), converter=_many)
    digital: int | None = None
    claims: tuple[PersonaClaim, ...] = attrs.field(default=(), converter=_many)
    reviewed: dt.date | None = None


@attrs.frozen(kw_only=True)
class BrandPromise:
    """What the brand promises; `level` is how high, in valence (-2 to 2), and `made_in` where it is said (an advertisement)."""

    id: str
    text: Words
    level: float = 1.0
    made_in: Words = attrs.field(default=NOTHING, converter=_words)


@attrs.frozen(kw_only=True)
class Actor:
    """Somebody who acts in an event: a team or an organisation, and on which side of the line of visibility."""

    id: str
    name: Words
    line: Line = "front"


@attrs.frozen(kw_only=True)
class System:
    """An IT system; its name must not appear in a customer's map."""

    id: str
    name: Words


@attrs.frozen(kw_only=True)
class Product:
    """A product or a service of the client."""

    id: str
    name: Words
    service: bool = False


@attrs.frozen(kw_only=True)
class Channel:
    """A channel of this client that the catalogue lacks, with one of the four families of the catalogue."""

    id: str
    name: Words
    family: str


@attrs.frozen(kw_only=True)
class Waiver:
    """A finding of `check` that the team accepts: the rule, the id of what it is about, and why (else D801)."""

    rule: str
    at: str
    reason: Words = attrs.field(default=NOTHING, converter=_words)


@attrs.frozen(kw_only=True)
class Strategy:
    """The relational strategy: whom the client wants to serve first, in words and as weights of personas that sum to 1."""

    text: Words = NOTHING
    weights: tuple[tuple[str, float], ...] = attrs.field(default=(), converter=_weights)


@attrs.frozen(kw_only=True)
class Atlas:
    """Everything that is known about the journeys of one client.

    `language` is the one that texts given in one language only are in; `currency` an ISO code; `jargon` internal words that
    customers do not use; `note` says what is invented; `sources` what the facts rest on. `answers` names a file with the answers
    of the same people to several events; `answered` is what stands in it, and no part of what makes two documents equal.
    """

    client: str
    language: Language
    currency: str = "EUR"
    note: Words = attrs.field(default=NOTHING, converter=_words)
    sources: tuple[Words, ...] = attrs.field(default=(), converter=_lines)
    strategy: Strategy = attrs.field(factory=Strategy)
    promises: tuple[BrandPromise, ...] = attrs.field(default=(), converter=_many)
    personas: tuple[Persona, ...] = attrs.field(default=(), converter=_many)
    journeys: tuple[Journey, ...] = attrs.field(default=(), converter=_many)
    actors: tuple[Actor, ...] = attrs.field(default=(), converter=_many)
    systems: tuple[System, ...] = attrs.field(default=(), converter=_many)
    products: tuple[Product, ...] = attrs.field(default=(), converter=_many)
    channels: tuple[Channel, ...] = attrs.field(default=(), converter=_many)
    jargon: tuple[str, ...] = attrs.field(default=(), converter=_many)
    answers: str = ""
    answered: tuple[Answers, ...] = attrs.field(default=(), converter=_many, eq=False, repr=False)
    waivers: tuple[Waiver, ...] = attrs.field(default=(), converter=_many)

    def journey(self, name: str) -> Journey:
        """Return the journey `name`; `KeyError` when there is none."""
        found: Journey = _named(self.journeys, name)
        return found

    def persona(self, name: str) -> Persona:
        """Return the persona `name`; `KeyError` when there is none."""
        found: Persona = _named(self.personas, name)
        return found


def _named(items: Iterable[Any], name: str) -> Any:
    for item in items:
        if item.id == name:
            return item
    raise KeyError(name)


def touchpoint_of(stage: Stage, event: Event) -> str:
    """Return the id of an event's touchpoint: as given, else stage x channel."""
    return event.touchpoint or f"{stage.id}.{event.channel}"
