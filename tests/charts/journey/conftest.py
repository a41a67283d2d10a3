"""A small atlas with every feature of the picture, a large one, hostile texts, and the examples; analysed once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import attrs
import pytest

import cxmaturity
from cxmaturity.charts.journey import draw_map
from cxmaturity.charts.theme import ChartTheme
from cxmaturity.files.journey import read_atlas
from cxmaturity.journey.analyse import analyse
from cxmaturity.journey.values import (
    Actor,
    Atlas,
    BrandPromise,
    Campaign,
    Channel,
    Emotion,
    Event,
    Expectation,
    Investment,
    Journey,
    Measure,
    Opportunity,
    Pain,
    Persona,
    PersonalData,
    Score,
    Stage,
    System,
    Words,
)

AS_OF = dt.date(2026, 11, 22)
EXAMPLES = sorted(Path(__file__).parents[3].joinpath("examples").rglob("journeys.yaml"))
CHANNELS = ("website", "store", "phone", "email", "mobile_app", "chat", "letter", "kiosk", "video", "tv")
LONG = "Explains the whole situation again to somebody who has never heard of the order, of the parcel or of the refund"


def words(en, fr=None):
    return Words(en, fr or f"{en} (en français, un peu plus long)")


def measured(name, value, *, metric="csat5", n=200, persona=""):
    """Return a survey's measure, with its spread."""
    return Measure(
        id=name,
        metric=metric,
        value=value,
        n=n,
        sd=None if metric == "nps" else 1.0,
        promoters=0.45 if metric == "nps" else None,
        detractors=0.15 if metric == "nps" else None,
        date=dt.date(2026, 9, 30),
        kind="survey",
        source="survey q3",
        persona=persona,
    )


def event(rank, *, value=None, by="customer", visible=True, **more):
    """Return the event of a rank, with everything that a card can say every third time."""
    rich = rank % 3 == 0
    known = () if value is None else (measured(f"m{rank}", value, metric="nps" if rank == 4 else "csat5"),)
    word = Emotion(valence=None if known else (rank % 5 - 2) * 0.6, intensity=3, word=words("doubt", "doute"))
    pain = Pain(id=f"p{rank}", text=words("Nobody answers before noon"), quote=words("I waited"))
    way = Opportunity(id=f"o{rank}", text=words("Answer within the hour"), effort=2, kpi="retention")
    plain = {
        "action": words(f"Does the thing number {rank} of the list", f"Fait la chose numéro {rank} de la liste"),
        "channel": CHANNELS[rank % len(CHANNELS)],
        "expectation": Expectation(level=4.0, text=words("an answer today"), importance=4.0 + 0.2 * (rank % 4)),
        "satisfaction": known,
        "emotion": word,
        "pains": (pain,) if rich else (),
        "opportunities": (way,) if rich else (),
        "kpis": ("retention",) if rich else ("preference",),
        "owner": "marketing" if rank % 2 else "shop-team",
        "actors": ("adviser",) if rank % 2 else ("seller", "stock", "post"),
        "systems": ("crm",) if rank % 2 else ("till", "crm"),
        "data": (PersonalData(name="e-mail", basis="consent", retention_months=36),) if rich else (),
        "campaign": Campaign(name="Back to school", target="ada") if rank == 1 else None,
        "products": ("tv",) if rank % 2 else (),
        "reach": 1000.0 * (rank + 1),
        "complaints": 0.2 if rank == 5 else 0.02,
        "charge": 23.0 if rank == 6 else None,
        "sensitive": rank == 7,
        "expert_flag": "half of them leave here" if rank == 5 else "",
        "scores": tuple(
            Score(function=name, participant=who, expectation=4, satisfaction=given)
            for name, given, first in (("marketing", 4.5, 0), ("service", 1.5, 3))
            for who in range(first, first + 3)
        )
        if rank in {2, 8}
        else (),
    }  # fmt: skip
    return Event(**{"id": f"e{rank}", "by": by, "visible": visible, **plain, **more})


def small_atlas():
    """Return fifteen events in four stages: every initiator, grade and lane, a hidden step, a loop, two personas, a plan."""
    values = {0: 3.9, 1: 3.6, 3: 2.1, 4: 30.0, 5: 1.6, 6: 3.0, 9: 4.6, 10: 4.4, 13: 2.4, 14: 4.2}
    makers = {3: "brand", 7: "partner", 11: "brand"}
    made = [
        event(rank, value=values.get(rank), by=makers.get(rank, "customer"), visible=rank != 11)
        for rank in range(15)
    ]
    made[5] = attrs.evolve(made[5], next=("e3", "e6"), promises=("soon",))
    made[9] = attrs.evolve(made[9], promises=("soon", "kind"))
    made[2] = attrs.evolve(made[2], next=("e3", "e8"), promises=("kind",))
    made[9] = attrs.evolve(made[9], satisfaction=(*made[9].satisfaction, measured("m9b", 2.2, persona="ben")))
    cuts = ((0, 3, "acquisition"), (3, 8, "purchase"), (8, 9, "purchase"), (9, 15, "use"))
    stages = tuple(
        Stage(
            id=f"s{rank}",
            name=words(f"Stage {rank}", f"Étape {rank}"),
            lifecycle=phase,
            investment=Investment(amount=40_000.0 * (rank + 1)),
            events=made[start:end],
        )
        for rank, (start, end, phase) in enumerate(cuts)
    )
    bare = {
        "satisfaction": (),
        "scores": (),
        "emotion": Emotion(valence=1.2),
        "next": (),
        "pains": (),
        "opportunities": (),
    }
    planned = [attrs.evolve(made[rank], id=f"plan{rank}", **bare) for rank in (0, 2, 6, 5, 9)]
    planned.append(
        event(99, id="plan99", action=words("Gets a letter of welcome"), pains=(), opportunities=())
    )
    plan = Journey(
        id="plan",
        title=words("Buy a lamp, as planned"),
        personas=("ada",),
        kind="planned",
        stages=(Stage(id="p0", name=words("All of it"), lifecycle="purchase", events=planned),),
    )
    real = Journey(
        id="real",
        title=words("Buy a lamp and get it home", "Acheter une lampe et la rapporter chez soi"),
        personas=("ada", "ben"),
        view="blueprint",
        compared_with="plan",
        scope=words("From the idea to the light"),
        date=AS_OF,
        stages=stages,
    )
    return atlas_of(real, plan)


