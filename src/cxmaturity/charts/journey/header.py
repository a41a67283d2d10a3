"""The head of the poster: what this is, who it is about, and how to read it."""

from __future__ import annotations

from typing import Final

import attrs

from cxmaturity.charts.journey import symbols
from cxmaturity.charts.journey.lanes import Context, Lane, Run, capped, flow, height_of
from cxmaturity.charts.journey.legend import (
    Legend,
    channel_height,
    channel_rows,
    draw_channels,
    draw_legend,
    make_legend,
)
from cxmaturity.charts.journey.measure import printable, wrap
from cxmaturity.charts.journey.scene import Box, Group, Path
from cxmaturity.i18n import date, number, percent

_GAP: Final = 7.0
_SHARES: Final = (
    (0.35, 0.31, 0.34),
    (0.34, 0.34, 0.32),
    (0.27, 0.34, 0.39),
    (0.24, 0.36, 0.4),
    (0.32, 0.37, 0.31),
)
_BRIEF: Final = ((0.57, 0.43),)
_TITLE: Final = (1, 0.9, 0.8, 0.72, 0.66)
_DENSE_TITLE: Final = (0.8, 0.72, 0.66, 0.6, 0.56)
"""Shares of the width tried in turn; the first of the lowest heads is taken."""


@attrs.frozen(kw_only=True)
class _Head:
    """One head, laid out."""

    widths: tuple[float, ...]
    title: tuple[Run, ...]
    persona: tuple[Run, ...]
    legend: Legend | None
    height: float


def header_lane(ctx: Context) -> Lane:
    """Return the head: title and scope on the left, the persona in the middle, the legend on the right."""
    look = ctx.look
    width = look.right - look.sheet.margin
    made = min(
        (_head(ctx, width, shares) for shares in (_BRIEF if look.summary else _SHARES)),
        key=lambda head: head.height,
    )

    channels = channel_rows(ctx, width)
    lower = channel_height(ctx, channels)

    def draw(box: Box, group: Group) -> None:
        x = look.sheet.margin
        rooms = []
        for own in made.widths:
            rooms.append(Box(x=x, y=box.y, width=own, height=made.height))
            x += own + look.mm(_GAP)
        flow(group.group("layer-title"), made.title, rooms[0], ground=look.theme.paper)
        _draw_persona(ctx, made.persona, rooms[1], group.group("layer-persona"))
        if made.legend:
            legend = group.group("layer-legend")
            draw_legend(ctx, made.legend, rooms[2], legend)
            under = Box(x=look.sheet.margin, y=box.y + made.height, width=width, height=lower)
            draw_channels(ctx, channels, under, legend)

    return Lane(key="header", name="", height=made.height + lower, draw=draw)


def _head(ctx: Context, width: float, shares: tuple[float, ...]) -> _Head:
    """Lay out the head with shares of its width for the title, the persona and the legend."""
    look = ctx.look
    room = width - look.mm(_GAP) * (len(shares) - 1)
    widths = tuple(room * share for share in shares)
    title = _title(ctx, widths[0])
    persona = _persona(ctx, widths[1] - look.mm(14.5))
    legend = make_legend(ctx, widths[2]) if len(widths) > 2 else None
    height = max(height_of(title), height_of(persona), look.mm(11.6), legend.height if legend else 0.0)
    return _Head(widths=widths, title=title, persona=persona, legend=legend, height=height)


def _title(ctx: Context, width: float) -> tuple[Run, ...]:
    look, content = ctx.look, ctx.content
    journey = content.journey
    alone = journey.kind == "actual" and not journey.compared_with
    state = "to_be" if journey.state == "to_be" else "as_is" if alone else journey.kind
    kicker = " · ".join(
        (printable(content.atlas.client), content.say(f"kind.{journey.view}"), content.say(f"state.{state}"))
    )
    title = content.words(journey.title) or content.say("untitled", id=journey.id)
    facts = [content.say("head.date", date=date(journey.date, content.language))] if journey.date else []
    facts.append(content.say("head.mapped", share=percent(content.result.mapped, content.language)))
    size = next(
        (
            size
            for size in (look.title * share for share in (_DENSE_TITLE if look.dense else _TITLE))
            if len(wrap(title, width, size, "semibold")) == 1
        ),
        look.title * 0.72,
    )
    runs = [
        Run(
            lines=wrap(kicker, width, look.strong, "semibold"),
            size=look.strong,
            fill=look.accent,
            weight="semibold",
        ),
        Run(
            lines=capped(ctx, title, width, size, 3, weight="semibold"),
            size=size,
            fill=look.theme.ink,
            weight="semibold",
            before=look.mm(0.6),
        ),
    ]
    scope = content.words(journey.scope)
    if scope and not look.summary:
        runs.append(
            Run(
                lines=capped(ctx, scope, width, look.body, 3),
                size=look.body,
                fill=look.theme.ink,
                before=look.mm(1.2),
            )
        )
    scores = _scores(ctx)
    if not look.summary or not scores:
        runs.append(
            Run(
                lines=wrap(" · ".join(facts), width, look.small),
                size=look.small,
                fill=look.muted,
                before=look.mm(1),
            )
        )
    if scores:
        runs.append(
            Run(
                lines=wrap(scores, width, look.small, "semibold"),
                size=look.small,
                fill=look.theme.ink,
                weight="semibold",
                before=look.mm(0.8),
            )
        )
    return tuple(runs)


