"""Dense networks: shapes for any image, bounded spreads, and parameters that go out and come back."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from ssvae.networks.binding import bind, structure_of, unbind
from ssvae.networks.recipes import ACTIVATIONS, DenseDecoderConfig, DenseEncoderConfig

SMALL = DenseEncoderConfig(hidden_sizes=(5,))


def rngs():
    return nnx.Rngs(params=jax.random.key(0))


@pytest.mark.parametrize("image_shape", [(8, 8, 1), (28, 28, 1), (9, 11, 3)])
@pytest.mark.parametrize("hidden_sizes", [(), (6,), (6, 4)])
def test_codes_and_images_have_the_asked_shapes(image_shape, hidden_sizes):
    encoder = dataclasses.replace(SMALL, hidden_sizes=hidden_sizes).build(image_shape, 3, rngs=rngs())
    decoder = DenseDecoderConfig(hidden_sizes=hidden_sizes).build(3, image_shape, rngs=rngs())
    posterior = encoder(jnp.ones((2, *image_shape)))
    assert posterior.mean.shape == posterior.std.shape == (2, 3)
    assert decoder(posterior.mean).shape == (2, *image_shape)


def test_the_spread_stays_between_its_bounds_for_any_image():
    encoder = SMALL.build((4, 4, 1), 3, rngs=rngs())
    std = encoder(1e4 * jax.random.normal(jax.random.key(1), (50, 4, 4, 1))).std
    # float32 rounds tanh to 1 far out, so the bounds themselves are reached but not passed.
    assert (std >= np.exp(-4) * 0.9999).all()
    assert (std <= np.exp(2) * 1.0001).all()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_builds_and_changes_the_output(activation):
    encoder = dataclasses.replace(SMALL, activation=activation).build((4, 4, 1), 2, rngs=rngs())
    linear = dataclasses.replace(SMALL, hidden_sizes=()).build((4, 4, 1), 2, rngs=rngs())
    images = jax.random.uniform(jax.random.key(1), (3, 4, 4, 1))
    assert not np.allclose(encoder(images).mean, linear(images).mean)


def test_unbind_and_bind_give_the_same_function_back():
    def make():
        return SMALL.build((4, 4, 1), 2, rngs=rngs())

    images = jax.random.uniform(jax.random.key(1), (3, 4, 4, 1))
    restored = bind(structure_of(make), unbind(make()))
    np.testing.assert_array_equal(restored(images).mean, make()(images).mean)


def test_bound_modules_do_not_share_parameters():
    structure = structure_of(lambda: SMALL.build((4, 4, 1), 2, rngs=rngs()))
    params = unbind(SMALL.build((4, 4, 1), 2, rngs=rngs()))
    zeros = jax.tree.map(jnp.zeros_like, params)
    first = bind(structure, params)
    bind(structure, zeros)
    assert (unbind(first)["mean"]["kernel"] != 0).any()


def test_parameters_are_a_plain_nested_dict_of_arrays():
    params = unbind(SMALL.build((4, 4, 1), 2, rngs=rngs()))
    assert sorted(params) == ["log_std", "mean", "trunk"]
    assert all(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(params))
    assert params["trunk"]["layers"]["layer_0"]["kernel"].shape == (16, 5)
