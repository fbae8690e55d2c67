"""Oracle 5: the Dirichlet prior over the weights of components, and where it settles. Numbers computed with scipy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from scipy.special import gammaln

from ssvae.probability.categorical import log_dirichlet

PI, ALPHA = [0.5, 0.3, 0.2], 5.0


def log(probs):
    return jnp.log(jnp.asarray(probs, jnp.float32))


def normalizer(size: int, alpha: float) -> float:
    """−ln Γ(Kα) + K ln Γ(α)."""
    return float(-gammaln(size * alpha) + size * gammaln(alpha))


def test_worked_value():
    np.testing.assert_allclose(-log_dirichlet(log(PI), ALPHA), -1.6308281024, rtol=1e-5)
    assert -scipy.stats.dirichlet.logpdf(PI, [ALPHA] * 3) == pytest.approx(-1.6308281024, rel=1e-9)


def test_kernel_and_normalizer_are_the_printed_ones():
    # Of log probabilities that are all 0 the kernel vanishes, which leaves the normalizer.
    alone = -log_dirichlet(jnp.zeros(3), ALPHA)
    np.testing.assert_allclose(alone, -15.6570596917, rtol=1e-5)
    assert normalizer(3, ALPHA) == pytest.approx(-15.6570596917, rel=1e-10)
    np.testing.assert_allclose(-log_dirichlet(log(PI), ALPHA) - alone, 14.0262315893, rtol=1e-5)
    uniform = -log_dirichlet(log([0.1] * 10), ALPHA) + log_dirichlet(jnp.zeros(10), ALPHA)
    np.testing.assert_allclose(uniform, 92.1034037198, rtol=1e-5)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0, 30.0])
def test_random_weights_agree_with_scipy(alpha):
    for pi in np.random.default_rng(6).dirichlet(np.full(4, 3.0), 20):
        expected = scipy.stats.dirichlet.logpdf(pi, np.full(4, alpha))
        # The two parts are of the size of the normalizer and cancel.
        scale = abs(normalizer(4, alpha))
        np.testing.assert_allclose(log_dirichlet(log(pi), alpha), expected, rtol=1e-5, atol=1e-6 * scale)


def test_a_flat_prior_pulls_nowhere():
    gradient = jax.grad(lambda logits: log_dirichlet(jax.nn.log_softmax(logits), 1.0))(
        jnp.array([2.0, 0.0, -3.0])
    )
    np.testing.assert_array_equal(gradient, 0.0)


def test_above_one_it_pulls_towards_even_weights():
    gradient = jax.grad(lambda logits: log_dirichlet(jax.nn.log_softmax(logits), ALPHA))(
        jnp.array([2.0, 0.0, -3.0])
    )
    assert gradient[0] < 0 < gradient[2]
    even = jax.grad(lambda logits: log_dirichlet(jax.nn.log_softmax(logits), ALPHA))(jnp.zeros(3))
    np.testing.assert_allclose(even, 0.0, atol=1e-6)


def settle(counts, alpha: float, prior_weight: float, start):
    """Weights that gradient descent reaches on mean −log π_c + prior_weight · (−log Dir), from these logits."""
    shares = jnp.asarray(counts, jnp.float32) / sum(counts)

    def loss(logits):
        log_pi = jax.nn.log_softmax(logits)
        return -jnp.sum(shares * log_pi) - prior_weight * log_dirichlet(log_pi, alpha)

    # The curvature is at most half of the total weight of all −log π terms, so that this step never overshoots.
    step = 1 / (1 + prior_weight * len(counts) * (alpha - 1))
    descend = jax.jit(lambda logits: logits - step * jax.grad(loss)(logits))
    logits = jnp.asarray(start, jnp.float32)
    for _ in range(600):
        logits = descend(logits)
    return jax.nn.softmax(logits)


CASES = [([10, 0, 5], 5.0), ([3, 1, 0, 0, 8], 2.0), ([100, 50], 1.5), ([0, 0, 1], 4.0)]


@pytest.mark.parametrize(("counts", "alpha"), CASES)
def test_descent_reaches_the_map_estimate_from_anywhere(getkey, counts, alpha):
    total, size = sum(counts), len(counts)
    expected = (np.array(counts) + alpha - 1) / (total + size * (alpha - 1))
    if counts == [10, 0, 5]:
        np.testing.assert_allclose(expected, [0.5185185, 0.1481481, 0.3333333], rtol=1e-6)
    # On the scale of one image the prior over weights counts 1/N: it is there once, however many images there are.
    for start in (jnp.zeros(size), 2 * jax.random.normal(getkey(), (size,))):
        np.testing.assert_allclose(settle(counts, alpha, 1 / total, start), expected, rtol=1e-5)


def test_at_full_weight_per_image_the_prior_would_drown_the_counts():
    """What weight 1 beside a mean over images means: N times the prior that was asked for."""
    found = settle([10, 0, 5], 5.0, 1.0, jnp.zeros(3))
    np.testing.assert_allclose(found, (np.array([10, 0, 5]) / 15 + 4) / (1 + 12), rtol=1e-5)
