"""Alpha, W, ICC: the reference panel, textbook data, and slow twins written from the definitions."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxmaturity.assessment.intraclass import intraclass
from cxmaturity.assessment.reliability import complete_raters, cronbach_alpha, kendall_w, krippendorff_alpha

N = float("nan")
# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: 4 observers, 12 units
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
# Shrout and Fleiss (1979), table 2: 6 targets, 4 judges
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
).T


def slow_alpha(table: np.ndarray, metric: str) -> float | None:
    """Compute alpha pair by pair: disagreement inside units over that between any two pairable values."""
    units = [[x for x in column if not math.isnan(x)] for column in table.T]
    units = [unit for unit in units if len(unit) >= 2]
    pool = [x for unit in units for x in unit]
    if not pool:
        return None

    def delta(a: float, b: float) -> float:
        if metric == "interval":
            return (a - b) ** 2
        low, high = min(a, b), max(a, b)
        between = sum(low <= x <= high for x in pool)
        return (between - (pool.count(a) + pool.count(b)) / 2) ** 2 if a != b else 0.0

    observed = sum(
        sum(delta(a, b) for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1) for unit in units
    ) / len(pool)
    expected = sum(delta(a, b) for a, b in itertools.permutations(pool, 2)) / (len(pool) * (len(pool) - 1))
    return None if expected == 0 else 1 - observed / expected


@pytest.mark.parametrize("metric", ["ordinal", "interval"])
def test_alpha_equals_pairwise_definition(metric):
    """On 200 random panels with missing answers, alpha equals the pairwise definition to 1e-10."""
    rng = np.random.default_rng(20)
    for _ in range(200):
        shape = int(rng.integers(2, 8)), int(rng.integers(1, 10))
        table = rng.integers(1, 6, shape).astype(float)
        table[rng.random(shape) < rng.random() * 0.6] = np.nan
        slow, fast = slow_alpha(table, metric), krippendorff_alpha(table, metric=metric)

        assert (slow is None) == (fast is None)
        if slow is not None:
            assert slow == pytest.approx(fast, abs=1e-10)


@pytest.mark.parametrize(("metric", "value"), [("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_its_author(metric, value):
    """Krippendorff's own example with missing data gives .815 (ordinal) and .849 (interval)."""
    assert value == pytest.approx(krippendorff_alpha(KRIPPENDORFF, metric=metric), abs=5e-4)


def test_reference_panel(reference_panel):
    """Every coefficient of the reference panel is reproduced, to 1e-4 where four digits are printed."""
    icc = intraclass(reference_panel)
    cronbach, cronbach_interval = cronbach_alpha(reference_panel)

    assert 0.3600 == pytest.approx(krippendorff_alpha(reference_panel), abs=1e-4)
    assert 0.3969 == pytest.approx(krippendorff_alpha(reference_panel, metric="interval"), abs=1e-4)
    assert 0.7350 == pytest.approx(kendall_w(reference_panel), abs=1e-4)
    assert 0.473 == pytest.approx(icc.a1, abs=5e-4)
    assert (0.10, 0.85) == pytest.approx(icc.a1_interval, abs=5e-3)
    assert 0.906 == pytest.approx(icc.ck, abs=5e-4)
    assert 0.922 == pytest.approx(cronbach, abs=5e-4)
    assert (0.692, 0.995) == pytest.approx(cronbach_interval, abs=5e-4)


def test_reference_panel_r_wg_goes_from_bad_to_good(reference_panel):
    """The same panel's r_wg runs from .17 to .88 by question: one coefficient says nothing."""
    from cxmaturity.assessment.agreement import r_wg

    per_question = [r_wg(column) for column in reference_panel.T]

    assert (0.17, 0.88) == pytest.approx((min(per_question), max(per_question)), abs=0.006)


def test_textbook_icc():
    """Shrout and Fleiss's six targets and four judges give ICC(A,1) .29, ICC(A,k) .62 and ICC(C,k) .91."""
    icc = intraclass(SHROUT_FLEISS)

    assert (0.29, 0.62, 0.91) == pytest.approx((icc.a1, icc.ak, icc.ck), abs=5e-3)


