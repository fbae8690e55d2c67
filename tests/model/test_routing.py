"""The closed-form responsibilities: they sum to one, they are the best ones, and the bound they give is known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.integrate
import scipy.stats

from ssvae.model.routing import closed_form_responsibilities
from ssvae.probability import categorical
from ssvae.probability.gaussian import DiagonalGaussian, kl_to_components

LOG_WEIGHTS = jnp.log(jnp.array([0.3, 0.7]))
COMPONENTS = DiagonalGaussian(jnp.array([[-1.0], [2.0]]), jnp.array([[0.5], [1.0]]))
Q = DiagonalGaussian(jnp.array([[0.5]]), jnp.array([[0.6]]))


def bound(log_responsibilities, costs):
    parts = jnp.exp(log_responsibilities) * costs
    return jnp.sum(parts, axis=1) + categorical.kl(log_responsibilities, LOG_WEIGHTS[None, :])


def test_the_worked_example_has_the_printed_values():
    costs = kl_to_components(Q, COMPONENTS)
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
    costs = kl_to_components(Q, COMPONENTS)
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
