"""Fully connected encoder and decoder, for images of any size.

In: images or codes. Out: a posterior, or one number per pixel that the likelihood understands.
Not here: sampling, the likelihood.
"""

import math

import jax
import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.probability.gaussian import DiagonalGaussian, soft_bounds

__all__ = ["DenseDecoder", "DenseEncoder", "DenseStack"]

LOG_STD_BOUNDS = (-4.0, 2.0)
"""log σ of q(z|x): tight enough that a reconstruction is sharp, never so tight that KL overflows."""

_ACTIVATIONS = {
    "relu": jax.nn.relu,
    "gelu": jax.nn.gelu,
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
    "tanh": jnp.tanh,
}


class DenseStack(nnx.Module):
    """Linear layers, each followed by the activation."""

    def __init__(self, num_inputs: int, hidden_sizes: tuple[int, ...], activation: str, *, rngs: nnx.Rngs):
        sizes = (num_inputs, *hidden_sizes)
        self.layers = nnx.Dict(
            {f"layer_{i}": nnx.Linear(sizes[i], sizes[i + 1], rngs=rngs) for i in range(len(hidden_sizes))}
        )
        self.activation = activation
        self.num_outputs = sizes[-1]

    def __call__(self, x: Float[Array, "batch input"]) -> Float[Array, "batch output"]:
        """The last layer's activations."""
        for i in range(len(self.layers)):
            x = _ACTIVATIONS[self.activation](self.layers[f"layer_{i}"](x))
        return x


class DenseEncoder(nnx.Module):
    """q(z|x) = N(mean(x), std(x)). Source: Kingma & Welling 2014, arXiv:1312.6114, appendix C.2."""

    def __init__(
        self,
        num_pixels: int,
        hidden_sizes: tuple[int, ...],
        latent_dim: int,
        activation: str,
        *,
        rngs: nnx.Rngs,
    ):
        self.trunk = DenseStack(num_pixels, hidden_sizes, activation, rngs=rngs)
        self.mean = nnx.Linear(self.trunk.num_outputs, latent_dim, rngs=rngs)
        self.log_std = nnx.Linear(self.trunk.num_outputs, latent_dim, rngs=rngs)

    def __call__(self, images: Float[Array, "batch height width channel"]) -> DiagonalGaussian:
        """The posterior of each image; mean and std are (batch, latent)."""
        features = self.trunk(images.reshape(images.shape[0], -1))
        log_std = soft_bounds(self.log_std(features), *LOG_STD_BOUNDS)
        return DiagonalGaussian(self.mean(features), jnp.exp(log_std))


class DenseDecoder(nnx.Module):
    """One number per pixel from a code; the likelihood says what the number means."""

    def __init__(
        self,
        latent_dim: int,
        hidden_sizes: tuple[int, ...],
        image_shape: tuple[int, int, int],
        activation: str,
        *,
        rngs: nnx.Rngs,
    ):
        self.trunk = DenseStack(latent_dim, hidden_sizes, activation, rngs=rngs)
        self.pixels = nnx.Linear(self.trunk.num_outputs, math.prod(image_shape), rngs=rngs)
        self.image_shape = image_shape

    def __call__(self, z: Float[Array, "batch latent"]) -> Float[Array, "batch height width channel"]:
        """The pixel parameter, unbounded."""
        return self.pixels(self.trunk(z)).reshape(z.shape[0], *self.image_shape)
