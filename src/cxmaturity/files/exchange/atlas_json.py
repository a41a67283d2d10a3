"""A journey document as JSON: the same keys as in YAML, for programs; whole, hence without loss."""

from __future__ import annotations

import datetime as dt
import json

import yaml

from cxmaturity.core.problems import InputError, Problem
from cxmaturity.files.exchange.xml_tree import LIMIT
from cxmaturity.files.findings import Findings, Spot, in_order
from cxmaturity.files.folder import decode_yaml
from cxmaturity.files.journey.shapes import atlas_shape, language_of
from cxmaturity.files.journey.yaml_out import atlas_to_yaml
from cxmaturity.files.yaml_text import parse_yaml
from cxmaturity.journey.values import Atlas

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def to_json(atlas: Atlas) -> bytes:
    """Return an atlas as JSON in UTF-8: the keys of the journey document, dates as ISO texts."""
    tree = yaml.load(atlas_to_yaml(atlas), Loader=_LOADER)  # noqa: S506  # a safe loader, on our own text
    text = json.dumps(tree, ensure_ascii=False, indent=1, default=_day, allow_nan=False)
    return (text + "\n").encode()


def _day(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def from_json(content: bytes, *, file: str = "journeys.json", warnings: list[Problem] | None = None) -> Atlas:
    """Return the atlas of a JSON document with the keys of the journey document.

    Raises
    ------
    InputError
        Everything that is wrong, with lines.
    """
    found = Findings(file)
    if len(content) > LIMIT:
        found.of("exchange.too_large", "the file is larger than {limit} kB.", limit=LIMIT // 1000)
        raise InputError(found.problems)
    text = decode_yaml(content, found)
    plain = None if text is None else _checked(text, found)
    root = None if plain is None else parse_yaml(plain, found)
    atlas = None if root is None else atlas_shape(language_of(root)).read(root, (), found)
    problems = in_order(found.problems)
    if not isinstance(atlas, Atlas) or any(problem.severity == "error" for problem in problems):
        raise InputError(problems)
    if warnings is not None:
        warnings += problems
    return atlas


def _checked(text: str, found: Findings) -> str | None:
    """Return JSON that a YAML parser reads alike, on the same lines where that can be, or None when it is no JSON."""
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        found.of(
            "exchange.json_broken",
            "this is not JSON ({reason}).",
            hint="Nothing could be checked beyond this place.",
            at=Spot(error.lineno, error.colno),
            reason=error.msg,
        )
        return None
    except RecursionError:
        found.of("exchange.json_deep", "this JSON has too many levels.")
        return None
    alike = "\t" not in text and "\\u" not in text and "\\/" not in text
    return text if alike else json.dumps(tree, ensure_ascii=False, indent=1)
