"""Nested dicts of arrays as one flat table and a plain description of their shape, and back.

In: nested dicts with text or whole-number keys. Out: name → array, and a structure JSON can hold.
Not here: files (checkpoints.py).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ssvae.errors import CheckpointError

__all__ = ["from_table", "to_table"]


def to_table(tree: Mapping[Any, Any]) -> tuple[dict[str, np.ndarray], list]:
    """The arrays under names such as `params/encoder/0/kernel`, and the structure.

    A structure is a list of [key, child]; a child is another such list, or the name of an array. So empty
    dicts, the order of keys, and keys that are numbers survive.

    Raises:
        CheckpointError: for a leaf that is not an array of numbers, or a key that is neither text nor whole number.
    """
    table: dict[str, np.ndarray] = {}
    structure = _describe(tree, "", table)
    return table, structure


def from_table(table: Mapping[str, np.ndarray], structure: list) -> dict[Any, Any]:
    """The tree `to_table` was given.

    Raises:
        CheckpointError: when the structure names an array that the table does not have.
    """
    tree = {}
    for key, child in structure:
        if isinstance(child, list):
            tree[key] = from_table(table, child)
        elif child in table:
            tree[key] = table[child]
        else:
            raise CheckpointError(f"the array '{child}' is missing")
    return tree


def _describe(tree: Mapping[Any, Any], prefix: str, table: dict[str, np.ndarray]) -> list:
    structure = []
    for key, child in tree.items():
        if isinstance(key, bool) or not isinstance(key, str | int):
            raise CheckpointError(
                f"'{prefix}' has the key {key!r}: a checkpoint's keys are texts or whole numbers."
            )
        # A slash inside a key must not look like a level (JSON pointers escape it the same way).
        name = prefix + str(key).replace("~", "~0").replace("/", "~1")
        if isinstance(child, Mapping):
            structure.append([key, _describe(child, f"{name}/", table)])
            continue
        array = np.asarray(child, order="C")  # safetensors copies memory as it lies
        if array.dtype == object or array.dtype.kind in "USMm":
            raise CheckpointError(
                f"'{name}' is no array of numbers but {child!r}. Put it into the facts instead."
            )
        if name in table:
            raise CheckpointError(
                f"'{name}' is there twice, under a number and under the same number as text."
            )
        table[name] = array
        structure.append([key, name])
    return structure
