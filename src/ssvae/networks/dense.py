"""Fully connected encoders and decoders, for images of any size.

In: images or codes. Out: features, or numbers per pixel that the likelihood understands.
Not here: heads, sampling, the likelihood.
"""

import math

import jax
import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.networks.base import AbstractEncoder, AbstractHalf, Decoder
from ssvae.networks.conditioning import CONDITIONINGS

__all__ = ["ACTIVATION_FUNCTIONS", "DenseEncoder", "DenseStack", "dense_decoder"]

ACTIVATION_FUNCTIONS = {
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
            x = ACTIVATION_FUNCTIONS[self.activation](self.layers[f"layer_{i}"](x))
        return x


class DenseEncoder(AbstractEncoder):
    """Features of the flattened image."""

    def __init__(self, num_pixels: int, hidden_sizes: tuple[int, ...], activation: str, *, rngs: nnx.Rngs):
        self.trunk = DenseStack(num_pixels, hidden_sizes, activation, rngs=rngs)
        self.num_features = self.trunk.num_outputs

    def __call__(self, images: Float[Array, "batch height width channel"]) -> Float[Array, "batch feature"]:
        """See `AbstractEncoder.__call__`."""
        return self.trunk(images.reshape(images.shape[0], -1))


class DenseHalf(AbstractHalf):
    """Linear layers with the activation between them; what it does at its two ends depends on which half it is."""

    def __init__(
        self,
        sizes: tuple[int, ...],
        activation: str,
        *,
        opens: bool = False,
        closes: bool = False,
        image_shape: tuple[int, int, int] | None = None,
        rngs: nnx.Rngs,
    ):
        """Layers from `sizes[0]` to `sizes[-1]` units; `opens` and `closes` say whether the activation comes first and
        last; with `image_shape` the outputs take that shape.
        """
        self.layers = nnx.Dict(
            {f"layer_{i}": nnx.Linear(sizes[i], sizes[i + 1], rngs=rngs) for i in range(len(sizes) - 1)}
        )
        self.activation = activation
        self.opens, self.closes = opens, closes
        self.image_shape = image_shape

    def __call__(self, hidden: Float[Array, "row input"]) -> Float[Array, "row *output"]:
        """See `AbstractHalf.__call__`."""
        activate = ACTIVATION_FUNCTIONS[self.activation]
        for i in range(len(self.layers)):
            hidden = activate(hidden) if i > 0 or self.opens else hidden
            hidden = self.layers[f"layer_{i}"](hidden)
        hidden = activate(hidden) if self.closes else hidden
        return hidden if self.image_shape is None else hidden.reshape(-1, *self.image_shape)


def dense_decoder(
    num_inputs: int,
    hidden_sizes: tuple[int, ...],
    image_shape: tuple[int, int, int],
    activation: str,
    conditioning: str,
    num_components: int,
    *,
    rngs: nnx.Rngs,
) -> Decoder:
    """The decoder of codes of `num_inputs` numbers, the component entering as `conditioning` says.

    `concat` enters at the first layer, before its activation; the others at the last hidden layer, so that all but the
    last layer is computed once for all components.
    """
    sizes = (num_inputs, *hidden_sizes, math.prod(image_shape))
    cut = 1 if conditioning == "concat" else len(hidden_sizes)
    is_inside = (
        0 < cut <= len(hidden_sizes)
    )  # else the cut is at the code or at the pixels, which no activation touches
    is_before_activation = conditioning == "concat"
    before = DenseHalf(sizes[: cut + 1], activation, closes=is_inside and not is_before_activation, rngs=rngs)
    after = DenseHalf(
        sizes[cut:], activation, opens=is_inside and is_before_activation, image_shape=image_shape, rngs=rngs
    )
    if conditioning == "none":
        return Decoder(before, None, after)
    return Decoder(before, CONDITIONINGS[conditioning](num_components, sizes[cut], num_places=0), after)
