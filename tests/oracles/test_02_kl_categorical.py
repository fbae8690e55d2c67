"""Oracle 2: the divergence of discrete distributions. Numbers computed with scipy and numpyro."""

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as numpyro_dist
import pytest
import scipy.stats

from ssvae.probability.categorical import entropy, kl

Q = [0.7, 0.2, 0.1]


def log(probs):
    return jnp.log(jnp.asarray(probs, jnp.float32))


@pytest.mark.parametrize(
    ("q", "p", "nats"),
    [
        (Q, [1 / 3] * 3, 0.2967937361),
        (Q, [0.2, 0.3, 0.5], 0.6348972651),
        ([1.0, *[0.0] * 9], [0.1] * 10, 2.3025850930),
    ],
)
def test_worked_values(q, p, nats):
    np.testing.assert_allclose(kl(log(q), log(p)), nats, rtol=1e-5)
    assert scipy.stats.entropy(q, p) == pytest.approx(nats, rel=1e-9)


def test_to_the_uniform_distribution_it_is_what_the_entropy_lacks():
    np.testing.assert_allclose(kl(log(Q), log([1 / 3] * 3)), np.log(3) - entropy(log(Q)), rtol=1e-5)


def test_a_certain_choice_costs_log_10_without_a_remainder():
    """Clipping probabilities at 1e-8 would leave 1.5e-6; a float32 near 2.3 holds 2.4e-7."""
    found = kl(log([1.0, *[0.0] * 9]), log([0.1] * 10))
    assert abs(float(found) - np.log(10)) < 5e-7


@pytest.mark.parametrize("concentration", [0.05, 1.0, 20.0])
def test_random_pairs_agree_with_scipy_and_numpyro(concentration):
    rng = np.random.default_rng(4)
    q, p = rng.dirichlet(np.full(6, concentration), 40), rng.dirichlet(np.full(6, 1.0), 40)
    q[::4, 2] = 0  # some choices are excluded
    q /= q.sum(axis=1, keepdims=True)
    found = kl(log(q), log(p))
    # Near-equal pairs lose digits of a float32 log probability, hence the absolute part.
    np.testing.assert_allclose(found, scipy.stats.entropy(q, p, axis=1), rtol=1e-5, atol=1e-6)
    kept = (q > 1e-6).all(axis=1)  # numpyro clips smaller probabilities
    expected = numpyro_dist.kl_divergence(
        numpyro_dist.CategoricalProbs(jnp.asarray(q[kept], jnp.float32)),
        numpyro_dist.CategoricalProbs(jnp.asarray(p[kept], jnp.float32)),
    )
    np.testing.assert_allclose(found[kept], expected, rtol=1e-5, atol=1e-6)
    assert (found > 0).all()


def test_it_is_zero_for_equal_distributions():
    rows = log(np.random.default_rng(1).dirichlet(np.full(5, 0.2), 30))
    np.testing.assert_allclose(kl(rows, rows), 0.0, atol=1e-7)
    np.testing.assert_allclose(kl(log([0.0, 1.0]), log([0.0, 1.0])), 0.0)


@pytest.mark.parametrize("logits", [[0.5, -jnp.inf, 1.0], [-jnp.inf, -jnp.inf, 3.0], [1e4, 0.0, -1e4]])
def test_excluded_choices_give_a_finite_loss_and_a_finite_gradient(logits):
    def loss(logits):
        return kl(jax.nn.log_softmax(logits), log([0.2, 0.3, 0.5]))

    value, gradient = jax.value_and_grad(loss)(jnp.array(logits))
    probs = np.exp(np.array(logits, float) - max(logits))
    assert float(value) == pytest.approx(scipy.stats.entropy(probs, [0.2, 0.3, 0.5]), rel=1e-5)
    assert jnp.isfinite(gradient).all()
