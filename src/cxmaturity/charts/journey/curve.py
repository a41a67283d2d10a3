"""The curve of satisfaction: the lane that is read from three metres, drawn from the pieces that the analysis computed.

Solid, dashed or dotted tells how it is known; a hollow marker is a hypothesis; the band is the 95 % interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import attrs

from cxmaturity.charts.colour import blend
from cxmaturity.charts.journey import symbols
from cxmaturity.charts.journey.callouts import Callout, callout_height, draw_callouts, make_callouts
from cxmaturity.charts.journey.data import event_data, part_of
from cxmaturity.charts.journey.grid import Cell
from cxmaturity.charts.journey.labels import Form, Label, Line, place_labels
from cxmaturity.charts.journey.lanes import Context, Lane, Run, row, write
from cxmaturity.charts.journey.legend import dash_of
from cxmaturity.charts.journey.measure import block_width, longest_word, text_width, wrap
from cxmaturity.charts.journey.overlays import draw_overlays, overlays_of
from cxmaturity.charts.journey.scene import Box, Group, Path, Rect, fmt, line, smooth
from cxmaturity.journey.results import CurvePiece, EventResult

_MARK: Final = "[000]"
"""The room that the number of a note takes, before it has one."""


@attrs.frozen(kw_only=True)
class Plot:
    """From valence to millimetres: `top` is +2, `bottom` -2."""

    top: float
    bottom: float

    def y(self, valence: float) -> float:
        """Return where a valence stands."""
        return self.bottom - (max(-2.0, min(2.0, valence)) + 2) / 4 * (self.bottom - self.top)


def curve_lane(ctx: Context, height: float, callouts: Sequence[Callout] | None = None) -> Lane:
    """Return the lane of the curve, at least `height` high."""
    made = make_callouts(ctx) if callouts is None else callouts

    def draw(box: Box, group: Group) -> None:
        _draw(ctx, box, group, made)

    return Lane(
        key="curve",
        name=_name(ctx),
        more=ctx.content.say("lane.curve.more") if made and not ctx.look.summary else "",
        height=height,
        draw=draw,
        stretch=1.0,
    )


def _name(ctx: Context) -> str:
    """Return the name of the lane: one word on a small sheet, where its lines would push the scale down."""
    return ctx.content.say("lane.curve.brief" if ctx.look.summary else "lane.curve")


def strip_height(ctx: Context, callouts: Sequence[Callout]) -> float:
    """Return the height above the scale: of the call-outs, and of the lane's own name, which must not meet the scale's."""
    look = ctx.look
    room = look.gutter - look.mm(2)
    high = len(wrap(_name(ctx), room, look.strong, "semibold")) * row(look.strong)
    if not callouts:
        return high
    if not look.summary:
        more = len(wrap(ctx.content.say("lane.curve.more"), room, look.small))
        high += more * row(look.small) + row(look.small) / 2 - look.mm(3)
    return max(callout_height(ctx, callouts), high)


def _draw(ctx: Context, box: Box, group: Group, callouts: Sequence[Callout]) -> None:
    look = ctx.look
    strip = strip_height(ctx, callouts)
    plot = _plot(ctx, box, strip)
    _ground(ctx, plot, group.group("layer-scale"))
    points = {
        cell.step.event.id: (cell.centre, plot.y(cell.step.result.valence))
        for cell in ctx.grid.cells
        if cell.step.result.valence is not None
    }
    if not points:
        _say_unknown(ctx, plot, group.group("layer-scale"))
    _band(ctx, plot, group.group("layer-band"))
    overlays = overlays_of(ctx)
    names = draw_overlays(ctx, overlays, plot.y, group)
    _line(ctx, plot, group.group("layer-line"))
    room = Box(x=look.left, y=box.y, width=look.right - look.left, height=strip)
    taken = draw_callouts(ctx, callouts, points, room, group.group("layer-moments"))
    markers = group.group("layer-points")
    for cell in ctx.grid.cells:
        if cell.step.event.id in points:
            _marker(ctx, cell, points[cell.step.event.id], markers)
    low = plot.bottom + _margins(ctx)[1]
    _intensity(ctx, Box(x=look.left, y=low, width=look.right - look.left, height=box.bottom - low), group)
    room = Box(x=look.left, y=box.y + strip, width=look.right - look.left, height=low - box.y - strip)
    neutral = [(look.left, plot.y(0)), (look.right, plot.y(0))]
    own = [neutral, *(trace(ctx, plot, piece) for piece in ctx.content.result.curve)]
    beside = [
        [(it.x(a), plot.y(b)) for a, b in zip(p.x, p.y, strict=True)]
        for it in overlays
        for p in it.result.curve
    ]
    taken += _whiskers(ctx, plot)
    _labels(ctx, room, points, _Around(names=names, taken=taken, own=own, beside=beside), group)


@attrs.frozen(kw_only=True)
class _Around:
    """What labels have to find their place among: names of other curves, leaders, lines never touched, lines better not."""

    names: Sequence[Label]
    taken: Sequence[Box]
    own: Sequence[Line]
    beside: Sequence[Line]


def _margins(ctx: Context) -> tuple[float, float]:
    """Return the room for labels beyond the ends of the scale, wider where the curve comes near them."""
    known = [step.result.valence for step in ctx.content.steps if step.result.valence is not None]
    above = ctx.look.mm(9 if max(known, default=0) > 1.4 else 4)
    below = ctx.look.mm(9 if min(known, default=0) < -1.4 else 2)
    return above, below


def least_height(ctx: Context, callouts: Sequence[Callout]) -> float:
    """Return the height below which the words of the scale would meet."""
    plot = max(ctx.look.mm(18 if ctx.look.summary else 26), 4.6 * row(ctx.look.small))
    return strip_height(ctx, callouts) + sum(_margins(ctx)) + plot + intensity_height(ctx)


def intensity_height(ctx: Context) -> float:
    """Return the height under the scale of how strongly customers feel; 0 where nobody said, or a small sheet has no room."""
    known = any(step.event.emotion.intensity is not None for step in ctx.content.steps)
    return ctx.look.mm(4.6) if known and ctx.caps.intensity else 0.0


def _intensity(ctx: Context, box: Box, group: Group) -> None:
    """Draw a small bar under each point, 1 to 5: how strongly customers feel, whatever they feel."""
    if not intensity_height(ctx):
        return
    look = ctx.look
    part = group.group("layer-intensity")
    base, most = box.bottom - look.mm(0.2), look.mm(3.6)
    part.add(line(look.left, base, look.right, base, "#8A949E", look.mm(0.15)))
    room = Box(
        x=look.sheet.margin,
        y=base - row(look.small),
        width=look.gutter - look.mm(1.4),
        height=row(look.small),
    )
    words = ctx.content.say("lane.intensity")
    write(part, words, room, size=look.small, fill=look.muted, ground=look.theme.paper, anchor="end")
    wide = look.mm(1.7)
    for cell in ctx.grid.cells:
        level = cell.step.event.emotion.intensity
        if level is None:
            continue
        said = ctx.content.say("intensity", n=level)
        one = part.group("event intensity", data=part_of(cell.step), label=f"{cell.step.number}, {said}")
        high = most * level / 5
        bar = Box(x=cell.centre - wide / 2, y=base - high, width=wide, height=high)
        one.add(Rect(box=bar, fill="#66707C"))


def _plot(ctx: Context, box: Box, strip: float) -> Plot:
    above, below = _margins(ctx)
    return Plot(top=box.y + strip + above, bottom=box.bottom - below - intensity_height(ctx))


def _say_unknown(ctx: Context, plot: Plot, group: Group) -> None:
    look = ctx.look
    text = ctx.content.say("alt.empty")
    wide = text_width(text, look.body) + look.mm(4)
    middle = (look.left + look.right) / 2
    room = Box(x=middle - wide / 2, y=plot.y(1) - look.mm(2.5), width=wide, height=look.mm(5))
    group.add(Rect(box=room, fill=look.theme.paper))
    write(
        group,
        text,
        room,
        size=look.body,
        fill=look.muted,
        ground=look.theme.paper,
        anchor="middle",
        middle=True,
    )


def _ground(ctx: Context, plot: Plot, group: Group) -> None:
    """Draw two whispers of blue and orange, the neutral line, the stages' edges and the words of the scale."""
    look = ctx.look
    width = look.right - look.left
    middle = plot.y(0)
    for top, bottom, colour in ((plot.top, middle, look.positive), (middle, plot.bottom, look.negative)):
        group.add(
            Rect(
                box=Box(x=look.left, y=top, width=width, height=bottom - top),
                fill=blend(colour, look.theme.paper, 0.055),
            )
        )
    for value in (-2, -1, 1, 2):
        group.add(line(look.left, plot.y(value), look.right, plot.y(value), "#DDE2E7", look.mm(0.15)))
    group.add(line(look.left, middle, look.right, middle, "#7B8692", look.mm(0.3)))
    for span in ctx.grid.spans[1:]:
        x = span.x - look.mm(0.7)
        group.add(line(x, plot.top, x, plot.bottom, "#FFFFFF", look.mm(0.6)))
    for value in (-2, -1, 0, 1, 2):
        size = look.small
        height = row(size)
        room = Box(
            x=look.sheet.margin, y=plot.y(value) - height / 2, width=look.gutter - look.mm(1.4), height=height
        )
        colour = look.feeling(value)
        write(
            group,
            ctx.content.say(f"feel.{value}"),
            room,
            size=size,
            fill=colour,
            ground=look.theme.paper,
            anchor="end",
        )


