"""The stage band and the cards of the events: what happens, who starts, through which channel."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import attrs

from cxmaturity.charts.journey import symbols
from cxmaturity.charts.journey.data import event_data
from cxmaturity.charts.journey.flows import Flows, Seat, draw_flows, plan_flows
from cxmaturity.charts.journey.grid import Span
from cxmaturity.charts.journey.lanes import NO_LIMIT, Context, Lane, Run, capped, flow, height_of, row, write
from cxmaturity.charts.journey.look import Look
from cxmaturity.charts.journey.measure import text_width, wrap
from cxmaturity.charts.journey.scene import Box, Group, Path, Rect, fmt
from cxmaturity.charts.journey.sheet import Step, Tag


def stage_lane(ctx: Context) -> Lane:
    """Return the band of stages under the phases of the life cycle."""
    look = ctx.look
    easy = 6 if look.summary else 4
    size, most = _head(ctx), easy if ctx.caps.items == NO_LIMIT else 2
    names = [
        capped(
            ctx,
            span.column.name,
            span.width - _number_width(ctx) - look.mm(3.5),
            size,
            most,
            weight="semibold",
        )
        for span in ctx.grid.spans
    ]
    phase = row(look.small) + look.mm(1.4 if look.dense else 2.2) if not look.summary else 0.0
    band = max(len(lines) for lines in names) * row(size) + look.mm(2.8 if look.dense else 3.6)

    def draw(box: Box, group: Group) -> None:
        if phase:
            _phases(ctx, box, group.group("layer-phase"))
        for span, lines in zip(ctx.grid.spans, names, strict=True):
            part = group.group(
                "stage", data=(("data-stage", span.column.id), ("data-phase", span.column.phase))
            )
            _stage(ctx, span, lines, Box(x=span.x, y=box.y + phase, width=span.width, height=band), part)

    return Lane(key="stages", name=ctx.content.say("lane.stages"), height=phase + band, draw=draw)


def _phases(ctx: Context, box: Box, group: Group) -> None:
    look = ctx.look
    for phase, run in itertools.groupby(ctx.grid.spans, key=lambda span: span.column.phase):
        spans = list(run)
        left, right = spans[0].x, spans[-1].right - look.mm(1)
        room = Box(x=left, y=box.y, width=right - left, height=row(look.small))
        part = group.group(data=(("data-phase", phase),))
        write(
            part, spans[0].column.phase_name, room, size=look.small, fill=look.muted, ground=look.theme.paper
        )
        y = box.y + row(look.small) + look.mm(0.5)
        part.add(Rect(box=Box(x=left, y=y, width=right - left, height=look.mm(0.45)), fill=look.muted))


def _head(ctx: Context) -> float:
    """Return the size of the names of stages: the smallest where there are too many stages for their words."""
    return ctx.look.small if ctx.grid.tight else ctx.look.head


def _number_width(ctx: Context) -> float:
    """Return how far from the left edge of its plate the name of a stage starts."""
    look = ctx.look
    widest = max(text_width(str(span.column.number), _head(ctx)) for span in ctx.grid.spans)
    return max(look.mm(4.2 if look.narrow else 6), widest + look.mm(2.6))


def _stage(ctx: Context, span: Span, lines: tuple[str, ...], box: Box, group: Group) -> None:
    """Draw a stage as a plate with a point to the right, its number and its name."""
    look, tip = ctx.look, ctx.look.mm(2.2)
    right = box.right - look.mm(1)
    d = (
        f"M{fmt(box.x)} {fmt(box.y)}H{fmt(right - tip)}L{fmt(right)} {fmt(box.y + box.height / 2)}"
        f"L{fmt(right - tip)} {fmt(box.bottom)}H{fmt(box.x)}z"
    )
    group.add(Path(d=d, fill=look.theme.primary))
    start, size = _number_width(ctx), _head(ctx)
    number = Box(x=box.x + look.mm(1.8), y=box.y, width=start - look.mm(1), height=box.height)
    ink = look.theme.on_primary
    write(
        group,
        str(span.column.number or ""),
        number,
        size=size,
        fill=ink,
        ground=look.theme.primary,
        middle=True,
    )
    name = Box(x=box.x + start, y=box.y, width=right - tip - box.x - start, height=box.height)
    write(
        group,
        lines,
        name,
        size=size,
        fill=ink,
        ground=look.theme.primary,
        weight="semibold",
        middle=True,
    )


@attrs.frozen(kw_only=True)
class Card:
    """One card, laid out for its seat but without a height yet."""

    seat: Seat
    runs: tuple[Run, ...]
    channel: tuple[str, ...]
    height: float


def card_lane(ctx: Context) -> Lane:
    """Return the lane of the cards of what customers perceive, stacked where columns are too narrow."""
    say = ctx.content.say
    return _card_lane(ctx, "cards", say("lane.cards"), say("lane.cards.more"), visible=True)


def hidden_lane(ctx: Context) -> Lane:
    """Return the lane of the cards of what customers never see; of height 0 when there are none."""
    return _card_lane(ctx, "hidden", ctx.content.say("lane.hidden"), "", visible=False)


def hidden_tags(step: Step) -> tuple[Tag, ...]:
    """Return what customers do not see as a tag, with its number; nothing for what they see."""
    if step.event.visible:
        return ()
    return (Tag(id=step.event.id, text=f"{step.number}\u00a0{step.action}"),)


def _card_lane(ctx: Context, key: str, name: str, more: str, *, visible: bool) -> Lane:
    seated = {
        span.column.id: _seats(ctx, span, [c.step for c in span.cells if c.step.event.visible is visible])
        for span in ctx.grid.spans
    }
    seats = {seat.step.event.id: seat for made in seated.values() for seat in made}
    flows = plan_flows(ctx, seats) if visible else Flows()
    every = [
        make_card(ctx, seat, (*seat.step.extras, *flows.words(seat.step)) if visible else seat.step.extras)
        for seat in seats.values()
    ]
    rows = 1 + max((card.seat.row for card in every), default=0)
    gap = ctx.look.mm(1.6)
    heights = [max((card.height for card in every if card.seat.row == r), default=0.0) for r in range(rows)]

    def draw(box: Box, group: Group) -> None:
        room = box.height - flows.above - flows.below - sum(heights) - gap * (rows - 1)
        spare = max(0.0, room) / rows
        boxes = {}
        for card in every:
            r, seat = card.seat.row, card.seat
            y = box.y + flows.above + sum(heights[:r]) + (gap + spare) * r
            place = Box(x=seat.left, y=y, width=seat.right - seat.left, height=heights[r] + spare)
            boxes[seat.step.event.id] = place
            draw_card(ctx, card, place, group)
        draw_flows(ctx, flows, boxes, group)

    height = flows.above + sum(heights) + gap * (rows - 1) + flows.below if every else 0.0
    return Lane(key=key, name=name, more=more, height=height, draw=draw, stretch=0.15 if visible else 0.0)


def _seats(ctx: Context, span: Span, steps: list[Step]) -> list[Seat]:
    """Share a stage between its cards: columns of the same width, filled one after the other."""
    if not steps:
        return []
    across = min(span.across, len(steps))
    rows = math.ceil(len(steps) / across)
    width = span.width / math.ceil(len(steps) / rows)
    return [
        Seat(
            step=step,
            left=span.x + rank // rows * width,
            right=span.x + (rank // rows + 1) * width - ctx.look.mm(1.4),
            row=rank % rows,
            lowest=rank % rows == rows - 1 or rank == len(steps) - 1,
        )
        for rank, step in enumerate(steps)
    ]


def make_card(ctx: Context, seat: Seat, said: Sequence[str]) -> Card:
    """Lay out one card of the width of its seat; `said` comes under what happens."""
    look, step, inner = ctx.look, seat.step, seat.right - seat.left - ctx.look.mm(4.2)
    beside = inner - look.mm(10.6) - text_width(str(step.number), look.strong, "semibold") - look.mm(1)
    fits = text_width(step.channel, look.small) <= beside
    head = (step.channel,) if fits and ctx.caps.channels else ()
    extras = " · ".join(said)
    if not ctx.caps.channels and extras and text_width(extras, look.small) <= beside:
        head, extras = (extras,), ""
    runs = []
    if ctx.caps.channels and not fits:
        runs.append(
            Run(
                lines=wrap(step.channel, inner, look.small),
                size=look.small,
                fill=look.muted,
                before=look.mm(0.5),
            )
        )
    runs += [
        Run(
            lines=capped(
                ctx, step.action, inner, look.body, ctx.caps.card, note=f"{step.number}\u2002{step.action}"
            ),
            size=look.body,
            fill=look.theme.ink,
            before=look.mm(0.9),
        )
    ]
    if step.expects and ctx.caps.expects and not look.summary:
        runs.append(
            Run(
                lines=wrap(step.expects, inner, look.small, "italic"),
                size=look.small,
                fill=look.muted,
                weight="italic",
                before=look.mm(0.7),
            )
        )
    if extras:
        lines = wrap(extras, inner, look.small)
        runs.append(Run(lines=lines, size=look.small, fill=look.muted, before=look.mm(0.5)))
    top = look.mm(4.6)
    return Card(
        seat=seat,
        runs=tuple(runs),
        channel=head,
        height=look.mm(_pad(look)) + top + height_of(runs) + look.mm(_pad(look)),
    )


def _pad(look: Look) -> float:
    """Return the white above and under what a card says."""
    return 1.0 if look.dense else 1.3


def draw_card(ctx: Context, card: Card, box: Box, group: Group) -> None:
    """Draw a card: its edge, who starts, its number, its channel, its words."""
    look, step = ctx.look, card.seat.step
    part = group.group("event card", data=event_data(step), label=f"{step.number} {step.action}")
    colour = look.initiator(step.event.by)
    ground = look.panel
    part.add(
        Rect(box=box, fill=ground, radius=look.mm(0.6)),
        Rect(box=Box(x=box.x, y=box.y, width=look.mm(1.1), height=box.height), fill=colour),
    )
    x, y = box.x + look.mm(2.6), box.y + look.mm(_pad(look))
    side = look.mm(4.4)
    initiator(
        look,
        part,
        step.event.by,
        ctx.content.say(f"letter.{step.event.by}"),
        Box(x=x, y=y, width=side, height=side),
    )
    icon = look.mm(3.7)
    part.add(
        Path(
            d=symbols.channel_symbol(step.event.channel, step.family),
            x=x + side + look.mm(1.2),
            y=y + (side - icon) / 2,
            scale=icon / symbols.GRID,
            stroke=look.theme.ink,
            stroke_width=1.7,
            cap="round",
        )
    )
    number = str(step.number)
    wide = text_width(number, look.strong, "semibold")
    inner = Box(x=x, y=y, width=box.right - look.mm(1.4) - x, height=box.bottom - y)
    write(
        part,
        number,
        Box(x=inner.right - wide, y=y, width=wide, height=side),
        size=look.strong,
        fill=look.theme.ink,
        ground=ground,
        weight="semibold",
        middle=True,
    )
    text_x = x + side + look.mm(1.2) + icon + look.mm(1.1)
    height = look.mm(4.6)
    channel = Box(x=text_x, y=y, width=max(0.0, inner.right - wide - look.mm(0.6) - text_x), height=side)
    write(part, card.channel, channel, size=look.small, fill=look.muted, ground=ground, middle=True)
    flow(
        part,
        card.runs,
        Box(x=x, y=y + height, width=inner.width, height=box.bottom - y - height),
        ground=ground,
    )
    if step.result.moment:
        part.add(Rect(box=box, stroke=look.theme.ink, stroke_width=look.mm(0.5), radius=look.mm(0.6)))


def initiator(look: Look, group: Group, by: str, letter: str, box: Box) -> None:
    """Draw the shape of who starts with its letter."""
    colour = look.initiator(by)
    group.add(Path(d=symbols.INITIATORS[by], x=box.x, y=box.y, scale=box.width / symbols.GRID, fill=colour))
    write(
        group,
        letter,
        box,
        size=look.small,
        fill="#FFFFFF",
        ground=colour,
        weight="semibold",
        anchor="middle",
        middle=True,
    )
