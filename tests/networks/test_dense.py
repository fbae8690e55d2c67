"""Dense networks and heads: shapes for any image, bounded spreads, and parameters that go out and come back."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from ssvae.networks.binding import bind, structure_of, unbind
from ssvae.networks.heads import LOG_STD_BOUNDS, GaussianHead
from ssvae.networks.recipes import ACTIVATIONS, DenseDecoderConfig, DenseEncoderConfig

SMALL = DenseEncoderConfig(hidden_sizes=(5,))


def rngs():
    return nnx.Rngs(params=jax.random.key(0))


def small():
    return SMALL.build((4, 4, 1), rngs=rngs())


@pytest.mark.parametrize("image_shape", [(8, 8, 1), (28, 28, 1), (9, 11, 3)])
@pytest.mark.parametrize("hidden_sizes", [(), (6,), (6, 4)])
def test_features_and_images_have_the_asked_shapes(image_shape, hidden_sizes):
    encoder = dataclasses.replace(SMALL, hidden_sizes=hidden_sizes).build(image_shape, rngs=rngs())
    assert encoder(jnp.ones((2, *image_shape))).shape == (2, encoder.num_features)
    assert encoder.num_features == (hidden_sizes[-1] if hidden_sizes else np.prod(image_shape))
    output_shape = (*image_shape[:2], 2)
    decoder = DenseDecoderConfig(hidden_sizes=hidden_sizes).build(3, output_shape, 1, rngs=rngs())
    assert decoder(jnp.ones((2, 3))).shape == (2, *output_shape)


@pytest.mark.parametrize("hidden_sizes", [(), (6,), (6, 4)])
@pytest.mark.parametrize("conditioning", ["concat", "film", "cin"])
def test_the_component_finds_its_place_at_any_depth(hidden_sizes, conditioning):
    """Without hidden layers concat meets the pixels and the others the code; at the start nothing changes."""

    def build(word: str):
        recipe = DenseDecoderConfig(hidden_sizes=hidden_sizes, conditioning=word)
        return recipe.build(3, (4, 4, 1), 2, rngs=rngs())

    z = jax.random.normal(jax.random.key(1), (5, 3))
    decoder, plain = build(conditioning), build("none")
    np.testing.assert_array_equal(decoder(z, jnp.eye(2)[jnp.array([0, 1, 1, 0, 1])]), plain(z))
    assert decoder.every_component(z).shape == (5, 2, 4, 4, 1)


@pytest.mark.parametrize(("num_copies", "num_outputs"), [(1, 3), (4, 2)])
def test_a_head_gives_each_copy_its_own_numbers(num_copies, num_outputs):
    head = GaussianHead(5, num_copies, num_outputs, rngs=rngs())
    features = jax.random.normal(jax.random.key(1), (6, 5))
    posterior = head(features)
    assert posterior.mean.shape == posterior.std.shape == (6, num_copies, num_outputs)
    columns = features @ head.mean.kernel[...] + head.mean.bias[...][None, :]
    for copy in range(num_copies):
        expected = columns[:, copy * num_outputs : (copy + 1) * num_outputs]
        np.testing.assert_allclose(posterior.mean[:, copy], expected, rtol=1e-6, atol=1e-6)


def test_the_spread_stays_between_its_bounds_for_any_image():
    encoder, head = small(), GaussianHead(5, 2, 3, rngs=rngs())
    std = head(encoder(1e4 * jax.random.normal(jax.random.key(1), (50, 4, 4, 1)))).std
    # float32 rounds tanh to 1 far out, so the bounds themselves are reached but not passed.
    assert LOG_STD_BOUNDS == (-4, 2)
    assert (std >= np.exp(-4) * 0.9999).all()
    assert (std <= np.exp(2) * 1.0001).all()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_builds_and_changes_the_output(activation):
    images = jax.random.uniform(jax.random.key(1), (3, 4, 4, 1))
    linear = images.reshape(3, 16) @ unbind(small())["trunk"]["layers"]["layer_0"]["kernel"]
    features = dataclasses.replace(SMALL, activation=activation).build((4, 4, 1), rngs=rngs())(images)
    assert features.shape == linear.shape
    assert not np.allclose(features, linear)
    decoders = [
        DenseDecoderConfig(hidden_sizes=sizes, activation=activation).build(3, (4, 4, 1), 1, rngs=rngs())
        for sizes in [(5,), ()]
    ]
    z = jax.random.normal(jax.random.key(2), (3, 3))
    assert not np.allclose(decoders[0](z), decoders[1](z))


def test_unbind_and_bind_give_the_same_function_back():
    images = jax.random.uniform(jax.random.key(1), (3, 4, 4, 1))
    restored = bind(structure_of(small), unbind(small()))
    np.testing.assert_array_equal(restored(images), small()(images))


def test_bound_modules_do_not_share_parameters():
    structure, params = structure_of(small), unbind(small())
    zeros = jax.tree.map(jnp.zeros_like, params)
    first = bind(structure, params)
    bind(structure, zeros)
    assert (unbind(first)["trunk"]["layers"]["layer_0"]["kernel"] != 0).any()


def test_parameters_are_a_plain_nested_dict_of_arrays():
    params = unbind(small())
    assert sorted(params) == ["trunk"]
    assert all(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(params))
    assert params["trunk"]["layers"]["layer_0"]["kernel"].shape == (16, 5)
    head = unbind(GaussianHead(5, 2, 3, rngs=rngs()))
    assert sorted(head) == ["log_std", "mean"]
    assert head["mean"]["kernel"].shape == (5, 6)
