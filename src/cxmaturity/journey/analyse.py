"""From an atlas to everything that a picture or a report says of it: one pass, no file, no clock, the seed given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import attrs

from cxmaturity.catalog import Catalog
from cxmaturity.journey.curve import draw_curve
from cxmaturity.journey.derived import Answers, Driver, drivers_of
from cxmaturity.journey.deviations import deviations_of
from cxmaturity.journey.evidence import Evidence, evidence_of, gap_of
from cxmaturity.journey.lint import check_atlas
from cxmaturity.journey.moments import reasons_of
from cxmaturity.journey.opportunity import axes_of, opportunity_of, quadrant_of
from cxmaturity.journey.parameters import DEFAULTS, JourneyParameters
from cxmaturity.journey.promises import check_promises
from cxmaturity.journey.ranking import rank_opportunities
from cxmaturity.journey.results import AtlasResult, EventResult, JourneyResult
from cxmaturity.journey.scores import end_of, importance_of, peak_end, weighted_mean, weights_of
from cxmaturity.journey.spread import disagreement, function_views, spread_of, spread_of_scores
from cxmaturity.journey.values import Atlas, Event, Journey, touchpoint_of


def analyse(
    atlas: Atlas,
    catalog: Catalog,
    *,
    as_of: dt.date,
    seed: int,
    parameters: JourneyParameters = DEFAULTS,
) -> AtlasResult:
    """Return what follows from an atlas, one `JourneyResult` per journey and persona.

    Parameters
    ----------
    atlas, catalog : Atlas, Catalog
        What people typed, and the channels and benefits that it may name.
    as_of : datetime.date
        The day that ages are counted to.
    seed : int
        Where the draws of the stability of the ranking start.
    parameters : JourneyParameters
        The conventions; every one has a name and a default.

    Returns
    -------
    AtlasResult
        With the findings of the lint; a wrong atlas is analysed as far as it goes and its findings say what is wrong.
    """
    lived = [
        (
            journey,
            analyse_journey(atlas, journey, persona, as_of=as_of, seed=seed, parameters=parameters),
        )
        for journey in atlas.journeys
        for persona in dict.fromkeys(journey.personas or ("",))
    ]
    findings, waived = check_atlas(atlas, catalog, as_of=as_of)
    return AtlasResult(
        atlas=atlas,
        journeys=tuple(result for _, result in lived),
        promises=check_promises(atlas, lived, parameters),
        findings=findings,
        waived=waived,
    )


def analyse_journey(
    atlas: Atlas,
    journey: Journey,
    persona: str,
    *,
    as_of: dt.date,
    seed: int,
    parameters: JourneyParameters = DEFAULTS,
) -> JourneyResult:
    """Return one journey as `persona` (empty: anybody) lives it; see `analyse`."""
    known = [evidence_of(event, persona, as_of=as_of, parameters=parameters) for event in journey.events]
    valences = [None if it is None else it.valence for it in known]
    end = end_of(journey, valences)
    axes = axes_of(journey.events, valences, parameters)
    bare = _events(journey, known, axes, parameters)
    drivers = _drivers(journey, persona, atlas.answered)
    reasons = reasons_of(journey, bare, end=end, drivers=drivers, parameters=parameters)
    events = tuple(
        attrs.evolve(event, reasons=why, share=drivers[event.event].share if event.event in drivers else None)
        for event, why in zip(bare, reasons, strict=True)
    )
    peak, mean = peak_end(valences, end), weighted_mean(valences, [event.weight for event in events])
    return JourneyResult(
        journey=journey.id,
        persona=persona,
        events=events,
        curve=draw_curve(events, parameters),
        peak_end=peak,
        mean=mean,
        disagree=peak is not None and mean is not None and abs(peak - mean) > parameters.disagree,
        axes=axes,
        opportunities=rank_opportunities(
            journey.events, known, events, name=f"{journey.id}/{persona}", seed=seed, parameters=parameters
        ),
        deviations=deviations_of(planned, journey, events, parameters)
        if (planned := _planned(atlas, journey))
        else (),
        mapped=_mapped(journey, events),
    )


def _events(
    journey: Journey,
    known: Sequence[Evidence | None],
    axes: tuple[float, float] | None,
    parameters: JourneyParameters,
) -> list[EventResult]:
    weights = weights_of(journey.events)
    placed = [(stage, event) for stage in journey.stages for event in stage.events]
    return [
        _event(
            event,
            found,
            EventResult(
                event=event.id,
                stage=stage.id,
                touchpoint=touchpoint_of(stage, event),
                index=index,
                weight=weights[index],
            ),
            axes,
            parameters,
        )
        for index, ((stage, event), found) in enumerate(zip(placed, known, strict=True))
    ]


def _event(
    event: Event,
    known: Evidence | None,
    bare: EventResult,
    axes: tuple[float, float] | None,
    parameters: JourneyParameters,
) -> EventResult:
    views = function_views(event.scores)
    spread = spread_of(known.shown, parameters) if known and known.shown else None
    said = attrs.evolve(
        bare,
        functions=views,
        disagreement=disagreement(views),
        spread=spread or spread_of_scores(event.scores, parameters),
    )
    if known is None:
        return said
    gap, gap_low, gap_high = gap_of(event, known)
    return attrs.evolve(
        said,
        valence=known.valence,
        low=known.low,
        high=known.high,
        metric=known.metric,
        native=known.native,
        n=known.n,
        measure=known.measure,
        source=known.source,
        grade=known.grade,
        n_effective=known.n_effective,
        age_days=known.age_days,
        choice=known.choice,
        pooled=known.pooled,
        gap=gap,
        gap_low=gap_low,
        gap_high=gap_high,
        opportunity=opportunity_of(event, known, parameters),
        quadrant=quadrant_of(importance_of(event), known.valence, axes),
    )


def _drivers(journey: Journey, persona: str, answers: Sequence[Answers]) -> dict[str, Driver]:
    for whose in (persona, ""):
        for given in answers:
            if given.journey == journey.id and given.persona == whose:
                return drivers_of(given)
    return {}


def _planned(atlas: Atlas, journey: Journey) -> Journey | None:
    if journey.kind != "actual" or not journey.compared_with:
        return None
    beside = next((it for it in atlas.journeys if it.id == journey.compared_with), None)
    return beside if beside is not None and beside.kind == "planned" else None


def _mapped(journey: Journey, events: Sequence[EventResult]) -> float:
    covered = {event.stage for event in events if event.grade in ("I", "V")}  # a hypothesis is no evidence
    return len(covered) / len(journey.stages) if journey.stages else 0.0
