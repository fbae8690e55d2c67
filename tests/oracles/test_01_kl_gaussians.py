"""Oracle 1: the divergence of diagonal Gaussians. Numbers computed with quadrature, numpyro and scipy."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as numpyro_dist
import pytest
import scipy.integrate
import scipy.stats

from ssvae.probability.gaussian import DiagonalGaussian, kl


def gaussian(mean, std) -> DiagonalGaussian:
    return DiagonalGaussian(jnp.asarray(mean, jnp.float32), jnp.asarray(std, jnp.float32))


def random_stack(key, *shape) -> DiagonalGaussian:
    """Means within some three units, standard deviations over three orders of magnitude."""
    mean_key, std_key = jax.random.split(key)
    return DiagonalGaussian(
        jax.random.normal(mean_key, shape), jnp.exp(1.5 * jax.random.normal(std_key, shape))
    )


def by_quadrature(q: DiagonalGaussian, p: DiagonalGaussian) -> float:
    """E_q[log q − log p], dimension by dimension, over eight standard deviations of q each side."""

    total = 0.0
    for mean_q, std_q, mean_p, std_p in np.array([*q, *p], np.float64).T:
        log_q, log_p = scipy.stats.norm(mean_q, std_q).logpdf, scipy.stats.norm(mean_p, std_p).logpdf
        total += scipy.integrate.quad(
            lambda z, log_q=log_q, log_p=log_p: np.exp(log_q(z)) * (log_q(z) - log_p(z)),
            mean_q - 8 * std_q,
            mean_q + 8 * std_q,
        )[0]
    return total


WORKED = [
    (([1.0, -0.5], [0.5, 2.0]), ([0.0, 1.0], [1.0, 1.5]), 1.4193539970),
    (([1.0, -0.5], [0.5, 2.0]), ([0.0, 0.0], [1.0, 1.0]), 1.75),
    (([1.0], [1.0]), ([0.0], [1.0]), 0.5),
    (([0.0], [2.0]), ([0.0], [1.0]), 0.8068528194),
    (([0.0], [1.0]), ([0.0], [2.0]), 0.3181471806),
]


@pytest.mark.parametrize(("q", "p", "nats"), WORKED)
def test_worked_values(q, p, nats):
    q, p = gaussian(*q), gaussian(*p)
    np.testing.assert_allclose(kl(q, p), nats, rtol=1e-5)
    assert by_quadrature(q, p) == pytest.approx(nats, rel=1e-8)


def test_random_pairs_agree_with_quadrature(getkey):
    for _ in range(4):
        q, p = random_stack(getkey(), 3), random_stack(getkey(), 3)
        np.testing.assert_allclose(kl(q, p), by_quadrature(q, p), rtol=1e-5)


def test_random_stacks_agree_with_numpyro(getkey):
    q, p = random_stack(getkey(), 50, 4), random_stack(getkey(), 50, 4)
    expected = numpyro_dist.kl_divergence(
        numpyro_dist.Normal(q.mean, q.std).to_event(1), numpyro_dist.Normal(p.mean, p.std).to_event(1)
    )
    np.testing.assert_allclose(kl(q, p), expected, rtol=1e-5)


def test_it_is_zero_for_equal_gaussians_and_above_zero_for_others(getkey):
    q, p = random_stack(getkey(), 200, 2), random_stack(getkey(), 200, 2)
    np.testing.assert_allclose(kl(q, q), 0.0, atol=1e-6)
    assert (kl(q, p) > 0).all()
    # A mean or a standard deviation alone is enough to tell them apart.
    assert (kl(q, q._replace(mean=q.mean + 0.1 * q.std)) > 0).all()
    assert (kl(q, q._replace(std=q.std * 1.1)) > 0).all()


def test_it_adds_over_dimensions(getkey):
    q, p = random_stack(getkey(), 5), random_stack(getkey(), 5)
    parts = [kl(*(DiagonalGaussian(g.mean[d : d + 1], g.std[d : d + 1]) for g in (q, p))) for d in range(5)]
    np.testing.assert_allclose(kl(q, p), sum(parts), rtol=1e-5)


def test_it_does_not_depend_on_the_scale_of_the_axes(getkey):
    q, p = random_stack(getkey(), 3), random_stack(getkey(), 3)
    scaled = [g._replace(mean=7 * g.mean, std=7 * g.std) for g in (q, p)]
    np.testing.assert_allclose(kl(*scaled), kl(q, p), rtol=1e-5)
