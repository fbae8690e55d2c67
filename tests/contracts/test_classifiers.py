"""What every classifier of the table keeps; a new one is tested by being in the table."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from ssvae.classifiers.recipes import CLASSIFIERS
from ssvae.networks.binding import bind, structure_of, unbind

LATENT, CLASSES, ROWS = 2, 4, 6
LABELS = jnp.array([0, 1, 2, 3, 0, 1])


@pytest.fixture(scope="module", params=sorted(CLASSIFIERS))
def recipe(request):
    return CLASSIFIERS[request.param]()


@pytest.fixture(scope="module")
def components(recipe):
    """Eight where the recipe has them, else one for each class."""
    return 8 if not list(recipe.misfits(8, CLASSES)) else CLASSES


@pytest.fixture(scope="module")
def structure(recipe, components):
    return structure_of(
        lambda: recipe.build(LATENT, components, CLASSES, rngs=nnx.Rngs(params=jax.random.key(0)))
    )


@pytest.fixture(scope="module")
def params(recipe, components):
    return unbind(recipe.build(LATENT, components, CLASSES, rngs=nnx.Rngs(params=jax.random.key(0))))


@pytest.fixture(scope="module")
def classifier(structure, params):
    return bind(structure, params)


@pytest.fixture
def z(getkey):
    return jax.random.normal(getkey(), (ROWS, LATENT))


@pytest.fixture
def log_responsibilities(getkey, components):
    return jax.nn.log_softmax(2 * jax.random.normal(getkey(), (ROWS, components)))


def test_the_table_names_its_recipes():
    assert [recipe.variant for recipe in CLASSIFIERS.values()] == list(CLASSIFIERS)


def test_one_component_per_class_fits_every_classifier(recipe):
    assert list(recipe.misfits(CLASSES, CLASSES)) == []


def test_probabilities_of_classes_sum_to_one(classifier, z, log_responsibilities):
    log_probs = classifier.log_probs(z, log_responsibilities, classifier.initial_statistics())
    assert log_probs.shape == (ROWS, CLASSES)
    np.testing.assert_allclose(jnp.exp(log_probs).sum(axis=1), 1.0, rtol=1e-5)


def test_an_image_is_classified_by_itself(classifier, z, log_responsibilities):
    statistics = classifier.initial_statistics()
    together = classifier.log_probs(z, log_responsibilities, statistics)
    alone = classifier.log_probs(z[2:3], log_responsibilities[2:3], statistics)
    np.testing.assert_allclose(alone[0], together[2], rtol=1e-5)


def test_the_recipe_knows_whether_a_label_is_a_matter_of_the_component(
    recipe, classifier, components, z, log_responsibilities
):
    """If so: rows of τ sum to one, and p(y|x) = Σ_c q(c|x) τ_cy."""
    statistics = classifier.initial_statistics()
    log_tau = classifier.log_tau(statistics)
    assert (log_tau is not None) is recipe.reads_components
    if log_tau is None:
        assert classifier.component_of(LABELS) is None
        return
    assert log_tau.shape == (components, CLASSES)
    np.testing.assert_allclose(jnp.exp(log_tau).sum(axis=1), 1.0, rtol=1e-5)
    expected = jnp.exp(log_responsibilities) @ jnp.exp(log_tau)
    found = jnp.exp(classifier.log_probs(z, log_responsibilities, statistics))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_the_one_component_of_a_label_is_the_only_one_whose_tau_allows_it(recipe, classifier):
    if not recipe.reads_components:
        pytest.skip("a label says nothing of the component")
    allowed = jnp.exp(classifier.log_tau(classifier.initial_statistics()))[:, LABELS].T > 0
    only = classifier.component_of(LABELS)
    if only is None:
        assert (allowed.sum(axis=1) > 1).all()
    else:
        np.testing.assert_array_equal(only, allowed.astype(only.dtype))


def test_statistics_keep_their_form_and_carry_no_gradient(classifier, log_responsibilities):
    before = classifier.initial_statistics()
    after = classifier.updated_statistics(before, log_responsibilities, LABELS)
    assert jax.tree.map(jnp.shape, after) == jax.tree.map(jnp.shape, before)
    assert all(jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(after))

    def total(logits):
        counted = classifier.updated_statistics(before, jax.nn.log_softmax(logits), LABELS)
        return sum((jnp.sum(leaf**2) for leaf in jax.tree.leaves(counted)), start=jnp.zeros(()))

    assert (jax.grad(total)(log_responsibilities) == 0).all()


def test_whoever_predicts_learns_from_labels(recipe, structure, params, z, log_responsibilities):
    """A slope in what is predicted from or in parameters; without prediction none at all."""

    def loss(params, z, logits):
        classifier = bind(structure, params)
        log_probs = classifier.log_probs(z, jax.nn.log_softmax(logits), classifier.initial_statistics())
        return -jnp.mean(log_probs[jnp.arange(ROWS), LABELS])

    gradients = jax.tree.leaves(jax.grad(loss, argnums=(0, 1, 2))(params, z, log_responsibilities))
    assert all(jnp.isfinite(leaf).all() for leaf in gradients)
    assert any(bool((leaf != 0).any()) for leaf in gradients) is recipe.predicts


def test_certain_responsibilities_give_finite_losses_and_slopes(classifier, components, z):
    """One component at probability 1, the others at 0 in float32."""

    def loss(logits):
        log_probs = classifier.log_probs(z, jax.nn.log_softmax(logits), classifier.initial_statistics())
        return -jnp.mean(log_probs[jnp.arange(ROWS), LABELS])

    logits = 1e4 * jax.nn.one_hot(jnp.zeros(ROWS, int), components)
    value, gradient = jax.value_and_grad(loss)(logits)
    assert jnp.isfinite(value)
    assert jnp.isfinite(gradient).all()
