"""What every augmentation of the table keeps; a new one is tested by being in the table."""

import dataclasses
import subprocess
import sys
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.augmentations.base import AbstractAugmentation
from ssvae.augmentations.recipes import AUGMENTATIONS
from ssvae.config import untraced


@pytest.fixture(params=sorted(AUGMENTATIONS))
def config(request):
    return AUGMENTATIONS[request.param]()


@pytest.fixture
def augmentation(config):
    return config.build((8, 8, 1))


@partial(jax.jit, static_argnums=0)
def copies_of(augmentation, images, key):
    """One compiled program per augmentation and shape."""
    return augmentation(images, key)


@pytest.fixture
def images(getkey):
    return jax.random.uniform(getkey(), (5, 8, 8, 1))


def test_it_is_named_by_the_word_that_chooses_it():
    assert [recipe.variant for recipe in AUGMENTATIONS.values()] == list(AUGMENTATIONS)


@pytest.mark.parametrize("shape", [(5, 8, 8, 1), (0, 8, 8, 1), (3, 9, 11, 3), (1, 1, 1, 1)])
def test_copies_have_the_form_of_images(config, shape, getkey):
    augmentation = config.build(shape[1:])
    copies = copies_of(augmentation, jnp.ones(shape), getkey())
    assert isinstance(augmentation, AbstractAugmentation)
    assert (copies.shape, copies.dtype) == (shape, jnp.float32)


@pytest.mark.parametrize("spread", [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
def test_copies_stay_in_range(augmentation, images, spread, getkey):
    for _ in range(5):
        copies = copies_of(augmentation, jnp.clip(images, *spread), getkey())
        assert copies.min() >= 0
        assert copies.max() <= 1


def test_the_same_key_gives_the_same_copies(augmentation, images, getkey):
    key = getkey()
    first, second = (copies_of(augmentation, images, one) for one in (key, jax.random.clone(key)))
    np.testing.assert_array_equal(first, second)


def test_a_recipe_says_whether_copies_differ(config, augmentation, images, getkey):
    first, second = (copies_of(augmentation, images, getkey()) for _ in range(2))
    assert bool((first != images).any(axis=(1, 2, 3)).all()) is config.changes_images
    assert bool((first != second).any(axis=(1, 2, 3)).all()) is config.changes_images


def test_no_image_sees_another(augmentation, images, getkey):
    key = getkey()
    others = copies_of(augmentation, images.at[1:].set(1 - images[1:]), jax.random.clone(key))
    np.testing.assert_array_equal(copies_of(augmentation, images, key)[0], others[0])


def test_compiled_in_a_scan_it_gives_the_same_copies(augmentation, images, getkey):
    keys = jax.random.split(getkey(), 3)
    one_by_one = [copies_of(augmentation, images, key) for key in jax.random.clone(keys)]
    _, scanned = jax.jit(
        lambda images, keys: jax.lax.scan(lambda carry, key: (carry, augmentation(images, key)), 0, keys)
    )(images, keys)
    np.testing.assert_allclose(scanned, jnp.stack(one_by_one), atol=1e-6)


def test_many_seeds_at_once_give_the_same_copies(augmentation, images, getkey):
    keys = jax.random.split(getkey(), 3)
    one_by_one = [copies_of(augmentation, images, key) for key in jax.random.clone(keys)]
    together = jax.jit(jax.vmap(augmentation, in_axes=(None, 0)))(images, keys)
    np.testing.assert_allclose(together, jnp.stack(one_by_one), atol=1e-6)


def test_equal_recipes_share_a_compiled_program(config, images, getkey):
    traces = []

    @partial(jax.jit, static_argnums=0)
    def traced(augmentation, images, key):
        traces.append(augmentation)
        return augmentation(images, key)

    for _ in range(2):
        traced(dataclasses.replace(config).build((8, 8, 1)), images, getkey())
    assert len(traces) == 1


def test_traced_settings_do_not_reach_the_augmentation(config):
    """They would become part of the program's key."""
    names = [field.name for field in dataclasses.fields(config) if field.metadata["traced"]]
    other = dataclasses.replace(config, **dict.fromkeys(names, 0.5))
    assert other.build((8, 8, 1)) == config.build((8, 8, 1))
    assert hash(other.build((8, 8, 1))) == hash(config.build((8, 8, 1)))
    assert untraced(other) == untraced(config)


def test_it_holds_plain_values_only(augmentation):
    assert dataclasses.is_dataclass(augmentation)
    assert jax.tree.leaves(augmentation) == [augmentation]  # to JAX one static thing, nothing to learn


def test_the_table_is_cheap_to_import():
    code = """
import sys
import ssvae.augmentations.recipes
print(sorted({"jax", "flax", "numpy", "scipy"} & sys.modules.keys()))
"""
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
