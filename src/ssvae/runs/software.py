"""The software and the machine a run stands on: versions of what can change a result, packages, variables, processor.

In: nothing, or a recorded text. Out: versions, text, and what such a text says. Not here: git (git.py), files.
"""

import importlib.metadata
import os
import platform
import re
from functools import cache
from pathlib import Path
from typing import Any

import ssvae
from ssvae.runs.redaction import without_secrets
from ssvae.runs.secrets import is_secret_name

__all__ = ["environment_text", "read_environment", "software_versions"]

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
"""Environment variables that change results or speed. Only these are recorded: others may hold secrets, and so
do those of them that are named like one."""

_FACTS = ("python", "platform", "machine", "cpu", "cores", "memory")


def software_versions() -> dict[str, str | None]:
    """The versions that can change a result; None for a package that is not there."""
    found = {word: _version(package) for word, package in _PACKAGES.items()}
    return {"python": platform.python_version(), **found, "ssvae": ssvae.__version__}


def environment_text() -> str:
    """The machine, the variables that matter, and every package, one a line; `pip install -r` reads it too."""
    facts = {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        **_hardware(),
    }
    variables = [
        f"{name}={without_secrets(value)}".replace("\n", "\\n")
        for name, value in sorted(os.environ.items())
        if name.startswith(_PREFIXES) and not is_secret_name(name)
    ]
    lines = (
        *(f"# {name}: {fact}" for name, fact in facts.items() if fact is not None),
        *(f"# {variable}" for variable in variables),
        *_packages(),
    )
    return "\n".join(lines) + "\n"


def read_environment(text: str) -> dict[str, Any]:
    """What `environment_text` says.

    Returns:
        `python`, `platform`, `machine`, `cpu`, `cores`, `memory` (texts; None where it says nothing), `packages`
        (name → version) and `variables` (name → value).
    """
    found: dict[str, Any] = dict.fromkeys(_FACTS)
    packages: dict[str, str] = {}
    variables: dict[str, str] = {}
    for line in text.splitlines():
        if fact := re.match(rf"# ({'|'.join(_FACTS)}): (.*)", line):
            found[fact[1]] = fact[2]
        elif variable := re.match(r"# ([A-Z]\w*)=(.*)", line):
            variables[variable[1]] = variable[2]
        elif package := re.match(r"([\w.-]+)==(\S+)", line):
            packages[package[1]] = package[2]
    return found | {"packages": packages, "variables": variables}


@cache  # what is imported stays, whatever is installed meanwhile
def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


@cache  # neither changes while we run
def _hardware() -> dict[str, str | None]:
    return {
        "machine": platform.machine(),
        "cpu": _processor(),
        "cores": str(os.cpu_count()),
        "memory": _memory(),
    }


def _processor() -> str | None:
    """The model of the processor as the system names it."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux
        return platform.processor() or None
    model = re.search(r"^model name\s*:\s*(.+)$", text, flags=re.MULTILINE)
    return model[1].strip() if model else platform.processor() or None


def _memory() -> str | None:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):  # the system has no such words
        return None
    return f"{total / 2**30:.1f} GiB"


@cache  # a sweep asks for each of its jobs
def _packages() -> tuple[str, ...]:
    heads = map(_head, importlib.metadata.distributions())
    named = {f"{words['Name']}=={words['Version']}" for words in heads if words.keys() == {"Name", "Version"}}
    return tuple(sorted(named, key=str.lower))


def _head(package: importlib.metadata.Distribution) -> dict[str, str]:
    """Name and version, from the lines above the description: Python's own reader takes that apart as well, and needs
    five times as long.
    """
    text = package.read_text("METADATA") or package.read_text("PKG-INFO") or ""
    return dict(re.findall(r"^(Name|Version):[ \t]*(\S+)", text.partition("\n\n")[0], re.MULTILINE))
