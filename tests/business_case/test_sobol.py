"""Sobol indices against the published ones of Ishigami, and those of the reference's case."""

from __future__ import annotations

import numpy as np
import pytest

from cxmaturity.business_case.hdr import uniforms
from cxmaturity.business_case.simulation import simulate_case
from cxmaturity.business_case.sobol import case_sobol, rank_indices, simulated_indices, sobol_indices

WALLET = "levers.preference.share_of_wallet_gain"
CHURN = "levers.retention.churn_rate_reduction"


def ishigami(u):
    """Return the Ishigami function, a = 7, b = 0.1, of uniforms."""
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami():
    """First order 0.3139, 0.4424, 0 and total 0.5576, 0.4424, 0.2437 (10A-13), within 0.02."""
    found = sobol_indices(ishigami, ("a", "b", "c"), draws=65_536)

    assert (0.3139, 0.4424, 0.0) == pytest.approx(found.first, abs=0.02)
    assert (0.5576, 0.4424, 0.2437) == pytest.approx(found.total, abs=0.02)


def test_ishigami_by_ranks():
    """The rank-based first-order indices of one sample are the same, within 0.02."""
    u = uniforms(np.arange(1, 100_001)[:, None], variable=np.arange(1, 4)[None, :], seed3=3)
    found = rank_indices(ishigami(u), {name: u[:, place] for place, name in enumerate("abc")})

    assert (0.3139, 0.4424, 0.0) == pytest.approx(found.first, abs=0.02)
    assert found.total is None


def test_any_uniforms_may_be_given():
    """An additive model with low-discrepancy points gives its variance shares almost exactly."""

    def halton(draws, columns):
        primes = (2, 3, 5, 7)[:columns]
        return np.column_stack([_radical_inverse(np.arange(1, draws + 1), prime) for prime in primes])

    found = sobol_indices(lambda u: 3 * u[:, 0] + u[:, 1], ("x", "y"), draws=4096, sample=halton)

    assert (0.9, 0.1) == pytest.approx(found.first, abs=0.005)
    assert (0.9, 0.1) == pytest.approx(found.total, abs=0.005)


def _radical_inverse(numbers, base):
    value, scale = np.zeros(len(numbers)), 1.0
    while numbers.any():
        scale /= base
        value += scale * (numbers % base)
        numbers = numbers // base
    return value


def test_the_case_of_the_reference(worked):
    """Independent: wallet 0.51/0.52, attribution 0.24/0.25, churn 0.066, costs 0.068, within 0.02."""
    case = worked.ranged_case(uncertainty={"correlation": 0.0})
    found = case_sobol(case, draws=8192)
    first = dict(zip(found.inputs, found.first, strict=True))
    total = dict(zip(found.inputs, found.total, strict=True))

    assert (0.51, 0.24, 0.066, 0.068) == pytest.approx(
        [first[name] for name in (WALLET, "attribution", CHURN, "costs")], abs=0.02
    )
    assert (0.52, 0.25) == pytest.approx([total[name] for name in (WALLET, "attribution")], abs=0.02)
    assert () == found.notes


def test_correlated_inputs_are_said(worked):
    """Indices of a case whose levers move together carry a warning; knowing one lever then explains more than alone."""
    tied, free = (
        simulated_indices(simulate_case(worked.ranged_case(uncertainty={"correlation": rho})))
        for rho in (0.3, 0.0)
    )
    place = tied.inputs.index(WALLET)

    assert ["business_case.indices_correlated"] == [note.code for note in tied.notes]
    assert ["business_case.indices_correlated"] == [
        note.code for note in case_sobol(worked.ranged_case(), draws=256).notes
    ]
    assert tied.first[place] > free.first[place] + 0.05


def test_a_constant_has_no_shares():
    """A model that does not vary has indices of zero, not a division by zero."""
    found = sobol_indices(lambda u: np.ones(len(u)), ("x",), draws=64)

    assert ((0.0,), (0.0,)) == (found.first, found.total)
