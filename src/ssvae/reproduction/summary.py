"""summary.json of two runs: metrics, training, what each component reported, warnings.

In: the content of both. Out: differences, and what is new. Not here: reading the file (runs/summary.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ssvae.config import flatten
from ssvae.reproduction.arrays import compare_arrays
from ssvae.reproduction.differences import Difference, compare_values, one_sided

__all__ = ["compare_summaries", "new_keys"]

_OF_A_COMPONENT = ("status", "reason", "remedy", "data")
"""Its title and the meanings of its numbers are words of the code."""

_TIMES = ("seconds", "seconds_per_epoch")
"""Last parts of keys whose values no run repeats."""


def compare_summaries(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What differs of all that was recorded, durations aside. Keys are dotted, and begin with their section."""
    before, after = _leaves(was), _leaves(now)
    return tuple(_differences(before, after))


def new_keys(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """What only `now` has: later code may report more, which takes nothing from what was recorded."""
    before = _leaves(was)
    return tuple(key for key in _leaves(now) if key not in before)


def _leaves(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted key → value."""
    parts = {
        "metrics": _mapping(summary.get("metrics")),
        "training": _mapping(summary.get("training")),
        "components": {
            name: {key: entry.get(key) for key in _OF_A_COMPONENT}
            for name, entry in _mapping(summary.get("components")).items()
            if isinstance(entry, Mapping)
        },
    }
    leaves = flatten(parts) | {"warnings": _kinds(summary)}
    return {
        key: value for key, value in leaves.items() if value != {} and key.rpartition(".")[2] not in _TIMES
    }


def _kinds(summary: Mapping[str, Any]) -> list[str]:
    """What was warned of. The sentences hold rounded numbers, which are among the metrics unrounded."""
    warnings = _mapping(summary.get("run")).get("warnings") or []
    return [str(entry.get("kind")) for entry in warnings if isinstance(entry, Mapping)]


def _differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for key, value in was.items():
        if key not in now:
            yield one_sided(key, is_lost=True)
        elif isinstance(value, list) and (pair := _as_arrays(value, now[key])) is not None:
            yield from compare_arrays({key: pair[0]}, {key: pair[1]})
        elif difference := compare_values(key, value, now[key]):
            yield difference


def _as_arrays(was: Any, now: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Two lists of numbers, or rows of them, as arrays; None when they are anything else."""
    if repr(was) == repr(now):
        return None
    try:
        arrays = _array(was), _array(now)
    except (ValueError, TypeError):  # rows of different lengths, mappings
        return None
    return arrays if all(one.dtype.kind in "iuf" for one in arrays) else None


def _array(value: Any) -> np.ndarray:
    """A number that could not be measured is null in the file."""
    array = np.asarray(value)
    return array.astype(np.float64) if array.dtype == object else array


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
