"""The software a run stands on: versions of what can change a result, every package, the variables that matter.

In: nothing. Out: versions and text. Not here: git (git.py), files.
"""

import importlib.metadata
import os
import platform
from functools import cache

import ssvae

__all__ = ["environment_text", "software_versions"]

_PACKAGES = {word: word for word in ("jax", "jaxlib", "flax", "optax", "numpy")} | {
    "hydra": "hydra-core",
    "omegaconf": "omegaconf",
}

_PREFIXES = (
    "JAX_",
    "XLA_",
    "CUDA_VISIBLE_DEVICES",
    "OMP_",
    "MKL_",
    "OPENBLAS_",
    "TF_CPP_",
    "NVIDIA_TF32_OVERRIDE",
)
"""Environment variables that change results or speed. Only these are recorded: others may hold secrets."""


def software_versions() -> dict[str, str | None]:
    """The versions that can change a result; None for a package that is not there."""
    versions: dict[str, str | None] = {"python": platform.python_version()}
    for word, package in _PACKAGES.items():
        try:
            versions[word] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[word] = None
    return versions | {"ssvae": ssvae.__version__}


def environment_text() -> str:
    """The machine, the variables that matter, and every package installed, one a line."""
    variables = [
        f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(_PREFIXES)
    ]
    lines = (
        f"# {platform.python_implementation()} {platform.python_version()} on {platform.platform()}",
        f"# {os.cpu_count()} CPUs",
        *(f"# {variable}" for variable in variables),
        *_packages(),
    )
    return "\n".join(lines) + "\n"


@cache  # a sweep asks for each of its jobs
def _packages() -> tuple[str, ...]:
    # `metadata` is parsed anew at each look; one look for both words halves the time.
    known = (entry.metadata for entry in importlib.metadata.distributions())
    return tuple(
        sorted({f"{words['Name']}=={words['Version']}" for words in known if words["Name"]}, key=str.lower)
    )
