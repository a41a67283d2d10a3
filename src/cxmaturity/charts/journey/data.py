"""The data attributes that filters read: which event, stage, channel, actor, system, owner... a part of the picture tells of."""

from __future__ import annotations

from cxmaturity.charts.journey.scene import Data, fmt
from cxmaturity.charts.journey.sheet import Step


def event_data(step: Step) -> Data:
    """Return everything that filters read of one event; lists are separated by spaces. Written once, on its card."""
    event = step.event
    values: dict[str, tuple[str, ...]] = {
        "stage": (step.stage.id,),
        "event": (event.id,),
        "channel": (event.channel,),
        "family": (step.family,),
        "actor": event.actors,
        "system": event.systems,
        "data": tuple(item.name.key.replace(" ", "-") for item in event.data),
        "product": event.products,
        "owner": (event.owner.key.replace(" ", "-"),),
        "kpi": tuple(item.replace(" ", "-") for item in event.kpis),
        "campaign": (event.campaign.name.key.replace(" ", "-"),) if event.campaign else (),
        "grade": (step.result.grade or "none",),
        "line": ("front" if event.visible else "back",),
        "by": (event.by,),
        "valence": () if step.result.valence is None else (fmt(step.result.valence),),
        "moment": ("yes",) if step.result.moment else (),
    }
    pairs = [
        (f"data-{key}", " ".join(dict.fromkeys(it for it in items if it))) for key, items in values.items()
    ]
    return tuple((key, value) for key, value in pairs if value)


def part_of(*steps: Step) -> Data:
    """Return which events and stages a part tells of: what their cards say of them is not repeated."""
    stages = " ".join(dict.fromkeys(step.stage.id for step in steps))
    return (("data-stage", stages), ("data-event", " ".join(step.event.id for step in steps)))
