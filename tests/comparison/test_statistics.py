"""The formulas are SciPy's."""

import random

import pytest
import scipy.stats

from ssvae.comparison.statistics import CONFIDENCE, estimate, paired_difference

EXACT = {"rel": 1e-12, "abs": 1e-15}
"""Both sum in double precision; the rest is the order of the sums."""


def draws(n, seed, center=0.85, spread=0.02):
    generator = random.Random(seed)
    return [generator.gauss(center, spread) for _ in range(n)]


@pytest.mark.parametrize("n", [2, 3, 5, 16, 100])
@pytest.mark.parametrize("center", [0.85, -28.7, 0.0])
def test_mean_error_and_interval_are_those_of_scipy(n, center):
    values = draws(n, n, center)
    found = estimate(values)
    error = scipy.stats.sem(values)
    assert (found.n, found.mean) == (n, pytest.approx(sum(values) / n, **EXACT))
    assert found.error == pytest.approx(error, **EXACT)
    assert found.deviation == pytest.approx(scipy.stats.tstd(values), **EXACT)
    expected = scipy.stats.t.interval(CONFIDENCE, n - 1, loc=found.mean, scale=error)
    assert found.interval == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize("n", [2, 3, 10])
def test_a_paired_difference_is_that_of_scipy(n):
    ours, others = draws(n, 1), draws(n, 2, 0.8)
    keyed = [{(str(i),): value for i, value in enumerate(values)} for values in (ours, others)]
    found = paired_difference(*keyed)
    test = scipy.stats.ttest_rel(ours, others)
    assert found.mean / found.error == pytest.approx(test.statistic, rel=1e-12)
    assert found.interval == pytest.approx(tuple(test.confidence_interval(CONFIDENCE)), **EXACT)
    assert found.is_clear == (test.pvalue < 1 - CONFIDENCE)


def test_only_repetitions_that_both_have_are_pairs():
    found = paired_difference(
        {("0",): 1.0, ("1",): 2.0, ("7",): 9.0}, {("1",): 1.5, ("0",): 0.0, ("8",): 0.0}
    )
    assert (found.n, found.mean) == (2, 0.75)
    assert paired_difference({("0",): 1.0}, {("1",): 1.0}) is None


def test_one_run_has_no_error():
    found = estimate([0.5])
    assert (found.n, found.mean, found.error, found.interval, found.is_clear) == (1, 0.5, None, None, False)


def test_equal_runs_have_the_error_zero():
    assert estimate([0.1, 0.1, 0.1]).error == pytest.approx(0.0, abs=1e-17)


@pytest.mark.parametrize("values", [[], [1.0, float("nan")], [float("inf")]])
def test_what_is_no_number_is_never_averaged(values):
    with pytest.raises(ValueError, match="all of them finite"):
        estimate(values)
