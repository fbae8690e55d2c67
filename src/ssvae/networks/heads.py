"""Heads: what is read off the features of an encoder.

In: features. Out: a Gaussian over the code, one for all components or one for each; logits of the components.
Not here: the features (dense.py, convolutional.py), sampling.
"""

import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.probability.gaussian import DiagonalGaussian, soft_bounds

__all__ = ["LOG_STD_BOUNDS", "GaussianHead"]

LOG_STD_BOUNDS = (-4.0, 2.0)
"""log σ of q(z|x): tight enough that a reconstruction is sharp, never so tight that KL overflows."""


class GaussianHead(nnx.Module):
    """q(z|x) = N(mean(x), std(x)), or q(z|x,c) for each component as further outputs of the same features.

    Source: Kingma & Welling 2014, arXiv:1312.6114, appendix C.2; one Gaussian per component as in M2, Kingma et al.
    2014, arXiv:1406.5298, equation 4.
    """

    def __init__(self, num_features: int, num_copies: int, num_outputs: int, *, rngs: nnx.Rngs):
        self.mean = nnx.Linear(num_features, num_copies * num_outputs, rngs=rngs)
        self.log_std = nnx.Linear(num_features, num_copies * num_outputs, rngs=rngs)
        self.form = (num_copies, num_outputs)

    def __call__(self, features: Float[Array, "batch feature"]) -> DiagonalGaussian:
        """Mean and std are (batch, copy, output)."""
        log_std = soft_bounds(self.log_std(features), *LOG_STD_BOUNDS)
        gaussian = DiagonalGaussian(self.mean(features), jnp.exp(log_std))
        return DiagonalGaussian(*(part.reshape(-1, *self.form) for part in gaussian))
