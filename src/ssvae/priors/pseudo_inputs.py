"""Where the pseudo-inputs of a VampPrior start: at training images, or at the centers of their clusters.

In: training images in [0, 1], a seed. Out: logits of pixels. Not here: learning them (vamp.py).
"""

from typing import Any

import numpy as np
from jaxtyping import Float

from ssvae.errors import ConfigError

__all__ = ["starting_logits"]

NOISE = 0.01
"""Standard deviation of the noise on each pixel: two pseudo-inputs from one image would stay one for ever."""

MARGIN = 0.01
"""Distance of pixels from 0 and 1: at 0 or 1 a logit is infinite, and close to them its gradient vanishes."""


def starting_logits(
    start: str, num_components: int, images: Float[np.ndarray, "example height width channel"], seed: int
) -> Float[np.ndarray, "component height width channel"]:
    """Logits of the first pseudo-inputs.

    Args:
        start: `random` for training images, without replacement; `kmeans` for cluster centers of all of them.
        num_components: K.
        images: Training images, pixels in [0, 1]; their labels play no part.
        seed: The run's seed.

    Raises:
        ConfigError: when there are fewer images than components.
    """
    if num_components > len(images):
        raise ConfigError(
            f"prior.num_components is {num_components}, but there are only {len(images)} training images to start "
            f"pseudo-inputs from. Try prior.num_components={len(images)}."
        )
    generator = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, len(images)])))
    chosen = (
        _centers(images, num_components, seed)
        if start == "kmeans"
        else _drawn(images, num_components, generator)
    )
    noisy = chosen + NOISE * generator.standard_normal(chosen.shape)
    pixels = np.clip(noisy, MARGIN, 1 - MARGIN)
    return np.log(pixels / (1 - pixels)).astype(np.float32)


def _drawn(images: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    return images[generator.choice(len(images), size=count, replace=False)]


def _centers(images: np.ndarray, count: int, seed: int) -> np.ndarray:
    from sklearn.cluster import MiniBatchKMeans

    # Mini-batches of thousands: within a percent of the full algorithm, in seconds for MNIST.
    clusters: Any = MiniBatchKMeans(count, random_state=seed, batch_size=4096, n_init="auto")
    clusters.fit(images.reshape(len(images), -1))
    return clusters.cluster_centers_.reshape(count, *images.shape[1:])