def _offsets(event: EventResult) -> tuple[float, float] | None:
    """Return how far the interval of an event reaches below and above its valence, None when it has none."""
    if event.valence is None or event.low is None or event.high is None:
        return None
    return event.low - event.valence, event.high - event.valence


def _band(ctx: Context, plot: Plot, group: Group) -> None:
    """Draw the interval around the curve where both neighbours have one: offsets run straight between events."""
    look = ctx.look
    known = {e.index: e for e in ctx.content.result.events}
    for piece in ctx.content.result.curve:
        for first, last in pairwise(_known_inside(piece, known)):
            one, two = known[first], known[last]
            ends = [_offsets(end) for end in (one, two)]
            if ends[0] is None or ends[1] is None:
                continue
            (down_one, up_one), (down_two, up_two) = ends[0], ends[1]
            xs = [(x, y) for x, y in zip(piece.x, piece.y, strict=True) if first <= x <= last]
            upper, lower = [], []
            for x, y in xs:
                share = (x - first) / (last - first)
                up = (1 - share) * up_one + share * up_two
                down = (1 - share) * down_one + share * down_two
                upper.append((ctx.grid.at(x), plot.y(y + up)))
                lower.append((ctx.grid.at(x), plot.y(y + down)))
            d = "M" + "L".join(f"{fmt(x)} {fmt(y)}" for x, y in [*upper, *reversed(lower)]) + "z"
            group.add(Path(d=d, fill="#5F6B78", opacity=0.2))
    for cell in ctx.grid.cells:
        event = cell.step.result
        if event.low is not None and event.high is not None:
            x = cell.centre
            group.add(line(x, plot.y(event.high), x, plot.y(event.low), "#5F6B78", look.mm(0.25)))


