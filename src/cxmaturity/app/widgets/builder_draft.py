"""What is being typed: the keys of the business case as plain values, read by the very shapes that read the file.

A draft is never changed: every edit returns another one that shares what did not change, so that undo costs nothing. Because a
case is built from a draft by the reader of ``engagement.yaml``, what the screen accepts is what the file accepts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs

from cxmaturity.assessment.values import Settings
from cxmaturity.business_case.values import BusinessCase
from cxmaturity.catalog import Catalog
from cxmaturity.core.problems import InputError, Problem
from cxmaturity.core.text import LANGUAGES, Language
from cxmaturity.core.words import Words
from cxmaturity.engagement.check_case import check_case
from cxmaturity.engagement.values import Client, Engagement, Theme
from cxmaturity.files import load_catalog, yaml_tree
from cxmaturity.files.edit import APPEND, REMOVE, Change
from cxmaturity.files.findings import Findings
from cxmaturity.files.folder import decode_yaml
from cxmaturity.files.groups import Record
from cxmaturity.files.schema import CASE_KEYS, case_shape
from cxmaturity.files.shapes import WRONG
from cxmaturity.files.yaml_text import parse_yaml

Steps = tuple[str | int, ...]
Draft = Mapping[str, Any]

KEYS: Final = ("goals", *CASE_KEYS)
NUMBERS: Final = ("value", "low", "mode", "high", "p10", "p50", "p90")
EMPTY: Final[Draft] = {
    "goals": [],
    "baseline": {},
    "levers": {},
    "costs": [],
    "finance": {"basis": "nominal", "timing": "end", "horizon_years": "3"},
}
"""A case of which nothing is known yet; the three conventions are shown on screen, the discount rate must be typed."""


@cache
def catalog() -> Catalog:
    """Return the catalogue, read once."""
    return load_catalog()


@cache
def _shape() -> Record:
    return case_shape(catalog())


def read_draft(content: bytes) -> Draft:
    """Return the draft that an ``engagement.yaml`` holds; the file has been checked before."""
    found = Findings("engagement.yaml")
    text = decode_yaml(content, found)
    node = None if text is None else parse_yaml(text, found)
    if node is None:
        raise InputError(found.problems)
    whole = _plain(node)
    kept = {key: whole[key] for key in KEYS if isinstance(whole, dict) and whole.get(key) is not None}
    return {**EMPTY, **kept}


def _plain(node: yaml_tree.Node) -> Any:
    if isinstance(node, yaml_tree.Mapping):
        return {entry.key: _plain(entry.value) for entry in node.entries}
    if isinstance(node, yaml_tree.Sequence):
        return [_plain(item) for item in node.items]
    return None if node.is_null else node.text


def _node(value: Any) -> yaml_tree.Node:
    if isinstance(value, Mapping):
        entries = tuple(yaml_tree.Entry(str(key), _node(inner), 1, 1) for key, inner in value.items())
        return yaml_tree.Mapping(entries, 1, 1)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return yaml_tree.Sequence(tuple(_node(item) for item in value), 1, 1)
    if value is None:
        return yaml_tree.Scalar("", plain=True, line=1, column=1)
    if isinstance(value, float):
        return yaml_tree.Scalar(f"{value:.17g}", plain=True, line=1, column=1)
    return yaml_tree.Scalar(str(value), plain=False, line=1, column=1)


# --- looking and changing --------------------------------------------------------------------------------


def steps_of(path: str) -> Steps:
    """Return the steps of a dotted path: ``costs.0.initial`` is ("costs", 0, "initial")."""
    return tuple(int(step) if step.isdigit() else step for step in path.split("."))


def look(value: Any, steps: Steps) -> Any:
    """Return what stands at the end of the steps, or None."""
    for step in steps:
        if isinstance(value, Mapping):
            value = value.get(str(step))
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            return None
    return value


def changed(value: Any, steps: Steps, new: Any) -> Any:
    """Return another value with `new` at the end of the steps; `REMOVE` takes it out, an index past the end adds."""
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        items = list(value or [])
        if new is REMOVE and not rest:
            del items[step : step + 1]
        elif step < len(items):
            items[step] = changed(items[step], rest, new)
        elif new is not REMOVE:
            items.append(changed(None, rest, new))
        return items
    held = dict(value or {})
    if new is REMOVE and (not rest or step not in held):
        held.pop(step, None)
    else:
        held[step] = changed(held.get(step), rest, new)
    return held


def number_at(estimate: Any, part: str) -> float | None:
    """Return a number of an estimate being typed, or None."""
    given = estimate.get(part) if isinstance(estimate, Mapping) else estimate if part == "plain" else None
    if given is None:
        return None
    try:
        return float(str(given).replace("_", ""))
    except ValueError:
        return None


def has_number(estimate: Any) -> bool:
    """Say whether an estimate has any number yet."""
    return isinstance(estimate, Mapping) and any(estimate.get(part) is not None for part in NUMBERS)


def is_estimate(value: Any) -> bool:
    """Say whether a value of a draft is an estimate, with numbers or only with its source so far."""
    return isinstance(value, Mapping) and bool(value.keys() & {*NUMBERS, "unit", "source", "evidence"})


# --- texts in both languages -----------------------------------------------------------------------------


def by_language(value: Any) -> bool:
    """Say whether a text is typed by language: ``{fr: ..., en: ...}``."""
    return isinstance(value, Mapping) and bool(value) and value.keys() <= set(LANGUAGES)


def worded(value: Any, language: Language) -> str:
    """Return a text as a reader of the language sees it, in the other language when that is all there is."""
    if by_language(value):
        return Words(**{name: str(text or "") for name, text in value.items()}).of(language)
    return "" if value is None else str(value)


def in_both(draft: Any) -> bool:
    """Say whether any text of a draft is typed by language: what is added is then told in both too."""
    if by_language(draft):
        return True
    inner = draft.values() if isinstance(draft, Mapping) else draft if isinstance(draft, list) else ()
    return any(in_both(part) for part in inner)


def said_anew(old: Any, new: Any, language: Language) -> Any:
    """Return what takes the place of a text: what was typed by language keeps the other one.

    Parameters
    ----------
    old, new : Any
        What stands there, and what is typed now (`REMOVE` when the box was emptied).
    language : {"en", "fr"}
        The one in which somebody types.
    """
    if not by_language(old):
        return new
    kept = {name: text for name, text in old.items() if name != language and text}
    if new is REMOVE:
        return kept or REMOVE
    order = dict.fromkeys((*old, language))
    return {
        name: new if name == language else kept[name] for name in order if name == language or name in kept
    }


# --- from a draft to a case ------------------------------------------------------------------------------


def complete(draft: Draft) -> dict[str, Any]:
    """Return the draft without what is not typed yet: estimates without a number, sections and levers without content."""
    baseline = {
        name: {key: inner for key, inner in given.items() if not is_estimate(inner) or has_number(inner)}
        if not is_estimate(given)
        else given
        for name, given in draft["baseline"].items()
        if isinstance(given, Mapping) and (not is_estimate(given) or has_number(given))
    }
    levers = {}
    for name, lever in draft["levers"].items():
        kept = {
            key: inner for key, inner in (lever or {}).items() if not is_estimate(inner) or has_number(inner)
        }
        if any(is_estimate(inner) for inner in kept.values()):
            levers[name] = kept
    costs = []
    for cost in draft["costs"]:
        annual = list(cost.get("annual") or [])
        while annual and not has_number(annual[-1]):  # one that lacks in between is said to be wrong
            annual.pop()
        kept = {
            key: inner
            for key, inner in cost.items()
            if key != "annual" and (key != "initial" or has_number(inner))
        }
        if annual:
            kept["annual"] = annual
        costs.append(kept)
    finance = {key: given for key, given in draft["finance"].items() if given is not None}
    return {
        **draft,
        "baseline": {name: given for name, given in baseline.items() if given},
        "levers": levers,
        "costs": costs,
        "finance": finance,
    }


def evaluable(draft: Draft) -> dict[str, Any]:
    """Return what can be counted so far: a lever that lacks its attribution or its ramp waits."""
    whole = complete(draft)
    whole["levers"] = {
        name: lever
        for name, lever in whole["levers"].items()
        if lever.get("attribution") and lever.get("ramp")
    }
    return whole


def build_case(draft: Draft, base: Engagement) -> tuple[BusinessCase | None, tuple[Problem, ...]]:
    """Return the case that the figures typed so far make, None while they make none, and all that is to be said of them.

    Parameters
    ----------
    draft : mapping
        As typed.
    base : Engagement
        Whose case it is: its currency and the date of its report.
    """
    found = Findings("engagement.yaml", language=base.language)
    node = _node({"currency": base.currency, **evaluable(draft)})
    case = _shape().read(node, (), found)
    if case is WRONG or case is None or any(problem.severity == "error" for problem in found.problems):
        return None, tuple(found.problems)
    checked = attrs.evolve(base, goals=case.goals, case=case)
    problems = tuple(check_case(checked, catalog()))
    wrong = any(
        problem.severity == "error" and not problem.code.endswith("estimate_future") for problem in problems
    )
    return (None if wrong else case), (*found.problems, *problems)


def nobody(language: Any, currency: str, as_of: dt.date) -> Engagement:
    """Return the engagement of a case that belongs to no folder yet."""
    return Engagement(
        client=Client(name="–", id="client"),
        language=language,
        currency=currency,
        as_of=as_of,
        theme=Theme(),
        settings=Settings(mode="diagnostic", privacy="anonymous", minimum_group=3, weights=None),
        waves=(),
        targets=(),
        goals=(),
        case=None,
    )


# --- from a draft to changes of the file -----------------------------------------------------------------


def differences(saved: Draft, draft: Draft) -> tuple[Change, ...]:
    """Return the changes that turn the file that holds `saved` into one that holds `draft`, smallest parts first named."""
    before, after = complete(saved), complete(draft)
    return tuple(change for key in KEYS for change in _between(before.get(key), after.get(key), (key,)))


def _between(before: Any, after: Any, path: Steps) -> Iterator[Change]:
    if before == after or (not before and not after):
        return
    if before is None:
        yield path, after
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        if path[:1] == ("levers",) and len(path) == 1:
            yield from _between_levers(before, after)
            return
        for key, inner in after.items():
            yield from _between(before.get(key), inner, (*path, key))
        for key in before.keys() - after.keys():
            yield (*path, key), REMOVE
    elif path == ("costs",) or (path[-1:] == ("annual",) and before and after):
        yield from _between_lists(before, after, path)
    else:
        yield path, REMOVE if after is None else after


def _between_levers(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key, inner in after.items():
        yield from _between(before.get(key), inner, ("levers", key))
    gone = sorted(before.keys() - after.keys())
    if gone and not after:
        yield ("levers",), {}
        return
    for key in gone:
        yield ("levers", key), REMOVE


def _between_lists(before: Sequence[Any], after: Sequence[Any], path: Steps) -> Iterator[Change]:
    """Yield changes of a list of groups: what both ends share stays, the rest is changed in place, taken out or added."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < min(len(before), len(after)) - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    if len(after) > len(before):
        tail = 0  # one is added at the end only
    shared = min(len(before), len(after)) - tail
    for place in range(start, shared):
        yield from _between(before[place], after[place], (*path, place))
    for place in reversed(range(shared, len(before) - tail)):
        yield (*path, place), REMOVE
    for item in after[shared : len(after) - tail]:
        yield (*path, APPEND), item


def own_file(folder: str | Path) -> Path:
    """Return the ``engagement.yaml`` that a folder, or the path of the file itself, means."""
    given = Path(folder)
    return given / "engagement.yaml" if given.is_dir() else given
