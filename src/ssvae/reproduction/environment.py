"""The software a run stood on against the software that is here: interpreter, packages, variables.

In: two environments as `read_environment` gives them. Out: a finding. Not here: the machine (hardware.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.reproduction.findings import ENVIRONMENT, Finding

__all__ = ["check_environment"]

_MATTER = ("jax", "jaxlib", "flax", "optax", "numpy", "scipy", "scikit-learn", "ml_dtypes", "ssvae")
"""Packages whose version can change a number."""

_SHOWN = 8
"""Other packages named."""


def check_environment(was: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Finding:
    """Compare two environments.

    Args:
        was: As recorded; None when nothing was.
        now: The present one.
    """
    if was is None:
        return Finding(ENVIRONMENT, notes=("the run has no provenance/environment.txt to compare with",))
    before, after = _versions(was), _versions(now)
    return Finding(
        ENVIRONMENT,
        matches=tuple(_matches(before, after)),
        differences=(*_systems(was, now), *_packages(before, after), *_variables(was, now)),
    )


def _systems(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in ("python", "platform"):
        if was.get(key) not in (None, now.get(key)):
            yield f"{key}: {was[key]} then, {_shown(now.get(key))} now"


def _matches(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    same = [name for name in was if now.get(name) == was[name]]
    if named := [f"{name} {was[name]}" for name in map(_plain, _MATTER) if name in same]:
        yield ", ".join(named)
    if same:
        yield f"{len(same)} of {len(was)} packages have the same version"


def _packages(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """Those that matter one by one, all others together."""
    changed = [name for name in sorted(was.keys() | now.keys()) if was.get(name) != now.get(name)]
    matter = [name for name in map(_plain, _MATTER) if name in changed]
    yield from (_change(name, was, now) for name in matter)
    others = [_change(name, was, now) for name in changed if name not in matter]
    if others:
        more = f"; and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        yield f"packages that hardly matter to the numbers, {len(others)}: {'; '.join(others[:_SHOWN])}{more}"


def _variables(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = was.get("variables") or {}, now.get("variables") or {}
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield f"variable {name}: {_shown(before.get(name))} then, {_shown(after.get(name))} now"


def _change(name: str, was: Mapping[str, str], now: Mapping[str, str]) -> str:
    return f"{name} {_shown(was.get(name))} then, {_shown(now.get(name))} now"


def _shown(value: Any) -> str:
    return "not there" if value is None else str(value)


def _versions(environment: Mapping[str, Any]) -> dict[str, str]:
    """Package → version; a package is the same however its name is written."""
    return {_plain(name): version for name, version in (environment.get("packages") or {}).items()}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
