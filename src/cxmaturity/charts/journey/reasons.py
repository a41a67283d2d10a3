"""Why an event is a moment of truth, in words with the numbers that decided it: the one place that says so.

Pictures say it briefly; the page, the slides and the report say it in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from cxmaturity.charts.journey.measure import printable
from cxmaturity.core.text import Language, french_typography
from cxmaturity.i18n import message, number, percent
from cxmaturity.journey.results import Reason
from cxmaturity.journey.values import Words

Said = Mapping[str, float | str]
Typed = Callable[[Words], str]


def reasons_said(
    found: Iterable[Reason], language: Language, *, brief: bool = False, typed: Typed | None = None
) -> tuple[str, ...]:
    """Say reasons in words that can stand in a sentence, in the order given; two rates of one reason make two.

    Parameters
    ----------
    found : iterable of Reason
        What fired.
    language : {"en", "fr"}
        Of every word.
    brief : bool, optional
        As few words as a picture has room for.
    typed : callable, optional
        How a typed text is written where it goes (escaped, with its typography); on one line by default.

    Examples
    --------
    >>> reasons_said([Reason(criterion="gap", numbers=(("gap", -1.2),))], "en")
    ('1.2 below what is expected',)
    """
    write = typed or (lambda words: _line(words, language))
    return tuple(said for reason in found for said in _reason(reason, language, write, brief=brief))


def _line(words: Words, language: Language) -> str:
    text = printable(words.of(language))
    return french_typography(text) if language == "fr" and words.fr else text


def _reason(reason: Reason, language: Language, typed: Typed, *, brief: bool) -> Iterator[str]:
    given = {
        name: typed(value) if isinstance(value, Words) else value for name, value in reversed(reason.numbers)
    }
    if reason.criterion == "drop_off":
        given = _medians(reason)
    for form in _FORMS[reason.criterion](given) or (f"{reason.criterion}.bare",):
        params = _shown(form, given, language)
        yield message(f"journey_map.reason.{form}{'.brief' if brief else ''}", language, **params)


def _medians(reason: Reason) -> dict[str, float | str]:
    """Return rates with their medians beside them: the numbers come as rate, median, rate, median."""
    pairs = [(name, value) for name, value in reason.numbers if isinstance(value, int | float)]
    found: dict[str, float | str] = {}
    for (name, value), (_, median) in zip(pairs[::2], pairs[1::2], strict=False):
        found[name], found[f"{name}.usual"] = value, median
    return found


def _shown(form: str, given: Said, language: Language) -> dict[str, str]:
    """Return the parameters of a message as they are written: shares in percent, differences with their sign."""
    if form in {"drop_off", "complaints"}:
        rate, usual = (given[form], given[f"{form}.usual"])
        digits = 1 if float(rate) < 0.1 else 0
        return {
            "rate": percent(float(rate), language, digits),
            "usual": percent(float(usual), language, digits),
        }
    shown = {}
    for name, value in given.items():
        if isinstance(value, str):
            shown[name] = value
        elif name in {"share", "low_share", "high_share"}:
            shown[name] = percent(value, language)
        elif name == "gap":
            shown["below"] = number(abs(value), language, 1)
            shown["gap"] = number(value, language, 1, signed=True)
        else:
            shown[name] = number(
                value, language, 1, signed=name in {"valence", "before", "penalty", "reward"}
            )
    return shown


def _first(*wanted: tuple[str, tuple[str, ...]]) -> Callable[[Said], tuple[str, ...]]:
    """Return what chooses the first form whose numbers are all there."""

    def choose(given: Said) -> tuple[str, ...]:
        return next(
            ((form,) for form, names in wanted if all(given.get(name, "") != "" for name in names)), ()
        )

    return choose


def _turning(given: Said) -> tuple[str, ...]:
    side = given.get("side")
    return (str(side),) if side in ("peak", "trough") and "prominence" in given else ()


def _ending(given: Said) -> tuple[str, ...]:
    of = given.get("of")
    return (f"last.{of}",) if of in ("stage", "journey") and {"valence", "before"} <= given.keys() else ()


def _leaning(given: Said) -> tuple[str, ...]:
    if not {"asymmetry", "penalty", "reward"} <= given.keys():
        return ()
    return ("penalty",) if float(given["asymmetry"]) < 0 else ("reward",)


def _rates(given: Said) -> tuple[str, ...]:
    return tuple(name for name in ("drop_off", "complaints") if name in given)


_FORMS: Final[Mapping[str, Callable[[Said], tuple[str, ...]]]] = {
    "expert": _first(("expert", ("flag",))),
    "extremum": _turning,
    "last": _ending,
    "importance": _first(("importance", ("importance",)), ("share", ("share",))),
    "polarised": _first(("polarised", ("low_share", "high_share")), ("spread", ("sd",))),
    "drop_off": _rates,
    "gap": _first(("gap", ("gap",))),
    "asymmetric": _leaning,
}