def slow_icc(table: np.ndarray) -> tuple[float, float]:
    """Return ICC(A,1) and ICC(C,k) from sums of squares written as loops."""
    k, n = table.shape
    grand = sum(map(sum, table)) / (k * n)
    targets = [sum(table[i][j] for i in range(k)) / k for j in range(n)]
    raters = [sum(table[i]) / n for i in range(k)]
    msr = k * sum((m - grand) ** 2 for m in targets) / (n - 1)
    msc = n * sum((m - grand) ** 2 for m in raters) / (k - 1)
    total = sum((table[i][j] - grand) ** 2 for i in range(k) for j in range(n))
    mse = (total - msr * (n - 1) - msc * (k - 1)) / ((n - 1) * (k - 1))
    return (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n), (msr - mse) / msr


def test_icc_equals_sums_of_squares():
    """On 100 random complete panels the intraclass correlations equal textbook sums of squares."""
    rng = np.random.default_rng(21)
    for _ in range(100):
        table = rng.normal(3, 1, (int(rng.integers(2, 9)), 7))
        single, average = slow_icc(table)
        icc = intraclass(table)

        assert (single, average) == pytest.approx((icc.a1, icc.ck))
        assert icc.a1_interval[0] < icc.a1 < icc.a1_interval[1]


@pytest.mark.slow
def test_icc_interval_covers():
    """The 95 % interval of ICC(A,1) covers the true one 92 to 98 % of the time (4 raters, 7 targets)."""
    rng = np.random.default_rng(22)
    covered, truth = 0, 1.0 / (1.0 + 0.25 + 0.5)
    for _ in range(1000):
        table = rng.normal(0, 1, 7) + rng.normal(0, 0.5, (4, 1)) + rng.normal(0, 0.5**0.5, (4, 7))
        low, high = intraclass(table).a1_interval
        covered += low <= truth <= high

    assert 0.92 <= covered / 1000 <= 0.98


def slow_w(table: np.ndarray) -> float:
    """Return W as 1 plus (m - 1) times the mean Spearman correlation, over m (true with ties too)."""

    def ranks(row: np.ndarray) -> list[float]:
        return [sum(y < x for y in row) + (sum(y == x for y in row) + 1) / 2 for x in row]

    ranked = np.array([ranks(row) for row in table])
    m = len(ranked)
    deviations = ranked - ranked.mean(axis=1, keepdims=True)
    # W is a ratio of variances; with unequal ties it weighs raters by their rank variance
    return float((deviations.sum(axis=0) ** 2).sum() / (m * (deviations**2).sum()))


def test_w_equals_rank_variances():
    """On 100 random panels with ties W equals a ratio of rank variances written another way."""
    rng = np.random.default_rng(23)
    for _ in range(100):
        table = rng.integers(1, 6, (int(rng.integers(2, 10)), 7)).astype(float)
        if (table == table[:, :1]).all():
            continue

        assert slow_w(table) == pytest.approx(kendall_w(table))


@pytest.mark.parametrize(("raters", "critical"), [(3, 0.62), (4, 0.48), (5, 0.39), (6, 0.33), (8, 0.25)])
def test_w_of_random_rankings(raters, critical):
    """Random rankings of seven priorities pass the published critical W about 5 % of the time."""
    rng = np.random.default_rng(24)
    ranks = np.argsort(rng.random((4000, raters, 7)), axis=2).astype(float)
    passed = np.mean([kendall_w(table) >= critical for table in ranks[:1500]])

    assert 0.05 == pytest.approx(passed, abs=0.02)


def test_perfect_agreement_and_opposite_orders():
    """Equal rows give alpha and W of 1; two opposite rankings give W 0."""
    row = [1, 2, 3, 4, 5, 2, 3]

    assert (1, 1) == (krippendorff_alpha([row] * 3), kendall_w([row] * 3))
    assert 0 == pytest.approx(kendall_w([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]))


def test_w_is_blind_to_harshness_and_icc_is_not():
    """One person a level under another: same order, W 1, ICC(C,k) 1, but ICC(A,1) falls."""
    row = np.array([2.0, 3, 4, 5, 2, 3, 4])
    icc = intraclass([row, row - 1])

    assert 1 == pytest.approx(kendall_w([row, row - 1]))
    assert 1 == pytest.approx(icc.ck)
    assert icc.a1 < 0.8