def _known_inside(piece: CurvePiece, known: dict[int, EventResult]) -> list[int]:
    inside = range(math.ceil(piece.x[0]), math.floor(piece.x[-1]) + 1)
    return [index for index in inside if index in known and known[index].valence is not None]


def trace(ctx: Context, plot: Plot, piece: CurvePiece) -> list[tuple[float, float]]:
    """Return a piece of the curve in millimetres."""
    return [(ctx.grid.at(x), plot.y(y)) for x, y in zip(piece.x, piece.y, strict=True)]


def _line(ctx: Context, plot: Plot, group: Group) -> None:
    look = ctx.look
    pieces = ctx.content.result.curve
    words = smooth([trace(ctx, plot, piece) for piece in pieces])
    for piece, d in zip(pieces, words, strict=True):
        group.group("piece", data=(("data-grade", piece.grade),)).add(
            Path(
                d=d,
                stroke=look.theme.ink,
                stroke_width=min(look.mm(0.75), 0.88) if piece.grade != "H" else min(look.mm(0.8), 0.88),
                dash=dash_of(ctx, piece.grade),
                cap="round" if piece.grade == "H" else "butt",
            )
        )


def radius(ctx: Context, cell: Cell) -> float:
    """Return the radius of a marker, its area growing with reach."""
    most = max((c.step.event.reach or 0.0 for c in ctx.grid.cells), default=0.0)
    share = (cell.step.event.reach or 0.0) / most if most else 0.25
    return ctx.look.mm(1.05 + 0.95 * math.sqrt(share))


