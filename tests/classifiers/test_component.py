"""The class is the component: τ is the identity, and so are predictions."""

import jax.numpy as jnp
import numpy as np

from ssvae.classifiers.component import ComponentClassifier
from ssvae.classifiers.recipes import ComponentConfig

LOG_RESPONSIBILITIES = jnp.log(jnp.array([[0.8, 0.2], [0.3, 0.7]]))


def test_class_probabilities_are_the_responsibilities():
    found = ComponentClassifier(2).log_probs(jnp.zeros((2, 1)), LOG_RESPONSIBILITIES, {})
    np.testing.assert_array_equal(found, LOG_RESPONSIBILITIES)


def test_tau_is_the_identity_and_nothing_is_counted():
    classifier = ComponentClassifier(3)
    np.testing.assert_array_equal(jnp.exp(classifier.log_tau({})), jnp.eye(3))
    assert classifier.initial_statistics() == {}
    assert classifier.updated_statistics({}, LOG_RESPONSIBILITIES, jnp.array([0, 1])) == {}


def test_a_label_leaves_one_component():
    np.testing.assert_array_equal(
        ComponentClassifier(3).component_of(jnp.array([2, 0])), [[0, 0, 1], [1, 0, 0]]
    )


def test_it_needs_as_many_components_as_classes():
    assert list(ComponentConfig().misfits(4, 4)) == []
    (problem,) = ComponentConfig().misfits(20, 10)
    assert problem == (
        "classifier=component needs one component per class: the prior has 20, the data has 10 classes. "
        "Try prior.num_components=10 or classifier=tau."
    )
