"""What is laid under the curve: another journey's curve, and other personas', each named where there is room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

import attrs

from cxmaturity.charts.journey.labels import Label
from cxmaturity.charts.journey.lanes import Context, Run
from cxmaturity.charts.journey.legend import dash_of
from cxmaturity.charts.journey.measure import text_width, wrap
from cxmaturity.charts.journey.scene import Data, Group, Path, smooth
from cxmaturity.journey.deviations import match_events
from cxmaturity.journey.results import JourneyResult
from cxmaturity.journey.values import Journey

MOST: Final = 4
"""Curves of other personas, beside the one that the poster is about."""
GHOST: Final = "#5B6673"
OTHERS: Final = ("#00705A", "#8A2C6B", "#6B5A00", "#4A4FA3")
"""Ghosts are grey; other personas green, plum, olive and indigo, none of which tells a valence. All have 4.5:1 on white."""


@attrs.frozen(kw_only=True)
class Overlay:
    """One curve laid under: where its events stand, its colour, its name and what filters read."""

    result: JourneyResult
    x: Callable[[float], float]
    colour: str
    name: str
    classes: str
    data: Data


def overlays_of(ctx: Context) -> tuple[Overlay, ...]:
    """Return the other journey's curve, then the other personas'."""
    found = []
    if ctx.content.beside is not None:
        journey, result = ctx.content.beside
        found.append(
            Overlay(
                result=result,
                x=places_of(ctx, journey),
                colour=GHOST,
                name=_name(ctx, journey),
                classes="layer-ghost",
                data=(("data-journey", journey.id),),
            )
        )
    people = {item.id: item.name for item in ctx.content.atlas.personas}
    for rank, other in enumerate(ctx.content.others[:MOST]):
        found.append(
            Overlay(
                result=other,
                x=ctx.grid.at,
                colour=OTHERS[rank],
                name=people.get(other.persona, other.persona),
                classes="layer-personas",
                data=(("data-persona", other.persona),),
            )
        )
    own = ctx.content.result.curve
    return tuple(item for item in found if item.result.curve and item.result.curve != own)


def _name(ctx: Context, journey: Journey) -> str:
    """Return how the other journey differs in a word (as planned, as it should be), else its title."""
    own = ctx.content.journey
    if journey.kind != own.kind:
        return ctx.content.say(f"state.{journey.kind}")
    if journey.state != own.state:
        return ctx.content.say(f"state.{journey.state}")
    return ctx.content.words(journey.title)


def places_of(ctx: Context, journey: Journey) -> Callable[[float], float]:
    """Return where events of another journey stand: above the events that answer them, evenly between those."""
    own, cells = ctx.content.journey.events, {cell.step.event.id: cell.centre for cell in ctx.grid.cells}
    pairs = sorted(
        (theirs, cells[own[ours].id])
        for ours, theirs in match_events(journey.events, own).items()
        if own[ours].id in cells
    )
    anchors = [(-0.5, ctx.look.left)]
    for index, x in pairs:
        if x > anchors[-1][1]:
            anchors.append((float(index), x))
    anchors.append((len(journey.events) - 0.5, ctx.look.right))

    def at(index: float) -> float:
        for (one, left), (two, right) in pairwise(anchors):
            if index <= two:
                return left + (right - left) * (index - one) / ((two - one) or 1)
        return anchors[-1][1]

    return at


def draw_overlays(
    ctx: Context, overlays: Sequence[Overlay], y: Callable[[float], float], group: Group
) -> list[Label]:
    """Draw the curves; return their names as labels that want a place near their ends."""
    look = ctx.look
    labels = []
    for overlay in overlays:
        part = group.group(overlay.classes, data=overlay.data, label=overlay.name)
        pieces = overlay.result.curve
        words = smooth([[(overlay.x(a), y(b)) for a, b in zip(it.x, it.y, strict=True)] for it in pieces])
        for piece, d in zip(pieces, words, strict=True):
            part.add(
                Path(
                    d=d,
                    stroke=overlay.colour,
                    stroke_width=look.mm(0.45),
                    dash=dash_of(ctx, piece.grade),
                    cap="round" if piece.grade == "H" else "butt",
                )
            )
        for event in overlay.result.events:
            if event.valence is not None:
                r = look.mm(0.75)
                part.add(
                    Path(
                        d="M12 1.5a10.5 10.5 0 1 0 .01 0z",
                        x=overlay.x(event.index) - r,
                        y=y(event.valence) - r,
                        scale=2 * r / 24,
                        fill=look.theme.paper,
                        stroke=overlay.colour,
                        stroke_width=24 * 0.4 / 2,
                    )
                )
        labels.append(_label(ctx, overlay, y))
    return labels


def _label(ctx: Context, overlay: Overlay, y: Callable[[float], float]) -> Label:
    look = ctx.look
    known = [event for event in overlay.result.events if event.valence is not None]
    last = known[-1]
    text = overlay.name[:1].upper() + overlay.name[1:]
    lines = wrap(text, look.mm(34), look.small, "semibold")
    run = Run(lines=lines, size=look.small, fill=overlay.colour, weight="semibold")
    width = max(text_width(one, look.small, "semibold") for one in lines) + 0.02
    return Label(
        key=f"{overlay.classes} {overlay.data[0][1]}",
        x=overlay.x(last.index),
        y=y(last.valence or 0.0),
        radius=look.mm(0.9),
        width=width,
        height=run.height,
        runs=(run,),
    )
