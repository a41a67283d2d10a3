"""The few spreadsheet functions that the workbook uses, in Python, for the values stored beside the formulas.

Only what the sheets call, with a spreadsheet's rules: text and blank cells are skipped by sums and counts,
a division by zero is an error that IFERROR catches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from statistics import NormalDist
from typing import Any, Final

_NORMAL: Final = NormalDist()


class CellError(ArithmeticError):
    """What a spreadsheet shows as ``#DIV/0!``, ``#NUM!``, ``#N/A`` or ``#VALUE!``."""


def _flat(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if isinstance(value, list):
            found.extend(value)
        else:
            found.append(value)
    return found


def _numbers(values: Iterable[Any]) -> list[float]:
    return [
        value for value in _flat(values) if isinstance(value, int | float) and not isinstance(value, bool)
    ]


def _some(values: Iterable[Any]) -> list[float]:
    found = _numbers(values)
    if not found:
        raise CellError
    return found


def divide(a: float, b: float) -> float:
    """Return ``a / b``."""
    if b == 0:
        raise CellError
    return a / b


def power(a: float, b: float) -> float:
    """Return ``a ^ b``."""
    if (a == 0 and b <= 0) or (a < 0 and b != int(b)):
        raise CellError
    try:
        return float(a**b)
    except OverflowError as error:
        raise CellError from error


def concatenate(a: Any, b: Any) -> str:
    """Return the two texts joined; whole numbers without decimals."""
    return _text(a) + _text(b)


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _positive(x: float) -> float:
    if x <= 0:
        raise CellError
    return x


def _modulo(a: float, b: float) -> float:
    if b == 0:
        raise CellError
    return a - b * math.floor(a / b) if abs(a) < 2**53 and b != int(b) else math.fmod(a, b) % b


def _index(values: list[Any], place: float) -> Any:
    if not 1 <= place <= len(values):
        raise CellError
    return values[int(place) - 1]


def _match(wanted: Any, values: list[Any], _: float) -> int:
    for place, value in enumerate(values, 1):
        if value == wanted and isinstance(value, str) == isinstance(wanted, str):
            return place
    raise CellError


def _percentile(values: list[Any], share: float) -> float:
    ordered = sorted(_some([values]))
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def _deviation(*values: Any) -> float:
    numbers = _some(values)
    mean = math.fsum(numbers) / len(numbers)
    if len(numbers) == 1:
        raise CellError
    return math.sqrt(math.fsum((x - mean) ** 2 for x in numbers) / (len(numbers) - 1))


def _beta_inverse(share: float, alpha: float, beta: float) -> float:
    from cxmaturity.business_case.distributions import beta_quantile  # scipy, only when needed

    if not (0 < share < 1 and alpha > 0 and beta > 0):
        raise CellError
    return float(beta_quantile(_NORMAL.inv_cdf(share), alpha, beta))  # type: ignore[arg-type]  # one number will do


def _normal_inverse(share: float) -> float:
    if not 0 < share < 1:
        raise CellError
    return _NORMAL.inv_cdf(share)


def _normal(z: float, _: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


def _sum_of_products(*ranges: Sequence[float]) -> float:
    return math.fsum(math.prod(value or 0.0 for value in row) for row in zip(*ranges, strict=True))


def _average(*values: Any) -> float:
    numbers = _some(values)
    return sum(numbers) / len(numbers)


def _small(values: list[Any], place: float) -> float:
    return sorted(_some([values]))[int(place) - 1]


def _round(x: float, digits: float) -> float:
    scale = float(10 ** int(digits))
    rounded = math.floor(abs(x) * scale + 0.5) / scale
    return rounded if x > 0 or rounded == 0 else -rounded


def _exponential(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError as error:
        raise CellError from error


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "ABS": abs,
    "AND": lambda *values: all(_flat(values)),
    "AVERAGE": _average,
    "BETA.INV": _beta_inverse,
    "COUNT": lambda *values: len(_numbers(values)),
    "COUNTIF": lambda values, wanted: sum(1 for value in values if value == wanted),
    "EXP": _exponential,
    "FACT": lambda n: float(math.factorial(int(n))),
    "INDEX": _index,
    "INT": lambda x: float(math.floor(x)),
    "ISNUMBER": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "LN": lambda x: math.log(_positive(x)),
    "MATCH": _match,
    "MAX": lambda *values: max(_numbers(values), default=0.0),
    "MIN": lambda *values: min(_numbers(values), default=0.0),
    "MOD": _modulo,
    "NORM.S.DIST": _normal,
    "NORM.S.INV": _normal_inverse,
    "OR": lambda *values: any(_flat(values)),
    "PERCENTILE": _percentile,
    "PI": lambda: math.pi,
    "RANK": lambda x, values: 1 + sum(1 for value in _numbers([values]) if value > x),
    "ROUND": _round,
    "SIN": math.sin,
    "SMALL": _small,
    "SQRT": lambda x: math.sqrt(x) if x >= 0 else divide(1, 0),
    "STDEV": _deviation,
    "SUM": lambda *values: sum(_numbers(values)),
    "SUMPRODUCT": _sum_of_products,
}
"""Function name, as Excel writes it in English, to what computes it; IF, IFERROR and CHOOSE are lazy and apart."""
