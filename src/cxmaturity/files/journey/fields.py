"""Every key of a journey document, declared once: YAML, the workbook, the editors' schema and the reference follow it.

An entity is an attrs class of `cxmaturity.journey.values`; its fields name the same attributes, with a dot for
what is inside (``expectation.level``). What a field is called in the workbook, and what it is for, stands in
``content/messages/journey_file.yaml`` under the same names.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import attrs

from cxmaturity.core.text import LANGUAGES
from cxmaturity.journey import values as v

Kind = Literal[
    "text",  # words in no particular language
    "words",  # a text in one language or in both
    "id",
    "ref",  # the id of one thing of the kind `to`
    "refs",
    "number",
    "whole",
    "rate",
    "flag",
    "date",
    "choice",
    "counts",  # whole numbers, lowest level first
    "texts",
    "many_words",
    "weights",  # names with their numbers
    "data",  # personal data: name in one language or both, legal basis, months
    "parts",  # a list of the entity `to`
]


@attrs.frozen(kw_only=True)
class Field:
    """One key of an entity.

    `to` is the entity that it refers to or is made of; `low` the least number; `group` the colour group of its
    column; `quick` says that its column is among those shown at first; `width` is that of the column, in
    characters; `short` names the field that a text alone stands for, where an item may be typed as a text.
    """

    key: str
    kind: Kind
    required: bool = False
    names: tuple[str, ...] = ()
    to: str = ""
    low: float | None = None
    limit: int = 5_000
    group: str = "what"
    quick: bool = False
    width: int = 14


@attrs.frozen(kw_only=True)
class Entity:
    """One kind of thing: the class that it is read into, and its keys in order."""

    name: str
    values: type[attrs.AttrsInstance]
    fields: tuple[Field, ...]
    short: str = ""

    def field(self, key: str) -> Field:
        """Return the field `key`; `KeyError` when there is none."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)


def _f(key: str, kind: Kind, **more: Any) -> Field:
    return Field(key=key, kind=kind, **more)


_ID: Final = _f("id", "id", required=True, group="id", width=18)
_NAME: Final = _f("name", "words", required=True, quick=True, width=30)
_KIND: Final = _f("kind", "choice", names=v.SOURCE_KINDS, group="proof", quick=True, width=20)
_SOURCE: Final = _f("source", "words", group="proof", quick=True, width=26)
_DATE: Final = _f("date", "date", group="proof", quick=True, width=13)

