"""Decoders that are told the component: nothing changes until it is learned, and one component or all give one result."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from ssvae.networks.base import AbstractHalf, Decoder
from ssvae.networks.binding import bind, structure_of, unbind
from ssvae.networks.conditioning import CONDITIONINGS, EPSILON, ConcatConditioning
from ssvae.networks.recipes import DECODERS, ConvDecoderConfig, DenseDecoderConfig

RECIPES = {
    # tanh: no unit is ever silent, so that every gradient below is above 0 for a reason.
    "dense": DenseDecoderConfig(hidden_sizes=(6, 5), activation="tanh"),
    "conv": ConvDecoderConfig(channels=(3, 4), hidden_size=6, activation="tanh"),
}
LATENT, COMPONENTS, OUTPUT = 2, 3, (9, 11, 2)

NETWORKS = pytest.mark.parametrize("network", RECIPES)
WORDS = pytest.mark.parametrize("word", CONDITIONINGS)
PLACES = pytest.mark.parametrize("num_places", [0, 2])


def normal(seed: int, *shape: int):
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape, np.float32))


def new(network: str, word: str) -> Decoder:
    recipe = dataclasses.replace(RECIPES[network], conditioning=word)
    return recipe.build(LATENT, OUTPUT, COMPONENTS, rngs=nnx.Rngs(params=jax.random.key(0)))


def learned(make):
    """The module `make` makes, with every table of components drawn at random: (structure, params)."""
    params = unbind(make())
    tables = params.get("conditioning", params)
    for seed, name in enumerate(sorted(tables)):
        tables[name] = normal(seed, *tables[name].shape)
    return structure_of(make), params


def learned_conditioning(word: str, num_places: int):
    return bind(*learned(lambda: CONDITIONINGS[word](COMPONENTS, 4, num_places)))


def hidden_of(num_places: int):
    return normal(7, 5, *(6, 7)[:num_places], 4)


def test_every_network_and_every_word_is_tested():
    assert RECIPES.keys() == DECODERS.keys()


@NETWORKS
@WORDS
def test_a_new_decoder_is_the_one_without_components(network, word):
    z, conditions = normal(0, 5, LATENT), jnp.eye(COMPONENTS)[jnp.array([0, 1, 2, 1, 0])]
    decoder, plain = new(network, word), new(network, "none")
    assert decoder.sees_component
    assert not plain.sees_component
    np.testing.assert_array_equal(decoder(z, conditions), plain(z))
    every = jax.jit(decoder.every_component)(z)
    assert every.shape == (5, COMPONENTS, *OUTPUT)
    for component in range(COMPONENTS):
        # A product with thrice the rows may sum in another order.
        np.testing.assert_allclose(every[:, component], plain(z), rtol=1e-6, atol=1e-6)


@NETWORKS
@WORDS
def test_one_component_for_each_code_is_a_slice_of_all(network, word):
    decoder, z = bind(*learned(lambda: new(network, word))), normal(0, 5, LATENT)
    every, one = jax.jit(decoder.every_component)(z), jax.jit(decoder.__call__)
    for component in range(COMPONENTS):
        alone = one(z, jnp.tile(jnp.eye(COMPONENTS)[component], (5, 1)))
        np.testing.assert_allclose(every[:, component], alone, rtol=1e-6, atol=1e-6)
    assert float(jnp.std(every, axis=1).min()) > 0, "components differ"


@NETWORKS
@WORDS
def test_each_row_has_its_own_component(network, word):
    decoder, z = bind(*learned(lambda: new(network, word))), normal(0, 5, LATENT)
    chosen = np.array([2, 0, 1, 1, 2])
    together = jax.jit(decoder.__call__)(z, jnp.eye(COMPONENTS)[chosen])
    expected = jax.jit(decoder.every_component)(z)[jnp.arange(5), chosen]
    np.testing.assert_allclose(together, expected, rtol=1e-6, atol=1e-6)


@NETWORKS
@WORDS
def test_gradients_tell_new_components_apart(network, word):
    """The identity is no place where learning stops: each number of each table moves, and not as its neighbors do."""
    structure, params = structure_of(lambda: new(network, word)), unbind(new(network, word))
    z, images = normal(0, 5, LATENT), normal(1, 5, COMPONENTS, *OUTPUT)

    def loss(params):
        return jnp.mean((bind(structure, params).every_component(z) - images) ** 2)

    gradients = jax.jit(jax.grad(loss))(params)
    assert gradients["conditioning"].keys() == ({"shifts"} if word == "concat" else {"shifts", "scales"})
    for gradient in gradients["conditioning"].values():
        assert (gradient != 0).all()
        assert not np.allclose(gradient[0], gradient[1], rtol=1e-2)
    assert all((gradient != 0).any() for gradient in jax.tree.leaves(gradients))


@NETWORKS
@WORDS
def test_a_code_teaches_only_its_own_component(network, word):
    structure, params = learned(lambda: new(network, word))
    conditions = jnp.tile(jnp.eye(COMPONENTS)[1], (5, 1))

    def loss(params):
        return jnp.sum(bind(structure, params)(normal(0, 5, LATENT), conditions) ** 2)

    gradients = jax.jit(jax.grad(loss))(params)
    for gradient in gradients["conditioning"].values():
        assert (gradient[1] != 0).all()
        np.testing.assert_array_equal(gradient[jnp.array([0, 2])], 0)


@WORDS
@PLACES
def test_a_relaxed_choice_lies_between_the_components(word, num_places):
    """The change is linear in the conditions, so soft choices have gradients and no surprises."""
    conditioning, hidden = learned_conditioning(word, num_places), hidden_of(num_places)
    weights = jnp.array([0.5, 0.2, 0.3])
    relaxed = conditioning(hidden, jnp.tile(weights, (5, 1)))
    every = conditioning.every_component(hidden)
    np.testing.assert_allclose(relaxed, jnp.tensordot(every, weights, axes=(1, 0)), rtol=1e-5, atol=1e-5)


@PLACES
def test_film_is_a_factor_and_a_shift_of_each_feature(num_places):
    conditioning, hidden = learned_conditioning("film", num_places), hidden_of(num_places)
    every = conditioning.every_component(hidden)
    for component in range(COMPONENTS):
        for feature in range(4):
            factor, shift = (
                float(table[component, feature]) for table in (conditioning.scales, conditioning.shifts)
            )
            expected = (1 + factor) * hidden[..., feature] + shift
            np.testing.assert_allclose(every[:, component, ..., feature], expected, rtol=1e-5, atol=1e-5)


@PLACES
def test_cin_adds_the_normal_form_of_each_feature_over_its_places(num_places):
    """Of the features where there are no places. The oracle works on one row, component and feature at a time."""
    conditioning, hidden = (
        learned_conditioning("cin", num_places),
        np.asarray(hidden_of(num_places), np.float64),
    )
    every = conditioning.every_component(jnp.asarray(hidden, jnp.float32))
    for row, component, feature in np.ndindex(5, COMPONENTS, 4):
        values = hidden[row, ..., feature] if num_places else hidden[row]
        normalized = (hidden[row, ..., feature] - values.mean()) / np.sqrt(values.var() + EPSILON)
        factor, shift = (
            float(table[component, feature]) for table in (conditioning.scales, conditioning.shifts)
        )
        expected = hidden[row, ..., feature] + factor * normalized + shift
        np.testing.assert_allclose(every[row, component, ..., feature], expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("num_places", [0, 2])
def test_constant_hidden_values_have_a_finite_normal_form_and_gradient(num_places):
    conditioning = learned_conditioning("cin", num_places)
    hidden = jnp.ones_like(hidden_of(num_places))
    gradient = jax.grad(lambda hidden: jnp.sum(conditioning.every_component(hidden) ** 2))(hidden)
    assert jnp.isfinite(gradient).all()
    expected = jnp.expand_dims(1 + conditioning.shifts[...], tuple(range(1, 1 + num_places)))[None]
    np.testing.assert_allclose(
        conditioning.every_component(hidden),
        jnp.broadcast_to(expected, (5, COMPONENTS, *hidden.shape[1:])),
        rtol=1e-5,
    )


@NETWORKS
def test_concat_is_a_linear_layer_of_the_code_beside_the_component(network):
    decoder, z = bind(*learned(lambda: new(network, "concat"))), normal(0, 5, LATENT)
    assert isinstance(decoder.conditioning, ConcatConditioning)
    conditions = jnp.eye(COMPONENTS)[jnp.array([2, 0, 1, 1, 2])]
    first = decoder.before.layers["layer_0"]
    weights = jnp.concatenate([first.kernel[...], decoder.conditioning.shifts[...]])
    hidden = jnp.concatenate([z, conditions], axis=1) @ weights + first.bias[...][None]
    np.testing.assert_allclose(decoder(z, conditions), decoder.after(hidden), rtol=1e-6, atol=1e-6)


class Counting(AbstractHalf):
    """Remembers how many rows it was given, and lays them out."""

    def __init__(self, shape: tuple[int, ...]):
        self.shape = shape
        self.rows = nnx.data([])

    def __call__(self, hidden):
        self.rows.append(len(hidden))
        return hidden.reshape(-1, *self.shape)


def test_what_comes_before_the_component_is_computed_once():
    before, after = Counting((2, 3, 4)), Counting((2, 3, 4))
    decoder = Decoder(before, CONDITIONINGS["film"](COMPONENTS, 4, 2), after)
    assert decoder.every_component(normal(0, 5, 24)).shape == (5, COMPONENTS, 2, 3, 4)
    assert list(before.rows) == [5]
    assert list(after.rows) == [5 * COMPONENTS]


@NETWORKS
def test_a_decoder_without_components_ignores_them_and_has_no_table_of_all(network):
    decoder, z = new(network, "none"), normal(0, 5, LATENT)
    np.testing.assert_array_equal(decoder(z, jnp.eye(COMPONENTS)[jnp.zeros(5, int)]), decoder(z))
    with pytest.raises(
        ValueError, match=r"^decoder\.conditioning=none: the decoder is the same for every component\.$"
    ):
        decoder.every_component(z)


@NETWORKS
@WORDS
def test_a_decoder_that_sees_components_must_be_told(network, word):
    with pytest.raises(
        ValueError, match=r"^decoder\.conditioning: this decoder needs to be told the component of each"
    ):
        new(network, word)(normal(0, 5, LATENT))
