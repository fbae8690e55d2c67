"""A mixture of unit Gaussians whose places are chosen, not learned: on a circle, a grid or a simplex.

In: a recipe. Out: weights and Gaussians; how far apart they are. Not here: labels, responsibilities.
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float as HostFloat

from ssvae.arrays import Array, Float
from ssvae.priors.base import AbstractPrior, Encode
from ssvae.priors.geometric_recipe import GeometricPriorConfig
from ssvae.probability.gaussian import DiagonalGaussian

__all__ = ["GeometricPrior", "centers"]


class GeometricPrior(AbstractPrior):
    """p(c) p(z|c) = N(z; center_c, I) / K. Nothing is learned: a map of the code that a person can read."""

    def __init__(self, config: GeometricPriorConfig, latent_dim: int):
        self.config = config
        self.latent_dim = latent_dim

    def log_weights(self) -> Float[Array, " component"]:
        """−log K for each."""
        num_components = self.config.num_components
        return jnp.full(num_components, -np.log(num_components), jnp.float32)

    def components(self, encode: Encode) -> DiagonalGaussian:
        """N(center_c, I)."""
        places = jnp.asarray(centers(self.config, self.latent_dim), jnp.float32)
        return DiagonalGaussian(places, jnp.ones_like(places))


def centers(config: GeometricPriorConfig, latent_dim: int) -> HostFloat[np.ndarray, "component latent"]:
    """Where the components are.

    circle: evenly on a circle of `radius` in the first two dimensions. grid: on the smallest square lattice that has
    room, from −radius to radius in the first two dimensions, row by row. simplex: `radius` along one axis each, so
    that all distances are equal.
    """
    count = config.num_components
    places = np.zeros((count, latent_dim))
    if config.arrangement == "circle":
        angles = 2 * np.pi * np.arange(count) / count
        places[:, :2] = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    elif config.arrangement == "grid":
        side = config.grid_side
        lattice = np.linspace(-1, 1, side) if side > 1 else np.zeros(1)
        places[:, :2] = np.stack(np.meshgrid(lattice, lattice), axis=-1).reshape(-1, 2)[:count]
    else:
        places[:, :count] = np.eye(count)
    return config.radius_used * places
