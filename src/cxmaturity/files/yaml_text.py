"""The text of a YAML file turned into a tree, or into a plain sentence that says why it cannot be read.

libyaml (PyYAML) gives the events, some twenty times faster than ruamel.yaml. When it refuses a file,
ruamel.yaml, which follows the YAML of today, reads it again: it has the last word and says why.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, Final

import yaml

from cxmaturity.files.findings import Findings, Path, Spot
from cxmaturity.files.yaml_tree import Node, RefusedError, Scalar, TreeBuilder

_REASONS: Final = (
    # what ruamel.yaml says, and what it means to the person who typed the file
    ("\\t", "a tab stands where spaces are expected"),
    ("found unexpected end of stream", "a quote is opened and never closed"),
    ("cannot start any token", "a text cannot start with this character without quotes"),
    ("mapping values are not allowed", "a ':' nobody expects here; a text that holds ': ' needs quotes"),
    ("could not find expected ':'", "a key without its ':'"),
    ("while parsing a flow", "a bracket is not closed, or a comma is missing"),
    ("expected <block end>", "the indentation does not follow the lines above"),
    ("escape", "an unknown escape after a backslash; use single quotes"),
)
_UNCLEAR: Final = "the punctuation or the indentation is not that of YAML"


def parse_yaml(text: str, found: Findings, path: Path = ()) -> Node | None:
    """Return the tree of one YAML document, or None when it cannot be read or is not acceptable.

    Parameters
    ----------
    text : str
        The whole file.
    found : Findings
        Gets ``files.yaml_broken`` (with line, column and reason), ``files.yaml_unreadable`` and what
        `TreeBuilder` notes.
    path : tuple, optional
        Where the tree stands in the engagement.
    """
    before = len(found.problems)
    try:
        return _build(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), found, path)
    except yaml.YAMLError:
        del found.problems[before:]  # what was noted before the place that stopped libyaml is found again
        return _parse_again(text, found, path)


def _build(events: Iterable[Any], found: Findings, path: Path) -> Node | None:
    builder = TreeBuilder(found, path)
    try:
        for event in events:
            builder.take(event)
    except RefusedError:
        return None
    return builder.root or Scalar("", plain=True, line=1, column=1)


def _parse_again(text: str, found: Findings, path: Path) -> Node | None:
    from ruamel.yaml import YAML  # only for a file that libyaml refuses
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _build(YAML(typ="safe", pure=True).parse(text), found, path)
    except MarkedYAMLError as error:
        _note_broken(error, found, path)
    except (YAMLError, RecursionError, ValueError, AttributeError, AssertionError) as error:
        # ruamel.yaml lets some of its own slips through on hostile bytes; none is worth a traceback.
        position = getattr(error, "position", None)
        found.of(
            "files.yaml_unreadable",
            "this is not YAML: a character in it is not allowed.",
            at=Spot(text.count("\n", 0, position) + 1 if isinstance(position, int) else 1, 1),
            path=path,
        )
    return None


def _note_broken(error: Any, found: Findings, path: Path) -> None:
    mark = error.problem_mark or error.context_mark
    spot = Spot(mark.line + 1, mark.column + 1) if mark else Spot(1, 1)
    said = f"{error.problem or ''} {error.context or ''}"
    found.of(
        "files.yaml_broken",
        "unreadable at line {line}, column {column}: {reason}.",
        hint="Nothing after this point could be checked.",
        at=spot,
        path=path,
        line=spot.line,
        column=spot.column,
        reason=next((meaning for sign, meaning in _REASONS if sign in said), _UNCLEAR),
    )
