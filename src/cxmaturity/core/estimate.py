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
RangeShape = Literal["pert", "triangular", "lognormal", "percentiles", "measured"]
RANGE_SHAPES: Final[tuple[RangeShape, ...]] = get_args(RangeShape)
LEAST_SKEW: Final = (1 - 1.66711 * 0.4) / 2
"""Where P50 must lie between P10 and P90 at least, and at most 1 less that (Keelin, 2016)."""


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
        ``core.not_finite``, ``core.range_half``, ``core.range_order``, ``core.shape_without_range``,
        ``core.lognormal_range``, ``core.percentiles_skewed``, ``core.measured_share``.
    """

    value: float = attrs.field(converter=_number, validator=_finite)
    low: float | None = attrs.field(default=None, converter=_optional, validator=_finite)
    high: float | None = attrs.field(default=None, converter=_optional, validator=_finite)
    unit: str = ""
    source: str = ""
    date: dt.date | None = None
    evidence: EvidenceGrade = attrs.field(default="E0", validator=attrs.validators.in_(EVIDENCE_GRADES))
    shape: RangeShape | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.in_(RANGE_SHAPES))
    )
    n: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))

    def __attrs_post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise InputError.of("core.range_half", "a range needs both low and high, only one is given.")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            mixed = min(self.numbers) < 1 < max(self.numbers) <= 100
            raise InputError.of(
                "core.range_order",
                "low, mode and high must rise; got {low}, {mode}, {high}.",
                hint="Is one of them a percentage? 5 % is written 0.05." if mixed else "",
                low=self.low,
                mode=self.value,
                high=self.high,
            )
        _check_shape(self)

    @property
    def is_uncertain(self) -> bool:
        """Whether it stands for many values: a range that is not a point, or a share measured on a sample."""
        return self.shape == "measured" or (self.low is not None and self.low != self.high)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The value, and the ends of the range when there is one."""
        return tuple(number for number in (self.low, self.value, self.high) if number is not None)


def _check_shape(given: Estimate) -> None:
    """Refuse a shape that the numbers cannot have."""
    low, high = given.low, given.high
    if given.shape == "measured":
        if given.n is None or low is not None or not 0 <= given.value <= 1:
            raise InputError.of(
                "core.measured_share",
                "a measured share is a value between 0 and 1 with n, the cases observed, and no range; got {got}, n {n}.",
                got=f"{given.value:g}",
                n="–" if given.n is None else given.n,
            )
        return
    if given.shape is not None and (low is None or high is None):
        raise InputError.of(
            "core.shape_without_range",
            "the shape '{shape}' needs a range, and there is none.",
            hint="Give low, mode and high, or p10, p50 and p90.",
            shape=given.shape,
        )
    if low is None or high is None or low == high:
        return
    if given.shape == "lognormal" and low <= 0:
        raise InputError.of(
            "core.lognormal_range",
            "a lognormal range is above 0 throughout; got a P10 of {got}.",
            got=f"{low:g}",
        )
    where = (given.value - low) / (high - low)
    if given.shape == "percentiles" and not LEAST_SKEW < where < 1 - LEAST_SKEW:
        raise InputError.of(
            "core.percentiles_skewed",
            "P50 {middle} is too near one end of P10 {low} and P90 {high}: no curve goes through the three.",
            hint="Write 'shape: lognormal', or low, mode and high.",
            low=f"{low:g}",
            middle=f"{given.value:g}",
            high=f"{high:g}",
        )


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
