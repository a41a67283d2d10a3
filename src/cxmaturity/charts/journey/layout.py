"""The whole picture: lanes under each other, as large as the sheet allows, nothing left out without a note.

Letters as large as possible with every text in its place come first; when even the smallest letters are too large, cells say
less and the notes say the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from cxmaturity.charts.journey.bars import expectation_lane, function_lane, investment_lane
from cxmaturity.charts.journey.callouts import make_callouts
from cxmaturity.charts.journey.cards import card_lane, hidden_lane, hidden_tags, stage_lane
from cxmaturity.charts.journey.cells import item_lane
from cxmaturity.charts.journey.curve import curve_lane, least_height
from cxmaturity.charts.journey.deviations import deviation_lane
from cxmaturity.charts.journey.footer import footer_lane
from cxmaturity.charts.journey.grid import Grid, make_grid
from cxmaturity.charts.journey.header import header_lane
from cxmaturity.charts.journey.lanes import (
    NO_LIMIT,
    Caps,
    Context,
    Lane,
    Notes,
    gutter,
    gutter_height,
    row,
    write,
)
from cxmaturity.charts.journey.look import Look
from cxmaturity.charts.journey.measure import text_width
from cxmaturity.charts.journey.promises import promise_lane
from cxmaturity.charts.journey.scene import Box, Group, Rect, fmt, line
from cxmaturity.charts.journey.sheet import Content
from cxmaturity.charts.journey.spans import chip_lane, span_lane
from cxmaturity.charts.journey.ways import way_lane

FULL: Final = Caps()
CLOSE: Final = Caps(expects=False, spans=False)
"""Tried at every scale of letters: everything at its own event; or what is behind said once for each stage."""
BARE: Final = Caps(quotes=False, curve=0.28, ways=False, promises=False, intensity=False)
BRIEF: Final = (
    attrs.evolve(BARE, curve=0.33, ways=True, promises=True, intensity=True),
    attrs.evolve(BARE, curve=0.33, ways=True, promises=True),
    attrs.evolve(BARE, curve=0.33, ways=True, intensity=True),
    attrs.evolve(BARE, curve=0.33, ways=True),
)
"""Tried on a small sheet: everything; less and less of what stands under the curve."""
_LEGIBLE: Final = 9 / 7
"""Letters of 9 points: on a slide, more is said only as long as it is read from the back of a room."""
_TIGHT: Final = Caps(expects=False, quotes=False, spans=False, basis=False, channels=False)
_DENSE: Final = attrs.evolve(_TIGHT, extras=False, dense=True, air=0.5)
_FOLDED: Final = attrs.evolve(_DENSE, fold=True)
HARD: Final = (
    attrs.evolve(_TIGHT, quotes=True),
    _TIGHT,
    attrs.evolve(_TIGHT, extras=False),
    attrs.evolve(_TIGHT, extras=False, dense=True, air=0.8),
    _DENSE,
    _FOLDED,
    attrs.evolve(_FOLDED, curve=0.245),
    attrs.evolve(_FOLDED, card=4, item=4, curve=0.245, notes=0.09),
    attrs.evolve(_DENSE, card=3, item=3, items=4, curve=0.245, notes=0.07),
    attrs.evolve(_DENSE, card=3, item=2, items=3, curve=0.245, notes=0.05),
    attrs.evolve(_DENSE, card=3, item=2, items=2, curve=0.245, notes=0.05),
    attrs.evolve(_DENSE, card=3, item=2, items=1, curve=0.245, notes=0.04),
    attrs.evolve(_DENSE, card=3, item=1, items=0, curve=0.245, notes=0.04),
    attrs.evolve(_DENSE, card=2, item=1, items=0, curve=0.245, notes=0.03),
    attrs.evolve(_DENSE, card=2, item=1, items=0, curve=0.2, notes=0.03),
    attrs.evolve(_DENSE, card=2, item=1, items=0, curve=0.1, notes=0.03, callouts=1),
)
"""Tried next, with the smallest letters: less and less in the cells, the rest in the notes."""
_WEIGHTS: Final = ((0.08, 0.06), (0.2, 0.3), (0.1, 0.8))
_MORE: Final = (*_WEIGHTS, (0.08, 0.3), (0.0, 0.15), (0.0, 0.8))
CURVE_MOST: Final = 0.32
_SECTION: Final = 2.4
_CLOSE: Final = 1.2
_INSIDE: Final = 0.9
_FOLLOWERS: Final = {"front", "back", "hidden", "systems", "data", "kpis", "owner", "investment", "campaigns"}
_RULED: Final = {
    "ways",
    "promises",
    "pains",
    "opportunities",
    "systems",
    "data",
    "kpis",
    "owner",
    "investment",
    "campaigns",
    "functions",
}


@attrs.frozen(kw_only=True)
class Placed:
    """One lane where it was put."""

    key: str
    box: Box


@attrs.frozen(kw_only=True)
class Layout:
    """A finished picture as geometry: the scene, the lanes, the grid, the notes."""

    look: Look
    grid: Grid
    scene: Group
    lanes: tuple[Placed, ...]
    notes: tuple[str, ...]
    left_out: int


@attrs.frozen(kw_only=True)
class _Plan:
    """One attempt, measured but not drawn: `spare` is the height that it leaves, negative when it does not fit.

    Letters so large that words are cut, or sent to the notes, do not fit either, as long as there are smaller ones.
    """

    ctx: Context
    lanes: tuple[Lane, ...]
    spare: float

    @property
    def fits(self) -> bool:
        smallest = self.scale <= self.ctx.look.sheet.scales[-1]
        whole = not self.ctx.grid.tight and not self.ctx.notes.cut
        return self.spare >= 0 and (smallest or whole)

    @property
    def scale(self) -> float:
        return self.ctx.look.scale


def lay_out(content: Content, looks: tuple[Look, ...]) -> Layout:
    """Return the picture with the largest letters that fit its sheet.

    Parameters
    ----------
    content : Content
        What it says.
    looks : tuple of Look
        The same look with smaller and smaller letters.
    """
    return _drawn(_chosen(content, looks))


def _chosen(content: Content, looks: tuple[Look, ...]) -> _Plan:
    if looks[0].summary:
        return _summary(content, looks)
    full = _first([(look, FULL) for look in looks], content)
    if full.fits and full.scale == looks[0].scale:
        return full
    close = _first([(look, CLOSE) for look in looks], content)
    for made in (full, close):
        if made.fits and made.scale >= 0.85 * close.scale:
            return made
    # What leaves a cell comes back as a note, so that saying less does not always need less height: the first that fits.
    for caps in HARD:
        made = _best(content, looks[-1], caps)
        if made.fits:
            return made
    return _grown(made)


def _summary(content: Content, looks: tuple[Look, ...]) -> _Plan:
    """Return a slide, or a figure of a page: with arrows, promises and intensity as long as its letters stay large."""
    printed = looks[0].narrow
    large = 1.0 if printed else _LEGIBLE
    bare = None
    for brief in BRIEF:
        caps = attrs.evolve(brief, curve=BARE.curve) if printed else brief
        made = _first([(look, caps) for look in looks], content)
        if made.fits and made.scale >= large:
            return _trimmed(made)
        bare = bare or _first([(look, BARE) for look in looks], content)
        if made.fits and made.scale >= bare.scale:
            return _trimmed(made)
        if not bare.fits:
            shorter = [(looks[-1], attrs.evolve(BARE, item=lines)) for lines in (4, 3, 2, 1)]
            return _grown(_first(shorter, content))
    return _trimmed(bare or made)


def _trimmed(made: _Plan) -> _Plan:
    """Return the plan of a figure on a sheet no higher than it needs: it stands in a page, nobody pins it up."""
    look = made.ctx.look
    if not look.narrow or made.spare < 4:
        return made
    lower = attrs.evolve(look, sheet=attrs.evolve(look.sheet, height=look.sheet.height - made.spare + 4))
    ctx = attrs.evolve(made.ctx, look=lower, notes=Notes())
    return _measured(ctx)


def _grown(made: _Plan) -> _Plan:
    # Even so there is more than the sheet holds: a longer sheet, as from a roll, rather than a text lost or too small.
    while not made.fits:
        sheet = made.ctx.look.sheet
        longer = attrs.evolve(sheet, height=sheet.height - made.spare + 1)
        made = _best(made.ctx.content, attrs.evolve(made.ctx.look, sheet=longer), made.ctx.caps)
    return made


def _first(attempts: Sequence[tuple[Look, Caps]], content: Content) -> _Plan:
    """Return the first attempt that fits, the last one when none does; each needs less height than the one before."""
    made = _best(content, *attempts[0])
    low, high = 1, len(attempts) - 1
    if made.fits or not high:
        return made
    made = _best(content, *attempts[high])
    if not made.fits:
        return made
    while low < high:
        middle = (low + high) // 2
        tried = _best(content, *attempts[middle])
        if tried.fits:
            made, high = tried, middle
        else:
            low = middle + 1
    return made


def _best(content: Content, look: Look, caps: Caps) -> _Plan:
    """Return the attempt whose widths of stages leave most room."""
    weights = _MORE if caps.dense and caps.card == NO_LIMIT else _WEIGHTS
    look = attrs.evolve(look, dense=caps.dense)
    return max((_plan(content, look, caps, pair) for pair in weights), key=lambda it: it.spare)


def _plan(content: Content, look: Look, caps: Caps, weights: tuple[float, float]) -> _Plan:
    grid = make_grid(content, look, weights, expects=caps.expects)
    return _measured(Context(content=content, look=look, grid=grid, caps=caps, notes=Notes()))


def _measured(ctx: Context) -> _Plan:
    look, caps = ctx.look, ctx.caps
    inner = look.sheet.height - 2 * look.sheet.margin
    lanes = _lanes(ctx, inner)
    foot, _ = footer_lane(ctx, inner * caps.notes)
    used = (
        sum(_height(ctx, lane) + look.mm(lane.gap) * caps.air for lane in lanes)
        + foot.height
        + look.mm(_SECTION)
    )
    return _Plan(ctx=ctx, lanes=tuple(lanes), spare=inner - used)


def _drawn(plan: _Plan) -> Layout:
    ctx, look = plan.ctx, plan.ctx.look
    sheet = look.sheet
    scene = Group()
    placed = _place(ctx, plan.lanes, plan.spare, scene)
    # Drawing the curve may have sent labels to the notes: the foot is laid out again in the room that is there.
    top = placed[-1].box.bottom + look.mm(_SECTION)
    foot, left_out = footer_lane(ctx, sheet.height - sheet.margin - top)
    top = max(top, sheet.height - sheet.margin - foot.height)
    box = Box(x=sheet.margin, y=top, width=look.right - sheet.margin, height=foot.height)
    foot.draw(box, scene.group("layer-footer"))
    placed.append(Placed(key="footer", box=box))
    return Layout(
        look=look,
        grid=ctx.grid,
        scene=scene,
        lanes=tuple(placed),
        notes=tuple(ctx.notes.texts),
        left_out=left_out,
    )


def _lanes(ctx: Context, inner: float) -> list[Lane]:
    callouts = make_callouts(ctx)
    known = any(step.result.valence is not None for step in ctx.content.steps)
    least = least_height(ctx, callouts)
    curve = curve_lane(ctx, max(inner * ctx.caps.curve, least) if known else least, callouts)
    items = [item_lane(ctx, "pains"), item_lane(ctx, "opportunities")]
    if ctx.look.summary:
        lanes = [header_lane(ctx), stage_lane(ctx), curve, way_lane(ctx), promise_lane(ctx), *items]
    else:
        lanes = [header_lane(ctx), stage_lane(ctx), card_lane(ctx), curve, deviation_lane(ctx)]
        lanes += [
            expectation_lane(ctx),
            promise_lane(ctx),
            function_lane(ctx),
            *items,
            *_behind(ctx),
            *_steering(ctx),
        ]
    lanes = [lane for lane in lanes if lane.height > 0]
    return [attrs.evolve(lane, gap=_gap(rank, lane, lanes)) for rank, lane in enumerate(lanes)]


def _gap(rank: int, lane: Lane, lanes: list[Lane]) -> float:
    """Return the white space above a lane: more where a new subject begins."""
    if not rank:
        return 0.0
    if lane.key in _FOLLOWERS and lanes[rank - 1].key in _FOLLOWERS:
        return _INSIDE
    return (
        _CLOSE
        if lane.key.startswith("line") or lane.key in {"cards", "front", "back", "hidden"}
        else _SECTION
    )


def _behind(ctx: Context) -> list[Lane]:
    front = span_lane(ctx, "front", lambda step: step.front if step.event.visible else ())
    lanes = [_rule(ctx, "interaction"), front] if front.height else []
    if ctx.content.blueprint:
        lanes += [
            _rule(ctx, "visibility"),
            *_backstage(ctx),
            span_lane(ctx, "systems", lambda step: step.systems),
            span_lane(ctx, "data", lambda step: step.data),
        ]
    return lanes


def _backstage(ctx: Context) -> list[Lane]:
    if ctx.caps.spans:
        return [hidden_lane(ctx), span_lane(ctx, "back", lambda step: step.back)]
    return [chip_lane(ctx, "back", lambda step: (*hidden_tags(step), *step.back))]


def _steering(ctx: Context) -> list[Lane]:
    return [
        span_lane(ctx, "kpis", lambda step: step.kpis),
        span_lane(ctx, "owner", lambda step: step.owner),
        investment_lane(ctx),
        span_lane(ctx, "campaigns", lambda step: step.campaigns),
    ]


def _rule(ctx: Context, key: str) -> Lane:
    """Return a line of the blueprint: dashed, with its name at the left."""
    look = ctx.look

    def draw(box: Box, group: Group) -> None:
        y = box.y + box.height / 2
        dash = (2.4, 1.2) if key == "interaction" else (5.0, 1.6)
        group.data = (("data-line", key),)
        group.add(
            line(
                look.left,
                y,
                look.right,
                y,
                look.theme.ink,
                look.mm(0.3),
                " ".join(fmt(look.mm(d)) for d in dash),
            )
        )
        words = ctx.content.say(f"line.{key}")
        high = row(look.small)
        room = Box(x=look.sheet.margin, y=y - high / 2, width=look.gutter, height=high)
        if look.dense:  # at the end of the line, where the names of lanes leave no row of its own
            wide = text_width(words, look.small) + look.mm(1.6)
            room = Box(x=look.right - wide, y=y - high / 2, width=wide, height=high)
            group.add(Rect(box=room, fill=look.theme.paper))
        write(
            group,
            words,
            room,
            size=look.small,
            fill=look.muted,
            ground=look.theme.paper,
            anchor="end" if look.dense else "start",
            middle=True,
        )

    return Lane(key=f"line-{key}", name="", height=look.mm(2.5) if look.dense else row(look.small), draw=draw)


def _height(ctx: Context, lane: Lane) -> float:
    return max(lane.height, gutter_height(ctx, lane) if lane.name and lane.key != "curve" else 0.0)


def _place(ctx: Context, lanes: Sequence[Lane], spare: float, scene: Group) -> list[Placed]:
    """Put lanes under each other; what is left of the height goes to the curve up to its share, then to white space."""
    look = ctx.look
    inner = look.sheet.height - 2 * look.sheet.margin
    heights = {lane.key: _height(ctx, lane) for lane in lanes}
    known = any(step.result.valence is not None for step in ctx.content.steps)
    most = (CURVE_MOST if not look.summary else 0.5) if known else 0.0
    more = max(0.0, min(spare * 0.7, most * inner - heights["curve"]))
    heights["curve"] += more
    spare -= more
    # A map of which little is known yet has little to say: its cards and its bars take the room, and the rest is shared out.
    share, tall = (0.5, 0.3) if known else (2.0, 1.0)
    for lane in lanes:
        grown = min(spare * share * lane.stretch, tall * heights[lane.key]) if lane.key != "curve" else 0.0
        heights[lane.key] += grown
        spare -= grown
    wide = sum(lane.gap for lane in lanes) or 1.0
    ease = min(spare / wide, look.mm(2.2 if known else 9.0))
    placed: list[Placed] = []
    lines = scene.group("layer-grid")
    y = look.sheet.margin
    for lane in lanes:
        before = look.mm(lane.gap) * ctx.caps.air + ease * lane.gap
        y += before
        box = Box(x=look.left, y=y, width=look.right - look.left, height=heights[lane.key])
        if lane.key in _RULED:
            at = y - before / 2
            lines.add(line(look.sheet.margin, at, look.right, at, "#DDE2E7", look.mm(0.18)))
        group = scene.group(f"layer-{lane.key}")
        if lane.name:
            gutter(ctx, lane, box, group)
        lane.draw(box, group)
        placed.append(Placed(key=lane.key, box=box))
        y = box.bottom
    _edges(ctx, placed, lines)
    return placed


def _edges(ctx: Context, placed: list[Placed], group: Group) -> None:
    """Draw the edges of the stages through the lanes under the curve, as faint as they can be."""
    curve = next(rank for rank, lane in enumerate(placed) if lane.key == "curve")
    if curve + 1 >= len(placed):
        return
    top, bottom = placed[curve + 1].box.y, placed[-1].box.bottom
    for span in ctx.grid.spans[1:]:
        x = span.x - ctx.look.mm(0.7)
        group.add(line(x, top, x, bottom, "#E6EAEE", ctx.look.mm(0.18)))
