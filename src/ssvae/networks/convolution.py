"""The 3×3 convolution that halves maps and the transposed one that doubles them, each computed in two ways.

In: maps (batch, height, width, feature), kernels (3, 3, input, output). Out: maps.
Not here: biases, activations, layers (convolutional.py).

The stride is 2 and edges are SAME: n places become ⌈n/2⌉. Output i reads places 2i − odd + (0, 1, 2), odd being 1 for
odd n, and zeros beyond the edges. `LAX` is XLA's own convolution; on the CPU it is slow, and inside `lax.scan` much
slower still. `MATMUL` is one matrix product beside copies: columns gathered from strided slices, or spread by shifted
sums. XLA transposes slices and sums badly, so both functions bring their gradients, which are again made of the two
functions and one matrix product. So it has gradients of any order, but no `jax.jvp`.
"""

import dataclasses
import functools
import operator
from collections.abc import Callable

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float

__all__ = ["LAX", "MATMUL", "Convolutions", "convolutions_for", "halved"]


@dataclasses.dataclass(frozen=True)
class Convolutions:
    """A pair of functions, adjoint to each other when the kernel's last two axes are swapped."""

    down: Callable[[Array, Array], Array]
    """(maps, kernel) → maps of half the height and width, rounded up."""
    up: Callable[[Array, Array, tuple[int, int]], Array]
    """(maps, kernel, size) → maps of that (height, width), which `down` would halve to the size of the argument."""


def convolutions_for(backend: str) -> Convolutions:
    """The pair that is fast on `backend`, as `jax.default_backend()` names it."""
    return MATMUL if backend == "cpu" else LAX


def halved(length: int) -> int:
    """How many places a layer of stride 2 leaves of `length`."""
    return (length + 1) // 2


def _columns(maps: Float[Array, "batch height width feature"]) -> Float[Array, "batch row column tap"]:
    """What each output reads: its 9 inputs one after the other, row by row."""
    height, width = maps.shape[1:3]
    rows, columns = halved(height), halved(width)
    # The last output reads up to place 2 · count of the padded axis.
    edges = [(size % 2, 2 * halved(size) + 1 - size - size % 2) for size in (height, width)]
    padded = jnp.pad(maps, ((0, 0), *edges, (0, 0)))
    taps = [
        padded[:, i : i + 2 * rows - 1 : 2, j : j + 2 * columns - 1 : 2] for i in range(3) for j in range(3)
    ]
    return jnp.concatenate(taps, axis=-1)


