"""The call-outs of moments of truth: at most three, above the curve, with the reasons that fired in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from cxmaturity.charts.journey import symbols
from cxmaturity.charts.journey.data import part_of
from cxmaturity.charts.journey.lanes import Context, Run, capped, flow, height_of
from cxmaturity.charts.journey.measure import text_width
from cxmaturity.charts.journey.reasons import reasons_said
from cxmaturity.charts.journey.scene import Box, Group, Path, Rect, line
from cxmaturity.charts.journey.sheet import Step

MOST: Final = 3


@attrs.frozen(kw_only=True)
class Callout:
    """One call-out, laid out: its words and its size."""

    step: Step
    runs: tuple[Run, ...]
    width: float
    height: float


def make_callouts(ctx: Context) -> tuple[Callout, ...]:
    """Return the call-outs of the strongest moments that are drawn, in the order of the journey."""
    look = ctx.look
    steps = {step.event.id: step for step in ctx.content.steps if step.event.visible}
    chosen = [
        steps[e.event] for e in ctx.content.result.moments if e.event in steps and e.valence is not None
    ]
    chosen = chosen[: min(MOST, ctx.caps.callouts)]
    most = (look.right - look.left) / MOST - look.mm(4)
    made = []
    for step in sorted(chosen, key=lambda step: step.number):
        title = (
            step.action if look.summary else ctx.content.say("moment.at", n=step.number, action=step.action)
        )
        needed = max(
            text_width(title, look.strong, "semibold"),
            text_width(_sentence(ctx, step), look.small) / 2 + look.mm(12),
        )
        width = min(most, max(look.mm(40), needed + look.mm(8)))
        inner = width - look.mm(7.5)
        runs = (
            Run(
                lines=capped(ctx, title, inner, look.strong, 3, weight="semibold"),
                size=look.strong,
                fill=look.theme.ink,
                weight="semibold",
            ),
            Run(
                lines=capped(ctx, _sentence(ctx, step), inner, look.small, 5),
                size=look.small,
                fill=look.theme.ink,
                before=look.mm(0.5),
            ),
        )
        made.append(Callout(step=step, runs=runs, width=width, height=height_of(runs) + look.mm(2.4)))
    return tuple(made)


def _sentence(ctx: Context, step: Step) -> str:
    said = reasons_said(step.result.reasons, ctx.content.language, brief=True)
    text = " · ".join(said[:2] if ctx.look.summary else said)
    return text[:1].upper() + text[1:]


def callout_height(ctx: Context, callouts: Sequence[Callout]) -> float:
    """Return the height of the strip above the curve; 0 without call-outs."""
    return max((it.height for it in callouts), default=-ctx.look.mm(2)) + ctx.look.mm(2)


def draw_callouts(
    ctx: Context,
    callouts: Sequence[Callout],
    points: dict[str, tuple[float, float]],
    strip: Box,
    group: Group,
) -> list[Box]:
    """Draw the call-outs in their strip, each as near above its marker as its neighbours let it; return their leaders."""
    look = ctx.look
    taken = []
    xs = _spread(
        [points[it.step.event.id][0] for it in callouts], [it.width for it in callouts], strip, look.mm(3)
    )
    for callout, left in zip(callouts, xs, strict=True):
        x, y = points[callout.step.event.id]
        part = group.group("event moment", data=part_of(callout.step), label=callout.runs[0].lines[0])
        top = strip.bottom - look.mm(2) - callout.height
        box = Box(x=left, y=top, width=callout.width, height=callout.height)
        stem = min(max(x, box.x), box.right)
        part.add(line(stem, box.bottom, x, y, look.theme.ink, look.mm(0.3)))
        part.add(
            Rect(box=box, fill=look.panel),
            Rect(box=Box(x=box.x, y=box.y, width=look.mm(0.7), height=box.height), fill=look.theme.ink),
            Path(
                d=symbols.FLAG,
                x=box.x + look.mm(1.5),
                y=box.y + look.mm(1.2),
                scale=look.mm(4) / symbols.GRID,
                fill=look.theme.ink,
                stroke=look.theme.ink,
                stroke_width=2.6,
            ),
        )
        room = Box(
            x=box.x + look.mm(6),
            y=box.y + look.mm(1.1),
            width=box.width - look.mm(7),
            height=box.height - look.mm(1.2),
        )
        flow(part, callout.runs, room, ground=look.panel)
        taken.append(
            Box(
                x=min(stem, x) - 0.4, y=box.bottom, width=abs(stem - x) + 0.8, height=max(0.0, y - box.bottom)
            )
        )
    return taken


def _spread(centres: Sequence[float], widths: Sequence[float], strip: Box, gap: float) -> list[float]:
    """Return left edges around `centres`, in order, apart by `gap`, inside the strip."""
    xs = [min(max(c - w / 2, strip.x), strip.right - w) for c, w in zip(centres, widths, strict=True)]
    for i in range(1, len(xs)):
        xs[i] = max(xs[i], xs[i - 1] + widths[i - 1] + gap)
    limit = strip.right
    for i in reversed(range(len(xs))):
        xs[i] = min(xs[i], limit - widths[i])
        limit = xs[i] - gap
    return xs
