"""Random numbers for data: one stream per (seed, purpose), so that no two decisions ever share their numbers.

In: a seed and a word. Out: a numpy generator. Not here: JAX keys; those belong to training.
"""

import hashlib

import numpy as np

__all__ = ["stream"]


def stream(seed: int, purpose: str) -> np.random.Generator:
    """A fresh generator, the same one on every machine for the same `seed` and `purpose`.

    Without the purpose, seed 0 for the split and seed 0 for the labels would draw the same numbers, and the
    labeled images would depend on which images are in the test split.

    Args:
        seed: Any whole number from 0 up; there is no largest.
        purpose: What the numbers decide, such as `"test split"`.
    """
    digest = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))  # a 128-bit key
