"""Group 4: the VampPrior's density. Printed values computed with scipy; laws of a mixture of posteriors."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import scipy.stats
from flax import nnx

from ssvae.priors.recipes import VampPriorConfig
from ssvae.priors.vamp import VampPrior
from ssvae.probability.gaussian import DiagonalGaussian, kl, log_prob


def log_density(log_weights, components, z):
    """log Σ_k w_k N(z; mean_k, std_k)."""
    stack = DiagonalGaussian(*(part[None] for part in components))
    return jax.nn.logsumexp(log_weights[None] + log_prob(stack, z[:, None]), axis=1)


def even(count):
    return jnp.full(count, -np.log(count))


def test_two_gaussians_have_the_printed_density():
    components = DiagonalGaussian(jnp.array([[-1.0], [1.0]]), jnp.ones((2, 1)))
    np.testing.assert_allclose(log_density(even(2), components, jnp.zeros((1, 1))), -1.4189385332, rtol=1e-6)


def test_the_density_is_scipys(getkey):
    components = DiagonalGaussian(
        jax.random.normal(getkey(), (5, 3)), jnp.exp(0.3 * jax.random.normal(getkey(), (5, 3)))
    )
    log_weights = jax.nn.log_softmax(jax.random.normal(getkey(), (5,)))
    z = jax.random.normal(getkey(), (7, 3))
    each = scipy.stats.norm.logpdf(np.asarray(z)[:, None], *components).sum(axis=2)
    expected = scipy.special.logsumexp(each + np.asarray(log_weights), axis=1)
    np.testing.assert_allclose(log_density(log_weights, components, z), expected, rtol=1e-5)


def test_copies_and_order_change_nothing(getkey):
    one = DiagonalGaussian(jax.random.normal(getkey(), (1, 3)), jnp.full((1, 3), 0.7))
    copies = DiagonalGaussian(*(jnp.repeat(part, 6, axis=0) for part in one))
    z = jax.random.normal(getkey(), (4, 3))
    np.testing.assert_allclose(log_density(even(6), copies, z), log_prob(one, z), rtol=1e-5)
    three = DiagonalGaussian(jax.random.normal(getkey(), (3, 3)), jnp.ones((3, 3)))
    order = jnp.array([2, 0, 1])
    shuffled = DiagonalGaussian(*(part[order] for part in three))
    np.testing.assert_allclose(log_density(even(3), shuffled, z), log_density(even(3), three, z), rtol=1e-5)


def test_far_codes_have_a_finite_density():
    components = DiagonalGaussian(jnp.array([[-1.0], [1.0]]), jnp.ones((2, 1)))
    far = log_density(even(2), components, jnp.array([[1e3], [-1e3]]))
    np.testing.assert_allclose(far, -0.5 * 999.0**2 - 0.5 * np.log(2 * np.pi) - np.log(2), rtol=1e-6)


def test_with_every_image_as_a_pseudo_input_the_cost_is_at_most_log_n(getkey):
    """Mean KL(q(z|x_n) ‖ Σ_m q(z|x_m) / N) is what z tells about n, between 0 and log N."""
    count = 12
    posteriors = DiagonalGaussian(3 * jax.random.normal(getkey(), (count, 2)), jnp.full((count, 2), 0.5))
    z = posteriors.mean[None] + 0.5 * jax.random.normal(getkey(), (4000, count, 2))
    log_q = log_prob(DiagonalGaussian(*(part[None] for part in posteriors)), z)
    log_p = log_density(even(count), posteriors, z.reshape(-1, 2)).reshape(4000, count)
    told = float(jnp.mean(log_q - log_p))
    assert 0 < told < np.log(count)
    to_nearest = kl(
        DiagonalGaussian(*(part[:, None] for part in posteriors)),
        DiagonalGaussian(*(part[None] for part in posteriors)),
    )
    np.testing.assert_allclose(jnp.diagonal(to_nearest), 0.0, atol=1e-6)


@pytest.fixture
def prior():
    return VampPriorConfig(num_components=4).build(2, (3, 3, 1), rngs=nnx.Rngs(params=jax.random.key(0)))


def test_components_are_the_encoders_posteriors_and_gradients_reach_the_pseudo_inputs(prior):
    assert isinstance(prior, VampPrior)
    weights = jax.random.normal(jax.random.key(1), (9, 2))

    def encode(images):
        mean = images.reshape(len(images), -1) @ weights
        return DiagonalGaussian(mean, jnp.ones_like(mean))

    found = prior.components(encode)
    np.testing.assert_array_equal(found.mean, encode(prior.pseudo_inputs()).mean)
    z = jnp.zeros((3, 2))

    def score(logits):
        pixels = jax.nn.sigmoid(logits)
        return log_density(prior.log_weights(), encode(pixels), z).sum()

    gradient = jax.grad(score)(prior.pixel_logits[...])
    assert (jnp.abs(gradient).reshape(4, -1).max(axis=1) > 0).all()
    assert ((prior.pseudo_inputs() > 0) & (prior.pseudo_inputs() < 1)).all()
