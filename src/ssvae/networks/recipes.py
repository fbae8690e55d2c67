"""What can be asked of the encoder and the decoder network.

In: settings. Out: recipes whose `build` gives a module. Not here: losses, priors.
"""

import dataclasses
import math
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting

if TYPE_CHECKING:
    from flax import nnx

    from ssvae.networks.base import AbstractEncoder, Decoder

__all__ = [
    "ACTIVATIONS",
    "DECODERS",
    "ENCODERS",
    "AbstractDecoderConfig",
    "AbstractEncoderConfig",
    "ConvDecoderConfig",
    "ConvEncoderConfig",
    "DenseDecoderConfig",
    "DenseEncoderConfig",
]

ACTIVATIONS = ("relu", "gelu", "silu", "softplus", "tanh")

CONDITIONINGS = ("none", "concat", "film", "cin")

SMALLEST_CONV_IMAGE = 8
"""Pixels in each direction: two layers leave maps of 2 by 2."""


@dataclasses.dataclass(frozen=True)
class AbstractEncoderConfig(Recipe):
    """The recipe of an encoder."""

    @property
    def smallest_image(self) -> int:
        """Pixels an image must have in each direction."""
        return 1

    @abstractmethod
    def build(self, image_shape: tuple[int, int, int], *, rngs: "nnx.Rngs") -> "AbstractEncoder":
        """The encoder of images of `image_shape` (height, width, channel)."""


@dataclasses.dataclass(frozen=True)
class AbstractDecoderConfig(Recipe):
    """The recipe of a decoder."""

    conditioning: str = setting("none", one_of=CONDITIONINGS)
    """How it is told the component. none: p(x|z) is the same for all; concat: beside the code; film: a factor and a
    shift of the last hidden features; cin: the same of their normal form. Each is the identity at the start."""

    @property
    def smallest_image(self) -> int:
        """Pixels an image must have in each direction."""
        return 1

    @abstractmethod
    def build(
        self, num_inputs: int, output_shape: tuple[int, int, int], num_components: int, *, rngs: "nnx.Rngs"
    ) -> "Decoder":
        """The decoder of codes of `num_inputs` numbers into `output_shape`: (height, width, numbers per pixel)."""


@dataclasses.dataclass(frozen=True)
class DenseEncoderConfig(AbstractEncoderConfig):
    """Fully connected layers on the flattened image; fits any image size."""

    variant: ClassVar[str] = "dense"
    hidden_sizes: tuple[int, ...] = setting((256, 256), at_least=1)
    """Units of each hidden layer, from the image to the code."""
    activation: str = setting("relu", one_of=ACTIVATIONS)
    """The function between layers."""

    def build(self, image_shape: tuple[int, int, int], *, rngs: "nnx.Rngs") -> "AbstractEncoder":
        """See `AbstractEncoderConfig.build`."""
        from ssvae.networks.dense import DenseEncoder

        return DenseEncoder(math.prod(image_shape), self.hidden_sizes, self.activation, rngs=rngs)


@dataclasses.dataclass(frozen=True)
class DenseDecoderConfig(AbstractDecoderConfig):
    """Fully connected layers from the code to the pixels; fits any image size."""

    variant: ClassVar[str] = "dense"
    hidden_sizes: tuple[int, ...] = setting((256, 256), at_least=1)
    """Units of each hidden layer, from the code to the image."""
    activation: str = setting("relu", one_of=ACTIVATIONS)
    """The function between layers."""

    def build(
        self, num_inputs: int, output_shape: tuple[int, int, int], num_components: int, *, rngs: "nnx.Rngs"
    ) -> "Decoder":
        """See `AbstractDecoderConfig.build`."""
        from ssvae.networks.dense import dense_decoder

        return dense_decoder(
            num_inputs,
            self.hidden_sizes,
            output_shape,
            self.activation,
            self.conditioning,
            num_components,
            rngs=rngs,
        )


@dataclasses.dataclass(frozen=True)
class ConvEncoderConfig(AbstractEncoderConfig):
    """3×3 convolutions that halve the image, then a dense layer; use it where neighboring pixels belong together."""

    variant: ClassVar[str] = "conv"
    channels: tuple[int, ...] = setting((32, 64), at_least=1)
    """Features of each convolution, from the image to the code; each halves height and width, rounding up."""
    hidden_size: int = setting(128, at_least=1)
    """Units of the dense layer between the smallest maps and the code."""
    activation: str = setting("relu", one_of=ACTIVATIONS)
    """The function between layers."""

    @property
    def smallest_image(self) -> int:
        """Below this there is no neighborhood worth a convolution."""
        return SMALLEST_CONV_IMAGE

    def problems(self, prefix: str) -> Iterator[str]:
        """No convolution at all."""
        yield from _no_channels(self.channels, prefix)

    def build(self, image_shape: tuple[int, int, int], *, rngs: "nnx.Rngs") -> "AbstractEncoder":
        """See `AbstractEncoderConfig.build`."""
        from ssvae.networks.convolutional import ConvEncoder

        return ConvEncoder(image_shape, self.channels, self.hidden_size, self.activation, rngs=rngs)


@dataclasses.dataclass(frozen=True)
class ConvDecoderConfig(AbstractDecoderConfig):
    """A dense layer, then transposed convolutions that double the maps: the convolutional encoder backwards."""

    variant: ClassVar[str] = "conv"
    channels: tuple[int, ...] = setting((32, 64), at_least=1)
    """Features of the maps, from the image to the code, as the encoder lists them."""
    hidden_size: int = setting(128, at_least=1)
    """Units of the dense layer between the code and the smallest maps."""
    activation: str = setting("relu", one_of=ACTIVATIONS)
    """The function between layers."""

    @property
    def smallest_image(self) -> int:
        """Below this there is no neighborhood worth a convolution."""
        return SMALLEST_CONV_IMAGE

    def problems(self, prefix: str) -> Iterator[str]:
        """No convolution at all."""
        yield from _no_channels(self.channels, prefix)

    def build(
        self, num_inputs: int, output_shape: tuple[int, int, int], num_components: int, *, rngs: "nnx.Rngs"
    ) -> "Decoder":
        """See `AbstractDecoderConfig.build`."""
        from ssvae.networks.convolutional import conv_decoder

        return conv_decoder(
            num_inputs,
            self.channels,
            self.hidden_size,
            output_shape,
            self.activation,
            self.conditioning,
            num_components,
            rngs=rngs,
        )


def _no_channels(channels: tuple[int, ...], prefix: str) -> Iterator[str]:
    if not channels:
        yield (
            f"{prefix}channels must name at least one layer, got none. "
            f"Try {prefix}channels=[32,64], or the dense network."
        )


ENCODERS: dict[str, type[AbstractEncoderConfig]] = {"conv": ConvEncoderConfig, "dense": DenseEncoderConfig}
DECODERS: dict[str, type[AbstractDecoderConfig]] = {"conv": ConvDecoderConfig, "dense": DenseDecoderConfig}
