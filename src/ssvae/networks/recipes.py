"""What can be asked of the encoder and the decoder network.

In: settings. Out: recipes whose `build` gives a module. Not here: losses, priors.
"""

import dataclasses
import math
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting

if TYPE_CHECKING:
    from flax import nnx

    from ssvae.networks.dense import DenseDecoder, DenseEncoder

__all__ = ["ACTIVATIONS", "DECODERS", "ENCODERS", "DenseDecoderConfig", "DenseEncoderConfig"]

ACTIVATIONS = ("relu", "gelu", "silu", "softplus", "tanh")


@dataclasses.dataclass(frozen=True)
class DenseEncoderConfig(Recipe):
    """q(z|x) from fully connected layers on the flattened image; fits any image size."""

    variant: ClassVar[str] = "dense"
    hidden_sizes: tuple[int, ...] = setting((256, 256), at_least=1)
    """Units of each hidden layer, from the image to the code."""
    activation: str = setting("relu", one_of=ACTIVATIONS)
    """The function between layers."""

    def build(
        self, image_shape: tuple[int, int, int], latent_dim: int, *, rngs: "nnx.Rngs"
    ) -> "DenseEncoder":
        """The encoder of images of `image_shape` into `latent_dim` dimensions."""
        from ssvae.networks.dense import DenseEncoder

        return DenseEncoder(math.prod(image_shape), self.hidden_sizes, latent_dim, self.activation, rngs=rngs)


@dataclasses.dataclass(frozen=True)
class DenseDecoderConfig(Recipe):
    """p(x|z) from fully connected layers; fits any image size."""

    variant: ClassVar[str] = "dense"
    hidden_sizes: tuple[int, ...] = setting((256, 256), at_least=1)
    """Units of each hidden layer, from the code to the image."""
    activation: str = setting("relu", one_of=ACTIVATIONS)
    """The function between layers."""

    def build(
        self, latent_dim: int, image_shape: tuple[int, int, int], *, rngs: "nnx.Rngs"
    ) -> "DenseDecoder":
        """The decoder of codes of `latent_dim` dimensions into images of `image_shape`."""
        from ssvae.networks.dense import DenseDecoder

        return DenseDecoder(latent_dim, self.hidden_sizes, image_shape, self.activation, rngs=rngs)


ENCODERS: dict[str, type[DenseEncoderConfig]] = {"dense": DenseEncoderConfig}
DECODERS: dict[str, type[DenseDecoderConfig]] = {"dense": DenseDecoderConfig}