ATLAS: Final = Entity(
    name="atlas",
    values=v.Atlas,
    fields=(
        _f("client", "text", required=True, limit=200),
        _f("language", "choice", names=LANGUAGES, required=True),
        _f("currency", "text", limit=20),
        _f("note", "words"),
        _f("sources", "many_words"),
        _f("strategy.text", "words"),
        _f("strategy.weights", "weights", to="persona"),
        _f("jargon", "texts"),
        _f("answers", "text", limit=200),
        _f("promises", "parts", to="promise"),
        _f("personas", "parts", to="persona"),
        _f("journeys", "parts", to="journey"),
        _f("actors", "parts", to="actor"),
        _f("systems", "parts", to="system"),
        _f("products", "parts", to="product"),
        _f("channels", "parts", to="channel"),
        _f("waivers", "parts", to="waiver"),
    ),
)
PROMISE: Final = Entity(
    name="promise",
    values=v.BrandPromise,
    fields=(
        _ID,
        _f("text", "words", required=True, quick=True, width=50),
        _f("level", "number", quick=True),
        _f("made_in", "words", group="proof", quick=True, width=40),
    ),
)
PERSONA: Final = Entity(
    name="persona",
    values=v.Persona,
    fields=(
        _ID,
        _f("name", "text", required=True, limit=200, quick=True, width=18),
        _f("segment", "words", quick=True, width=24),
        _f("size", "number", low=0, quick=True, width=11),
        _f("digital", "whole", quick=True, width=15),
        _f("narrative", "words", group="story", quick=True, width=50),
        _f("goals", "many_words", group="story", quick=True, width=36),
        _f("frustrations", "many_words", group="story", quick=True, width=36),
        _f("attributes", "many_words", group="story", width=36),
        _f("reviewed", "date", group="proof", quick=True, width=13),
        _f("claims", "parts", to="claim"),
    ),
)
CLAIM: Final = Entity(
    name="claim",
    values=v.PersonaClaim,
    short="text",
    fields=(
        _f("text", "words", required=True, quick=True, width=60),
        _f("fact", "flag", group="proof", quick=True, width=10),
        _SOURCE,
        _DATE,
    ),
)
JOURNEY: Final = Entity(
    name="journey",
    values=v.Journey,
    fields=(
        _ID,
        _f("title", "words", required=True, quick=True, width=36),
        _f("personas", "refs", to="persona", quick=True, width=22),
        _f("view", "choice", names=v.VIEWS, quick=True),
        _f("state", "choice", names=v.STATES, quick=True),
        _f("kind", "choice", names=v.KINDS, quick=True),
        _f("compared_with", "ref", to="journey", width=20),
        _f("scope", "words", group="story", quick=True, width=44),
        _f("date", "date", group="proof", quick=True, width=13),
        _f("stages", "parts", to="stage"),
    ),
)
STAGE: Final = Entity(
    name="stage",
    values=v.Stage,
    fields=(
        _ID,
        _NAME,
        _f("lifecycle", "choice", names=v.LIFECYCLES, required=True, quick=True),
        _f("investment.amount", "number", low=0, required=True, group="money", quick=True),
        _f("investment.period", "choice", names=v.PERIODS, group="money", quick=True),
        _f("investment.source", "words", group="money", quick=True, width=30),
        _f("events", "parts", to="event"),
    ),
)
EVENT: Final = Entity(
    name="event",
    values=v.Event,
    fields=(
        _ID,
        _f("action", "words", required=True, quick=True, width=44),
        _f("by", "choice", names=v.INITIATORS, required=True, quick=True, width=11),
        _f("channel", "ref", to="channel", quick=True, width=18),
        _f("visible", "flag", width=11),
        _f("touchpoint", "ref", to="touchpoint", width=22),
        _f("expectation.level", "number", group="lived", quick=True, width=12),
        _f("expectation.text", "words", group="lived", width=32),
        _f("expectation.importance", "number", group="lived", width=12),
        _f("expectation.counts", "counts", group="lived", width=16),
        _f("satisfaction", "parts", to="measure", group="proof"),
        _f("emotion.valence", "number", group="lived", width=12),
        _f("emotion.intensity", "whole", group="lived", width=12),
        _f("emotion.word", "words", group="lived", width=16),
        _f("pains", "parts", to="pain", group="act"),
        _f("opportunities", "parts", to="opportunity", group="act"),
        _f("promises", "refs", to="promise", group="act", width=18),
        _f("kpis", "refs", to="kpi", group="act", width=22),
        _f("owner", "words", group="act", limit=200, width=18),
        _f("actors", "refs", to="actor", group="behind", width=22),
        _f("systems", "refs", to="system", group="behind", width=22),
        _f("data", "data", group="behind", width=34),
        _f("campaign.name", "words", required=True, group="money", limit=200, width=20),
        _f("campaign.target", "words", group="money", limit=200, width=18),
        _f("products", "refs", to="product", group="money", width=20),
        _f("reach", "number", low=0, group="money", width=12),
        _f("drop_off", "rate", group="money", width=11),
        _f("complaints", "rate", group="money", width=11),
        _f("charge", "number", group="money", width=11),
        _f("price_shown", "flag", group="money", width=11),
        _f("expert_flag", "words", group="flow", width=30),
        _f("sensitive", "flag", group="flow", width=11),
        _f("scores", "parts", to="score", group="lived"),
        _f("next", "refs", to="event", group="flow", width=22),
        _f("note", "words", group="flow", width=36),
    ),
)
MEASURE: Final = Entity(
    name="measure",
    values=v.Measure,
    fields=(
        attrs.evolve(_ID, required=False),
        _f("metric", "choice", names=v.METRICS, required=True, group="proof", quick=True, width=15),
        _f("value", "number", required=True, group="proof", quick=True, width=13),
        _f("n", "whole", low=0, group="proof", quick=True, width=9),
        _f("sd", "number", low=0, group="proof", quick=True, width=9),
        _f("promoters", "rate", group="proof", width=11),
        _f("detractors", "rate", group="proof", width=11),
        _f("counts", "counts", group="proof", width=20),
        _DATE,
        _KIND,
        _SOURCE,
        _f("persona", "ref", to="persona", group="proof", quick=True, width=16),
    ),
)
PAIN: Final = Entity(
    name="pain",
    values=v.Pain,
    short="text",
    fields=(
        attrs.evolve(_ID, required=False),
        _f("text", "words", required=True, group="act", quick=True, width=48),
        _f("quote", "words", group="act", quick=True, width=36),
        _KIND,
        _SOURCE,
        _DATE,
        _f("function", "text", group="proof", limit=200, width=16),
    ),
)
OPPORTUNITY: Final = Entity(
    name="opportunity",
    values=v.Opportunity,
    short="text",
    fields=(
        attrs.evolve(_ID, required=False),
        _f("text", "words", required=True, group="act", quick=True, width=48),
        _f("effort", "whole", group="act", quick=True, width=12),
        _f("kpi", "ref", to="kpi", group="act", quick=True, width=22),
        _f("owner", "words", group="act", limit=200, quick=True, width=18),
        _f("feedback", "refs", to="feedback", group="proof", quick=True, width=30),
    ),
)
SCORE: Final = Entity(
    name="score",
    values=v.Score,
    fields=(
        _f("function", "text", required=True, limit=200, quick=True, width=20),
        _f("participant", "whole", required=True, low=0, quick=True, width=13),
        _f("expectation", "number", group="lived", quick=True, width=13),
        _f("satisfaction", "number", group="lived", quick=True, width=13),
    ),
)
ACTOR: Final = Entity(
    name="actor",
    values=v.Actor,
    fields=(_ID, _NAME, _f("line", "choice", names=v.LINES, quick=True)),
)
SYSTEM: Final = Entity(name="system", values=v.System, fields=(_ID, _NAME))
PRODUCT: Final = Entity(
    name="product", values=v.Product, fields=(_ID, _NAME, _f("service", "flag", quick=True))
)
CHANNEL: Final = Entity(
    name="channel",
    values=v.Channel,
    fields=(_ID, _NAME, _f("family", "ref", to="family", required=True, quick=True, width=20)),
)
WAIVER: Final = Entity(
    name="waiver",
    values=v.Waiver,
    fields=(
        _f("rule", "text", required=True, limit=20, quick=True, width=10),
        _f("at", "text", required=True, limit=200, quick=True, width=28),
        _f("reason", "words", quick=True, width=60),
    ),
)
ENTITIES: Final = {
    entity.name: entity
    for entity in (
        ATLAS,
        PROMISE,
        PERSONA,
        CLAIM,
        JOURNEY,
        STAGE,
        EVENT,
        MEASURE,
        PAIN,
        OPPORTUNITY,
        SCORE,
        ACTOR,
        SYSTEM,
        PRODUCT,
        CHANNEL,
        WAIVER,
    )
}
"""Every entity by name; `ATLAS` is the whole document."""

BOTH: Final = ("words", "many_words", "data")
"""The kinds that are typed in one language or in both: a column for each."""

INSIDE: Final[dict[str, type[attrs.AttrsInstance]]] = {
    "strategy": v.Strategy,
    "expectation": v.Expectation,
    "emotion": v.Emotion,
    "investment": v.Investment,
    "campaign": v.Campaign,
}
"""What is built from the keys that share the first part of a dotted key."""
