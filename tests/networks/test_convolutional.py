"""Convolutional networks: any image from 8×8, halves cut where the component enters, either way of computing."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from ssvae.errors import ConfigError
from ssvae.networks.binding import bind, structure_of, unbind
from ssvae.networks.convolution import LAX, MATMUL
from ssvae.networks.convolutional import Down, Up
from ssvae.networks.recipes import ACTIVATIONS, ConvDecoderConfig, ConvEncoderConfig

ENCODER = ConvEncoderConfig(channels=(3, 4), hidden_size=5)
DECODER = ConvDecoderConfig(channels=(3, 4), hidden_size=5)


def rngs():
    return nnx.Rngs(params=jax.random.key(0))


def normal(seed: int, *shape: int):
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape, np.float32))


def encoder(image_shape=(9, 11, 3), **settings):
    return dataclasses.replace(ENCODER, **settings).build(image_shape, rngs=rngs())


def decoder(output_shape=(9, 11, 3), **settings):
    return dataclasses.replace(DECODER, **settings).build(2, output_shape, 3, rngs=rngs())


@pytest.mark.parametrize("image_shape", [(8, 8, 1), (28, 28, 1), (9, 11, 3), (8, 15, 3)])
@pytest.mark.parametrize("channels", [(3,), (3, 4), (2, 3, 4, 5)])
def test_features_and_images_have_the_asked_shapes(image_shape, channels):
    """Traced only: shapes need no numbers."""

    def shapes(images, z):
        one, other = (
            encoder(image_shape, channels=channels),
            decoder((*image_shape[:2], 2), channels=channels),
        )
        assert one.num_features == 5
        return one(images), other(z)

    features, outputs = jax.eval_shape(shapes, jnp.ones((2, *image_shape)), jnp.ones((2, 2)))
    assert features.shape == (2, 5)
    assert outputs.shape == (2, *image_shape[:2], 2)


@pytest.mark.parametrize("recipe", [ConvEncoderConfig, ConvDecoderConfig])
def test_a_network_without_convolutions_is_refused(recipe):
    expected = (
        r"^channels must name at least one layer, got none\. Try channels=\[32,64\], or the dense network\.$"
    )
    with pytest.raises(ConfigError, match=expected):
        recipe(channels=())
    assert recipe().smallest_image == 8


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_builds_and_changes_the_output(activation):
    other = "tanh" if activation != "tanh" else "relu"
    images, z = normal(0, 2, 9, 11, 3), normal(1, 2, 2)
    assert not np.allclose(encoder(activation=activation)(images), encoder(activation=other)(images))
    assert not np.allclose(decoder(activation=activation)(z), decoder(activation=other)(z))


@pytest.mark.parametrize("layer", ["down", "up"])
def test_a_new_layer_keeps_the_spread_of_its_inputs(layer):
    small, large = normal(0, 20, 30, 30, 8), normal(0, 20, 60, 60, 8)
    outputs = Down(8, 16, rngs=rngs())(large) if layer == "down" else Up(8, 16, (60, 60), rngs=rngs())(small)
    # 1152 random weights make the variance, which is known to 4 percent, and places at the edges have less.
    assert 0.9 < float(jnp.std(outputs)) < 1.1


@pytest.mark.parametrize("conditioning", ["none", "concat", "film", "cin"])
def test_the_halves_meet_where_the_component_enters(conditioning):
    """All but the last layer is before the cut, unless the component is to stand beside the code."""
    hidden = jax.eval_shape(lambda: decoder(conditioning=conditioning).before(jnp.ones((2, 2))))
    assert hidden.shape == ((2, 5) if conditioning == "concat" else (2, 5, 6, 3))


def test_a_decoder_ends_linearly():
    """Nothing bounds what the likelihood reads: on the last maps, the decoder is affine."""
    after = decoder(conditioning="film").after
    one, other = normal(0, 2, 5, 6, 3), normal(1, 2, 5, 6, 3)
    middle = (after(one) + after(other)) / 2
    np.testing.assert_allclose(after((one + other) / 2), middle, rtol=1e-5, atol=1e-6)


def test_both_ways_of_computing_give_the_same_network_and_gradients(monkeypatch):
    def make():
        return nnx.Dict(encoder=encoder(), decoder=decoder())

    def structure_on(backend: str):
        with monkeypatch.context() as patch:
            patch.setattr(jax, "default_backend", lambda: backend)
            structure = structure_of(make)
            assert make().encoder.layers["layer_0"].convolutions is {"cpu": MATMUL, "gpu": LAX}[backend]
        return structure

    @functools.partial(jax.jit, static_argnums=0)
    def value_and_gradients(backend, params, images):
        def loss(params, images):
            networks = bind(structure_on(backend), params)
            return jnp.mean((networks.decoder(networks.encoder(images)[:, :2]) - images) ** 2)

        return jax.value_and_grad(loss, (0, 1))(params, images)

    params, images = unbind(make()), normal(0, 4, 9, 11, 3)
    one, other = (value_and_gradients(backend, params, images) for backend in ("cpu", "gpu"))
    for ours, theirs in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        assert (theirs != 0).any(), "every parameter takes part"
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5 * float(np.abs(theirs).max()))


def test_unbind_and_bind_give_the_same_function_back():
    images = normal(0, 2, 9, 11, 3)
    params = unbind(encoder())
    assert sorted(params) == ["hidden", "layers"]
    assert params["layers"]["layer_0"]["kernel"].shape == (3, 3, 3, 3)
    np.testing.assert_array_equal(bind(structure_of(encoder), params)(images), encoder()(images))
    z = normal(1, 2, 2)
    np.testing.assert_array_equal(bind(structure_of(decoder), unbind(decoder()))(z), decoder()(z))


def test_two_builds_have_one_structure():
    """The structure is part of a compiled program's identity: functions kept in layers must not make it new."""
    assert structure_of(encoder).graph == structure_of(encoder).graph
    assert hash(structure_of(decoder).graph) == hash(structure_of(decoder).graph)