def _marker(ctx: Context, cell: Cell, at: tuple[float, float], group: Group) -> None:
    look, result = ctx.look, cell.step.result
    data = event_data(cell.step) if look.summary else part_of(cell.step)
    part = group.group("event point", data=data, label=f"{cell.step.number} {cell.step.action}")
    colour = look.feeling(result.valence)
    colour = "#66707C" if colour == look.muted else colour
    x, y = at
    r = radius(ctx, cell)
    hollow = result.grade == "H"
    shape = symbols.INITIATORS["partner" if result.metric == "nps" else "customer"]
    if result.moment:
        part.add(
            Path(
                d=symbols.INITIATORS["customer"],
                x=x - r * 1.75,
                y=y - r * 1.75,
                scale=3.5 * r / symbols.GRID,
                fill=look.theme.paper,
                stroke=look.theme.ink,
                stroke_width=24 * look.mm(0.5) / (3.5 * r),
            )
        )
    part.add(
        Path(
            d=shape,
            x=x - r * 1.14,
            y=y - r * 1.14,
            scale=2.28 * r / symbols.GRID,
            fill=look.theme.paper if hollow else colour,
            stroke=colour if hollow else look.theme.paper,
            stroke_width=24 * look.mm(0.45 if hollow else 0.25) / (2.28 * r),
        )
    )


def _labels(
    ctx: Context, room: Box, points: dict[str, tuple[float, float]], around: _Around, group: Group
) -> None:
    """Write word, value, answers and month beside each marker, where they meet nothing; what has no place is a note."""
    group = group.group("layer-evidence")
    cells = {cell.step.event.id: cell for cell in ctx.grid.cells if cell.step.event.id in points}
    wanted = [*(_label(ctx, cell, points[key]) for key, cell in cells.items()), *around.names]
    spots = place_labels(wanted, room=room, taken=around.taken, curve=around.own, beside=around.beside)
    for label, spot in zip(wanted, spots, strict=True):
        cell = cells.get(label.key)
        note = 0
        if cell is not None and not ctx.look.summary:
            note = _rest(ctx, cell, None if spot is None else spot.form)
        if spot is None:
            continue
        part = group.group(f"event label{'' if cell else ' name'}", data=part_of(cell.step) if cell else ())
        y = spot.box.y
        for run in _noted(label.forms[spot.form].runs, note):
            write(
                part,
                run.lines,
                Box(x=spot.box.x, y=y, width=spot.box.width, height=run.height),
                size=run.size,
                fill=run.fill,
                ground=ctx.look.theme.paper,
                weight=run.weight,
                anchor="middle",
                halo=True,
            )
            y += run.height


