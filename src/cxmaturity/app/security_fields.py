"""What a browser may write into a widget: model by model, field by field, with the type and the range.

A model or a field that is not here is never writable. A check sees the value proposed and the state that the
kernel gave the model, so that a range is the kernel's own and cannot be moved with the value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

State = Mapping[str, Any]
Check = Callable[[Any, State], bool]


@attrs.frozen(kw_only=True)
class Writable:
    """The fields of one model that a browser may set, and the custom messages that it may send.

    `events` maps the name of a custom message to the check of its whole content.
    """

    fields: Mapping[str, Check] = attrs.field(factory=dict)
    events: Mapping[str, Check] = attrs.field(factory=dict)


def is_number(value: Any) -> bool:
    """Say whether `value` is a finite number; ``True`` is not a number here."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_whole(value: Any) -> bool:
    """Say whether `value` is a whole number that JavaScript can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def boolean(value: Any, state: State) -> bool:
    """Accept true and false."""
    del state
    return isinstance(value, bool)


def text(longest: int) -> Check:
    """Accept a text of at most `longest` characters that can be stored and has no control character."""

    def check(value: Any, state: State) -> bool:
        del state
        return isinstance(value, str) and len(value) <= longest and clean(value)

    return check


def clean(value: str) -> bool:
    """Say whether a text can be stored: no control character but tab and new line, no half character."""
    return not any(
        (ord(char) < 32 and char not in "\n\r\t") or ord(char) == 127 or 0xD800 <= ord(char) <= 0xDFFF
        for char in value
    )


def one_of(*values: Any) -> Check:
    """Accept only the values given, of the same type."""

    def check(value: Any, state: State) -> bool:
        del state
        return any(value == known and type(value) is type(known) for known in values)

    return check


def number(low: float | str, high: float | str, *, whole: bool = False, empty: bool = False) -> Check:
    """Accept a number between two bounds; a bound that is a text names the field of the model that holds it.

    `empty` also accepts null, for a field that may be left blank.
    """

    def bound(limit: float | str, state: State) -> float | None:
        got = state.get(limit) if isinstance(limit, str) else limit
        return got if is_number(got) else None

    def check(value: Any, state: State) -> bool:
        if value is None:
            return empty
        least, most = bound(low, state), bound(high, state)
        right = is_whole(value) if whole else is_number(value)
        return right and least is not None and most is not None and least <= value <= most

    return check


def pair(low: str, high: str, *, whole: bool = False) -> Check:
    """Accept two numbers in order between the bounds of the model, as a range slider sends them."""
    each = number(low, high, whole=whole)

    def check(value: Any, state: State) -> bool:
        return (
            isinstance(value, list)
            and len(value) == 2
            and all(each(end, state) for end in value)
            and value[0] <= value[1]
        )

    return check


def index(options: str = "_options_labels", *, empty: bool = True) -> Check:
    """Accept a position in the list that the field `options` of the model holds."""

    def check(value: Any, state: State) -> bool:
        known = state.get(options)
        if value is None:
            return empty
        return is_whole(value) and isinstance(known, list) and 0 <= value < len(known)

    return check


def indices(options: str = "_options_labels") -> Check:
    """Accept a list of different positions in the list that the field `options` of the model holds."""
    each = index(options, empty=False)

    def check(value: Any, state: State) -> bool:
        return (
            isinstance(value, list)
            and len(value) <= 1000
            and all(each(item, state) for item in value)
            and len(set(value)) == len(value)
        )

    return check


def optional(inner: Check) -> Check:
    """Accept null as well."""

    def check(value: Any, state: State) -> bool:
        return value is None or inner(value, state)

    return check


def list_of(inner: Check, longest: int) -> Check:
    """Accept a list of at most `longest` items, each accepted by `inner`."""

    def check(value: Any, state: State) -> bool:
        return isinstance(value, list) and len(value) <= longest and all(inner(item, state) for item in value)

    return check


def record(required: Mapping[str, Check], extra: Mapping[str, Check] | None = None) -> Check:
    """Accept an object with all the `required` keys, perhaps those of `extra`, and no other."""
    known = {**required, **(extra or {})}

    def check(value: Any, state: State) -> bool:
        return (
            isinstance(value, dict)
            and required.keys() <= value.keys() <= known.keys()
            and all(known[key](item, state) for key, item in value.items())
        )

    return check


def plain(longest: int, depth: int = 6, longest_text: int = 2000) -> Check:
    """Accept any JSON value of at most `longest` scalars and `depth` levels: clean texts, finite numbers."""

    def count(value: Any, left: int, level: int) -> int:
        if left < 0 or level > depth:
            return -1
        match value:
            case None | bool():
                return left - 1
            case int() | float():
                return left - 1 if is_number(value) else -1
            case str():
                return left - 1 if len(value) <= longest_text and clean(value) else -1
            case list():
                items = value
            case dict() if all(isinstance(key, str) and len(key) <= 200 and clean(key) for key in value):
                items = list(value.values())
            case _:
                return -1
        for item in items:
            left = count(item, left, level + 1)
        return left

    def check(value: Any, state: State) -> bool:
        del state
        return count(value, longest, 0) >= 0

    return check


_OPTIONS: Final = Writable(fields={"index": index()})
_WHOLE: Final = number(-(2**53), 2**53, whole=True, empty=True)
_REAL: Final = number(-1e300, 1e300, empty=True)
_CLICK: Final = record({"event": one_of("click")})
_SUBMIT: Final = record({"event": one_of("submit")})

IPYWIDGETS: Final[Mapping[str, Writable]] = {
    "ButtonModel": Writable(events={"click": _CLICK}),
    "CheckboxModel": Writable(fields={"value": boolean}),
    "ToggleButtonModel": Writable(fields={"value": boolean}),
    "RadioButtonsModel": _OPTIONS,
    "DropdownModel": _OPTIONS,
    "SelectModel": _OPTIONS,
    "SelectionSliderModel": _OPTIONS,
    "ToggleButtonsModel": _OPTIONS,
    "SelectMultipleModel": Writable(fields={"index": indices()}),
    "IntSliderModel": Writable(fields={"value": number("min", "max", whole=True)}),
    "BoundedIntTextModel": Writable(fields={"value": number("min", "max", whole=True)}),
    "FloatSliderModel": Writable(fields={"value": number("min", "max")}),
    "BoundedFloatTextModel": Writable(fields={"value": number("min", "max")}),
    "IntRangeSliderModel": Writable(fields={"value": pair("min", "max", whole=True)}),
    "FloatRangeSliderModel": Writable(fields={"value": pair("min", "max")}),
    "IntTextModel": Writable(fields={"value": _WHOLE}),
    "FloatTextModel": Writable(fields={"value": _REAL}),
    "TextModel": Writable(fields={"value": text(2000)}, events={"submit": _SUBMIT}),
    "TextareaModel": Writable(fields={"value": text(5000)}),
    "TabModel": Writable(fields={"selected_index": index("children")}),
    "AccordionModel": Writable(fields={"selected_index": index("children")}),
}
