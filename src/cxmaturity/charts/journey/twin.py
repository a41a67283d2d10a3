"""The same as text: a title, a description, and a table with one row per event."""

from __future__ import annotations

from cxmaturity.charts.chart import ChartTable
from cxmaturity.charts.journey.measure import printable
from cxmaturity.charts.journey.promises import promise_said
from cxmaturity.charts.journey.reasons import reasons_said
from cxmaturity.charts.journey.sheet import Content, Step
from cxmaturity.i18n import listing, number


def title_of(content: Content) -> str:
    """Return what the picture is, with the persona's name."""
    title = content.words(content.journey.title) or content.say("untitled", id=content.journey.id)
    return f"{title} · {printable(content.persona.name)}" if content.persona else title


def alt_of(content: Content) -> str:
    """Return what the picture shows: its size, lowest and highest points, moments of truth."""
    language = content.language
    known = [(step.result.valence, step) for step in content.steps if step.result.valence is not None]
    low = high = content.say("alt.empty") if not known else ""
    if known:
        (least, worst), (most, best) = min(known, key=lambda it: it[0]), max(known, key=lambda it: it[0])
        low = content.say("alt.low", action=worst.action, value=number(least, language, 1, signed=True))
        high = content.say("alt.high", action=best.action, value=number(most, language, 1, signed=True))
    else:
        high = ""
    moments = [step.action for step in content.steps if step.result.moment]
    text = content.say(
        "alt",
        kind=content.say(f"kind.{content.journey.view}"),
        state=content.say(f"state.{content.journey.state}"),
        title=content.words(content.journey.title),
        persona=printable(content.persona.name) if content.persona else content.say("persona.none"),
        stages=content.say("alt.stages", n=len(content.columns)),
        events=content.say("alt.events", n=len(content.steps)),
        low=low,
        high=high,
        moments=content.say("alt.moments", moments=listing(moments, language)) if moments else "",
    )
    return " ".join(text.split(" ")).strip()


_COLUMNS = (
    "number", "stage", "by", "action", "then", "channel", "expected", "lived", "interval", "evidence", "gap", "emotion", "moment",
    "promises", "pains", "opportunities", "staff", "back", "data", "steering",
)  # fmt: skip
_BEHIND = {"back", "data"}


def table_of(content: Content) -> ChartTable:
    """Return one row per event drawn; what is behind the line of visibility only in a blueprint."""
    names = [name for name in _COLUMNS if content.blueprint or name not in _BEHIND]
    rows = [
        tuple(cells[name] for name in names) for cells in (_cells(content, step) for step in content.steps)
    ]
    return ChartTable(columns=[content.say(f"col.{name}") for name in names], rows=rows)


def intensity_said(content: Content, step: Step) -> str:
    """Return how strongly customers feel, in words; empty where nobody said."""
    level = step.event.emotion.intensity
    return "" if level is None else content.say("intensity", n=level)


def _cells(content: Content, step: Step) -> dict[str, str]:
    language, result = content.language, step.result
    unknown = content.say("unknown")
    interval = ""
    if result.low is not None and result.high is not None:
        interval = " … ".join(number(edge, language, 1, signed=True) for edge in (result.low, result.high))
    grade = content.say(f"grade.name.{result.grade}") if result.grade else ""
    level = step.event.expectation.level
    return {
        "number": str(step.number),
        "stage": content.words(step.stage.name),
        "by": content.say(f"by.{step.event.by}"),
        "action": " · ".join((step.action, *step.extras)),
        "then": " · ".join(step.after),
        "channel": step.channel,
        "expected": " · ".join(
            part for part in (number(level, language, 1) if level is not None else "", step.expects) if part
        ),
        "lived": unknown if result.valence is None else number(result.valence, language, 1, signed=True),
        "interval": interval,
        "evidence": " · ".join(
            part for part in (grade, *step.evidence, content.words(result.source)) if part
        ),
        "gap": "" if result.gap is None else number(result.gap, language, 1, signed=True),
        "emotion": " · ".join(part for part in (step.word, intensity_said(content, step)) if part),
        "moment": " · ".join(reasons_said(result.reasons, language, brief=True)) if result.moment else "",
        "promises": " · ".join(promise_said(content, name) for name in step.promises),
        "pains": " · ".join(
            " ".join(part for part in (item.text, item.quote) if part) for item in step.pains
        ),
        "opportunities": " · ".join(
            item.text + (f" ({item.extra})" if item.extra else "") for item in step.opportunities
        ),
        "staff": " · ".join(tag.text for tag in step.front),
        "back": " · ".join(tag.text for tag in (*step.back, *step.systems)),
        "data": " · ".join(tag.text for tag in step.data),
        "steering": " · ".join(tag.text for tag in (*step.kpis, *step.owner, *step.campaigns)),
    }
