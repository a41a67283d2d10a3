"""Small atlases to analyse: one event, one journey, one question at a time."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from cxmaturity.journey.analyse import analyse
from cxmaturity.journey.values import Atlas, Event, Expectation, Journey, Measure, Persona, Stage, Words

AS_OF = dt.date(2026, 11, 22)


def measure(name="m", value=3.4, **more):
    """Return a fresh survey of 100 answers, or what `more` says."""
    usual = {"metric": "csat5", "n": 100, "date": AS_OF, "kind": "survey", "source": "web"}
    return Measure(id=name, value=value, **{**usual, **more})


def event(name="e", *, valence=None, importance=None, level=None, counts=(), **more):
    """Return an event of a customer; `valence` gives it a survey of 100 answers with a deviation of 0.9."""
    known = () if valence is None else (measure(f"m-{name}", valence + 3, sd=0.9),)
    return Event(
        id=name,
        by="customer",
        expectation=Expectation(level=level, importance=importance, counts=counts),
        **{"action": Words(name), "channel": "website", "satisfaction": known, **more},
    )


def journey(*stages, name="j", **more):
    """Return a journey of stages given as lists of events."""
    return Journey(
        id=name,
        title=Words(name),
        stages=[
            Stage(id=f"{name}-s{i}", name=Words(f"s{i}"), lifecycle="use", events=events)
            for i, events in enumerate(stages)
        ],
        **more,
    )


def atlas(*journeys, **more):
    """Return an atlas with the personas that its journeys name."""
    personas = dict.fromkeys(persona for it in journeys for persona in it.personas)
    named = [Persona(id=it, name=it.title()) for it in personas]
    return Atlas(**{"client": "c", "language": "en", "personas": named, **more}, journeys=journeys)


@pytest.fixture(scope="session")
def make():
    """Return the makers of measures, events, journeys and atlases, and the day of analysis."""
    return SimpleNamespace(measure=measure, event=event, journey=journey, atlas=atlas, as_of=AS_OF)


@pytest.fixture(scope="session")
def analysed(catalog):
    """Return a function that analyses journeys and gives the whole result."""

    def run(*journeys, seed=1, as_of=AS_OF, answers=(), **more):
        return analyse(atlas(*journeys, answered=answers, **more), catalog, as_of=as_of, seed=seed)

    return run
