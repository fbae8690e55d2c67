"""What an encoder is, and the decoder that every decoder is: two halves with the component entering between them.

In: halves made by dense.py and convolutional.py. Out: `AbstractEncoder`, `Decoder`. Not here: layers, likelihoods.
"""

from abc import abstractmethod

import jax
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.networks.conditioning import AbstractConditioning

__all__ = ["AbstractEncoder", "AbstractHalf", "Decoder"]


class AbstractEncoder(nnx.Module):
    """Images to features, from which heads (heads.py) read the posterior of the code and of the component."""

    num_features: int

    @abstractmethod
    def __call__(self, images: Float[Array, "batch height width channel"]) -> Float[Array, "batch feature"]:
        """What the heads read."""


class AbstractHalf(nnx.Module):
    """One half of a decoder."""

    @abstractmethod
    def __call__(self, hidden: Float[Array, "row *place"]) -> Float[Array, "row *other"]:
        """Row by row: no row sees another."""


class Decoder(nnx.Module):
    """The parameters of p(x|z,c), one or more numbers per pixel; the likelihood says what they mean.

    `before` sees the code alone and `after` also the component, through `conditioning`. So for a code that all
    components share, `before` is computed once whatever K is, and the more of the network it holds the cheaper
    all components are.
    """

    def __init__(self, before: AbstractHalf, conditioning: AbstractConditioning | None, after: AbstractHalf):
        self.before = before
        self.conditioning = conditioning
        self.after = after

    @property
    def sees_component(self) -> bool:
        """Whether p(x|z,c) depends on c at all."""
        return self.conditioning is not None

    def __call__(
        self, z: Float[Array, "row code"], conditions: Float[Array, "row component"] | None = None
    ) -> Float[Array, "row height width output"]:
        """One image per code.

        Args:
            z: Codes.
            conditions: Weights of the components for each code, one-hot for p(x|z,c); between them for a relaxed
                choice. None for a decoder that sees no component, which ignores it.
        """
        hidden = self.before(z)
        if self.conditioning is not None:
            if conditions is None:
                raise ValueError(
                    "decoder.conditioning: this decoder needs to be told the component of each code."
                )
            hidden = self.conditioning(hidden, conditions)
        return self.after(hidden)

    def every_component(
        self, z: Float[Array, "batch code"]
    ) -> Float[Array, "batch component height width output"]:
        """One image per code and component, `before` computed once per code.

        Raises:
            ValueError: for a decoder that sees no component.
        """
        if self.conditioning is None:
            raise ValueError("decoder.conditioning=none: the decoder is the same for every component.")
        hidden = self.conditioning.every_component(self.before(z))
        batch, num_components = hidden.shape[:2]
        images = self.after(jax.lax.collapse(hidden, 0, 2))
        return images.reshape(batch, num_components, *images.shape[1:])
