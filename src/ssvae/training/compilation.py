"""Compiled programs kept on disk, so that only the first run of a structure waits for the compiler.

In: the environment. Out: JAX told where to keep programs. Not here: sharing programs within a process (jit does).
Deleting the folder loses nothing but time.
"""

import os
from pathlib import Path

import jax
import platformdirs

__all__ = ["SWITCH", "has_accelerator", "use_compile_cache"]

SWITCH = "SSVAE_COMPILE_CACHE"
"""Environment variable: `off`, or a folder; without it, a folder in the user's cache."""


def use_compile_cache() -> Path | None:
    """Keep compiled programs on disk from now on.

    JAX finds a program again by its code, its shapes, the compiler's version and the device, so a run computes the
    same numbers with the cache as without.

    Returns:
        The folder; None when switched off. A cache that was set up for JAX itself is left as it is.
    """
    choice = os.environ.get(SWITCH, "")
    if choice == "off":
        return None
    if (own := jax.config.values["jax_compilation_cache_dir"]) is not None:
        return Path(own)
    folder = Path(choice) if choice else platformdirs.user_cache_path("ssvae") / "programs"
    jax.config.update("jax_compilation_cache_dir", str(folder))
    # JAX would skip programs that compile in under a second; ours do, and there are several to a run.
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return folder


def has_accelerator() -> bool:
    """Whether JAX computes on something else than the CPU."""
    return jax.default_backend() != "cpu"
