"""A number that somebody will be asked about: value or range, unit, source, date and grade of evidence.

Every input of a business case is an `Estimate`. None is ever made up: what is unknown stays `None` in the
baseline and is named as missing.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final, Literal, get_args

import attrs

from cxmaturity.core.problems import InputError

EvidenceGrade = Literal["E0", "E1", "E2", "E3", "E4"]
EVIDENCE_GRADES: Final[tuple[EvidenceGrade, ...]] = get_args(EvidenceGrade)


def _finite(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:  # noqa: ARG001  # attrs calls
    if value is not None and not math.isfinite(value):
        raise InputError.of(
            "core.not_finite", "{name} is {got}; a finite number is expected.", name=attribute.name, got=value
        )


def _number(value: float) -> float:
    return float(value) if type(value) is int else value  # a bool stays one, to be refused elsewhere


def _optional(value: float | None) -> float | None:
    return None if value is None else _number(value)


@attrs.frozen(kw_only=True)
class Estimate:
    """A number with where it comes from.

    Parameters
    ----------
    value : float
        The most likely value (the mode of the range, when there is one), in `unit`; rates are fractions in
        [0, 1].
    low, high : float, optional
        The range, both or neither; ``low <= value <= high``.
    unit, source : str
        Unit, and who or what says so (export, survey, contract, article).
    date : datetime.date, optional
        When it was measured or said.
    evidence : {"E0", "E1", "E2", "E3", "E4"}
        From opinion to independent measure; the grades are in the catalogue.
    n : int, optional
        Number of observations behind it.
    shape : {"pert", "triangular", "lognormal", "percentiles", "measured"}, optional
        How the range is read: `low` and `high` are the least and greatest values (``pert``, the default, or ``triangular``),
        or the P10 and P90 (``lognormal``; ``percentiles``, with `value` the P50); ``measured`` is a share observed on
        `n` cases, whose range is that of its Beta posterior.

    Raises
    ------
    InputError
        ``core.not_finite``, ``core.range_half``, ``core.range_order``.
    """

    value: float = attrs.field(converter=_number, validator=_finite)
    low: float | None = attrs.field(default=None, converter=_optional, validator=_finite)
    high: float | None = attrs.field(default=None, converter=_optional, validator=_finite)
    unit: str = ""
    source: str = ""
    date: dt.date | None = None
    evidence: EvidenceGrade = attrs.field(default="E0", validator=attrs.validators.in_(EVIDENCE_GRADES))
    shape: Literal["pert", "triangular", "lognormal", "percentiles", "measured"] | None = None
    n: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))

    def __attrs_post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise InputError.of("core.range_half", "a range needs both low and high, only one is given.")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise InputError.of(
                "core.range_order",
                "low, mode and high must rise; got {low}, {mode}, {high}.",
                low=self.low,
                mode=self.value,
                high=self.high,
            )

    @property
    def numbers(self) -> tuple[float, ...]:
        """The value, and the ends of the range when there is one."""
        return tuple(number for number in (self.low, self.value, self.high) if number is not None)


def estimate(value: float, **details: object) -> Estimate:
    """Build an `Estimate` from a number, for use without any file.

    Examples
    --------
    >>> estimate(0.15, unit="per year", source="CRM export", evidence="E2").value
    0.15
    """
    return Estimate(value=value, **details)  # type: ignore[arg-type]  # attrs checks them


def _check_numbers(name: str, given: Estimate | None, *, low: float, high: float, rate: bool) -> None:
    if given is None:
        return
    for number in given.numbers:
        if low <= number <= high:
            continue
        if rate and 1 < number <= 100:
            raise InputError.of(
                "core.rate_looks_like_percent",
                "{name} is {got}; a rate is a fraction between 0 and 1.",
                hint="For {got} %, write {fraction:g}.",
                name=name,
                got=f"{number:g}",
                fraction=number / 100,
            )
        raise InputError.of(
            "core.out_of_range",
            "{name} is {got}; expected between {low} and {high}.",
            name=name,
            got=f"{number:g}",
            low=f"{low:g}",
            high=f"{high:g}" if math.isfinite(high) else "∞",
        )


def is_rate(instance: object, attribute: attrs.Attribute[Estimate | None], value: Estimate | None) -> None:  # noqa: ARG001
    """Check (as an attrs validator) that an estimate and its range are fractions in [0, 1]."""
    _check_numbers(attribute.name, value, low=0.0, high=1.0, rate=True)


def is_amount(instance: object, attribute: attrs.Attribute[Estimate | None], value: Estimate | None) -> None:  # noqa: ARG001
    """Check (as an attrs validator) that an estimate and its range are not negative."""
    _check_numbers(attribute.name, value, low=0.0, high=math.inf, rate=False)
