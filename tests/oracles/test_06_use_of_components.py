"""Oracle 6: usage, effective number, information, active components. Numbers computed with scipy."""

import jax.numpy as jnp
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
from ssvae.probability import categorical

ROWS = np.array([[0.9, 0.1, 0.0], [0.1, 0.9, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
RANDOM = [np.random.default_rng(k).dirichlet(np.full(k, 0.4), size=64) for k in (2, 7, 30)]


def test_worked_values():
    usage = ROWS.mean(axis=0)
    np.testing.assert_allclose(usage, [0.375, 0.375, 0.25])
    assert entropy(usage) == pytest.approx(1.0821955300, rel=1e-9)
    assert effective_number(usage) == pytest.approx(2.9511517859, rel=1e-9)
    assert entropy(ROWS).mean() == pytest.approx(0.3358282818, rel=1e-9)
    assert information(ROWS) == pytest.approx(0.7463672482, rel=1e-9)


def test_the_entropy_that_training_uses_has_the_same_values():
    usage = jnp.log(jnp.asarray(ROWS.mean(axis=0), jnp.float32))
    np.testing.assert_allclose(categorical.entropy(usage), 1.0821955300, rtol=1e-5)
    rows = jnp.log(jnp.asarray(ROWS, jnp.float32))  # with −inf where a component is excluded
    np.testing.assert_allclose(categorical.entropy(rows).mean(), 0.3358282818, rtol=1e-5)


@pytest.mark.parametrize("rows", RANDOM)
def test_random_rows_agree_with_scipy(rows):
    np.testing.assert_allclose(entropy(rows), scipy.stats.entropy(rows, axis=1), rtol=1e-10, atol=1e-12)
    usage = rows.mean(axis=0)
    assert effective_number(usage) == pytest.approx(np.exp(scipy.stats.entropy(usage)), rel=1e-10)
    # I(x; c) is the mean divergence of a row from the mean row.
    expected = scipy.stats.entropy(rows, usage[None, :], axis=1).mean()
    assert information(rows) == pytest.approx(expected, rel=1e-9)


def test_information_of_certain_rows_is_that_of_two_labelings():
    component = np.random.default_rng(0).integers(0, 6, 40)
    assert information(np.eye(6)[component]) == pytest.approx(
        mutual_info_score(np.arange(40), component), rel=1e-9
    )


def test_small_batches_see_too_little_diversity():
    """Jensen: the mean of the entropies of batch means is at most the entropy of their mean."""
    batches = [entropy(ROWS[:2].mean(axis=0)), entropy(ROWS[2:].mean(axis=0))]
    assert np.mean(batches) == pytest.approx(0.8664339757, rel=1e-9)
    assert np.mean(batches) <= 1.0821955300


@pytest.mark.parametrize("rows", RANDOM)
def test_the_smaller_the_batch_the_less_it_sees(rows):
    seen = [np.mean(entropy(rows.reshape(-1, size, rows.shape[1]).mean(axis=1))) for size in (1, 4, 16, 64)]
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(entropy(rows.mean(axis=0)))


@pytest.mark.parametrize("rows", RANDOM)
def test_bounds(rows):
    num_components = rows.shape[1]
    assert 1 <= effective_number(rows.mean(axis=0)) <= num_components
    assert 0 <= information(rows) <= entropy(rows.mean(axis=0)) <= np.log(num_components)
    assert 1 / num_components <= confidence(rows) <= 1


@pytest.mark.parametrize("num_components", [2, 10, 100])
def test_the_effective_number_alone_cannot_tell_even_use_from_indecision(num_components):
    undecided, certain = np.full((5, num_components), 1 / num_components), np.eye(num_components)
    for rows in (undecided, certain):
        assert effective_number(rows.mean(axis=0)) == pytest.approx(num_components)
    assert information(undecided) == pytest.approx(0, abs=1e-12)
    assert information(certain) == pytest.approx(np.log(num_components))
    everything_in_one = np.eye(num_components)[np.zeros(5, dtype=int)]
    assert effective_number(everything_in_one.mean(axis=0)) == pytest.approx(1)


@pytest.mark.parametrize("num_components", [1, 10, 100, 1000])
def test_active_is_above_a_tenth_of_the_even_share(num_components):
    """An absolute bound of 0.01 would call a hundred evenly used components dead."""
    even = np.full(num_components, 1 / num_components)
    assert active_components(even).all()
    assert active_components(0.11 * even).all()
    assert not active_components(0.09 * even).any()
