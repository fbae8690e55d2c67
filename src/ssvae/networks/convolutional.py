"""Convolutional encoders and decoders, for images of any size.

In: images or codes. Out: features, or numbers per pixel that the likelihood understands.
Not here: how a convolution is computed (convolution.py), heads, sampling, the likelihood.
"""

import itertools
import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.networks.base import AbstractEncoder, AbstractHalf, Decoder
from ssvae.networks.conditioning import CONDITIONINGS
from ssvae.networks.convolution import convolutions_for, halved
from ssvae.networks.dense import ACTIVATION_FUNCTIONS

__all__ = ["ConvEncoder", "Down", "Up", "conv_decoder"]


class Down(nnx.Module):
    """A 3×3 convolution of stride 2: half the height and width, rounded up."""

    def __init__(self, num_inputs: int, num_outputs: int, *, rngs: nnx.Rngs):
        initialize = nnx.initializers.lecun_normal()  # as `nnx.Linear`: outputs vary as much as inputs
        self.kernel = nnx.Param(initialize(rngs.params(), (3, 3, num_inputs, num_outputs)))
        self.bias = nnx.Param(jnp.zeros((num_outputs,)))
        self.convolutions = convolutions_for(jax.default_backend())

    def __call__(
        self, maps: Float[Array, "row height width input"]
    ) -> Float[Array, "row half_height half_width output"]:
        """The next, smaller maps."""
        return self.convolutions.down(maps, self.kernel[...]) + self.bias[...][None, None, None, :]


class Up(nnx.Module):
    """A transposed 3×3 convolution of stride 2, onto maps of a given size: one that `Down` would take back."""

    def __init__(self, num_inputs: int, num_outputs: int, size: tuple[int, int], *, rngs: nnx.Rngs):
        # Of the 9 taps a quarter reaches each place, on average: with 4 times the variance of `lecun_normal` outputs
        # vary as much as inputs.
        initialize = nnx.initializers.variance_scaling(4.0, "fan_in", "truncated_normal")
        self.kernel = nnx.Param(initialize(rngs.params(), (3, 3, num_inputs, num_outputs)))
        self.bias = nnx.Param(jnp.zeros((num_outputs,)))
        self.size = size
        self.convolutions = convolutions_for(jax.default_backend())

    def __call__(
        self, maps: Float[Array, "row half_height half_width input"]
    ) -> Float[Array, "row height width output"]:
        """The next, larger maps."""
        return self.convolutions.up(maps, self.kernel[...], self.size) + self.bias[...][None, None, None, :]


class ConvEncoder(AbstractEncoder):
    """Features of the image: layers that halve it, then a dense layer over all that is left."""

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        channels: tuple[int, ...],
        hidden_size: int,
        activation: str,
        *,
        rngs: nnx.Rngs,
    ):
        depths = itertools.pairwise((image_shape[-1], *channels))
        self.layers = nnx.Dict({f"layer_{i}": Down(*pair, rngs=rngs) for i, pair in enumerate(depths)})
        self.hidden = nnx.Linear(math.prod(smallest_maps(image_shape, channels)), hidden_size, rngs=rngs)
        self.activation = activation
        self.num_features = hidden_size

    def __call__(self, images: Float[Array, "batch height width channel"]) -> Float[Array, "batch feature"]:
        """See `AbstractEncoder.__call__`."""
        activate = ACTIVATION_FUNCTIONS[self.activation]
        maps = images
        for i in range(len(self.layers)):
            maps = activate(self.layers[f"layer_{i}"](maps))
        return activate(self.hidden(maps.reshape(maps.shape[0], -1)))


class MapsFromVector(nnx.Module):
    """A linear layer whose outputs are laid out as maps."""

    def __init__(self, num_inputs: int, shape: tuple[int, int, int], *, rngs: nnx.Rngs):
        self.linear = nnx.Linear(num_inputs, math.prod(shape), rngs=rngs)
        self.shape = shape

    def __call__(self, hidden: Float[Array, "row input"]) -> Float[Array, "row height width output"]:
        """The smallest maps."""
        return self.linear(hidden).reshape(-1, *self.shape)


class ConvHalf(AbstractHalf):
    """Layers with the activation between them; what it does at its two ends depends on which half it is."""

    def __init__(
        self, layers: Sequence[nnx.Module], activation: str, *, opens: bool = False, closes: bool = False
    ):
        """`opens` and `closes` say whether the activation comes first and last."""
        self.layers = nnx.Dict({f"layer_{i}": layer for i, layer in enumerate(layers)})
        self.activation = activation
        self.opens, self.closes = opens, closes

    def __call__(self, hidden: Float[Array, "row *place"]) -> Float[Array, "row *other"]:
        """See `AbstractHalf.__call__`."""
        activate = ACTIVATION_FUNCTIONS[self.activation]
        for i in range(len(self.layers)):
            hidden = activate(hidden) if i > 0 or self.opens else hidden
            hidden = self.layers[f"layer_{i}"](hidden)
        return activate(hidden) if self.closes else hidden


def conv_decoder(
    num_inputs: int,
    channels: tuple[int, ...],
    hidden_size: int,
    image_shape: tuple[int, int, int],
    activation: str,
    conditioning: str,
    num_components: int,
    *,
    rngs: nnx.Rngs,
) -> Decoder:
    """The decoder of codes of `num_inputs` numbers: `ConvEncoder`'s layers, backwards, the last one linear.

    `concat` enters at the first layer, before its activation; the others at the last hidden maps, so that all but the
    last layer is computed once for all components.
    """
    sizes = map_sizes(image_shape, len(channels))
    depths = (image_shape[-1], *channels)
    layers = [
        nnx.Linear(num_inputs, hidden_size, rngs=rngs),
        MapsFromVector(hidden_size, smallest_maps(image_shape, channels), rngs=rngs),
        *(Up(depths[i + 1], depths[i], sizes[i], rngs=rngs) for i in reversed(range(len(channels)))),
    ]
    if conditioning == "concat":
        before, after = ConvHalf(layers[:1], activation), ConvHalf(layers[1:], activation, opens=True)
        return Decoder(before, CONDITIONINGS[conditioning](num_components, hidden_size, num_places=0), after)
    before, after = ConvHalf(layers[:-1], activation, closes=True), ConvHalf(layers[-1:], activation)
    if conditioning == "none":
        return Decoder(before, None, after)
    return Decoder(before, CONDITIONINGS[conditioning](num_components, channels[0], num_places=2), after)


def map_sizes(image_shape: tuple[int, int, int], num_layers: int) -> list[tuple[int, int]]:
    """(height, width) of the image and of the maps after each layer."""
    sizes = [image_shape[:2]]
    for _ in range(num_layers):
        height, width = sizes[-1]
        sizes.append((halved(height), halved(width)))
    return sizes


def smallest_maps(image_shape: tuple[int, int, int], channels: tuple[int, ...]) -> tuple[int, int, int]:
    """(height, width, feature) of the maps beside the dense layer."""
    return (*map_sizes(image_shape, len(channels))[-1], channels[-1])
