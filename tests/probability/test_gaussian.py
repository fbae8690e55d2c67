"""Diagonal Gaussians against scipy, numpyro and closed forms."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as numpyro_dist
import pytest
import scipy.stats

from ssvae.probability.gaussian import (
    DiagonalGaussian,
    kl,
    kl_per_dimension,
    log_prob,
    sample,
    soft_bounds,
)

Q = DiagonalGaussian(jnp.array([1.0, -0.5]), jnp.array([0.5, 2.0]))
P = DiagonalGaussian(jnp.array([0.0, 1.0]), jnp.array([1.0, 1.5]))
STANDARD = DiagonalGaussian(jnp.zeros(2), jnp.ones(2))


def scalar(mean: float, std: float) -> DiagonalGaussian:
    return DiagonalGaussian(jnp.array([mean]), jnp.array([std]))


def random_stack(key, *shape) -> DiagonalGaussian:
    keys = jax.random.split(key)
    return DiagonalGaussian(jax.random.normal(keys[0], shape), jnp.exp(jax.random.normal(keys[1], shape)))


@pytest.mark.parametrize(
    ("q", "p", "nats"),
    [
        (Q, P, 1.4193539970),
        (Q, STANDARD, 1.75),
        (scalar(1, 1), scalar(0, 1), 0.5),
        (scalar(0, 2), scalar(0, 1), 0.8068528194),
        (scalar(0, 1), scalar(0, 2), 0.3181471806),
    ],
)
def test_kl_has_the_values_found_by_quadrature(q, p, nats):
    np.testing.assert_allclose(kl(q, p), nats, rtol=1e-6)


def test_kl_agrees_with_numpyro(getkey):
    q, p = random_stack(getkey(), 7, 3), random_stack(getkey(), 7, 3)
    expected = numpyro_dist.kl_divergence(
        numpyro_dist.Normal(q.mean, q.std).to_event(1), numpyro_dist.Normal(p.mean, p.std).to_event(1)
    )
    np.testing.assert_allclose(kl(q, p), expected, rtol=1e-5)


def test_kl_is_zero_only_for_equal_gaussians(getkey):
    q, p = random_stack(getkey(), 5, 3), random_stack(getkey(), 5, 3)
    np.testing.assert_allclose(kl(q, q), 0.0, atol=1e-6)
    assert (kl(q, p) > 0).all()


def test_kl_adds_over_dimensions(getkey):
    q, p = random_stack(getkey(), 3), random_stack(getkey(), 3)
    parts = [kl(scalar(q.mean[i], q.std[i]), scalar(p.mean[i], p.std[i])) for i in range(3)]
    np.testing.assert_allclose(kl(q, p), sum(parts), rtol=1e-5)


def test_kl_by_dimension_broadcasts_to_every_pair_and_adds_up(getkey):
    q, components = random_stack(getkey(), 4, 3), random_stack(getkey(), 2, 3)
    rows = DiagonalGaussian(q.mean[:, None], q.std[:, None])
    columns = DiagonalGaussian(components.mean[None], components.std[None])
    found = kl_per_dimension(rows, columns)
    assert found.shape == (4, 2, 3)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=-1), kl(rows, columns), rtol=1e-6)
    for b in range(4):
        for c in range(2):
            pair = kl(
                DiagonalGaussian(q.mean[b], q.std[b]),
                DiagonalGaussian(components.mean[c], components.std[c]),
            )
            np.testing.assert_allclose(found[b, c].sum(), pair, rtol=1e-5)


def test_log_prob_agrees_with_scipy(getkey):
    gaussian, z = random_stack(getkey(), 6, 3), jax.random.normal(getkey(), (6, 3))
    expected = scipy.stats.norm.logpdf(z, gaussian.mean, gaussian.std).sum(axis=1)
    np.testing.assert_allclose(log_prob(gaussian, z), expected, rtol=1e-5)


def test_samples_have_the_mean_and_the_spread(getkey):
    many = DiagonalGaussian(jnp.full((20000, 1), 3.0), jnp.full((20000, 1), 0.5))
    draws = sample(many, getkey())
    # Five standard errors of a mean and of a standard deviation of 20,000 draws.
    assert abs(draws.mean() - 3.0) < 5 * 0.5 / np.sqrt(20000)
    assert abs(draws.std() - 0.5) < 5 * 0.5 / np.sqrt(2 * 20000)


def test_samples_pass_gradients_to_mean_and_std(getkey):
    key = getkey()
    noise = jax.random.normal(key, (1,))
    gradient = jax.grad(lambda g: sample(g, jax.random.clone(key)).sum())(scalar(0.0, 1.0))
    np.testing.assert_allclose(gradient.mean, 1.0)
    np.testing.assert_allclose(gradient.std, noise, rtol=1e-6)


def test_soft_bounds_keep_inside_with_a_slope_everywhere():
    x = jnp.linspace(-30.0, 30.0, 61)
    assert (soft_bounds(x, -4.0, 2.0) >= -4.0).all()
    assert (soft_bounds(x, -4.0, 2.0) <= 2.0).all()
    np.testing.assert_allclose(soft_bounds(jnp.array(-1.0), -4.0, 2.0), -1.0)
    slope = jax.vmap(jax.grad(lambda v: soft_bounds(v, -4.0, 2.0)))(jnp.linspace(-10.0, 8.0, 19))
    assert (slope > 0).all()
