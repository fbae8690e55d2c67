"""Oracle 14: active units of the code. Numbers computed with numpy and closed forms."""

import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.evaluation.metrics.latent_scores import active_units, mutual_information, variance_of_means
from ssvae.probability.gaussian import DiagonalGaussian, kl, kl_per_dimension


def test_worked_value():
    assert variance_of_means(np.array([[1.0], [2.0], [3.0], [4.0]])) == pytest.approx([1.25], rel=1e-9)


def test_random_codes_agree_with_numpy():
    means = np.random.default_rng(0).normal(3.0, 0.1, (200, 5)).astype(np.float32)
    expected = np.var(means.astype(np.float64), axis=0, ddof=0)
    np.testing.assert_allclose(variance_of_means(means), expected, rtol=1e-9)


def test_a_unit_is_active_above_one_hundredth():
    np.testing.assert_array_equal(
        active_units(np.array([0.0, 0.0099, 0.0101, 1.0])), [False, False, True, True]
    )


@pytest.fixture
def code():
    """q(z|x) of 300 images of a model that uses dimensions 0 and 2 and ignores 1 and 3."""
    rng = np.random.default_rng(3)
    used = np.array([1.0, 0.0, 1.0, 0.0])
    means = used * rng.normal(0, 0.95, (300, 4)) + (1 - used) * rng.normal(0, 0.01, (300, 4))
    stds = np.where(used > 0, 0.3, 0.999) * np.ones((300, 1))
    return DiagonalGaussian(jnp.asarray(means, jnp.float32), jnp.asarray(stds, jnp.float32))


STANDARD = DiagonalGaussian(jnp.zeros((1, 4)), jnp.ones((1, 4)))


def test_the_price_of_the_dimensions_is_the_price_of_the_code(code):
    dimensions = kl_per_dimension(code, STANDARD)
    np.testing.assert_allclose(dimensions.sum(axis=1), kl(code, STANDARD), rtol=1e-5)
    mean, std = (np.asarray(part, np.float64) for part in code)
    expected = (std**2 + mean**2 - 1) / 2 - np.log(std)
    # A sleeping dimension costs some 1e-5 nats, the difference of two halves in float32.
    np.testing.assert_allclose(dimensions, expected, rtol=1e-5, atol=1e-6)


def test_a_collapsed_dimension_costs_nothing_and_does_not_move(code):
    active = active_units(variance_of_means(np.asarray(code.mean)))
    np.testing.assert_array_equal(active, [True, False, True, False])
    np.testing.assert_array_equal(kl_per_dimension(code, STANDARD).mean(axis=0) > 0.01, active)


def test_the_information_of_a_gaussian_channel():
    """Means from N(0, s²), noise σ: ½ log(1 + s²/σ²) nats per dimension, far below log N."""
    spread, noise = np.array([2.0, 0.5]), 0.8
    means = np.random.default_rng(1).normal(size=(1000, 2)) * spread
    expected = 0.5 * np.log(1 + spread**2 / noise**2).sum()
    # 4 standard errors of a mean over 1000 images whose gains have a standard deviation below 1.
    found = mutual_information(means, np.full((1000, 2), noise))
    assert 0 < found.error < 0.02
    assert found.mean == pytest.approx(expected, abs=0.13)


def test_the_information_is_at_most_the_price_of_the_code(code):
    """Mean KL to any prior = I + KL(mean of q ‖ prior): Hoffman & Johnson's decomposition."""
    told = mutual_information(np.asarray(code.mean), np.asarray(code.std)).mean
    assert 0 < told < float(kl(code, STANDARD).mean())
