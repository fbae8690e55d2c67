"""JSON that every reader accepts: numbers that JSON has no word for become the texts NaN, Infinity, -Infinity.

In: plain values, NumPy scalars and arrays. Out: text, and values again. Not here: files.
"""

import enum
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["decode", "dumps", "encode", "loads"]

_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def dumps(value: Any, *, indent: int | None = 2) -> str:
    """`value` as strict JSON text, keys in the order given, with a newline at its end."""
    return json.dumps(encode(value), indent=indent, ensure_ascii=False, allow_nan=False) + "\n"


def loads(text: str) -> Any:
    """The value written by `dumps`, NaN and infinities as numbers again.

    Raises:
        ValueError: when the text is not JSON.
    """
    return decode(json.loads(text))


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


def _word(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
