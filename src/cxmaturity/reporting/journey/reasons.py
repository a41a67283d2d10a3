"""Why an event is a moment of truth, said with the numbers that the reason fired on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from cxmaturity import i18n
from cxmaturity.core.text import Language
from cxmaturity.journey.results import Reason
from cxmaturity.journey.values import Words
from cxmaturity.reporting.journey.names import Names

_SIGNED: Final = ("valence", "before", "gap", "low", "high", "penalty", "reward")
_SHARES: Final = ("share", "low_share", "high_share", "drop_off", "complaints")


def reason_said(reason: Reason, names: Names) -> str:
    """Say a reason in words; the plain sentence when its numbers are not those that we know how to say.

    Parameters
    ----------
    reason : Reason
        A criterion and its numbers.
    names : Names
        Words in the reader's language.
    """
    given = {
        name: value.of(names.language) if isinstance(value, Words) else value
        for name, value in reason.numbers
    }
    form = _FORMS[reason.criterion](given)
    if not form:
        return names.word(f"reason.{reason.criterion}")
    shown = {name: _shown(name, value, given, names.language) for name, value in given.items()}
    return names.word(f"reason.{reason.criterion}.{form}", **shown)


def _shown(name: str, value: float | str, given: Mapping[str, float | str], language: Language) -> str:
    if isinstance(value, str):
        return value
    if name in _SHARES or (name == "median" and {"drop_off", "complaints"} & given.keys()):
        return i18n.percent(value, language, 0 if value >= 0.1 else 1)
    return i18n.number(value, language, 1, signed=name in _SIGNED)


def _first(*wanted: tuple[str, tuple[str, ...]]) -> Callable[[Mapping[str, float | str]], str]:
    """Return what chooses the first form whose numbers are all there."""

    def choose(given: Mapping[str, float | str]) -> str:
        return next((form for form, fields in wanted if all(field in given for field in fields)), "")

    return choose


def _turning(given: Mapping[str, float | str]) -> str:
    side = given.get("side")
    return str(side) if side in ("peak", "trough") and "prominence" in given else ""


def _ending(given: Mapping[str, float | str]) -> str:
    of = given.get("of")
    return str(of) if of in ("stage", "journey") and {"valence", "before"} <= given.keys() else ""


def _leaning(given: Mapping[str, float | str]) -> str:
    if not {"asymmetry", "penalty", "reward"} <= given.keys():
        return ""
    return "penalty" if float(given["asymmetry"]) < 0 else "reward"


_FORMS: Final[Mapping[str, Callable[[Mapping[str, float | str]], str]]] = {
    "expert": _first(("why", ("flag",))),
    "extremum": _turning,
    "last": _ending,
    "importance": _first(("stated", ("importance",)), ("derived", ("share",))),
    "polarised": _first(("shares", ("low_share", "high_share")), ("sd", ("sd",))),
    "drop_off": _first(("drop_off", ("drop_off", "median")), ("complaints", ("complaints", "median"))),
    "gap": _first(("by", ("gap",))),
    "asymmetric": _leaning,
}
