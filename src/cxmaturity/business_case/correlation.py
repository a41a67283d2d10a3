"""Inputs that move together, for any matrix of rank correlations: Gaussian copula, Iman-Conover, a matrix that cannot be.

A case needs groups with one common factor only (`simulation.draw_scores`); these are for a consultant's own model.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from cxmaturity.business_case.parameters import FloatArray
from cxmaturity.core.problems import InputError, Problem

REPAIR_TOLERANCE: Final = 0.1
"""No entry may move by more than this when a matrix is repaired; beyond, the opinions contradict each other."""

_LEAST_EIGENVALUE: Final = 1e-8
_ROUNDS: Final = 200


def nearest_correlation(
    matrix: npt.ArrayLike, *, tolerance: float = REPAIR_TOLERANCE
) -> tuple[FloatArray, Problem | None]:
    """Return the nearest correlation matrix, and a warning when it is not the one given.

    Alternating projections with Dykstra's correction (Higham, 2002, Computing the nearest correlation matrix: a problem from
    finance, IMA Journal of Numerical Analysis 22), in the Frobenius norm.

    Parameters
    ----------
    matrix : array, shape (k, k)
        Symmetric, ones on the diagonal, entries in [-1, 1].
    tolerance : float
        The largest change of an entry that is accepted.

    Raises
    ------
    InputError
        ``business_case.correlation_matrix`` when it is no such matrix; ``business_case.correlation_impossible`` when the
        nearest one is farther than the tolerance.
    """
    given = np.asarray(matrix, dtype=float)
    _refuse_malformed(given)
    if np.linalg.eigvalsh(given)[0] >= _LEAST_EIGENVALUE:
        return given, None
    repaired = _project(given)
    change = float(np.abs(repaired - given).max())
    if change > tolerance:
        raise InputError.of(
            "business_case.correlation_impossible",
            "no inputs can correlate so: the nearest matrix that can be differs by {change}, more than {most}.",
            hint="Two inputs that both move with a third cannot move against each other: look at those three.",
            change=f"{change:.2f}",
            most=f"{tolerance:g}",
        )
    return repaired, Problem(
        code="business_case.correlation_repaired",
        template="the correlations cannot all hold together; the nearest that can are used (largest change {change}).",
        params={"change": f"{change:.3f}"},
        severity="warning",
    )


def _refuse_malformed(matrix: FloatArray) -> None:
    square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] and matrix.size > 0
    if square and np.all(np.isfinite(matrix)) and np.allclose(matrix, matrix.T, rtol=0, atol=1e-12):
        ones = np.allclose(np.diag(matrix), 1, rtol=0, atol=1e-12)
        if ones and np.abs(matrix).max() <= 1 + 1e-12:
            return
    raise InputError.of(
        "business_case.correlation_matrix",
        "a correlation matrix is square and symmetric, with ones on its diagonal and entries from -1 to 1.",
    )


def _project(matrix: FloatArray) -> FloatArray:
    current, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(_ROUNDS):
        shifted = current - correction
        values, vectors = np.linalg.eigh(shifted)
        positive = (vectors * np.maximum(values, _LEAST_EIGENVALUE)) @ vectors.T
        correction = positive - shifted
        before, current = current, positive.copy()
        np.fill_diagonal(current, 1.0)
        if np.abs(current - before).max() < 1e-12:
            break
    values, vectors = np.linalg.eigh(current)  # the last step may have left a hair of a negative eigenvalue
    positive = (vectors * np.maximum(values, _LEAST_EIGENVALUE)) @ vectors.T
    scale = 1 / np.sqrt(np.diag(positive))
    repaired: FloatArray = positive * scale[:, None] * scale
    return (repaired + repaired.T) / 2


def normal_from_rank(matrix: npt.ArrayLike) -> FloatArray:
    """Return the normal correlations that give rank correlations, ``2 sin(pi rho / 6)`` entry by entry (Pearson, 1907)."""
    normal: FloatArray = 2 * np.sin(np.pi * np.asarray(matrix, dtype=float) / 6)
    np.fill_diagonal(normal, 1.0)
    return normal


def copula_scores(
    independent: FloatArray, rank_correlation: npt.ArrayLike, *, tolerance: float = REPAIR_TOLERANCE
) -> tuple[FloatArray, Problem | None]:
    """Return normal scores whose ranks correlate as asked: a Gaussian copula, through Cholesky.

    Parameters
    ----------
    independent : array, shape (draws, k)
        Independent standard normals.
    rank_correlation : array, shape (k, k)
        Spearman correlations wanted.
    tolerance : float
        As in `nearest_correlation`, on the normal correlations.

    Returns
    -------
    array, shape (draws, k), and Problem or None
        ``ndtr`` of the scores are the uniforms of each input; the problem says that the matrix was repaired.
    """
    normal, problem = nearest_correlation(normal_from_rank(rank_correlation), tolerance=tolerance)
    scores: FloatArray = independent @ np.linalg.cholesky(normal).T
    return scores, problem


def iman_conover(
    values: FloatArray, rank_correlation: npt.ArrayLike, *, tolerance: float = REPAIR_TOLERANCE
) -> tuple[FloatArray, Problem | None]:
    """Return the same values, each column reordered so that ranks correlate as asked.

    The scores of van der Waerden are given the wanted correlation exactly, and each column takes their order; marginal
    distributions are untouched. Iman, R. and Conover, W. (1982), A distribution-free approach to inducing rank correlation
    among input variables, Communications in Statistics 11(3).

    Parameters
    ----------
    values : array, shape (draws, k)
        Independent columns, in any order that is random between columns.
    rank_correlation : array, shape (k, k)
        Spearman correlations wanted.
    tolerance : float
        As in `nearest_correlation`, on the normal correlations.
    """
    from scipy.special import ndtri

    draws, columns = values.shape
    normal, problem = nearest_correlation(normal_from_rank(rank_correlation), tolerance=tolerance)
    ranks = np.empty((draws, columns), dtype=np.int64)
    order = np.argsort(values, axis=0, kind="stable")
    np.put_along_axis(ranks, order, np.arange(draws)[:, None], axis=0)
    scores = ndtri((ranks + 1) / (draws + 1))
    now = np.linalg.cholesky(np.atleast_2d(np.corrcoef(scores, rowvar=False)))
    wanted = np.linalg.cholesky(normal)
    target = scores @ np.linalg.solve(now, np.eye(columns)).T @ wanted.T
    places = np.empty_like(ranks)
    np.put_along_axis(places, np.argsort(target, axis=0, kind="stable"), np.arange(draws)[:, None], axis=0)
    ordered = np.take_along_axis(values, order, axis=0)
    return np.take_along_axis(ordered, places, axis=0), problem
