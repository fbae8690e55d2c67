"""The software a run stood on against the software it was run again with: interpreter, packages, variables.

In: two environments as `read_environment` gives them. Out: a finding. Not here: the machine (hardware.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.reproduction.findings import ENVIRONMENT, Finding

__all__ = ["changes_between", "check_environment"]

_MATTER = ("jax", "jaxlib", "flax", "optax", "numpy", "scipy", "scikit-learn", "ml_dtypes", "ssvae")
"""Packages whose version can change a number."""

_QUIET = ("TF_CPP_",)
"""Variables that say how much is logged. JAX sets one by itself when it is imported."""

_SHOWN = 8
"""Other packages named."""


_Change = tuple[str, Any, Any]
"""What it is called, before, after."""


def check_environment(was: Mapping[str, Any] | None, now: Mapping[str, Any]) -> Finding:
    """Compare two environments.

    Args:
        was: As recorded; None when nothing was.
        now: That of the new run.
    """
    if was is None:
        return Finding(ENVIRONMENT, notes=("the run has no provenance/environment.txt to compare with",))
    return Finding(
        ENVIRONMENT,
        matches=tuple(_matches(_versions(was), _versions(now))),
        differences=changes_between(was, now),
    )


def changes_between(
    was: Mapping[str, Any], now: Mapping[str, Any], when: tuple[str, str] = ("then", "now")
) -> tuple[str, ...]:
    """What is not the same.

    Args:
        was: One environment.
        now: A later one.
        when: How the times of the two are called.
    """
    packages = {change[0]: change for change in _changes(_versions(was), _versions(now))}
    matter = [packages.pop(name) for name in map(_plain, _MATTER) if name in packages]
    first, last = _systems(was, now), _variables(was, now)
    lines = [_told(change, when) for change in (*first, *matter)]
    others = [_told(change, when) for change in packages.values()]
    more = f"; and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    if others:
        lines.append(
            f"packages that hardly matter to the numbers, {len(others)}: {'; '.join(others[:_SHOWN])}{more}"
        )
    return (*lines, *(_told(change, when) for change in last))


def _matches(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    same = [name for name in was if now.get(name) == was[name]]
    if named := [f"{name} {was[name]}" for name in map(_plain, _MATTER) if name in same]:
        yield ", ".join(named)
    if same:
        yield f"{len(same)} of {len(was)} packages have the same version"


def _systems(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[_Change]:
    for key in ("python", "platform"):
        if was.get(key) not in (None, now.get(key)):
            yield f"{key}:", was[key], now.get(key)


def _variables(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[_Change]:
    for name, before, after in _changes(was.get("variables") or {}, now.get("variables") or {}):
        if not name.startswith(_QUIET):
            yield f"variable {name}:", before, after


def _changes(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[_Change]:
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            yield name, was.get(name), now.get(name)


def _told(change: _Change, when: tuple[str, str]) -> str:
    what, was, now = change
    return f"{what} {_shown(was)} {when[0]}, {_shown(now)} {when[1]}"


def _shown(value: Any) -> str:
    return "not there" if value is None else str(value)


def _versions(environment: Mapping[str, Any]) -> dict[str, str]:
    """Package → version; a package is the same however its name is written."""
    return {_plain(name): version for name, version in (environment.get("packages") or {}).items()}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
