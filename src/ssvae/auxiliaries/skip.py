"""The auxiliary variable of the skip deep generative model.

In: features, codes, components. Out: q(a|x), p(a|z,c), features of x and a together. Not here: its cost (model/).
"""

import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.auxiliaries.recipes import SkipAuxiliaryConfig
from ssvae.networks.conditioning import ConcatConditioning
from ssvae.networks.dense import ACTIVATION_FUNCTIONS, DenseStack
from ssvae.networks.heads import GaussianHead
from ssvae.probability.gaussian import DiagonalGaussian

__all__ = ["SkipAuxiliary"]


class SkipAuxiliary(nnx.Module):
    """p(x, a, z, c) = p(c) p(z|c) p(a|z,c) p(x|a,z,c) and q(a, z, c | x) = q(a|x) q(c|a,x) q(z|a,x,c).

    Integrating a out, q(z, c | x) is a mixture of infinitely many Gaussians: it can take any form, while p(x, z, c)
    stays what it was. Source: Maaløe et al. 2016, arXiv:1602.05473, equations 5 to 7 (ADGM), 11 and 12 (SDGM: the
    decoder sees a too).
    """

    def __init__(
        self,
        config: SkipAuxiliaryConfig,
        num_features: int,
        latent_dim: int,
        num_components: int,
        *,
        rngs: nnx.Rngs,
    ):
        sizes, activation = config.hidden_sizes, config.activation
        self.posterior_head = GaussianHead(num_features, 1, config.dim, rngs=rngs)
        self.joint = DenseStack(num_features + config.dim, sizes, activation, rngs=rngs)
        self.num_features = self.joint.num_outputs
        first = sizes[0] if sizes else num_features
        self.entrance = nnx.Linear(latent_dim, first, rngs=rngs)
        self.conditioning = ConcatConditioning(num_components, first, num_places=0)
        self.prior_trunk = DenseStack(first, sizes[1:], activation, rngs=rngs)
        self.prior_head = GaussianHead(self.prior_trunk.num_outputs, 1, config.dim, rngs=rngs)
        self.activation = activation

    def posterior(self, features: Float[Array, "batch feature"]) -> DiagonalGaussian:
        """q(a|x); mean and std are (batch, auxiliary)."""
        return DiagonalGaussian(*(part[:, 0, :] for part in self.posterior_head(features)))

    def features(
        self, features: Float[Array, "batch feature"], auxiliary: Float[Array, "batch auxiliary"]
    ) -> Float[Array, "batch joint"]:
        """What q(z|a,x,c) and q(c|a,x) are read off."""
        return self.joint(jnp.concatenate([features, auxiliary], axis=1))

    def prior(
        self, z: Float[Array, "row latent"], conditions: Float[Array, "row component"]
    ) -> DiagonalGaussian:
        """p(a|z,c); mean and std are (row, auxiliary)."""
        hidden = self.conditioning(self.entrance(z), conditions)
        hidden = self.prior_trunk(ACTIVATION_FUNCTIONS[self.activation](hidden))
        return DiagonalGaussian(*(part[:, 0, :] for part in self.prior_head(hidden)))
