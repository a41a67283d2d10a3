"""How an estimate is written in a file: a value, a range or three percentiles, never without unit, source, date and grade."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import attrs

from cxmaturity.core.estimate import EVIDENCE_GRADES, RANGE_SHAPES, Estimate
from cxmaturity.core.problems import InputError
from cxmaturity.files.findings import Findings, Path
from cxmaturity.files.groups import Key, Record
from cxmaturity.files.shapes import WRONG, Choice, Date, Number
from cxmaturity.files.wording import WordingShape
from cxmaturity.files.yaml_tree import Node, Scalar

GRADE: Final = Choice(names=EVIDENCE_GRADES)

ESTIMATE_KEYS: Final[dict[str, Key]] = {
    "value": Key(Number(), stand_in=WRONG),
    "low": Key(Number(), stand_in=WRONG),
    "mode": Key(Number(), stand_in=WRONG),
    "high": Key(Number(), stand_in=WRONG),
    "p10": Key(Number(), stand_in=WRONG),
    "p50": Key(Number(), stand_in=WRONG),
    "p90": Key(Number(), stand_in=WRONG),
    "shape": Key(Choice(names=RANGE_SHAPES), stand_in=WRONG),
    "unit": Key(WordingShape(limit=100), required=True, stand_in="", harmless=True),
    "source": Key(WordingShape(limit=1000), required=True, stand_in="", harmless=True),
    "date": Key(Date(), required=True, harmless=True),
    "evidence": Key(GRADE, required=True, stand_in="E0", harmless=True),
    "n": Key(Number(whole=True, low=1), harmless=True),
}


@attrs.frozen(kw_only=True)
class EstimateShape:
    """An estimate: ``{value}``, ``{low, mode, high}`` or ``{p10, p50, p90}`` with its unit, source, date and grade.

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


_BY_PERCENTILES: Final = ("percentiles", "lognormal")


def _build(*, value: Any, mode: Any, low: Any, high: Any, **given: Any) -> Any:
    p10, p50, p90 = (given.pop(name) for name in ("p10", "p50", "p90"))
    if WRONG in (value, mode, low, high, p10, p50, p90, given["shape"]):
        return WRONG
    ends = [number for number in (value, mode, low, high) if number is not None]
    if any(number is not None for number in (p10, p50, p90)):
        return _from_percentiles(p10, p50, p90, mixed=bool(ends), **given)
    if given["shape"] in _BY_PERCENTILES:
        raise _wrong_shape(given["shape"])
    if (value is None) == (mode is None):
        raise InputError.of(
            "files.estimate_value",
            "got {numbers}; expected 'value', or 'low', 'mode' and 'high'.",
            hint="Or 'p10', 'p50' and 'p90'.",
            numbers="no number" if value is None else "both 'value' and 'mode'",
        )
    return Estimate(value=mode if value is None else value, low=low, high=high, **given)


def _wrong_shape(shape: str) -> InputError:
    return InputError.of(
        "files.estimate_shape",
        "the shape '{shape}' does not go with these numbers.",
        hint="'lognormal' and 'percentiles' go with p10, p50 and p90; 'pert' and 'triangular' with low, mode and high.",
        shape=shape,
    )


def _from_percentiles(
    p10: Any, p50: Any, p90: Any, *, mixed: bool, shape: str | None, **given: Any
) -> Estimate:
    """Return an estimate from P10, P50 and P90; a lognormal one does without P50."""
    if mixed:
        raise InputError.of(
            "files.estimate_mixed",
            "percentiles stand beside 'value', 'low', 'mode' or 'high'; expected one or the other.",
        )
    if shape is not None and shape not in _BY_PERCENTILES:
        raise _wrong_shape(shape)
    if p50 is None and shape == "lognormal" and p10 is not None and p90 is not None:
        p50 = math.sqrt(p10 * p90) if 0 < p10 <= p90 else p10
    if p10 is None or p50 is None or p90 is None:
        missing = [name for name, number in (("p10", p10), ("p50", p50), ("p90", p90)) if number is None]
        raise InputError.of(
            "files.estimate_percentiles",
            "{missing} is missing: a range by percentiles needs 'p10', 'p50' and 'p90'.",
            missing=", ".join(missing),
        )
    kept: Any = shape or "percentiles"
    return Estimate(value=p50, low=p10, high=p90, shape=kept, **given)


ESTIMATE: Final = Record(keys=ESTIMATE_KEYS, build=_build, expected="an estimate")
