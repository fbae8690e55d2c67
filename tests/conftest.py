"""Strict by default: shapes are checked at run time, ranks never promote silently, random keys are never reused."""

import itertools
import os
import sys
import tempfile

import jaxtyping
import pytest
from absl import logging as absl_logging

# Before any import of JAX: tests run on the CPU whatever the machine has, and keep out of the user's cache. All
# processes of a session, and those that tests start, share one cache of compiled programs, which ends with it.
os.environ.setdefault("JAX_PLATFORMS", "cpu")
_programs = None
if "PYTEST_XDIST_WORKER" not in os.environ:
    _programs = tempfile.TemporaryDirectory(prefix="ssvae-programs-")
    os.environ["SSVAE_COMPILE_CACHE"] = _programs.name

jaxtyping.install_import_hook("ssvae", "beartype.beartype")

import jax  # noqa: E402 - after the hook, so that nothing of ours was imported unchecked

from ssvae.training.compilation import use_compile_cache  # noqa: E402

# absl (below JAX's libraries) closes the stream it was made with when Hydra sets up logging anew, unless that is
# the real standard error. Made inside a test, it would close pytest's.
absl_logging.get_absl_handler().python_handler.stream = sys.__stderr__

jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_debug_key_reuse", True)


def pytest_configure(config):
    """Fast tests wait for the compiler more than for anything else, so it is asked for less, also by the processes
    that they start. Slow ones are runs as users have them.
    """
    use_compile_cache()
    if config.option.markexpr == "not slow":
        os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"
        jax.config.update("jax_disable_most_optimizations", True)


def pytest_unconfigure():
    """The cache goes when the session does."""
    if _programs is not None:
        _programs.cleanup()


@pytest.fixture
def getkey():
    """A function that gives a fresh random key at each call, the same ones in every run of the test."""
    counter = itertools.count()
    return lambda: jax.random.fold_in(jax.random.key(20240), next(counter))


@pytest.fixture(autouse=True, scope="module")
def _forget_programs():
    """A file's compiled programs go when it is done: a process may hold only so many pieces of memory for programs."""
    yield
    jax.clear_caches()
