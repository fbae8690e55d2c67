"""Pixels as coins.

In: logits. Out: log probabilities in nats per image. Not here: turning gray images into black and white ones
(data/binarization.py).
"""

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float
from ssvae.likelihoods.base import AbstractLikelihood
from ssvae.likelihoods.pixels import sum_over_pixels

__all__ = ["Bernoulli", "log_prob_of_logits"]


class Bernoulli(AbstractLikelihood):
    """log p(x) = Σ x·l − softplus(l) with logits l; stable for any l.

    It is linear in x, so a gray pixel counts as the average over its black and white versions.
    That "soft" value has a floor above 0 (the pixels' own entropy) and is no likelihood of binary images.
    """

    def log_prob(
        self,
        outputs: Float[Array, "batch height width channel"],
        images: Float[Array, "batch height width channel"],
    ) -> Float[Array, " batch"]:
        """See `AbstractLikelihood.log_prob`; outputs are logits."""
        return log_prob_of_logits(outputs, images)

    def mean(
        self, outputs: Float[Array, "batch height width channel"]
    ) -> Float[Array, "batch height width channel"]:
        """The probability of a bright pixel."""
        return jax.nn.sigmoid(outputs)


def log_prob_of_logits(
    logits: Float[Array, "batch height width channel"], images: Float[Array, "batch height width channel"]
) -> Float[Array, " batch"]:
    """Σ x·l − softplus(l), as Σ (x − [l > 0])·l − Σ softplus(−|l|): no term is above 0, so none cancels another, and
    what is left of a confident model's log p keeps its digits.
    """
    is_positive = logits > 0
    certain = jnp.where(is_positive, (images - 1) * logits, images * logits)
    # Not by abs, whose gradient at l = 0 is 0: that of the whole is x − ½ there.
    doubt = jax.nn.softplus(jnp.where(is_positive, -logits, logits))
    return sum_over_pixels(certain) - sum_over_pixels(doubt)
