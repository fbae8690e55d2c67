"""A part of many images, where looking at all of them would take too long.

In: how many there are. Out: rows. Not here: what is asked of them.
"""

import numpy as np
from jaxtyping import Int

__all__ = ["evenly"]


def evenly(count: int, most: int) -> Int[np.ndarray, " row"]:
    """At most `most` of `count` rows, ascending, spread evenly from the first on; all of them when they are few.

    Nothing random: two models are asked about the same images.
    """
    return np.arange(count) if count <= most else np.arange(most) * count // most
