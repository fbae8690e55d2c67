"""Strict by default: shapes are checked at run time, ranks never promote silently, random keys are never reused."""

import itertools
import os

# Before any import of JAX: tests run on the CPU whatever the machine has, and never write to the user's folders.
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jaxtyping
import pytest

jaxtyping.install_import_hook("ssvae", "beartype.beartype")

import jax  # noqa: E402 - after the hook, so that nothing of ours was imported unchecked

jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_debug_key_reuse", True)


@pytest.fixture
def getkey():
    """A function that gives a fresh random key at each call, the same ones in every run of the test."""
    counter = itertools.count()
    return lambda: jax.random.fold_in(jax.random.key(20240), next(counter))
