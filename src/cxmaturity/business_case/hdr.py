"""Uniform numbers that a spreadsheet can reproduce: the counter-based HDR generator.

A simulation is believed when the finance department can recompute one of its trials. Here a number depends on its
address only (trial, entity, variable, two seeds), so that a cell formula gives the same number as Python, in any order.
Source: Hubbard, D. (2019), A multi-dimensional, counter-based pseudo random number generator as a standard for Monte
Carlo simulations, Winter Simulation Conference; re-implemented from the published arithmetic.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cxmaturity.business_case.parameters import FloatArray

Counters: TypeAlias = int | npt.NDArray[np.int64]

ENTITY: Final = 1
"""The entity of every number of a business case."""

_LARGE: Final = 999_999_999_999_989
_RANGE: Final = 4_294_967_296
# Multipliers of counter, variable, entity, seed 3 and seed 4; then modulus, factor and shift of the first MOD; then
# factor and modulus of the second.
_FIRST: Final = (
    (2_499_997, 1_800_451, 2_000_371, 1_796_777, 2_299_603),
    (7_450_589, 4_658, 7_450_581),
    (383, 99_991),
)
_SECOND: Final = (
    (2_246_527, 2_399_993, 2_100_869, 1_918_303, 1_624_729),
    (7_450_987, 7_580, 7_560_584),
    (17_669, 7_440_893),
)
_JOIN: Final = (7_440_893, 1_343)


def _half(
    address: tuple[Counters, ...],
    part: tuple[tuple[int, ...], tuple[int, int, int], tuple[int, int]],
) -> npt.NDArray[np.int64]:
    multipliers, (modulus, factor, shift), (last_factor, last_modulus) = part
    total = np.asarray(0, dtype=np.int64)
    for number, multiplier in zip(address, multipliers, strict=True):
        total = total + np.asarray(number, dtype=np.int64) * multiplier
    return _mod((_LARGE % (_mod(total, modulus) * factor + shift)) * last_factor, last_modulus)


def _mod(numbers: npt.NDArray[np.int64], modulus: int) -> npt.NDArray[np.int64]:
    """Return the remainder of numbers that are not negative; numpy divides by a constant faster than it takes remainders."""
    remainder: npt.NDArray[np.int64] = numbers - numbers // modulus * modulus
    return remainder


def uniforms(
    counter: Counters, *, variable: Counters, entity: int = ENTITY, seed3: int = 0, seed4: int = 0
) -> FloatArray:
    """Return uniform numbers in (0, 1), one per address; exact integers up to the last division.

    ``u = (MOD((MOD(MOD(999999999999989, MOD(k1, 7450589) 4658 + 7450581) 383, 99991) 7440893 +
    MOD(MOD(999999999999989, MOD(k2, 7450987) 7580 + 7560584) 17669, 7440893)) 1343, 2^32) + 0.5) / 2^32``, k1 and k2 being
    two sums of the address times prime multipliers.

    Parameters
    ----------
    counter : int or array of int
        Number of the trial, from 1.
    variable : int or array of int
        Which variable; broadcasts with `counter`.
    entity, seed3, seed4 : int
        The rest of the address, not negative.

    Returns
    -------
    array
        Shape of counter and variable together.

    Examples
    --------
    >>> uniforms(np.arange(1, 4), variable=2, entity=10, seed3=3, seed4=4).round(8)
    array([0.18532938, 0.99370397, 0.09836427])
    """
    address = (counter, variable, entity, seed3, seed4)
    joined = _mod((_half(address, _FIRST) * _JOIN[0] + _half(address, _SECOND)) * _JOIN[1], _RANGE)
    numbers: FloatArray = (joined + 0.5) / _RANGE
    return numbers