def _scores(ctx: Context) -> str:
    """Return both scores of the journey, always together, and a warning when they disagree."""
    say, result = ctx.content.say, ctx.content.result
    parts = [
        f"{number(value, ctx.content.language, 1, signed=True)}\u00a0{say(f'head.{key}')}"
        for key, value in (("peak_end", result.peak_end), ("mean", result.mean))
        if value is not None
    ]
    text = say("head.scores", scores=" · ".join(parts)) if parts else ""
    return f"{text} ({say('head.disagree')})" if parts and result.disagree else text


def _persona(ctx: Context, width: float) -> tuple[Run, ...]:
    look, content = ctx.look, ctx.content
    who = content.persona
    if who is None:
        return (
            Run(
                lines=wrap(content.say("persona.none"), width, look.head, "semibold"),
                size=look.head,
                fill=look.theme.ink,
                weight="semibold",
            ),
        )
    runs = [
        Run(
            lines=wrap(printable(who.name), width, look.head, "semibold"),
            size=look.head,
            fill=look.theme.ink,
            weight="semibold",
        )
    ]
    facts = [content.words(who.segment)] if who.segment else []
    facts += [content.words(value) for value in who.attributes]
    if who.size is not None:
        facts.append(content.say("persona.size", n=int(who.size)))
    if who.digital is not None:
        facts.append(f"{content.say('persona.digital')}\u00a0{number(who.digital, content.language)}/5")
    runs.append(
        Run(
            lines=capped(ctx, " · ".join(facts), width, look.small, 4),
            size=look.small,
            fill=look.muted,
            before=look.mm(0.2),
        )
    )
    if look.summary:
        return tuple(runs)
    if who.narrative:
        runs.append(
            Run(
                lines=capped(ctx, content.words(who.narrative), width, look.body, 4),
                size=look.body,
                fill=look.theme.ink,
                before=look.mm(1.0),
            )
        )
    for key, texts in (("goals", who.goals), ("frustrations", who.frustrations)):
        if texts:
            text = f"{content.say(f'persona.{key}')}\u2002" + " · ".join(
                content.words(item) for item in texts
            )
            runs.append(
                Run(
                    lines=capped(ctx, text, width, look.small, 2),
                    size=look.small,
                    fill=look.theme.ink,
                    before=look.mm(0.8),
                )
            )
    facts_n = sum(claim.fact for claim in who.claims)
    known = (
        [content.say("persona.facts", n=facts_n), content.say("persona.guesses", n=len(who.claims) - facts_n)]
        if who.claims
        else []
    )
    if who.reviewed:
        known.append(content.say("persona.reviewed", date=date(who.reviewed, content.language)))
    if known:
        runs.append(
            Run(
                lines=wrap(" · ".join(known), width, look.small),
                size=look.small,
                fill=look.muted,
                before=look.mm(0.8),
            )
        )
    return tuple(runs)


def _draw_persona(ctx: Context, runs: tuple[Run, ...], box: Box, group: Group) -> None:
    look = ctx.look
    who = ctx.content.persona
    part = group.group("persona", data=(("data-persona", who.id),) if who else ())
    side = look.mm(11)
    part.add(
        Path(
            d=symbols.INITIATORS["customer"],
            x=box.x,
            y=box.y + look.mm(0.6),
            scale=side / symbols.GRID,
            fill=look.accent_soft,
        ),
        Path(
            d="M12 6a3.600 3.600 0 1 0 .01 0M5.200 20.200a6.900 6.900 0 0 1 13.600 0",
            x=box.x,
            y=box.y + look.mm(0.6),
            scale=side / symbols.GRID,
            stroke=look.accent,
            stroke_width=1.1,
            cap="round",
        ),
    )
    room = Box(x=box.x + look.mm(14.5), y=box.y, width=box.width - look.mm(14.5), height=box.height)
    flow(part, runs, room, ground=look.theme.paper)
