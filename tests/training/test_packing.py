"""Arrays laid end to end: nothing is lost on the way, and an optimizer does with them what it does with each alone."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ssvae.model.structure import Structure
from ssvae.training.optimizers import make_optimizer
from ssvae.training.packing import _SMALL, packed, unpacked
from ssvae.training.state import arrays_of_state, initial_state


def tree(seed):
    """Small arrays around a large one, an empty one, one number, and one that is no float32."""
    draw = np.random.default_rng(seed).standard_normal
    return {
        "b": jnp.asarray(draw((3, 5)), jnp.float32),
        "large": {"kernel": jnp.asarray(draw((2, _SMALL)), jnp.float32)},
        "empty": jnp.zeros((0, 4), jnp.float32),
        "half": jnp.asarray(draw(7), jnp.float16),
        "number": jnp.asarray(draw(), jnp.float32),
        "a": [jnp.asarray(draw(_SMALL), jnp.float32)],
    }


def assert_same(found, expected):
    assert jax.tree.structure(found) == jax.tree.structure(expected)
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other, strict=True)


@pytest.mark.parametrize("arrays", [tree(0), {"large": jnp.ones((2, _SMALL))}, {"b": jnp.ones(3)}, {}])
def test_what_is_unpacked_is_what_was_packed(arrays):
    assert_same(unpacked(packed(arrays), like=arrays), arrays)


def test_only_small_arrays_of_one_type_are_laid_together():
    together, apart = packed(tree(0))
    assert together.shape == (15 + 1 + _SMALL,)
    assert [(leaf.shape, leaf.dtype) for leaf in apart] == [((7,), jnp.float16), ((2, _SMALL), jnp.float32)]


def test_under_vmap_each_lane_is_packed_alone():
    lanes = [tree(0), tree(1)]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *lanes)
    found = jax.vmap(packed)(stacked)
    for lane, arrays in enumerate(lanes):
        assert_same(jax.tree.map(lambda leaf, lane=lane: leaf[lane], found), packed(arrays))


def test_adam_goes_where_it_goes_with_each_array_alone():
    params, adam = tree(0), make_optimizer(None)
    alone, together = adam.init(params), adam.init(packed(params))
    for step in range(1, 4):
        gradient = tree(step)
        expected, alone = adam.update(gradient, alone)
        found, together = adam.update(packed(gradient), together)
        assert_same(unpacked(found, like=params), expected)


def test_the_whole_gradient_is_clipped():
    gradient, clip = tree(0), 0.25
    del gradient["half"]
    clipped, _ = optax.clip_by_global_norm(clip).update(packed(gradient), optax.EmptyState())
    norm = np.sqrt(sum(np.sum(np.square(leaf, dtype=np.float64)) for leaf in jax.tree.leaves(gradient)))
    for found, leaf in zip(
        jax.tree.leaves(unpacked(clipped, like=gradient)), jax.tree.leaves(gradient), strict=True
    ):
        np.testing.assert_allclose(found, leaf * clip / norm, rtol=1e-5)


def test_a_checkpoint_has_the_moments_of_each_parameter(config, dataset):
    structure = Structure.of(config, dataset.train.images.shape[1:], dataset.num_classes)
    arrays = arrays_of_state(initial_state(structure, 1.0, 0, {}))
    shapes = [leaf.shape for leaf in jax.tree.leaves(arrays["params"])]
    moments = [arrays["opt_state"][number] for number in sorted(arrays["opt_state"], key=int)]
    assert [leaf.shape for leaf in moments] == [(), *shapes, *shapes]


def test_a_small_network_has_two_moments_and_a_count(config, dataset):
    structure = Structure.of(config, dataset.train.images.shape[1:], dataset.num_classes)
    state = initial_state(structure, None, 0, {})
    numbers = sum(leaf.size for leaf in jax.tree.leaves(state.params))
    assert [leaf.size for leaf in jax.tree.leaves(state.opt_state)] == [1, numbers, numbers]
