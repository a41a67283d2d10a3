"""Why an event is a moment of truth, in words with the numbers that decided it."""

from __future__ import annotations

from cxmaturity.charts.journey.measure import printable
from cxmaturity.charts.journey.sheet import Content
from cxmaturity.i18n import number, percent
from cxmaturity.journey.results import EventResult, Reason
from cxmaturity.journey.values import Words


def reasons(content: Content, result: EventResult) -> tuple[str, ...]:
    """Return one short text for each criterion that fired, in the order given."""
    return tuple(_reason(content, reason) for reason in result.reasons)


def _reason(content: Content, reason: Reason) -> str:
    said: dict[str, float | str] = {}
    for name, value in reason.numbers:
        said.setdefault(name, content.words(value) if isinstance(value, Words) else value)
    plain = {
        "expert": lambda: content.say("reason.expert", flag=printable(str(said.get("flag", "")))),
        "extremum": lambda: content.say(f"reason.extremum.{said.get('side', 'trough')}"),
        "last": lambda: content.say(f"reason.last.{said.get('of', 'stage')}"),
        "importance": lambda: _importance(content, said),
        "polarised": lambda: _polarised(content, said),
        "drop_off": lambda: _rate(content, said),
        "gap": lambda: content.say(
            "reason.gap", gap=number(_value(said, "gap"), content.language, 1, signed=True)
        ),
        "asymmetric": lambda: content.say(
            "reason.asymmetric.low" if (_value(said, "asymmetry") or 0) < 0 else "reason.asymmetric.high"
        ),
    }
    return plain[reason.criterion]()


def _value(said: dict[str, float | str], name: str) -> float | None:
    value = said.get(name)
    return None if value is None or isinstance(value, str) else float(value)


def _importance(content: Content, said: dict[str, float | str]) -> str:
    value = _value(said, "importance")
    if value is None:
        return content.say("reason.importance")
    return content.say("reason.importance.of", value=number(value, content.language, 1))


def _polarised(content: Content, said: dict[str, float | str]) -> str:
    low, high = _value(said, "low_share"), _value(said, "high_share")
    if low is None or high is None:
        return content.say("reason.polarised")
    return content.say(
        "reason.polarised.shares", low=percent(low, content.language), high=percent(high, content.language)
    )


def _rate(content: Content, said: dict[str, float | str]) -> str:
    name = "complaints" if "complaints" in said else "drop_off"
    value, median = (_value(said, key) for key in (name, "median"))
    digits = 1 if (value or 0) < 0.1 else 0
    return content.say(
        f"reason.{name}",
        value=percent(value, content.language, digits),
        median=percent(median, content.language, digits),
    )
