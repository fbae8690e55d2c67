"""A sum over the pixels of an image.

In: a number per pixel and channel. Out: a number per image. Not here: what they mean (bernoulli.py and its neighbors).
"""

import jax.numpy as jnp

from ssvae.arrays import Array, Float

__all__ = ["sum_over_pixels"]


def sum_over_pixels(values: Float[Array, "batch height width channel"]) -> Float[Array, " batch"]:
    """Their sum per image. A likelihood takes one for each product in its formula, and multiplies by constants later.

    On a CPU, XLA makes one loop of a sum and of the arithmetic before it. That loop is fast for a product of two arrays
    and slow for more: a Bernoulli's log p as one sum takes half as long again as its two parts, a Gaussian's density
    summed term by term some twenty times as long as its sum of squares. Measured by scripts/bench_likelihoods.py.
    """
    return jnp.sum(values, axis=(1, 2, 3))
