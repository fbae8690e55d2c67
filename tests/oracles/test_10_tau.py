"""Group 10: τ from expected counts. Printed values by hand; random cases against NumPy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.classifiers.recipes import TauConfig
from ssvae.classifiers.tau import TauClassifier
from ssvae.evaluation.metrics.tau_classifier import certainty

RESPONSIBILITIES = np.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
LABELS = np.array([0, 1, 0])


def made(smoothing, components, classes):
    return TauClassifier(TauConfig(smoothing=smoothing), components, classes)


def test_the_example_has_the_printed_values():
    classifier = made(1.0, 2, 2)
    counts = RESPONSIBILITIES.T @ np.eye(2)[LABELS]
    np.testing.assert_allclose(counts + 1, [[2.4, 1.3], [1.6, 1.7]])
    statistics = {"tau_counts": jnp.asarray(counts, jnp.float32)}
    tau = np.asarray(classifier.tau(statistics))
    np.testing.assert_allclose(tau, [[0.648649, 0.351351], [0.484848, 0.515152]], rtol=2e-6)
    log_r = jnp.log(jnp.asarray(RESPONSIBILITIES, jnp.float32))
    probs = np.asarray(jnp.exp(classifier.log_probs(jnp.zeros((3, 1)), log_r, statistics)))
    np.testing.assert_allclose(probs[0], [0.615889, 0.384111], rtol=2e-6)
    np.testing.assert_allclose(-np.log(probs[np.arange(3), LABELS]).mean(), 0.5958605843, rtol=1e-6)
    sure = certainty(RESPONSIBILITIES, tau)
    np.testing.assert_allclose(sure[0], 0.518919, rtol=1e-5)
    assert (sure <= probs.max(axis=1)).all()


@pytest.mark.parametrize(("components", "classes"), [(5, 3), (7, 7), (4, 2)])
def test_random_tables_agree_with_numpy(components, classes):
    rng = np.random.default_rng(components)
    counts = rng.gamma(1.0, 3.0, (components, classes))
    r = rng.dirichlet(np.ones(components), 9)
    classifier = made(0.25, components, classes)
    statistics = {"tau_counts": jnp.asarray(counts, jnp.float32)}
    tau = (counts + 0.25) / (counts + 0.25).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(classifier.tau(statistics), tau, rtol=1e-5)
    found = jnp.exp(classifier.log_probs(jnp.zeros((9, 1)), jnp.log(jnp.asarray(r, jnp.float32)), statistics))
    np.testing.assert_allclose(found, r @ tau, rtol=1e-4)
    assert (certainty(r, tau) <= (r @ tau).max(axis=1) + 1e-12).all()


def test_one_step_is_the_m_step_of_em():
    """new counts = decay · old + (1 − decay) · Σ_n r(c|x_n, y_n) 1{y_n}, with r ∝ q(c|x) τ_cy."""
    rng = np.random.default_rng(1)
    classifier = TauClassifier(TauConfig(decay=0.7, smoothing=0.1), 4, 3)
    old = rng.gamma(1.0, 3.0, (4, 3))
    r, labels = rng.dirichlet(np.ones(4), 6), np.array([0, 1, 2, 0, 1, 1])
    tau = (old + 0.1) / (old + 0.1).sum(axis=1, keepdims=True)
    joint = r * tau[:, labels].T
    joint /= joint.sum(axis=1, keepdims=True)
    expected = 0.7 * old + 0.3 * joint.T @ np.eye(3)[labels]
    found = classifier.updated_statistics(
        {"tau_counts": jnp.asarray(old, jnp.float32)},
        jnp.log(jnp.asarray(r, jnp.float32)),
        jnp.asarray(labels),
    )
    np.testing.assert_allclose(found["tau_counts"], expected, rtol=1e-5)


def test_no_gradient_enters_through_counting_or_the_table():
    classifier = made(1.0, 2, 2)
    statistics = {"tau_counts": jnp.ones((2, 2))}
    log_r = jnp.log(jnp.asarray(RESPONSIBILITIES, jnp.float32))

    def counted(log_r):
        return classifier.updated_statistics(statistics, log_r, jnp.asarray(LABELS))["tau_counts"].sum()

    assert (jax.grad(counted)(log_r) == 0).all()

    def predicted(counts):
        return classifier.log_probs(jnp.zeros((3, 1)), log_r, {"tau_counts": counts})[0, 0]

    assert (jax.grad(predicted)(jnp.ones((2, 2))) == 0).all()
