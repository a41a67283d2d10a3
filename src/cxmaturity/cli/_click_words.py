"""What click says of a command as typed, recognised and said again in the language of messages.

Click tells by sentences, not by codes. Its own templates are recognised here; a sentence that a later click words otherwise
is shown as click wrote it.
"""

from __future__ import annotations

import re
from typing import Final

from cxmaturity.cli._output import t

_SENTENCES: Final = (
    ("Option {name} does not take a value.", "takes_no_value"),
    ("Option {name} requires an argument.", "needs_value"),
    ("Got unexpected extra arguments ({got})", "too_many"),
    ("Got unexpected extra argument ({got})", "too_many"),
    ("Missing command.", "no_command_given"),
    ("{got} is not a valid integer{rest}.", "not_a_whole_number"),
    ("{got} is not a valid float{rest}.", "not_a_number"),
    ("{got} is not in the range {range}.", "out_of_range"),
    ("{got} is not one of {known}.", "not_one_of"),
    ("{kind} {got} does not exist.", "no_such_path"),
    ("{kind} {got} is a file.", "is_a_file"),
    ("{kind} {got} is a directory.", "is_a_folder"),
    ("{kind} {got} is not readable.", "not_readable"),
    ("{kind} {got} is not writable.", "not_writable"),
)
_RANGE: Final = re.compile(r"(?:(?P<low>[\d.]+)(?P<open><=?))?x(?:<=?(?P<high>[\d.]+))?|x>=(?P<least>[\d.]+)")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", re.escape(template)), re.DOTALL)


_PATTERNS: Final = tuple((_pattern(template), key) for template, key in _SENTENCES)


def said_again(sentence: str) -> str:
    """Return one of click's sentences in the language of messages; itself when it is not known."""
    for pattern, key in _PATTERNS:
        found = pattern.fullmatch(sentence.strip())
        if found is None:
            continue
        params = {name: value.strip("'\"") for name, value in found.groupdict().items()}
        if key == "not_one_of":
            params["known"] = params["known"].replace("'", "")
        if key == "out_of_range":
            return _out_of_range(params["got"], params["range"])
        return t(f"usage.{key}", **params)
    return sentence


def _out_of_range(got: str, written: str) -> str:
    """Say ``1<=x<=64`` in words: from 1 to 64."""
    found = _RANGE.fullmatch(written)
    if found is None:
        return t("usage.out_of_range", got=got, range=written)
    low, high = found["low"] or found["least"], found["high"]
    if low and high:
        return t("usage.not_between", got=got, low=low, high=high)
    return t("usage.not_at_least", got=got, low=low) if low else t("usage.not_at_most", got=got, high=high)
