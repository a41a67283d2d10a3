"""Rules C and P: a map of what customers live, in their words, and personas that somebody knows something of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from cxmaturity.core.problems import Problem
from cxmaturity.journey.lint_rules import RULES, Path
from cxmaturity.journey.lint_walk import Ground, Step, numbered, reached, successors
from cxmaturity.journey.values import Journey, Words

HAPPY_EVENTS: Final = 8
"""A journey of more events than this that has no pain was mapped without its customers."""
PERSONAS: Final = 7
REVIEW_MONTHS: Final = 18


def check_internal(ground: Ground) -> Iterator[Problem]:
    """C201: what customers do not perceive has no place in their view.

    Either the event says so itself, or it is started by the company and everybody who acts stands behind the line of visibility.
    """
    for step in ground.steps:
        event = step.event
        if step.journey.view != "customer":
            continue
        behind = bool(event.actors) and all(ground.lines.get(actor) == "back" for actor in event.actors)
        if not event.visible or (event.by == "brand" and behind):
            yield RULES["C201"].found(event.id, (*step.path, "visible"), journey=step.journey.id)


def check_jargon(ground: Ground) -> Iterator[Problem]:
    """C202: words of the company and names of systems in a customer's view; what customers say themselves is left alone."""
    names = [name for system in ground.atlas.systems for name in (system.name.en, system.name.fr)]
    words = sorted({word.strip() for word in (*ground.atlas.jargon, *names)} - {""}, key=len, reverse=True)
    if not words:
        return
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
    for path, journey, stages in ground.stages:
        if journey.view != "customer":
            continue
        said = [((*path, "title"), journey.id, journey.title)]
        said += [((*place, "name"), stage.id, stage.name) for place, stage in stages]
        said += [text for step in ground.by_journey[int(path[1])] for text in _customer_texts(step)]
        yield from _spoken(said, pattern, journey)


def _spoken(
    said: list[tuple[Path, str, Words]], pattern: re.Pattern[str], journey: Journey
) -> Iterator[Problem]:
    for path, at, text in said:
        found = dict.fromkeys(word for side in (text.en, text.fr) for word in pattern.findall(side))
        for word in {word.casefold(): word for word in found}.values():
            yield RULES["C202"].found(at, path, word=word, journey=journey.id)


def _customer_texts(step: Step) -> Iterator[tuple[Path, str, Words]]:
    event, path = step.event, step.path
    yield (*path, "action"), event.id, event.action
    yield (*path, "expectation", "text"), event.id, event.expectation.text
    yield (*path, "emotion", "word"), event.id, event.emotion.word
    for place, pain in numbered((*path, "pains"), event.pains):
        yield (*place, "text"), pain.id, pain.text


def check_initiative(ground: Ground) -> Iterator[Problem]:
    """C203: a stage in which only others act is not a stage of the customer."""
    for _, _, stages in ground.stages:
        for path, stage in stages:
            if stage.events and all(event.by != "customer" for event in stage.events):
                yield RULES["C203"].found(stage.id, path)


def check_prices(ground: Ground) -> Iterator[Problem]:
    """C204: whoever pays has seen a price on the way there, or at that moment."""
    for steps in ground.by_journey.values():
        shown = reached([step.event.id for step in steps if step.event.price_shown], successors(steps))
        for step in steps:
            if step.event.charge and step.event.charge > 0 and step.event.id not in shown:
                yield RULES["C204"].found(
                    step.event.id,
                    (*step.path, "charge"),
                    charge=f"{step.event.charge:g}",
                    currency=ground.atlas.currency,
                )


def check_pains(ground: Ground) -> Iterator[Problem]:
    """C205: a long journey without a single pain."""
    for path, journey, _ in ground.stages:
        steps = ground.by_journey[int(path[1])]
        if len(steps) > HAPPY_EVENTS and journey.state == "as_is" and not any(s.event.pains for s in steps):
            yield RULES["C205"].found(journey.id, path, n=len(steps))


def check_owners(ground: Ground) -> Iterator[Problem]:
    """P301 and P302: personas and journeys belong to each other."""
    mapped = {name for journey in ground.atlas.journeys for name in journey.personas}
    for path, persona in numbered(("personas",), ground.atlas.personas):
        if persona.id not in mapped:
            yield RULES["P301"].found(persona.id, path)
    for path, journey in numbered(("journeys",), ground.atlas.journeys):
        if not journey.personas:
            yield RULES["P302"].found(journey.id, (*path, "personas"))


def check_crowd(ground: Ground) -> Iterator[Problem]:
    """P303: too many personas for anybody to have in mind."""
    if len(ground.atlas.personas) > PERSONAS:
        yield RULES["P303"].found(
            "personas", ("personas", PERSONAS), n=len(ground.atlas.personas), limit=PERSONAS
        )


def check_personas(ground: Ground) -> Iterator[Problem]:
    """P304 to P306: personas that nobody reviewed, that rest on nothing, or that want nothing."""
    for path, persona in numbered(("personas",), ground.atlas.personas):
        if persona.reviewed is not None and ground.older(persona.reviewed, REVIEW_MONTHS):
            months = ground.months(persona.reviewed)
            yield RULES["P304"].found(persona.id, (*path, "reviewed"), date=persona.reviewed, months=months)
        if not any(claim.fact and claim.source for claim in persona.claims):
            yield RULES["P305"].found(persona.id, (*path, "claims"))
        if persona.attributes and not persona.goals:
            yield RULES["P306"].found(persona.id, (*path, "goals"))


CHECKS: Final[tuple[Callable[[Ground], Iterator[Problem]], ...]] = (
    check_internal,
    check_jargon,
    check_initiative,
    check_prices,
    check_pains,
    check_owners,
    check_crowd,
    check_personas,
)