def _taps_by_parity(length: int) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Which taps reach the even places of an axis, and which the odd ones, as (tap, shift): place p = 2a or 2a + 1
    receives tap k from input a − shift, since input i reaches p = 2i − odd + k.
    """
    if length % 2 == 0:
        return ((0, 0), (2, 1)), ((1, 0),)
    return ((1, 0),), ((2, 0), (0, -1))


def _spread(
    taps: Float[Array, "batch row column tap"], size: tuple[int, int]
) -> Float[Array, "batch height width feature"]:
    """The adjoint of `_columns`: every tap is added to the place it was read from.

    Summed apart for the four parities of (row, column), which then interleave: no sum is scattered.
    """
    batch, rows, columns, num_taps = taps.shape
    by_tap = taps.reshape(batch, rows, columns, 3, 3, num_taps // 9)

    def shifted(i: int, j: int, down: int, right: int) -> Array:
        # A negative edge of jax.lax.pad cuts: what is shifted out was read beyond the edge of the maps.
        edges = [(step, -step, 0) for step in (0, down, right, 0)]
        return jax.lax.pad(by_tap[:, :, :, i, j], jnp.zeros((), taps.dtype), edges)

    parities = [
        functools.reduce(
            operator.add, [shifted(i, j, down, right) for i, down in vertical for j, right in horizontal]
        )
        for vertical in _taps_by_parity(size[0])
        for horizontal in _taps_by_parity(size[1])
    ]
    # (batch, row, column, parity of the column, feature) of even rows and of odd ones
    even, odd = jnp.stack(parities[:2], axis=3), jnp.stack(parities[2:], axis=3)
    interleaved = jnp.stack([even, odd], axis=2).reshape(batch, 2 * rows, 2 * columns, num_taps // 9)
    return interleaved[:, : size[0], : size[1]]  # of an odd length, the last place is one too many


def _swapped(kernel: Float[Array, "3 3 input output"]) -> Float[Array, "3 3 output input"]:
    return jnp.swapaxes(kernel, 2, 3)


def _down(
    maps: Float[Array, "batch height width input"], kernel: Float[Array, "3 3 input output"]
) -> Float[Array, "batch row column output"]:
    return _columns(maps) @ kernel.reshape(-1, kernel.shape[-1])


def _up(
    maps: Float[Array, "batch row column input"],
    kernel: Float[Array, "3 3 input output"],
    size: tuple[int, int],
) -> Float[Array, "batch height width output"]:
    return _spread(maps @ jnp.moveaxis(kernel, 2, 0).reshape(kernel.shape[2], -1), size)


_matmul_down = jax.custom_vjp(_down)
_matmul_up = jax.custom_vjp(_up, nondiff_argnums=(2,))


def _kernel_gradient(
    maps: Float[Array, "batch height width input"], cotangent: Float[Array, "batch row column output"]
) -> Float[Array, "3 3 input output"]:
    """Of ⟨cotangent, down(maps, kernel)⟩ with respect to the kernel."""
    gradient = jnp.tensordot(_columns(maps), cotangent, axes=((0, 1, 2), (0, 1, 2)))
    return gradient.reshape(3, 3, maps.shape[-1], cotangent.shape[-1])


def _down_forward(maps: Array, kernel: Array) -> tuple[Array, tuple[Array, Array]]:
    # Gathering the columns again for the gradient is faster than keeping nine times the maps.
    return _matmul_down(maps, kernel), (maps, kernel)


def _down_backward(kept: tuple[Array, Array], cotangent: Array) -> tuple[Array, Array]:
    maps, kernel = kept
    return _matmul_up(cotangent, _swapped(kernel), maps.shape[1:3]), _kernel_gradient(maps, cotangent)


def _up_forward(maps: Array, kernel: Array, size: tuple[int, int]) -> tuple[Array, tuple[Array, Array]]:
    return _matmul_up(maps, kernel, size), (maps, kernel)


def _up_backward(_: tuple[int, int], kept: tuple[Array, Array], cotangent: Array) -> tuple[Array, Array]:
    """From ⟨cotangent, up(maps, kernel)⟩ = ⟨down(cotangent, swapped kernel), maps⟩."""
    maps, kernel = kept
    return _matmul_down(cotangent, _swapped(kernel)), _swapped(_kernel_gradient(cotangent, maps))


_matmul_down.defvjp(_down_forward, _down_backward)
_matmul_up.defvjp(_up_forward, _up_backward)

_LAYOUT = ("NHWC", "HWIO", "NHWC")


def _lax_down(
    maps: Float[Array, "batch height width input"], kernel: Float[Array, "3 3 input output"]
) -> Float[Array, "batch row column output"]:
    return jax.lax.conv_general_dilated(maps, kernel, (2, 2), "SAME", dimension_numbers=_LAYOUT)


def _lax_up(
    maps: Float[Array, "batch row column input"],
    kernel: Float[Array, "3 3 input output"],
    size: tuple[int, int],
) -> Float[Array, "batch height width output"]:
    """A convolution of the maps with zeros between their places, kernel turned around, edges as `down` needs them."""
    edges = [(2 - length % 2, 1) for length in size]
    return jax.lax.conv_general_dilated(
        maps, jnp.flip(kernel, (0, 1)), (1, 1), edges, lhs_dilation=(2, 2), dimension_numbers=_LAYOUT
    )


MATMUL = Convolutions(_matmul_down, _matmul_up)
"""For the CPU."""

LAX = Convolutions(_lax_down, _lax_up)
"""For GPU and TPU, where it reaches the vendor's kernels."""
