"""Entropies, effective numbers and information against printed values, scipy and scikit-learn."""

import math

import numpy as np
import pytest
import scipy.stats
from sklearn.metrics import mutual_info_score

from ssvae.evaluation.metrics.responsibilities import (
    active_components,
    confidence,
    effective_number,
    entropy,
    information,
)

ROWS = np.array([[0.9, 0.1, 0.0], [0.1, 0.9, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
RANDOM = np.random.default_rng(3).dirichlet(np.full(7, 0.3), size=50)


def test_worked_example():
    usage = ROWS.mean(axis=0)
    np.testing.assert_allclose(usage, [0.375, 0.375, 0.25])
    assert entropy(usage) == pytest.approx(1.0821955300, abs=1e-8)
    assert effective_number(usage) == pytest.approx(2.9511517859, abs=1e-8)
    assert entropy(ROWS).mean() == pytest.approx(0.3358282818, abs=1e-8)
    assert information(ROWS) == pytest.approx(0.7463672482, abs=1e-8)
    assert confidence(ROWS) == pytest.approx((0.9 + 0.9 + 0.5 + 1.0) / 4)


def test_entropy_agrees_with_scipy():
    np.testing.assert_allclose(entropy(RANDOM), scipy.stats.entropy(RANDOM, axis=1), atol=1e-12)


def test_entropy_of_float32_rows_is_taken_in_double_precision():
    assert entropy(np.full(4, 0.25, np.float32)) == math.log(4)


def test_nan_is_not_hidden():
    assert np.isnan(entropy(np.array([0.5, np.nan])))


def test_information_of_certain_assignments_is_that_between_image_and_component():
    labels = np.array([0, 2, 2, 1, 4, 4, 4, 0])
    assert information(np.eye(5)[labels]) == pytest.approx(mutual_info_score(range(8), labels), abs=1e-12)


@pytest.mark.parametrize("num_components", [2, 5, 50])
def test_extremes(num_components):
    uniform = np.full((30, num_components), 1 / num_components)
    certain = np.eye(num_components)
    collapsed = np.eye(num_components)[[0] * 30]
    # Uniform rows have the best effective number and tell nothing: why one number is never reported alone.
    assert effective_number(uniform.mean(axis=0)) == pytest.approx(num_components)
    assert information(uniform) == pytest.approx(0, abs=1e-12)
    assert confidence(uniform) == pytest.approx(1 / num_components)
    assert effective_number(certain.mean(axis=0)) == pytest.approx(num_components)
    assert information(certain) == pytest.approx(math.log(num_components))
    assert effective_number(collapsed.mean(axis=0)) == pytest.approx(1)
    assert information(collapsed) == pytest.approx(0, abs=1e-12)


def test_bounds_and_invariance_to_numbering():
    usage = RANDOM.mean(axis=0)
    assert 1 <= effective_number(usage) <= 7
    assert 0 <= information(RANDOM) <= entropy(usage)
    order = np.random.default_rng(0).permutation(7)
    assert effective_number(usage[order]) == pytest.approx(effective_number(usage), abs=1e-12)
    assert information(RANDOM[:, order]) == pytest.approx(information(RANDOM), abs=1e-12)


def test_information_is_never_below_zero():
    rows = np.random.default_rng(0).dirichlet(np.ones(7), size=200)
    assert all(information(np.tile(row, (11, 1))) >= 0 for row in rows)
    assert np.isnan(information(np.array([[np.nan, 1.0]])))


def test_small_batches_underestimate_the_entropy_of_usage():
    batches = [entropy(ROWS[:2].mean(axis=0)), entropy(ROWS[2:].mean(axis=0))]
    assert np.mean(batches) == pytest.approx(0.8664339757, abs=1e-8)
    assert np.mean(batches) <= entropy(ROWS.mean(axis=0))


def test_active_is_measured_against_the_even_share():
    assert active_components(np.full(100, 0.01)).all()  # an absolute bound of 1 % would call all of them dead
    usage = np.array([0.98, 0.01, 0.005, 0.005])
    np.testing.assert_array_equal(active_components(usage), [True, False, False, False])
    at_the_bound = np.array([0.025, 0.975, 0.0, 0.0])
    np.testing.assert_array_equal(active_components(at_the_bound), [False, True, False, False])
