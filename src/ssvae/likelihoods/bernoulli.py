"""Pixels as coins.

In: logits. Out: log probabilities in nats per image. Not here: turning gray images into black and white ones
(data/binarization.py).
"""

import jax

from ssvae.arrays import Array, Float
from ssvae.likelihoods.base import AbstractLikelihood
from ssvae.likelihoods.pixels import sum_over_pixels

__all__ = ["Bernoulli"]


class Bernoulli(AbstractLikelihood):
    """log p(x) = Σ x·l − Σ softplus(l) with logits l; stable for any l.

    It is linear in x, so a gray pixel counts as the average over its black and white versions.
    That "soft" value has a floor above 0 (the pixels' own entropy) and is no likelihood of binary images.
    """

    def log_prob(
        self,
        outputs: Float[Array, "batch height width channel"],
        images: Float[Array, "batch height width channel"],
    ) -> Float[Array, " batch"]:
        """See `AbstractLikelihood.log_prob`; outputs are logits."""
        return sum_over_pixels(images * outputs) - sum_over_pixels(jax.nn.softplus(outputs))

    def mean(
        self, outputs: Float[Array, "batch height width channel"]
    ) -> Float[Array, "batch height width channel"]:
        """The probability of a bright pixel."""
        return jax.nn.sigmoid(outputs)
