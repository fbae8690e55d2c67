"""Discrete distributions against scipy and printed values, with zero probabilities everywhere."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats

from ssvae.probability.categorical import entropy, kl, log_dirichlet, log_prob


def log(*probs: float):
    return jnp.log(jnp.array(probs))


@pytest.mark.parametrize(
    ("q", "p", "nats"),
    [
        (log(0.7, 0.2, 0.1), log(1 / 3, 1 / 3, 1 / 3), 0.2967937361),
        (log(0.7, 0.2, 0.1), log(0.2, 0.3, 0.5), 0.6348972651),
        (log(1.0, *[0.0] * 9), log(*[0.1] * 10), 2.3025850930),
        (log(1.0, 0.0), log(1.0, 0.0), 0.0),
    ],
)
def test_kl_has_the_printed_values(q, p, nats):
    np.testing.assert_allclose(kl(q, p), nats, rtol=1e-6, atol=1e-7)


def test_kl_is_infinite_where_p_excludes_what_q_allows():
    assert kl(log(0.5, 0.5), log(1.0, 0.0)) == jnp.inf


def test_entropy_agrees_with_scipy():
    probs = np.random.default_rng(0).dirichlet(np.ones(5), size=8)
    expected = scipy.stats.entropy(probs, axis=1)
    np.testing.assert_allclose(entropy(jnp.log(jnp.asarray(probs, jnp.float32))), expected, rtol=1e-5)


def test_gradients_stay_finite_when_a_choice_is_certain():
    logits = jnp.array([200.0, -200.0, 0.0])

    def loss(logits):
        log_q = jax.nn.log_softmax(logits)
        return kl(log_q, log(0.2, 0.3, 0.5)) + entropy(log_q)

    value, gradient = jax.value_and_grad(loss)(logits)
    assert jnp.isfinite(value)
    assert jnp.isfinite(gradient).all()


def test_the_log_prob_of_a_choice_is_its_entry_and_so_is_the_gradient():
    log_probs = jnp.array([[-0.1, -jnp.inf, -2.0], [-jnp.inf, 0.0, -jnp.inf]])
    choices = jnp.array([2, 1])

    def entry(log_probs):
        return jnp.take_along_axis(log_probs, choices[:, None], axis=1)[:, 0]

    np.testing.assert_array_equal(log_prob(log_probs, choices), entry(log_probs))
    ours, indexed = (
        jax.grad(lambda log_probs, of=of: jnp.sum(of(log_probs)))(log_probs)
        for of in (lambda log_probs: log_prob(log_probs, choices), entry)
    )
    np.testing.assert_array_equal(ours, indexed)
    assert log_prob(log_probs, jnp.array([1, 0])).tolist() == [-jnp.inf, -jnp.inf]


def test_log_dirichlet_has_the_value_of_scipy():
    pi = [0.5, 0.3, 0.2]
    np.testing.assert_allclose(log_dirichlet(log(*pi), 5.0), 1.6308281024, rtol=1e-5)
    np.testing.assert_allclose(
        log_dirichlet(log(*pi), 5.0), scipy.stats.dirichlet.logpdf(pi, [5.0] * 3), rtol=1e-5
    )


def test_a_flat_dirichlet_pulls_nowhere():
    gradient = jax.grad(lambda logits: log_dirichlet(jax.nn.log_softmax(logits), 1.0))(
        jnp.array([1.0, 0.0, -2.0])
    )
    np.testing.assert_allclose(gradient, 0.0, atol=1e-7)


def test_gradient_ascent_reaches_the_known_map_estimate():
    counts, alpha = jnp.array([10.0, 0.0, 5.0]), 5.0

    def objective(logits):
        log_pi = jax.nn.log_softmax(logits)
        return jnp.sum(counts * log_pi) + log_dirichlet(log_pi, alpha)

    logits, ascend = jnp.zeros(3), jax.jit(lambda logits: logits + 0.05 * jax.grad(objective)(logits))
    for _ in range(300):
        logits = ascend(logits)
    expected = (counts + alpha - 1) / (counts.sum() + 3 * (alpha - 1))
    np.testing.assert_allclose(jax.nn.softmax(logits), expected, rtol=1e-5)
    np.testing.assert_allclose(expected, [0.5185185, 0.1481481, 0.3333333], rtol=1e-6)
