"""τ: printed values, the block start, the counting, and that no gradient enters it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.classifiers.recipes import TauConfig
from ssvae.classifiers.tau import TauClassifier

RESPONSIBILITIES = jnp.array([[0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
LABELS = jnp.array([0, 1, 0])
TWO_BY_TWO = TauClassifier(TauConfig(smoothing=1.0), num_components=2, num_classes=2)


def counted():
    """The expected counts of the example, without the pseudo-count that `tau` adds."""
    return {"tau_counts": RESPONSIBILITIES.T @ jax.nn.one_hot(LABELS, 2)}


def predict(classifier, responsibilities, statistics):
    return jnp.exp(
        classifier.log_probs(jnp.zeros((len(responsibilities), 1)), jnp.log(responsibilities), statistics)
    )


def test_tau_and_predictions_have_the_printed_values():
    tau = TWO_BY_TWO.tau(counted())
    np.testing.assert_allclose(tau, [[0.648649, 0.351351], [0.484848, 0.515152]], rtol=2e-6)
    np.testing.assert_allclose(
        predict(TWO_BY_TWO, RESPONSIBILITIES, counted())[0], [0.615889, 0.384111], rtol=2e-6
    )
    chosen = predict(TWO_BY_TWO, RESPONSIBILITIES, counted())[jnp.arange(3), LABELS]
    np.testing.assert_allclose(-jnp.log(chosen).mean(), 0.5958605843, rtol=1e-6)


def test_certainty_never_exceeds_the_best_class():
    certainty = jnp.max(RESPONSIBILITIES * TWO_BY_TWO.tau(counted()).max(axis=1)[None, :], axis=1)
    np.testing.assert_allclose(certainty[0], 0.518919, rtol=1e-5)
    assert (certainty <= predict(TWO_BY_TWO, RESPONSIBILITIES, counted()).max(axis=1)).all()


def test_the_block_start_gives_each_component_a_class_of_its_own():
    classifier = TauClassifier(TauConfig(block_confidence=0.9, smoothing=1e-6), 7, 3)
    tau = classifier.tau(classifier.initial_statistics())
    np.testing.assert_allclose(tau.sum(axis=1), 1.0, rtol=1e-6)
    np.testing.assert_array_equal(tau.argmax(axis=1), [0, 1, 2, 0, 1, 2, 0])
    np.testing.assert_allclose(tau.max(axis=1), 0.9, rtol=1e-4)


def test_the_label_decides_which_component_is_counted():
    """r(c|x,y) ∝ q(c|x) τ_cy: an image between two components counts for the one of its class."""
    classifier = TauClassifier(TauConfig(block_confidence=0.99, decay=0.0, smoothing=1e-9), 2, 2)
    even = jnp.log(jnp.array([[0.5, 0.5]]))
    statistics = classifier.updated_statistics(classifier.initial_statistics(), even, jnp.array([1]))
    np.testing.assert_allclose(statistics["tau_counts"], [[0.0, 0.01], [0.0, 0.99]], atol=1e-6)


def test_counts_settle_on_the_labeled_batch():
    classifier = TauClassifier(TauConfig(decay=0.5, smoothing=1e-3), 2, 2)
    statistics = classifier.initial_statistics()
    sure = jnp.log(jnp.array([[1.0, 1e-9], [1e-9, 1.0], [1e-9, 1.0]]))
    for _ in range(30):
        statistics = classifier.updated_statistics(statistics, sure, jnp.array([0, 1, 1]))
    np.testing.assert_allclose(statistics["tau_counts"], [[1.0, 0.0], [0.0, 2.0]], atol=1e-3)


def test_one_component_per_class_and_a_sure_tau_predicts_the_responsibilities():
    classifier = TauClassifier(TauConfig(smoothing=1e-9), 2, 2)
    statistics = {"tau_counts": jnp.eye(2)}
    np.testing.assert_allclose(predict(classifier, RESPONSIBILITIES, statistics), RESPONSIBILITIES, rtol=1e-5)


def test_no_gradient_enters_tau():
    def loss(statistics):
        return predict(TWO_BY_TWO, RESPONSIBILITIES, statistics)[0, 0]

    assert (jax.grad(loss)(counted())["tau_counts"] == 0).all()


@pytest.mark.parametrize("rows", [1, 5])
def test_predictions_sum_to_one_even_for_certain_components(rows):
    sure = jnp.eye(2)[jnp.zeros(rows, int)]
    probs = predict(TWO_BY_TWO, sure, counted())
    np.testing.assert_allclose(probs.sum(axis=1), 1.0, rtol=1e-6)
