"""The VampPrior: the mixture of what the encoder says of learned images, the pseudo-inputs.

In: a recipe, the encoder's q(z|x). Out: weights and Gaussians. Not here: the start of the pseudo-inputs from training
images (pseudo_inputs.py), responsibilities.
"""

import jax
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.priors.base import AbstractPrior, Encode, MixtureWeights
from ssvae.priors.recipes import VampPriorConfig
from ssvae.probability.gaussian import DiagonalGaussian

__all__ = ["VampPrior"]


class VampPrior(AbstractPrior):
    """p(z) = Σ_k w_k q(z|u_k) with learned images u_k and learned weights w_k.

    The prior that would be best, the average posterior Σ_n q(z|x_n) / N, made cheap: K pseudo-inputs stand for the N
    training images. Gradients reach the encoder through the prior too.
    Source: Tomczak & Welling 2018, arXiv:1705.07120, equation 9; learned weights: ibid., section 2.
    """

    def __init__(self, config: VampPriorConfig, image_shape: tuple[int, int, int], *, rngs: nnx.Rngs):
        # Logits, so that every pseudo-input is an image with pixels inside (0, 1), wherever learning takes it.
        shape = (config.num_components, *image_shape)
        self.pixel_logits = nnx.Param(jax.random.normal(rngs.params(), shape))
        self.weights = MixtureWeights(
            config.num_components, is_learned=config.has_learned_weights, concentration=config.concentration
        )

    def pseudo_inputs(self) -> Float[Array, "component height width channel"]:
        """u_k, pixels in (0, 1)."""
        return jax.nn.sigmoid(self.pixel_logits[...])

    def log_weights(self) -> Float[Array, " component"]:
        """log w."""
        return self.weights.log_probs()

    def components(self, encode: Encode) -> DiagonalGaussian:
        """q(z|u_k)."""
        return encode(self.pseudo_inputs())

    def log_weights_density(self) -> Float[Array, ""]:
        """See `AbstractPrior.log_weights_density`."""
        return self.weights.log_density()
