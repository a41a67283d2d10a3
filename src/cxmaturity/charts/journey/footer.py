"""The foot of the poster: what is invented, the sources, and the notes that hold what did not fit."""

from __future__ import annotations

from typing import Final

import attrs

from cxmaturity.charts.journey.lanes import Context, Lane, Run, capped, flow, height_of
from cxmaturity.charts.journey.measure import wrap
from cxmaturity.charts.journey.scene import Box, Group, line
from cxmaturity.charts.journey.ways import left_out_run

_LONG: Final = 900
"""Letters of sources beyond which they are a note, which may stand in the table only."""


@attrs.frozen(kw_only=True)
class _Foot:
    columns: tuple[tuple[Run, ...], ...]
    width: float
    height: float
    left_out: int


def footer_lane(ctx: Context, most: float) -> tuple[Lane, int]:
    """Return the foot, at most `most` high, and the number of notes that it has no room for.

    Those stay in `MapPicture.footnotes`, and the foot says where they are.
    """
    look = ctx.look
    gap = look.mm(5)
    first = _first(ctx)
    texts = [f"[{rank}]\u2002{text}" for rank, text in enumerate(ctx.notes.texts, 1)]
    counts = (2,) if look.narrow else (3, 2, 5) if ctx.notes.texts else (3, 2)
    widths = [(look.right - look.sheet.margin - gap * (count - 1)) / count for count in counts]
    foots = [_fill(ctx, (first, texts), *pair, most) for pair in zip(counts, widths, strict=True)]
    foot = min(foots, key=lambda it: (it.left_out, it.height))

    def draw(box: Box, group: Group) -> None:
        group.add(line(look.sheet.margin, box.y, look.right, box.y, "#8A949E", look.mm(0.2)))
        for rank, runs in enumerate(foot.columns):
            x = look.sheet.margin + rank * (foot.width + gap)
            room = Box(x=x, y=box.y + look.mm(1.5), width=foot.width, height=box.height - look.mm(1.5))
            flow(group, runs, room, ground=look.theme.paper)

    return Lane(key="footer", name="", height=foot.height + look.mm(1.5), draw=draw), foot.left_out


def _first(ctx: Context) -> list[tuple[str, str]]:
    """Return what comes before the notes: headings with their texts."""
    atlas = ctx.content.atlas
    first = [(ctx.content.say("note"), ctx.content.words(atlas.note))] if atlas.note else []
    if atlas.sources and not ctx.look.summary:
        head, text = (
            ctx.content.say("sources"),
            " · ".join(ctx.content.words(source) for source in atlas.sources),
        )
        if len(text) > _LONG:
            note = ctx.notes.add(f"{head}\u2002{text}")
            text = f"[{note}]"
        first.append((head, text))
    return first


def _fill(
    ctx: Context, said: tuple[list[tuple[str, str]], list[str]], count: int, width: float, most: float
) -> _Foot:
    """Put everything in `count` columns of the least height, leaving out the last notes when `most` is not enough."""
    look, (first, notes) = ctx.look, said
    left_out = 0
    while True:
        shown = notes[: len(notes) - left_out]
        runs: list[Run] = []
        for head, text in first:
            runs.append(
                Run(
                    lines=capped(ctx, f"{head}\u2002{text}", width, look.small, 8 if look.summary else 14),
                    size=look.small,
                    fill=look.theme.ink,
                    before=look.mm(0.8) if runs else 0.0,
                )
            )
        for rank, note in enumerate(shown):
            runs.append(
                Run(
                    lines=wrap(note, width, look.small),
                    size=look.small,
                    fill=look.muted,
                    before=look.mm(0.8 if runs and not rank else 0.25 if runs else 0),
                )
            )
        if look.summary:
            runs.append(attrs.evolve(left_out_run(ctx, width), before=look.mm(0.8) if runs else 0.0))
        if left_out:
            text = ctx.content.say("notes.overleaf", first=len(shown) + 1)
            runs.append(
                Run(
                    lines=wrap(text, width, look.small),
                    size=look.small,
                    fill=look.muted,
                    before=look.mm(0.25),
                )
            )
        columns = _columns(runs, count)
        height = max((height_of(column) for column in columns), default=0.0)
        if height <= most or not shown:
            return _Foot(columns=columns, width=width, height=height, left_out=left_out)
        left_out += max(1, round(len(shown) * min(0.5, 1 - most / height) / 2))
        left_out = min(left_out, len(notes))


def _columns(runs: list[Run], count: int) -> tuple[tuple[Run, ...], ...]:
    """Fill columns in the order of reading, each as high as the lowest height that needs no more of them."""
    heights = [run.height for run in runs]
    total = sum(heights) + sum(run.before for run in runs)
    limit = max([total / count, *heights], default=0.0)
    while True:
        columns: list[list[Run]] = [[]]
        used = 0.0
        for run, high in zip(runs, heights, strict=True):
            if columns[-1] and used + run.before + high > limit + 1e-6:
                columns.append([])
            if columns[-1]:
                columns[-1].append(run)
                used += run.before + high
            else:
                columns[-1].append(attrs.evolve(run, before=0.0))
                used = high
        if len(columns) <= count:
            return tuple(tuple(column) for column in columns)
        limit *= 1.05
