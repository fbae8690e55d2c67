"""What every prior of the table keeps; a new one is tested by being in the table."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import scipy.stats
from flax import nnx

from ssvae.networks.binding import bind, structure_of, unbind
from ssvae.priors.recipes import PRIORS
from ssvae.probability.gaussian import DiagonalGaussian, log_prob, sample

SHAPE, LATENT, SEED = (2, 2, 1), 2, 7


def few(variant: str):
    """The recipe with three components, where it has a choice, so that a grid over the code can be fine."""
    recipe = PRIORS[variant]()
    has_choice = any(field.name == "num_components" for field in dataclasses.fields(recipe))
    return dataclasses.replace(recipe, num_components=3) if has_choice else recipe


@pytest.fixture(scope="module", params=sorted(PRIORS))
def recipe(request):
    return few(request.param)


@pytest.fixture(scope="module")
def structure(recipe):
    return structure_of(lambda: recipe.build(LATENT, SHAPE, rngs=nnx.Rngs(params=jax.random.key(0))))


@pytest.fixture(scope="module")
def params(recipe, structure):
    """Away from the start, where weights are even and scales are 1."""
    rng = np.random.default_rng(SEED)
    made = unbind(recipe.build(LATENT, SHAPE, rngs=nnx.Rngs(params=jax.random.key(0))))
    return jax.tree.map(lambda x: x + jnp.asarray(0.7 * rng.normal(size=x.shape), x.dtype), made)


@pytest.fixture(scope="module")
def prior(structure, params):
    return bind(structure, params)


def encode(images):
    """Stands for an encoder: two numbers of each image, spread out, and scales from them."""
    pixels = images.reshape(images.shape[0], -1)
    return DiagonalGaussian(4 * pixels[:, :2] - 2, 0.5 + pixels[:, 2:])


def mixture(prior):
    """Log weights and components as float64 arrays."""
    return [np.asarray(part, np.float64) for part in (prior.log_weights(), *prior.components(encode))]


def test_the_table_names_its_recipes():
    assert [recipe.variant for recipe in PRIORS.values()] == list(PRIORS)


@pytest.mark.parametrize("variant", PRIORS)
def test_defaults_build(variant):
    """Over ten dimensions, the most that any default asks for."""
    recipe = PRIORS[variant]()
    assert list(recipe.misfits(10)) == []
    prior = recipe.build(10, SHAPE, rngs=nnx.Rngs(params=jax.random.key(0)))
    assert prior.log_weights().shape == (recipe.components,)


def test_there_are_as_many_components_as_the_recipe_says(recipe, prior):
    log_weights, mean, std = mixture(prior)
    assert log_weights.shape == (recipe.components,)
    assert mean.shape == std.shape == (recipe.components, LATENT)
    assert (std > 0).all()


def test_weights_sum_to_one(prior):
    assert np.exp(mixture(prior)[0]).sum() == pytest.approx(1, abs=1e-6)


def test_the_density_of_codes_integrates_to_one(prior):
    """Σ_c π_c p(z|c) summed over a grid that reaches eight σ beyond every component."""
    log_weights, mean, std = mixture(prior)
    low, high = (mean - 8 * std).min(axis=0), (mean + 8 * std).max(axis=0)
    # Steps of half the smallest σ integrate a Gaussian to rounding.
    axes = [np.arange(a, b, step) for a, b, step in zip(low, high, std.min(axis=0) / 2, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 1, LATENT)
    components = DiagonalGaussian(jnp.asarray(mean[None], jnp.float32), jnp.asarray(std[None], jnp.float32))
    found = np.asarray(log_prob(components, jnp.asarray(points, jnp.float32)), np.float64)
    cell = np.prod([axis[1] - axis[0] for axis in axes])
    assert np.exp(log_weights + found).sum() * cell == pytest.approx(1, abs=1e-4)  # of float32 densities


def test_densities_are_scipys(prior):
    log_weights, mean, std = mixture(prior)
    z = np.random.default_rng(3).normal(size=(20, 1, LATENT))
    expected = scipy.special.logsumexp(
        log_weights + scipy.stats.norm.logpdf(z, mean, std).sum(axis=-1), axis=1
    )
    components = prior.components(encode)
    per_component = log_prob(
        DiagonalGaussian(components.mean[None], components.std[None]), jnp.asarray(z, jnp.float32)
    )
    found = jax.nn.logsumexp(prior.log_weights()[None] + per_component, axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_samples_score_as_they_should(prior, getkey):
    """The mean log density of draws of p(z|c) is minus its entropy, within five standard errors."""
    components = prior.components(encode)
    count = 4000
    many = DiagonalGaussian(*(jnp.repeat(part[None], count, axis=0) for part in components))
    scores = np.asarray(log_prob(many, sample(many, getkey())), np.float64)
    entropy = scipy.stats.norm.entropy(scale=np.asarray(components.std)).sum(axis=-1)
    errors = 5 * scores.std(axis=0) / np.sqrt(count)
    assert (np.abs(scores.mean(axis=0) + entropy) < errors).all()


def test_a_density_over_weights_exists_exactly_where_they_are_learned(recipe, structure, params):
    prior = bind(structure, params)
    if not recipe.has_learned_weights:
        assert prior.log_weights_density() == 0
        return
    pi = np.exp(mixture(prior)[0])
    expected = scipy.stats.dirichlet.logpdf(pi / pi.sum(), np.full(len(pi), recipe.concentration))
    np.testing.assert_allclose(prior.log_weights_density(), expected, rtol=1e-4, atol=1e-5)


def test_weights_have_a_gradient_exactly_where_they_are_learned(recipe, structure, params):
    gradient = jax.grad(lambda p: jnp.sum(bind(structure, p).log_weights() ** 2))(params)
    moves = any((leaf != 0).any() for leaf in jax.tree.leaves(gradient))
    assert moves is recipe.has_learned_weights


def test_everything_can_be_differentiated(structure, params):
    def score(params):
        prior = bind(structure, params)
        components = prior.components(encode)
        log_p = jnp.sum(prior.log_weights()) + prior.log_weights_density()
        return log_p + jnp.sum(components.mean**2 + jnp.log(components.std))

    gradient = jax.grad(score)(params)
    assert all(jnp.isfinite(leaf).all() for leaf in jax.tree.leaves(gradient))


def test_what_starts_from_data_has_the_form_of_what_starts_at_random(recipe, params):
    images = np.random.default_rng(0).uniform(size=(12, *SHAPE)).astype(np.float32)
    for name, array in recipe.starting_params(images, seed=0).items():
        assert array.shape == params[name].shape
        assert array.dtype == params[name].dtype
        assert np.isfinite(array).all()


def test_the_recipe_knows_whether_the_encoder_is_asked(recipe, prior):
    asked = []

    def watching(images):
        asked.append(images.shape)
        return encode(images)

    prior.components(watching)
    assert bool(asked) is recipe.needs_encoder
