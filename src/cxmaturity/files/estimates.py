"""How an estimate is written in a file: a value or a range, never without unit, source, date and grade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs

from cxmaturity.core.estimate import EVIDENCE_GRADES, Estimate
from cxmaturity.core.problems import InputError
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.groups import Key, Record
from cxmaturity.files.shapes import WRONG, Choice, Date, Number, Text
from cxmaturity.files.yaml_tree import Node, Scalar

GRADE: Final = Choice(names=EVIDENCE_GRADES)

ESTIMATE_KEYS: Final[dict[str, Key]] = {
    "value": Key(Number(), stand_in=WRONG),
    "low": Key(Number(), stand_in=WRONG),
    "mode": Key(Number(), stand_in=WRONG),
    "high": Key(Number(), stand_in=WRONG),
    "unit": Key(Text(limit=100), required=True, stand_in="", harmless=True),
    "source": Key(Text(limit=1000), required=True, stand_in="", harmless=True),
    "date": Key(Date(), required=True, harmless=True),
    "evidence": Key(GRADE, required=True, stand_in="E0", harmless=True),
    "n": Key(Number(whole=True, low=1), harmless=True),
}


@attrs.frozen(kw_only=True)
class EstimateShape:
    """An estimate: ``{value}`` or ``{low, mode, high}`` with its unit, source, date and grade.

    `check` is asked of the estimate when the field that holds it is a list, which cannot check its items.
    """

    check: Callable[[Estimate], None] | None = None
    expected: str = attrs.field(default="an estimate", init=False)

    def read(self, node: Node, path: Path, found: Findings) -> Any:
        """Return the `Estimate`."""
        built = self._read(node, path, found)
        if self.check is not None and built is not WRONG:
            try:
                self.check(built)
            except InputError as error:
                found.absorb(error, path=path, at=node)
                return WRONG
        return built

    @staticmethod
    def _read(node: Node, path: Path, found: Findings) -> Any:
        if not isinstance(node, Scalar) or node.is_null:
            return ESTIMATE.read(node, path, found)
        value = Number().read(node, path, found)
        if value is WRONG:
            return WRONG
        found.of(
            "files.estimate_bare",
            "a number alone says too little: its unit, source, date and grade of evidence are needed.",
            hint="Write {{value: {got}, unit: ..., source: ..., date: ..., evidence: ...}}.",
            at=node,
            path=path,
            got=node.text.strip(),
        )
        return Estimate(value=value)


def _build(*, value: Any, mode: Any, low: Any, high: Any, **given: Any) -> Any:
    if WRONG in (value, mode, low, high):
        return WRONG
    if (value is None) == (mode is None):
        raise InputError.of(
            "files.estimate_value",
            "got {numbers}; expected 'value', or 'low', 'mode' and 'high'.",
            numbers="no number" if value is None else "both 'value' and 'mode'",
        )
    return Estimate(value=mode if value is None else value, low=low, high=high, **given)


ESTIMATE: Final = Record(keys=ESTIMATE_KEYS, build=_build, expected="an estimate")