def _whiskers(ctx: Context, plot: Plot) -> list[Box]:
    """Return where the intervals of events stand, for labels to keep clear of."""
    known = [(cell.centre, cell.step.result) for cell in ctx.grid.cells]
    return [
        Box(x=x - 0.2, y=plot.y(it.high), width=0.4, height=plot.y(it.low) - plot.y(it.high))
        for x, it in known
        if it.valence is not None and it.low is not None and it.high is not None
    ]


def _noted(runs: Sequence[Run], note: int) -> tuple[Run, ...]:
    """Return what a label says with the number of its note in the room that was kept for it."""
    if not note:
        return tuple(runs)
    *before, last = runs
    ends = last.lines[-1].removesuffix(_MARK) + f"[{note}]"
    return (*before, attrs.evolve(last, lines=(*last.lines[:-1], ends)))


def _rest(ctx: Context, cell: Cell, form: int | None) -> int:
    """Put in a note what a label has no room to say, by its form, all of it where it has no place; return the note's number."""
    step = cell.step
    whole = (step.word, *step.evidence)
    words = {None: whole, 1: step.evidence[1:], 2: step.evidence, 3: whole}.get(form, ())
    said = " · ".join(part for part in words if part)
    return ctx.notes.add(f"{step.number}\u2002{said}") if said else 0


def _label(ctx: Context, cell: Cell, at: tuple[float, float]) -> Label:
    """Return what is said beside a marker: in full, then with its value only, its word, its number alone."""
    look, step = ctx.look, cell.step
    number = str(step.number)
    wide = max(cell.width * 1.1, look.mm(15), longest_word(step.word, look.small, "semibold") + look.mm(5))
    alone = Run(lines=(number,), size=look.small, fill=look.theme.ink, weight="semibold")
    first = step.word if look.summary else f"{number}\u2002{step.word}"
    named = attrs.evolve(alone, lines=wrap(first, wide, look.small, "semibold")) if step.word else alone
    forms: list[tuple[Run, ...]] = [] if look.summary and not step.word else [(named,)]
    if not look.summary:
        proof = Run(lines=_joined(step.evidence, wide, look.small), size=look.small, fill=look.muted)
        value = step.evidence[0] if step.evidence else ""
        forms = [
            (named, proof),
            (named, _marked(proof, value, wide, noted=bool(step.evidence[1:]))),
            (_marked(named, first if step.word else number, wide, noted=bool(step.evidence)),),
            (_marked(alone, number, wide, noted=bool(step.word or step.evidence)),),
        ]
    made = [_form(runs) for runs in forms] or [_form(())]
    return Label(
        key=step.event.id,
        x=at[0],
        y=at[1],
        radius=radius(ctx, cell) * (1.75 if step.result.moment else 1.1),
        width=made[0].width,
        height=made[0].height,
        runs=made[0].runs,
        lifts=3 if look.summary else 14,
        shorter=tuple(made[1:]),
    )


def _marked(run: Run, text: str, width: float, *, noted: bool) -> Run:
    """Return a run that says a text, with room for the number of a note behind it."""
    lines = wrap(text, width, run.size, run.weight) if text else ()
    if noted and lines:
        lines = (*lines[:-1], f"{lines[-1]}\u00a0{_MARK}")
    return attrs.evolve(run, lines=lines)


def _form(runs: tuple[Run, ...]) -> Form:
    width = max((block_width(run.lines, run.size, run.weight) for run in runs), default=0.0) + 0.02
    return Form(width=width, height=sum(run.height for run in runs), runs=runs)


def _joined(parts: Sequence[str], width: float, size: float) -> tuple[str, ...]:
    """Put short texts on as few lines as they need, with a dot between those that share one."""
    lines: list[str] = []
    for part in parts:
        if lines and text_width(f"{lines[-1]} · {part}", size) <= width:
            lines[-1] = f"{lines[-1]} · {part}"
        else:
            lines.append(part)
    return tuple(lines)
