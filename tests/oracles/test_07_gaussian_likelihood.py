"""Oracle 7: the Gaussian likelihood at printed values, and the σ at which it is best. Numbers computed with scipy."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from ssvae.likelihoods.gaussian import Gaussian
from ssvae.likelihoods.heteroscedastic import Heteroscedastic

PIXELS, MEANS = np.array([0.2, 0.9, 0.0]), np.array([0.25, 0.7, 0.1])
BEST, SUM_INSTEAD_OF_MEAN = 0.1322875656, 0.2291288


@pytest.fixture(autouse=True)
def wide():
    with jax.enable_x64():
        yield


def image(values):
    return jnp.asarray(values, jnp.float64).reshape(1, 1, -1, 1)


def nats(std: float, pixels=PIXELS, means=MEANS) -> float:
    gaussian = Gaussian(0.1, is_learned=True)
    gaussian.log_std[...] = jnp.asarray(math.log(std))
    return -float(gaussian.log_prob(image(means), image(pixels))[0])


def test_worked_values():
    assert nats(0.1) == pytest.approx(-1.5259396794, rel=1e-9)
    assert nats(BEST) == pytest.approx(-1.8115159975, rel=1e-9)


def test_the_best_sigma_is_the_root_mean_squared_error():
    errors = PIXELS - MEANS
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(BEST, rel=1e-9)
    assert nats(BEST) == pytest.approx(1.5 * (1 + math.log(2 * math.pi * BEST**2)), rel=1e-9)
    slope = (nats(BEST + 1e-6) - nats(BEST - 1e-6)) / 2e-6
    assert slope == pytest.approx(0.0, abs=1e-6)


def test_the_root_of_the_sum_is_not_the_best():
    assert np.sqrt(np.sum((PIXELS - MEANS) ** 2)) == pytest.approx(SUM_INSTEAD_OF_MEAN, rel=1e-6)
    assert nats(SUM_INSTEAD_OF_MEAN) > nats(BEST) + 0.1


def test_at_its_best_sigma_a_batch_costs_the_log_of_its_error():
    """(D/2) log MSE and a constant: the σ-VAE."""
    rng = np.random.default_rng(0)
    for scale in (0.05, 0.3):
        errors = scale * rng.normal(size=64)
        mean_square = np.mean(errors**2)
        found = nats(math.sqrt(mean_square), errors, np.zeros(64))
        assert found == pytest.approx(32 * (math.log(mean_square) + 1 + math.log(2 * math.pi)), rel=1e-9)


def test_one_sigma_for_an_image_is_the_gaussian_at_that_sigma():
    likelihood = Heteroscedastic(0.05, 0.5, is_per_image=True)
    share = (BEST - 0.05) / 0.45
    outputs = jnp.concatenate([image(MEANS), jnp.full((1, 1, 3, 1), math.log(share / (1 - share)))], axis=-1)
    np.testing.assert_allclose(-likelihood.log_prob(outputs, image(PIXELS)), -1.8115159975, rtol=1e-9)


def test_random_images_agree_with_scipy():
    rng = np.random.default_rng(7)
    for std in (0.02, 0.3, 2.0):
        pixels, means = rng.uniform(size=20), rng.normal(size=20)
        expected = -scipy.stats.norm.logpdf(pixels, means, std).sum()
        assert nats(std, pixels, means) == pytest.approx(expected, rel=1e-9)
