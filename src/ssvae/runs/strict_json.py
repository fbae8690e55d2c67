"""JSON that every reader accepts: numbers that JSON has no word for become the texts NaN, Infinity, -Infinity.

In: plain values, NumPy scalars and arrays; files that may be damaged or hostile. Out: text, and values again.
Not here: writing files.
"""

import enum
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssvae.errors import RunDirectoryError
from ssvae.runs.reading import read_inside

__all__ = ["decode", "dumps", "encode", "loads", "read_json_mapping"]

_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

_DEEPEST = 50
"""Levels of lists and mappings; a run writes less than ten, and code that walks deep ones breaks down."""


def dumps(value: Any, *, indent: int | None = 2) -> str:
    """`value` as strict JSON text, keys in the order given, with a newline at its end."""
    return json.dumps(encode(value), indent=indent, ensure_ascii=False, allow_nan=False) + "\n"


def loads(text: str) -> Any:
    """The value written by `dumps`, NaN and infinities as numbers again.

    Raises:
        ValueError: when the text is not JSON, or is nested too deeply.
    """
    try:
        return decode(json.loads(text))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def read_json_mapping(path: Path) -> dict[str, Any]:
    """The mapping in a JSON file of a run, NaN and infinities as numbers.

    Args:
        path: The file; a link that leaves its folder is not followed.

    Raises:
        RunDirectoryError: when it is absent, damaged, no mapping, or not what a run writes.
    """
    try:
        value = loads(read_inside(path.parent, path.name).decode("utf-8"))
        _check_depth(value)
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{path} cannot be read: {error}. Is {path.parent} a run folder?") from error
    if not isinstance(value, dict):
        raise RunDirectoryError(
            f"{path} must hold a mapping, got {type(value).__name__}. Undo the last edit of it."
        )
    return value


def encode(value: Any) -> Any:
    """`value` in words JSON has.

    Raises:
        TypeError: for anything but plain values, NumPy scalars and arrays, paths.
    """
    if isinstance(value, enum.Enum):
        return encode(value.value)
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else _word(value)
    if isinstance(value, np.generic | np.ndarray):
        return encode(value.tolist())
    if isinstance(value, Mapping):
        return {str(encode(key)): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    raise TypeError(
        f"A {type(value).__name__} cannot be written as JSON: {value!r}. Give numbers, texts or lists."
    )


def decode(value: Any) -> Any:
    """`value` with the three words turned back into numbers."""
    if isinstance(value, str):
        return _WORDS.get(value, value)
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, dict):
        return {key: decode(item) for key, item in value.items()}
    return value


def _check_depth(value: Any) -> None:
    """Level by level, so that the check itself cannot break down.

    Raises:
        ValueError: when lists and mappings are nested more than `_DEEPEST` deep.
    """
    level = [value]
    for _ in range(_DEEPEST):
        level = [item for container in level for item in _items(container)]
        if not level:
            return
    raise ValueError(f"it is nested more than {_DEEPEST} levels deep")


def _items(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _word(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
