"""Where the journey goes besides the next card: arrows in gutters of their own, on over the cards, back under them.

A route is a track in the gutter over the cards (loops under them, where there is room) and two stems, which run between cards
and never over one; so an arrow crosses no text whatever the cards say. Where two stems would share the room between cards, the
later one stays words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from cxmaturity.charts.journey.data import part_of
from cxmaturity.charts.journey.lanes import Context
from cxmaturity.charts.journey.scene import Box, Group, Path, fmt
from cxmaturity.charts.journey.sheet import Step

MOST: Final = 6
"""Tracks in one gutter; a journey with more branches at one place keeps words for the others."""
_TRACK: Final = 1.25
_HEAD: Final = 1.5
_EDGE: Final = 0.6
_APART: Final = 0.7
"""What two stems side by side need between them: closer, they read as one line that forks."""


@attrs.frozen(kw_only=True)
class Seat:
    """Where a card will stand: its edges, its row, and whether no card stands under it."""

    step: Step
    left: float
    right: float
    row: int
    lowest: bool

    def at(self, share: float) -> float:
        """Return a point of its upper or lower edge."""
        return self.left + share * (self.right - self.left)


@attrs.frozen(kw_only=True)
class Flow:
    """One arrow: on over the cards or back under them, in a track counted from the cards."""

    source: Seat
    target: Seat
    above: bool
    out: float
    into: float
    track: int = 0

    @property
    def span(self) -> tuple[float, float]:
        """What it takes of its track."""
        return min(self.out, self.into), max(self.out, self.into)


@attrs.frozen(kw_only=True)
class Flows:
    """The arrows of a lane of cards, with the height of both gutters."""

    flows: tuple[Flow, ...] = ()
    above: float = 0.0
    below: float = 0.0

    def words(self, step: Step) -> tuple[str, ...]:
        """Return what a card still has to say of where it goes on: all of it unless arrows do."""
        drawn = {flow.target.step.event.id for flow in self.flows if flow.source.step is step}
        told = drawn >= set(step.onward) and not step.only and "end" not in step.event.next
        return () if told else step.after


def plan_flows(ctx: Context, seats: Mapping[str, Seat]) -> Flows:
    """Return the arrows between cards, each in its track."""
    found: list[Flow] = []
    for seat in seats.values():
        for name in seat.step.onward:
            target = seats.get(name)
            if target is None or target is seat:
                continue
            ahead = target.step.number > seat.step.number
            ways = (_route(ctx, seat, target, above=above) for above in (ahead, not ahead))
            found += [flow for flow in ways if _free(flow, found, ctx.look.mm(_APART))][:1]
    placed = [*_tracked([it for it in found if it.above]), *_tracked([it for it in found if not it.above])]
    return Flows(
        flows=tuple(placed), above=_height(ctx, placed, above=True), below=_height(ctx, placed, above=False)
    )


def _route(ctx: Context, source: Seat, target: Seat, *, above: bool) -> Flow:
    """Return an arrow: through the edge of a card that faces the gutter, else along its side."""
    edge = ctx.look.mm(_EDGE)
    faces_out, faces_in = (it.row == 0 if above else it.lowest for it in (source, target))
    return Flow(
        source=source,
        target=target,
        above=above,
        out=source.at(0.7) if faces_out else source.right + 0.5 * edge,
        into=target.at(0.35) if faces_in else target.left - edge,
    )


def _free(flow: Flow, found: Sequence[Flow], apart: float) -> bool:
    """Tell whether both stems of an arrow keep clear of the stems of others, or are the same stem."""
    return not any(
        abs(x - y) < apart and seat is not other and one[0] <= two[1] and two[0] <= one[1]
        for known in found
        for x, seat, one in _stems(flow)
        for y, other, two in _stems(known)
    )


def _stems(flow: Flow) -> tuple[tuple[float, Seat, tuple[int, int]], ...]:
    """Return where each stem runs and along which rows of cards."""
    return tuple(
        (x, seat, (0, seat.row) if flow.above else (seat.row, 99))
        for x, seat in ((flow.out, flow.source), (flow.into, flow.target))
    )


def _tracked(flows: Sequence[Flow]) -> list[Flow]:
    """Give each arrow the nearest free track, short ones first; arrows to the same card may share one."""
    tracks: list[list[Flow]] = []
    done = []
    for flow in sorted(flows, key=lambda it: (it.span[1] - it.span[0], it.source.step.number)):
        rank = next((rank for rank, others in enumerate(tracks) if _fits(flow, others)), len(tracks))
        if rank >= MOST:
            continue
        if rank == len(tracks):
            tracks.append([])
        tracks[rank].append(flow)
        done.append(attrs.evolve(flow, track=rank))
    return sorted(done, key=lambda it: (it.source.step.number, it.target.step.number))


def _fits(flow: Flow, others: Sequence[Flow]) -> bool:
    left, right = flow.span
    return all(
        it.target is flow.target or right + 0.8 < it.span[0] or it.span[1] + 0.8 < left for it in others
    )


def _height(ctx: Context, flows: Sequence[Flow], *, above: bool) -> float:
    tracks = [flow.track for flow in flows if flow.above is above]
    return ctx.look.mm(_TRACK * max(tracks) + _HEAD + 0.6) if tracks else 0.0


def draw_flows(ctx: Context, flows: Flows, boxes: Mapping[str, Box], group: Group) -> None:
    """Draw the arrows around cards that stand in their boxes."""
    if not flows.flows:
        return
    layer = group.group("layer-flows")
    top, bottom = min(box.y for box in boxes.values()), max(box.bottom for box in boxes.values())
    for flow in flows.flows:
        source, target = flow.source.step, flow.target.step
        key = "flow.on" if target.number > source.number else "flow.back"
        said = ctx.content.say(key, **{"from": source.number, "to": target.number, "what": target.action})
        data = (*part_of(source, target), ("data-from", source.event.id), ("data-to", target.event.id))
        part = layer.group("event flow", data=data, label=said)
        away = ctx.look.mm(_HEAD + _TRACK * flow.track)
        y = top - away if flow.above else bottom + away
        points = _points(ctx, flow, boxes, y)
        colour, width = ctx.look.muted, ctx.look.mm(0.3)
        part.add(
            Path(d=_rounded(points, ctx.look.mm(0.9)), stroke=colour, stroke_width=width),
            Path(d=arrow_head(points[-2], points[-1], ctx.look.mm(1.45)), fill=colour),
        )


def _points(ctx: Context, flow: Flow, boxes: Mapping[str, Box], y: float) -> list[tuple[float, float]]:
    """Return the corners of a route: out of its card, along its track, into the other card."""
    start = _port(ctx, flow.source, boxes, flow.out, above=flow.above)
    end = _port(ctx, flow.target, boxes, flow.into, above=flow.above)
    return [*start, (flow.out, y), (flow.into, y), *reversed(end)]


def _port(
    ctx: Context, seat: Seat, boxes: Mapping[str, Box], x: float, *, above: bool
) -> list[tuple[float, float]]:
    """Return where a stem leaves a card: its edge, or its side at the height of the symbols."""
    box = boxes[seat.step.event.id]
    if seat.left < x < seat.right:
        return [(x, box.y if above else box.bottom)]
    y = box.y + ctx.look.mm(3.5)
    return [(seat.right if x > seat.right else seat.left, y), (x, y)]


def _rounded(points: Sequence[tuple[float, float]], radius: float) -> str:
    """Return a line through corners, each one rounded as far as its sides allow."""
    said = f"M{fmt(points[0][0])} {fmt(points[0][1])}"
    for (ax, ay), (bx, by), (cx, cy) in zip(points, points[1:], points[2:], strict=False):
        before, after = abs(bx - ax) + abs(by - ay), abs(cx - bx) + abs(cy - by)
        r = min(radius, before / 2, after / 2)
        if r <= 0:
            continue
        x1, y1 = bx - (bx - ax) * r / before, by - (by - ay) * r / before
        x2, y2 = bx + (cx - bx) * r / after, by + (cy - by) * r / after
        said += f"L{fmt(x1)} {fmt(y1)}Q{fmt(bx)} {fmt(by)} {fmt(x2)} {fmt(y2)}"
    return f"{said}L{fmt(points[-1][0])} {fmt(points[-1][1])}"


def arrow_head(before: tuple[float, float], tip: tuple[float, float], size: float) -> str:
    """Return the head of an arrow that comes from one point and ends at another, along an axis."""
    (ax, ay), (x, y) = before, tip
    dx, dy = (0.0, 1.0 if y > ay else -1.0) if abs(y - ay) > abs(x - ax) else (1.0 if x > ax else -1.0, 0.0)
    left, right = (
        (x - dx * size + sign * dy * size / 2, y - dy * size + sign * dx * size / 2) for sign in (1, -1)
    )
    corners = "L".join(f"{fmt(a)} {fmt(b)}" for a, b in ((x, y), left, right))
    return f"M{corners}z"
