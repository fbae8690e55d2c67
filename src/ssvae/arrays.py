"""The array types used in annotations, with one vocabulary of axis names.

Axes: batch, height, width, channel, pixel, latent, component, class_, step, epoch, seed.
In: nothing. Out: `Array`, `Float`, `Int`, `Bool`, `UInt8`, `Key`, `Params`.
"""

from typing import Any, TypeAlias

from jaxtyping import Array, Bool, Float, Int, Key, UInt8

__all__ = ["Array", "Bool", "Float", "Int", "Key", "Params", "UInt8"]

Params: TypeAlias = dict[str, Any]
"""Learned arrays as a plain nested dict: attribute name → dict or array."""
