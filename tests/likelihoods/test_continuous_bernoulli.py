"""The continuous Bernoulli: known constants, and both sides of the point where the series ends."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
from jax.test_util import check_grads

from ssvae.likelihoods.bernoulli import Bernoulli
from ssvae.likelihoods.continuous_bernoulli import (
    SERIES_BELOW,
    ContinuousBernoulli,
    log_normalizer,
    mean_of_logits,
)

LOGITS = np.array([0.0, 1e-30, 1e-8, 1e-4, 1e-2, 0.1, 0.29, 0.3, 0.31, 1.0, 5.0, 30.0, 100.0])
LOGITS = np.concatenate([-LOGITS[:0:-1], LOGITS])


def exact(logits: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """log C, its slope, and the mean, by integrals over brightness: ∫ xⁿ exp(l x) dx on 60 Gauss-Legendre nodes."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    x, weights = (1 + nodes) / 2, weights / 2
    log_mass = scipy.special.logsumexp(np.outer(logits, x), b=weights, axis=1)
    mean = (weights * x * np.exp(np.outer(logits, x) - log_mass[:, None])).sum(axis=1)
    softplus = np.logaddexp(0, logits)
    return softplus - log_mass, scipy.special.expit(logits) - mean, mean


def test_the_normalizer_has_the_printed_values():
    logits = scipy.special.logit([0.25, 0.5])
    with jax.enable_x64():
        np.testing.assert_allclose(
            jnp.exp(log_normalizer(jnp.asarray(logits))), [2.1972245773, 2.0], rtol=1e-9
        )


def test_the_normalizer_and_its_slope_are_exact_to_float32():
    logits = jnp.asarray(LOGITS, jnp.float32)
    value, slope, _ = exact(np.asarray(logits, np.float64))
    np.testing.assert_allclose(log_normalizer(logits), value, rtol=5e-7)
    np.testing.assert_allclose(jax.vmap(jax.grad(log_normalizer))(logits), slope, atol=5e-7)


def test_the_mean_is_exact_to_float32():
    logits = jnp.asarray(LOGITS, jnp.float32)
    _, _, mean = exact(np.asarray(logits, np.float64))
    np.testing.assert_allclose(mean_of_logits(logits), mean, atol=5e-7)


def test_the_series_and_the_closed_form_meet():
    with jax.enable_x64():
        below, above = (jnp.asarray(np.nextafter(SERIES_BELOW, side)) for side in (0, 1))
        for function, gap in [
            (log_normalizer, 2e-9),
            (jax.grad(log_normalizer), 5e-8),
            (mean_of_logits, 5e-10),
        ]:
            assert abs(function(below) - function(above)) < gap


@pytest.mark.parametrize("function", [log_normalizer, mean_of_logits])
def test_slopes_agree_with_finite_differences(function):
    with jax.enable_x64():
        logits = jnp.array([-20.0, -0.4, -0.25, -1e-3, 0.0, 0.15, 0.5, 3.0])
        # The series is right to 5e-8 of a slope; a step of 1e-5 leaves 1e-6 of the eight together.
        check_grads(jax.jit(function), (logits,), order=1, modes=["rev"], atol=2e-6, rtol=2e-6, eps=1e-5)


@pytest.mark.parametrize("logit", [-1e30, -100.0, 0.0, 100.0, 1e30])
def test_no_logit_gives_anything_but_a_number(logit):
    for function in (log_normalizer, mean_of_logits):
        value, slope = jax.value_and_grad(function)(logit)
        assert jnp.isfinite(value)
        assert jnp.isfinite(slope)


def test_it_is_the_soft_bernoulli_and_its_normalizer():
    logits, images = jnp.full((1, 2, 2, 1), 1.7), jnp.full((1, 2, 2, 1), 0.3)
    gap = ContinuousBernoulli().log_prob(logits, images) - Bernoulli().log_prob(logits, images)
    np.testing.assert_allclose(gap, 4 * log_normalizer(jnp.asarray(1.7)), rtol=1e-5)


def test_at_logit_zero_every_brightness_is_as_probable():
    images = jnp.linspace(0, 1, 5).reshape(5, 1, 1, 1)
    np.testing.assert_allclose(
        ContinuousBernoulli().log_prob(jnp.zeros((5, 1, 1, 1)), images), 0.0, atol=1e-6
    )


def test_the_most_probable_logits_have_the_mean_of_the_images():
    """The slope of log p(x) in l is x − E[x]: zero where the mean is what was seen."""
    logits = jnp.linspace(-3.0, 3.0, 7).reshape(7, 1, 1, 1)
    seen = ContinuousBernoulli().mean(logits)
    slope = jax.grad(lambda logits: ContinuousBernoulli().log_prob(logits, seen).sum())(logits)
    np.testing.assert_allclose(slope, 0.0, atol=1e-6)
