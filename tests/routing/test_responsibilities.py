"""Responsibilities: they sum to one, the closed form is the best, p(c|z) makes the KL that of the mixture itself."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.integrate
import scipy.stats

from ssvae.probability import categorical
from ssvae.probability.gaussian import DiagonalGaussian, kl, log_prob
from ssvae.routing.responsibilities import (
    closed_form_responsibilities,
    component_posterior,
    label_responsibilities,
    largest_responsibilities,
)

LOG_WEIGHTS = jnp.log(jnp.array([0.3, 0.7]))
COMPONENTS = DiagonalGaussian(jnp.array([[-1.0], [2.0]]), jnp.array([[0.5], [1.0]]))
Q = DiagonalGaussian(jnp.array([[0.5]]), jnp.array([[0.6]]))


def bound(log_responsibilities, costs):
    parts = jnp.exp(log_responsibilities) * costs
    return jnp.sum(parts, axis=1) + categorical.kl(log_responsibilities, LOG_WEIGHTS[None, :])


def test_the_worked_example_has_the_printed_values():
    costs = kl(Q, COMPONENTS)[None, :]
    np.testing.assert_allclose(costs[0], [4.5376784432, 1.3158256238], rtol=1e-6)
    log_r = closed_form_responsibilities(LOG_WEIGHTS, costs)
    np.testing.assert_allclose(jnp.exp(log_r)[0], [0.016804675, 0.983195325], rtol=1e-5)
    np.testing.assert_allclose(bound(log_r, costs), 1.6555530920, rtol=1e-5)
    np.testing.assert_allclose(bound(LOG_WEIGHTS[None, :], costs), 2.2823814695, rtol=1e-5)


def test_the_bound_is_the_log_sum_and_lies_above_the_exact_divergence():
    def integrand(z: float) -> float:
        log_q = scipy.stats.norm.logpdf(z, 0.5, 0.6)
        log_p = np.logaddexp(
            np.log(0.3) + scipy.stats.norm.logpdf(z, -1, 0.5), np.log(0.7) + scipy.stats.norm.logpdf(z, 2, 1)
        )
        return float(np.exp(log_q) * (log_q - log_p))

    exact = scipy.integrate.quad(integrand, -6, 7)[0]
    assert exact == pytest.approx(1.2343797970, rel=1e-8)
    costs = kl(Q, COMPONENTS)[None, :]
    best = bound(closed_form_responsibilities(LOG_WEIGHTS, costs), costs)
    np.testing.assert_allclose(best, -jax.nn.logsumexp(LOG_WEIGHTS[None, :] - costs, axis=1), rtol=1e-6)
    assert best[0] > exact


def test_no_other_responsibilities_give_a_lower_bound(getkey):
    costs = jax.random.exponential(getkey(), (200, 2)) * 5
    best = bound(closed_form_responsibilities(LOG_WEIGHTS, costs), costs)
    other = bound(jax.nn.log_softmax(jax.random.normal(getkey(), (200, 2))), costs)
    assert (other >= best - 1e-5).all()


def test_rows_sum_to_one_when_one_component_is_hopeless():
    costs = jnp.array([[0.0, 1e30], [1e4, 2e4]])
    np.testing.assert_allclose(
        jnp.exp(closed_form_responsibilities(LOG_WEIGHTS, costs)).sum(axis=1), 1.0, rtol=1e-6
    )


def test_the_posterior_of_the_component_is_bayes_rule(getkey):
    z = jax.random.normal(getkey(), (50, 1)) * 3
    log_densities = log_prob(DiagonalGaussian(*(part[None] for part in COMPONENTS)), z[:, None])
    found = component_posterior(LOG_WEIGHTS, log_densities)
    joint = np.stack(
        [0.3 * scipy.stats.norm.pdf(z[:, 0], -1, 0.5), 0.7 * scipy.stats.norm.pdf(z[:, 0], 2, 1)], axis=1
    )
    np.testing.assert_allclose(jnp.exp(found), joint / joint.sum(axis=1, keepdims=True), rtol=2e-4)


def test_with_bayes_rule_code_and_component_cost_what_the_mixture_says(getkey):
    """Σ_c p(c|z) [log q(z) − log p(z|c)] + KL(p(c|z) ‖ π) = log q(z) − log p(z), for every z."""
    z = Q.mean + Q.std * jax.random.normal(getkey(), (500, 1))
    log_q = log_prob(Q, z)
    log_densities = log_prob(DiagonalGaussian(*(part[None] for part in COMPONENTS)), z[:, None])
    found = bound(component_posterior(LOG_WEIGHTS, log_densities), log_q[:, None] - log_densities)
    log_p = jax.nn.logsumexp(LOG_WEIGHTS[None, :] + log_densities, axis=1)
    np.testing.assert_allclose(found, log_q - log_p, rtol=1e-4, atol=1e-5)
    # So the mean is the exact divergence, by five standard errors, below what any q(c|x) without z gives.
    error = float(found.std() / np.sqrt(500))
    assert abs(float(found.mean()) - 1.2343797970) < 5 * error


@pytest.mark.parametrize("responsibilities", [closed_form_responsibilities, component_posterior])
def test_a_single_component_has_all_of_every_image(responsibilities):
    of_one = responsibilities(jnp.zeros(1), jnp.array([[3.0], [1e30]]))
    np.testing.assert_array_equal(of_one, jax.nn.log_softmax(jnp.array([[3.0], [1e30]])))
    np.testing.assert_array_equal(of_one, 0.0)


def test_the_label_decides_between_components():
    log_tau = jnp.log(jnp.array([[0.01, 0.99]]))
    found = label_responsibilities(jnp.log(jnp.array([[0.5, 0.5]])), log_tau)
    np.testing.assert_allclose(jnp.exp(found), [[0.01, 0.99]], rtol=1e-5)


def test_a_label_that_components_exclude_leaves_the_others_and_finite_gradients():
    log_tau = jnp.array([[0.0, -jnp.inf, -jnp.inf]])

    def score(logits):
        return label_responsibilities(jax.nn.log_softmax(logits), log_tau)[0, 0]

    np.testing.assert_allclose(score(jnp.array([[1.0, 5.0, 2.0]])), 0.0, atol=1e-6)
    assert jnp.isfinite(jax.grad(score)(jnp.array([[1.0, 5.0, 2.0]]))).all()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_largest_are_kept_and_renormalized(count):
    probs = jnp.array([[0.1, 0.6, 0.3], [0.5, 0.1, 0.4]])
    found = np.asarray(jnp.exp(largest_responsibilities(jnp.log(probs), count)))
    for row, kept in zip(found, np.asarray(probs), strict=True):
        order = np.argsort(-kept)[:count]
        expected = np.zeros(3)
        expected[order] = kept[order] / kept[order].sum()
        np.testing.assert_allclose(row, expected, rtol=1e-5)
        assert (row == 0).sum() == 3 - count


def test_what_is_cut_off_has_no_gradient_and_no_nan():
    logits = jnp.array([[0.3, 2.0, 1.0]])
    gradient = jax.grad(lambda x: jnp.exp(largest_responsibilities(jax.nn.log_softmax(x), 2))[0, 1])(logits)
    assert jnp.isfinite(gradient).all()
    np.testing.assert_allclose(gradient[0, 0], 0.0, atol=1e-7)
    assert gradient[0, 1] > 0 > gradient[0, 2]


def test_equal_responsibilities_keep_exactly_as_many_as_asked():
    even = jnp.full((1, 4), jnp.log(0.25))
    assert (jnp.exp(largest_responsibilities(even, 2)) > 0).sum() == 2
