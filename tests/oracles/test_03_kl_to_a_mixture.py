"""Oracle 3: a Gaussian against a mixture, exactly and by the bound that responsibilities give.

Numbers computed with scipy and quadrature.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.integrate
import scipy.special
import scipy.stats

from ssvae.probability import categorical
from ssvae.probability.gaussian import DiagonalGaussian, kl, log_prob, sample
from ssvae.routing.responsibilities import closed_form_responsibilities

EXACT, AT_PRIOR, AT_BEST, GAP = 1.2343797970, 2.2823814695, 1.6555530920, 0.4211732951


class Case:
    """q(z) and p(z) = Σ_c π_c N(z; mean_c, std_c) on the line."""

    def __init__(self, q, weights, means, stds):
        self.q = tuple(map(float, q))
        self.weights, self.means, self.stds = (np.asarray(x, np.float64) for x in (weights, means, stds))

    def log_joint(self, z: float) -> np.ndarray:
        """log π_c N(z; mean_c, std_c) per component."""
        return np.log(self.weights) + scipy.stats.norm.logpdf(z, self.means, self.stds)

    def under_q(self, function) -> float:
        """E_q of a function of z, by quadrature over nine standard deviations each side."""
        mean, std = self.q

        def integrand(z: float) -> float:
            return float(scipy.stats.norm.pdf(z, mean, std) * function(z))

        return scipy.integrate.quad(integrand, mean - 9 * std, mean + 9 * std, limit=200)[0]

    def exact(self) -> float:
        """KL(q ‖ p)."""
        return self.under_q(
            lambda z: scipy.stats.norm.logpdf(z, *self.q) - scipy.special.logsumexp(self.log_joint(z))
        )

    def gap(self, responsibilities) -> float:
        """E_q KL(r ‖ p(c|z)): what the bound pays because r cannot depend on z."""

        def divergence(z: float) -> float:
            log_joint = self.log_joint(z)
            log_posterior = log_joint - scipy.special.logsumexp(log_joint)
            return float(np.sum(responsibilities * (np.log(responsibilities) - log_posterior)))

        return self.under_q(divergence)

    @property
    def log_weights(self):
        return jnp.asarray(np.log(self.weights), jnp.float32)

    def costs(self):
        """KL(q ‖ N_c), (1, component), by the code under test."""
        q = DiagonalGaussian(*(jnp.full((1, 1), value) for value in self.q))
        columns = (jnp.asarray(values[:, None], jnp.float32) for values in (self.means, self.stds))
        return kl(q, DiagonalGaussian(*columns))[None, :]

    def bound(self, log_responsibilities):
        """Σ_c r_c KL_c + KL(r ‖ π), one value per row of responsibilities."""
        paid = jnp.sum(jnp.exp(log_responsibilities) * self.costs(), axis=1)
        return paid + categorical.kl(log_responsibilities, self.log_weights[None, :])

    def best(self):
        return closed_form_responsibilities(self.log_weights, self.costs())


WORKED = Case((0.5, 0.6), [0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])


def random_case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    return Case(
        (rng.normal(), rng.uniform(0.3, 1.5)),
        rng.dirichlet(np.ones(3)),
        rng.normal(scale=2.0, size=3),
        rng.uniform(0.3, 1.5, 3),
    )


def test_worked_values():
    np.testing.assert_allclose(WORKED.costs()[0], [4.5376784432, 1.3158256238], rtol=1e-5)
    np.testing.assert_allclose(WORKED.bound(WORKED.log_weights[None, :]), AT_PRIOR, rtol=1e-5)
    np.testing.assert_allclose(jnp.exp(WORKED.best())[0], [0.016804675, 0.983195325], rtol=1e-5)
    np.testing.assert_allclose(WORKED.bound(WORKED.best()), AT_BEST, rtol=1e-5)
    log_sum = jax.nn.logsumexp(WORKED.log_weights[None, :] - WORKED.costs(), axis=1)
    np.testing.assert_allclose(-log_sum, AT_BEST, rtol=1e-5)


def test_the_worked_case_leaves_the_gap_found_by_quadrature():
    assert WORKED.exact() == pytest.approx(EXACT, rel=1e-8)
    responsibilities = np.exp(np.asarray(WORKED.best()[0], np.float64))
    # The responsibilities are float32; both gaps are flat around them.
    assert WORKED.gap(responsibilities) == pytest.approx(GAP, rel=1e-6)
    assert WORKED.exact() + GAP == pytest.approx(AT_BEST, rel=1e-9)


def test_sampling_finds_the_exact_divergence(getkey):
    count = 10**6
    q = DiagonalGaussian(jnp.full((count, 1), 0.5), jnp.full((count, 1), 0.6))
    z = sample(q, getkey())
    per_component = jnp.stack(
        [
            jnp.log(weight) + log_prob(DiagonalGaussian(jnp.full_like(z, mean), jnp.full_like(z, std)), z)
            for weight, mean, std in zip(WORKED.weights, WORKED.means, WORKED.stds, strict=True)
        ]
    )
    draws = log_prob(q, z) - jax.nn.logsumexp(per_component, axis=0)
    standard_error = float(draws.std()) / np.sqrt(count)
    assert standard_error == pytest.approx(0.00103, rel=0.02)
    assert abs(float(draws.mean()) - EXACT) < 5 * standard_error


@pytest.mark.parametrize("case", [WORKED, *map(random_case, range(5))])
def test_the_bound_lies_above_the_exact_divergence_by_the_gap(case):
    best = case.best()
    responsibilities = np.exp(np.asarray(best[0], np.float64))
    gap = case.gap(responsibilities / responsibilities.sum())
    assert gap >= 0
    # A cost of tens of nats is a float32 with five decimals.
    np.testing.assert_allclose(case.bound(best)[0], case.exact() + gap, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("case", [WORKED, *map(random_case, range(5))])
def test_no_other_responsibilities_come_closer(getkey, case):
    others = jax.nn.log_softmax(3 * jax.random.normal(getkey(), (500, len(case.weights))))
    assert (case.bound(others) >= case.bound(case.best()) - 1e-5).all()
    assert (case.bound(others) >= case.exact()).all()


def test_equal_components_leave_no_gap(getkey):
    case = Case((0.5, 0.6), [0.3, 0.7], [-1.0, -1.0], [0.5, 0.5])
    best = case.best()
    np.testing.assert_allclose(jnp.exp(best)[0], [0.3, 0.7], rtol=1e-5)
    np.testing.assert_allclose(case.bound(best), case.exact(), rtol=1e-5)
    np.testing.assert_allclose(case.bound(best)[0], case.costs()[0, 0], rtol=1e-5)


@pytest.mark.parametrize(
    ("z", "components", "nats"),
    [
        ([0.5], [([-1.0], [0.5]), ([2.0], [1.0])], -2.3717055510),
        ([1.0, 0.5], [([0.0, 0.0], [1.0, 1.0]), ([2.0, 1.0], [0.5, 0.5])], -2.7784184203),
    ],
)
def test_the_density_of_the_mixture_has_the_printed_value(z, components, nats):
    means, stds = (jnp.array(column) for column in zip(*components, strict=True))
    per_component = log_prob(DiagonalGaussian(means, stds), jnp.array(z)[None, :])
    np.testing.assert_allclose(jax.nn.logsumexp(WORKED.log_weights + per_component), nats, rtol=1e-5)
