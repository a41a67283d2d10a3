"""Rank correlations come out as asked; a matrix that cannot be is repaired and said, or refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxmaturity.business_case.correlation import copula_scores, iman_conover, nearest_correlation
from cxmaturity.core.problems import InputError

WANTED = np.array([[1, 0.3, 0.5, -0.4], [0.3, 1, -0.2, 0.0], [0.5, -0.2, 1, 0.1], [-0.4, 0.0, 0.1, 1]])


def spearman(values):
    """Return the rank correlations, from their definition."""
    return np.corrcoef(np.argsort(np.argsort(values, axis=0), axis=0), rowvar=False)


def test_copula_gives_the_rank_correlations():
    """10,000 normals get the Spearman correlations asked for, within 0.02."""
    scores, problem = copula_scores(np.random.default_rng(5).normal(size=(40_000, 4)), WANTED)

    assert problem is None
    assert np.abs(spearman(scores) - WANTED).max() < 0.02


def test_iman_conover_gives_the_rank_correlations_and_keeps_the_values():
    """Four very different columns are only reordered, and correlate as asked within 0.02."""
    rng = np.random.default_rng(6)
    values = np.column_stack(
        [
            rng.exponential(size=10_000),
            rng.normal(size=10_000),
            rng.beta(0.5, 3, 10_000),
            rng.integers(0, 900, 10_000),
        ]
    )
    moved, problem = iman_conover(values, WANTED)

    assert problem is None
    assert np.array_equal(np.sort(values, axis=0), np.sort(moved, axis=0))
    assert np.abs(spearman(moved) - WANTED).max() < 0.02


def test_a_matrix_that_can_be_is_left_alone():
    """A correlation matrix is its own nearest one."""
    nearest, problem = nearest_correlation(WANTED)

    assert problem is None
    assert np.array_equal(WANTED, nearest)


def test_a_matrix_nearly_possible_is_repaired_and_said():
    """The published example of Higham (2002): the nearest to [[1,1,0],[1,1,1],[0,1,1]] has 0.7607 and 0.1573."""
    nearest, problem = nearest_correlation([[1, 1, 0], [1, 1, 1], [0, 1, 1]], tolerance=0.3)

    assert 0.7607 == pytest.approx(nearest[0, 1], abs=1e-4)
    assert 0.1573 == pytest.approx(nearest[0, 2], abs=1e-4)
    assert "business_case.correlation_repaired" == problem.code
    assert np.linalg.eigvalsh(nearest)[0] > 0


def test_a_matrix_far_from_possible_is_refused():
    """Two inputs that follow a third cannot move against each other."""
    with pytest.raises(InputError) as refused:
        nearest_correlation([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]])
    assert "business_case.correlation_impossible" == refused.value.code


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 0.5]],
        [[1, 0.5], [0.4, 1]],
        [[1, 2], [2, 1]],
        [[0.9, 0], [0, 1]],
        [[1, float("nan")], [float("nan"), 1]],
        [],
    ],
)
def test_what_is_no_correlation_matrix_is_refused(matrix):
    """Not square, not symmetric, above one, no ones on the diagonal, not a number, nothing."""
    with pytest.raises(InputError) as refused:
        nearest_correlation(matrix)
    assert "business_case.correlation_matrix" == refused.value.code


@settings(max_examples=60)
@given(st.lists(st.floats(-1, 1), min_size=6, max_size=6))
def test_the_nearest_matrix_is_a_correlation_matrix(entries):
    """Whatever is asked, what comes back is symmetric, positive definite, with ones on its diagonal."""
    matrix = np.eye(4)
    matrix[np.triu_indices(4, 1)] = entries
    matrix = matrix + matrix.T - np.eye(4)
    nearest, _ = nearest_correlation(matrix, tolerance=2)

    assert np.allclose(nearest, nearest.T, atol=1e-12)
    assert np.allclose(np.diag(nearest), 1, atol=1e-9)
    assert np.linalg.eigvalsh(nearest)[0] > 0
