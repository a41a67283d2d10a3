"""How the journey lived departs from the one planned, said under the curve where it happens."""

from __future__ import annotations

from cxmaturity.charts.journey.lanes import Context, Lane
from cxmaturity.charts.journey.overlays import places_of
from cxmaturity.charts.journey.sheet import Step, Tag, said
from cxmaturity.charts.journey.spans import chip_lane


def deviation_lane(ctx: Context) -> Lane:
    """Return the lane of what departs from the plan; of height 0 when nothing does."""
    here: dict[str, list[Tag]] = {}
    shown = {step.event.id: step for step in ctx.content.steps}
    missing = _missing(ctx)
    for found in ctx.content.result.deviations:
        if found.kind == "missing":
            at = missing.get(found.event)
            if at is not None:
                here.setdefault(at[0], []).append(Tag(id=found.event, text=at[1]))
        elif found.event in shown:
            step = shown[found.event]
            text = f"{step.number}\u00a0{ctx.content.say(f'deviation.{found.kind}')}"
            here.setdefault(found.event, []).append(Tag(id=f"{found.kind}-{found.event}", text=text))

    def tags(step: Step) -> tuple[Tag, ...]:
        return tuple(here.get(step.event.id, ()))

    return chip_lane(ctx, "deviations", tags)


def _missing(ctx: Context) -> dict[str, tuple[str, str]]:
    """Return, for each event of the plan, the event lived that is nearest to where it should have been, and its words."""
    if ctx.content.beside is None or not ctx.grid.cells:
        return {}
    planned, _ = ctx.content.beside
    at = places_of(ctx, planned)
    return {
        event.id: (
            min(ctx.grid.cells, key=lambda cell: abs(cell.centre - at(rank))).step.event.id,
            ctx.content.say("deviation.missing", what=said(event.action, ctx.content.language)),
        )
        for rank, event in enumerate(planned.events)
    }
