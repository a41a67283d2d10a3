"""The counter-based generator: the published numbers, exact integers, uniform enough."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.business_case.hdr import uniforms

PUBLISHED = (0.18532938, 0.99370397, 0.09836427)


def spreadsheet(counter, variable, entity, seed3, seed4):
    """Return one number the way a cell formula computes it, with whole numbers of any size."""
    first = counter * 2499997 + variable * 1800451 + entity * 2000371 + seed3 * 1796777 + seed4 * 2299603
    second = counter * 2246527 + variable * 2399993 + entity * 2100869 + seed3 * 1918303 + seed4 * 1624729
    a = (999999999999989 % (first % 7450589 * 4658 + 7450581)) * 383 % 99991
    b = (999999999999989 % (second % 7450987 * 7580 + 7560584)) * 17669 % 7440893
    return ((a * 7440893 + b) * 1343 % 2**32 + 0.5) / 2**32


def test_published_values():
    """Entity 10, variable 2, seeds 3 and 4 give the three numbers published (10A-12)."""
    assert PUBLISHED == pytest.approx(
        uniforms(np.arange(1, 4), variable=2, entity=10, seed3=3, seed4=4), abs=5e-9
    )


@given(
    counter=st.integers(1, 10**6),
    variable=st.integers(0, 5000),
    entity=st.integers(0, 1000),
    seed3=st.integers(0, 2**31 - 1),
    seed4=st.integers(0, 10**6),
)
def test_every_number_is_the_spreadsheet_s(counter, variable, entity, seed3, seed4):
    """Any address gives the number that whole-number arithmetic gives, to the last bit, and no overflow."""
    number = uniforms(counter, variable=variable, entity=entity, seed3=seed3, seed4=seed4)

    assert spreadsheet(counter, variable, entity, seed3, seed4) == number
    assert 0 < number < 1


def test_a_number_does_not_depend_on_its_neighbours():
    """A grid of addresses holds the same numbers as each address alone."""
    grid = uniforms(np.arange(1, 6)[:, None], variable=np.arange(3)[None, :], seed3=7)

    assert [
        [spreadsheet(trial, variable, 1, 7, 0) for variable in range(3)] for trial in range(1, 6)
    ] == grid.tolist()


@pytest.mark.parametrize("variable", [0, 1, 17, 1000, 2000])
def test_the_numbers_are_uniform(variable):
    """Over 50,000 trials, ten bins are each within five standard errors of a tenth, and neighbours do not correlate."""
    numbers = uniforms(np.arange(1, 50_001), variable=variable, seed3=1)
    counts, _ = np.histogram(numbers, 10, (0, 1))

    assert np.abs(counts - 5000).max() < 5 * np.sqrt(50_000 * 0.1 * 0.9)
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 5 / np.sqrt(50_000)
