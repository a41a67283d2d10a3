"""Spans: what events in a row have in common (an actor, a system, an owner), said once under a bar as long as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from cxmaturity.charts.journey.data import event_data, part_of
from cxmaturity.charts.journey.grid import Cell, Span
from cxmaturity.charts.journey.lanes import NO_LIMIT, Context, Lane, Run, capped, flow, row
from cxmaturity.charts.journey.measure import block_width, text_width, wrap
from cxmaturity.charts.journey.scene import Box, Data, Group, Rect
from cxmaturity.charts.journey.sheet import Step, Tag


@attrs.frozen(kw_only=True)
class _Bar:
    """One thing over events in a row: the bar from `left` to `right`, its words from `text` on, `room` both together."""

    id: str
    steps: tuple[Step, ...]
    left: float
    right: float
    text: float
    lines: tuple[str, ...]
    room: tuple[float, float]


def span_lane(ctx: Context, key: str, tags: Callable[[Step], Sequence[Tag]]) -> Lane:
    """Return the lane of a kind of tags; of height 0 when no event has any.

    Where the sheet is too small for bars, the names of a stage stand one after the other.
    """
    if not ctx.caps.spans:
        return chip_lane(ctx, key, tags)
    look = ctx.look
    rows = _pack([_bar(ctx, key, run) for run in _runs(ctx, tags)], look.mm(2))
    heights = [max(_height(ctx, bar) for bar in bars) for bars in rows]
    gap = look.mm(0.9)
    more = f"lane.{key}.more"

    def draw(box: Box, group: Group) -> None:
        y = box.y
        for bars, height in zip(rows, heights, strict=True):
            for bar in bars:
                _draw(ctx, key, bar, (y, height), group)
            y += height + gap

    return Lane(
        key=key,
        name=ctx.content.say(f"lane.{key}"),
        more=ctx.content.say(more) if key in {"front", "back", "data"} else "",
        height=sum(heights) + gap * max(0, len(rows) - 1),
        draw=draw,
    )


def _runs(ctx: Context, tags: Callable[[Step], Sequence[Tag]]) -> list[tuple[Tag, tuple[Cell, ...]]]:
    """Return every tag with the events in a row that have it, from left to right."""
    done: list[tuple[Tag, tuple[Cell, ...]]] = []
    going: dict[Tag, list[Cell]] = {}
    for cell in ctx.grid.cells:
        here = list(dict.fromkeys(tags(cell.step)))
        over = [tag for tag in going if tag not in here]
        done.extend((tag, tuple(going.pop(tag))) for tag in over)
        for tag in here:
            going.setdefault(tag, []).append(cell)
    done += [(tag, tuple(cells)) for tag, cells in going.items()]
    return sorted(done, key=lambda run: (run[1][0].x, -len(run[1]), run[0].text))


def _bar(ctx: Context, key: str, run: tuple[Tag, tuple[Cell, ...]]) -> _Bar:
    tag, cells = run
    look = ctx.look
    left, right = cells[0].x, cells[-1].right - look.mm(1.4)
    width = max(right - left, min(text_width(tag.text, look.small) + 0.1, look.mm(34)))
    width = min(width, look.right - look.left)
    lines = capped(
        ctx,
        tag.text,
        width,
        look.small,
        3 if ctx.caps.item > 3 else 1,
        note=f"{ctx.content.say(f'lane.{key}')}\u2002{tag.text}",
    )
    wide = block_width(lines, look.small)
    text = min(left, look.right - wide)
    return _Bar(
        id=tag.id,
        steps=tuple(cell.step for cell in cells),
        left=left,
        right=right,
        text=text,
        lines=lines,
        room=(min(text, left), max(text + wide, right)),
    )


def _pack(bars: Sequence[_Bar], gap: float) -> list[list[_Bar]]:
    """Put each bar in the first row where it meets no other."""
    rows: list[list[_Bar]] = []
    for bar in bars:
        for line in rows:
            if all(
                bar.room[0] >= other.room[1] + gap or other.room[0] >= bar.room[1] + gap for other in line
            ):
                line.append(bar)
                break
        else:
            rows.append([bar])
    return rows


def _height(ctx: Context, bar: _Bar) -> float:
    return ctx.look.mm(1.3) + Run(lines=bar.lines, size=ctx.look.small, fill="").height


def _draw(ctx: Context, key: str, bar: _Bar, at: tuple[float, float], group: Group) -> None:
    y, height = at
    look = ctx.look
    part = group.group("event span", data=(*part_of(*bar.steps), (f"data-is-{key}", bar.id)))
    part.add(
        Rect(
            box=Box(x=bar.left, y=y, width=bar.right - bar.left, height=look.mm(0.7)),
            fill="#8A949E",
        )
    )
    room = Box(
        x=bar.text, y=y + look.mm(1.2), width=bar.room[1] - bar.text + 0.01, height=height - look.mm(1.2)
    )
    flow(part, [Run(lines=bar.lines, size=look.small, fill=look.theme.ink)], room, ground=look.theme.paper)


@attrs.frozen(kw_only=True)
class _Chip:
    """A name in its line: where it starts, in which line, and the events of the stage that have it."""

    tag: Tag
    steps: tuple[Step, ...]
    x: float
    y: float
    lines: tuple[str, ...]


def chip_lane(ctx: Context, key: str, tags: Callable[[Step], Sequence[Tag]]) -> Lane:
    """Return the lane of a kind of tags said once for each stage, one name after the other."""
    look = ctx.look
    made = [(span, _chips(ctx, span, tags)) for span in ctx.grid.spans]
    line = row(look.small)
    heights = [
        chip.y + Run(lines=chip.lines, size=look.small, fill="").height for _, chips in made for chip in chips
    ]

    def draw(box: Box, group: Group) -> None:
        for span, chips in made:
            for chip in chips:
                part = group.group("event chip", data=(*_data(chip), (f"data-is-{key}", chip.tag.id)))
                x, y = span.x + chip.x, box.y + chip.y
                if chip.x:
                    dot = Box(
                        x=x - look.mm(1.55),
                        y=y + line / 2 - look.mm(0.35),
                        width=look.mm(0.7),
                        height=look.mm(0.7),
                    )
                    part.add(Rect(box=dot, fill="#8A949E", radius=look.mm(0.35)))
                room = Box(x=x, y=y, width=span.right - x, height=box.bottom - y + 0.01)
                flow(
                    part,
                    [Run(lines=chip.lines, size=look.small, fill=look.theme.ink)],
                    room,
                    ground=look.theme.paper,
                )

    return Lane(key=key, name=ctx.content.say(f"lane.{key}"), height=max(heights, default=0.0), draw=draw)


def _data(chip: _Chip) -> Data:
    """Return all that is known of an event that has no card because customers do not see it, else only which events."""
    if len(chip.steps) == 1 and chip.tag.id == chip.steps[0].event.id and not chip.steps[0].event.visible:
        return event_data(chip.steps[0])
    return part_of(*chip.steps)


def _chips(ctx: Context, span: Span, tags: Callable[[Step], Sequence[Tag]]) -> list[_Chip]:
    """Put each name in the first line with room for it; those that the last line has no room for are a note."""
    look = ctx.look
    found: dict[str, tuple[Tag, list[Step]]] = {}
    for cell in span.cells:
        for tag in tags(cell.step):
            found.setdefault(tag.id, (tag, []))[1].append(cell.step)
    room, gap = span.width - look.mm(2.4), look.mm(2.4)
    most = 3 if ctx.caps.items < NO_LIMIT else NO_LIMIT
    used: list[float] = []
    chips: list[_Chip] = []
    waiting = list(found.values())
    while waiting:
        tag, steps = waiting.pop(0)
        text = tag.text if ctx.caps.basis else tag.short or tag.text
        lines = wrap(text, room, look.small)
        width = text_width(text, look.small)
        at = next((rank for rank, taken in enumerate(used) if taken + gap + width <= room), len(used))
        if at + len(lines) + bool(waiting) > most and (at == len(used) or at == most - 1):
            rest = [(tag, steps), *waiting]
            note = ctx.notes.add(" · ".join(it.text for it, _ in rest))
            text, steps, waiting = f"[{note}]", [step for _, many in rest for step in many], []
            tag, lines, width = Tag(id="", text=text), (text,), text_width(text, look.small)
            at = next((rank for rank, taken in enumerate(used) if taken + gap + width <= room), len(used))
        x = used[at] + gap if at < len(used) else 0.0
        if at == len(used):
            used += [width] if len(lines) == 1 else [room] * len(lines)
        else:
            used[at] = x + width
        chips.append(
            _Chip(tag=tag, steps=tuple(dict.fromkeys(steps)), x=x, y=at * row(look.small), lines=lines)
        )
    return chips