def test_flat_profile_makes_alpha_collapse(noisy_panels):
    """With the same raters, alpha is near 0 on a flat profile and over .5 on a steep one."""
    flat = [krippendorff_alpha(t) for t in noisy_panels([3] * 7, 8, 60, seed=25)]
    steep = [krippendorff_alpha(t) for t in noisy_panels([1, 1.6, 2.3, 3, 3.7, 4.4, 5], 8, 60, seed=25)]

    assert abs(np.mean(flat)) < 0.1 + np.mean(steep) / 4
    assert np.mean(steep) > 0.5


@pytest.mark.parametrize(
    "table",
    [[[3, 3, 3]] * 4, [[1, 2, 3]], [[N, N], [N, N]], [[1, N], [N, 2]]],
    ids=["flat", "one", "none", "apart"],
)
def test_undefined_is_none(table):
    """All equal, one rater, no answer or no pair: alpha is not defined and says so."""
    assert krippendorff_alpha(table) is None


@pytest.mark.parametrize("statistic", [kendall_w, intraclass, cronbach_alpha])
@pytest.mark.parametrize("table", [[[1, 2, 3]], [[1], [2]], [[N, 2, 3], [1, N, 3]], [[N, N], [N, N]]])
def test_too_little_data_is_none(statistic, table):
    """With one complete rater, one item or nothing complete the coefficients are None."""
    assert statistic(table) is None


def test_flat_panel_has_no_order():
    """Nobody ranks anything: W is None, ICC has no value, and nothing warns."""
    icc = intraclass([[3, 3, 3], [3, 3, 3]])

    assert kendall_w([[3, 3, 3], [3, 3, 3]]) is None
    assert (None, None, None) == (icc.a1, icc.ak, icc.ck)


def test_identical_raters_have_no_interval():
    """Two identical raters have ICC(A,1) 1 and no interval, rather than a division by zero."""
    icc = intraclass([[1, 2, 3], [1, 2, 3]])

    assert (1, None) == (icc.a1, icc.a1_interval)


def test_unanswered_questions_leave_before_incomplete_raters():
    """A question nobody answered costs no rater; a rater with a hole is left out."""
    table = complete_raters([[1, N, 3], [2, N, 4], [N, N, 5]])

    assert [[1, 3], [2, 4]] == table.tolist()


@given(st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4), min_size=2, max_size=6))
def test_order_of_people_does_not_matter(rows):
    """Coefficients do not depend on who is listed first."""
    table, turned = np.array(rows, dtype=float), np.array(rows[::-1], dtype=float)
    one, other = krippendorff_alpha(table), krippendorff_alpha(turned)

    assert (one is None) == (other is None)
    assert one is None or one == pytest.approx(other)
    assert one is None or one <= 1 + 1e-12


@given(
    st.tuples(st.integers(2, 5), st.integers(2, 7)).flatmap(
        lambda shape: st.lists(
            st.lists(st.integers(1, 5), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )
)
def test_icc_is_finite_or_none(rows):
    """However degenerate the panel, coefficients and intervals are finite numbers in order, or None."""
    icc = intraclass(rows)
    for value in (icc.a1, icc.ak, icc.ck):
        assert value is None or math.isfinite(value)
    if icc.a1_interval is not None:
        assert all(map(math.isfinite, icc.a1_interval))
        assert icc.a1_interval[0] <= icc.a1 + 1e-9
        assert icc.a1 <= icc.a1_interval[1] + 1e-9


@pytest.mark.parametrize(
    "rows", [[[1, 2, 3, 3, 1], [3, 1, 1, 1, 1]], [[1, 2, 3, 3, 1], [1, 1, 1, 1, 1], [3, 1, 1, 1, 1]]]
)
def test_icc_without_degrees_of_freedom(rows):
    """Panels on which Satterthwaite's degrees of freedom vanish give no interval rather than NaN."""
    interval = intraclass(rows).a1_interval

    assert interval is None or all(map(math.isfinite, interval))


@given(st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4), min_size=2, max_size=6))
def test_kendall_w_in_range(rows):
    """W, when it exists, lies in [0, 1]."""
    w = kendall_w(rows)

    assert w is None or -1e-12 <= w <= 1 + 1e-12