ADA = Persona(
    id="ada",
    name="Ada",
    segment=words("Student"),
    size=1200,
    goals=(words("Light"),),
    frustrations=(words("Queues"),),
    digital=4,
    narrative=words("Reads at night."),
)


def atlas_of(*journeys):
    """Return an atlas around journeys, with everything that the events name."""
    return Atlas(
        client="Lamps & Co",
        language="en",
        note="Everything here is invented.",
        sources=("A test",),
        personas=(ADA, Persona(id="ben", name="Ben")),
        journeys=journeys,
        promises=(
            BrandPromise(id="soon", text=words("Your lamp in two days", "Votre lampe en deux jours"), level=1.0),
            BrandPromise(id="kind", text=words("Somebody who listens", "Quelqu'un qui écoute"), level=1.0),
        ),
        actors=(
            Actor(id="adviser", name=words("Adviser", "Conseiller"), line="front"),
            Actor(id="seller", name=words("Shop seller", "Vendeur"), line="front"),
            Actor(id="stock", name=words("Stock room", "Réserve"), line="back"),
            Actor(id="post", name=words("The post", "La poste"), line="partner"),
        ),
        systems=(
            System(id="crm", name=words("Customer file", "Fichier clients")),
            System(id="till", name=words("Till", "Caisse")),
        ),
        channels=(Channel(id="tv", name=words("Television", "Télévision"), family="automated"),),
    )  # fmt: skip


def large_atlas(count=60, stages=8, *, long=False):
    """Return a journey of many events; with `long`, texts that no cell can hold."""
    values = [3 + 1.6 * ((rank * 37) % 11 - 5) / 5 for rank in range(count)]
    made = [
        event(rank, value=values[rank] if rank != 4 else 10.0, by=("customer", "brand", "partner")[rank % 3])
        for rank in range(count)
    ]
    if long:
        made = [
            attrs.evolve(it, action=words(LONG), pains=(Pain(id=f"{it.id}-p", text=words(LONG)),))
            for it in made
        ]
    size = -(-count // stages)
    cut = [made[start : start + size] for start in range(0, count, size)]
    return atlas_of(
        Journey(
            id="large",
            title=words("A very long journey through everything that we sell"),
            personas=("ada",),
            view="blueprint",
            stages=tuple(
                Stage(id=f"s{rank}", name=words(f"Stage with a name {rank}"), lifecycle="use", events=events)
                for rank, events in enumerate(cut)
            ),
        )
    )


@pytest.fixture(scope="session")
def known():
    return cxmaturity.load_catalog()


@pytest.fixture(scope="session")
def look():
    return ChartTheme.from_primary("#14506B")


@pytest.fixture(scope="session")
def analysed(known):
    """Return a function that analyses an atlas at the day of the tests."""
    return lambda atlas: analyse(atlas, known, as_of=AS_OF, seed=1)


@pytest.fixture(scope="session")
def small(analysed):
    return analysed(small_atlas())


@pytest.fixture(scope="session")
def large(analysed):
    return analysed(large_atlas())


@pytest.fixture(scope="session")
def draw(known, look):
    """Return a function that draws a journey, English at A3 unless said."""

    def drawn(result, journey, *, language="en", size="a3", persona=None, **more):
        return draw_map(
            result, journey, persona=persona, catalog=known, language=language, theme=look, size=size, **more
        )

    return drawn


@pytest.fixture(scope="session")
def examples(analysed):
    """Return every example that holds journeys, analysed."""
    return [analysed(read_atlas(path)) for path in EXAMPLES]


@pytest.fixture(scope="session")
def every_picture(examples, small, large, analysed, draw):
    """Return every journey of the examples, the small and the large atlas, at three sizes in both languages."""
    results = [*examples, small, large, analysed(large_atlas(40, 9, long=True))]
    return [
        (f"{journey.id}-{size}-{language}", draw(result, journey.id, size=size, language=language))
        for result in results
        for journey in result.atlas.journeys
        for size in ("a3", "a1", "wide", "report")
        for language in ("en", "fr")
    ]
