"""How a decoder is told the component: a change of its hidden values that is the identity until it is learned.

In: hidden values, components. Out: changed hidden values. Not here: where in the network that happens (base.py).
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import TypeAlias

import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float

__all__ = [
    "CONDITIONINGS",
    "AbstractConditioning",
    "ConcatConditioning",
    "FilmConditioning",
    "InstanceNormConditioning",
]

EPSILON = 1e-5
"""Added to variances, so that constant hidden values have a finite normal form."""

OfComponent: TypeAlias = Callable[[nnx.Param], Array]
"""From a table (component, feature) to the numbers that act on each row, shaped to broadcast with it."""


class AbstractConditioning(nnx.Module):
    """Tables of numbers per component and feature, all 0 at the start, and what they do to hidden values.

    At the start every component decodes as a decoder without conditioning would; gradients tell them apart. Hidden
    values are (row, feature), or (row, height, width, feature) with the same numbers at every place.
    """

    def __init__(self, num_components: int, num_features: int, num_places: int):
        """`num_places` is 0 for vectors of features, 2 for maps of them."""
        self.shifts = nnx.Param(jnp.zeros((num_components, num_features)))
        self.num_places = num_places

    def __call__(
        self, hidden: Float[Array, "row *place feature"], conditions: Float[Array, "row component"]
    ) -> Float[Array, "row *place feature"]:
        """Each row changed by its own component; by a mixture of their numbers when `conditions` is not one-hot."""
        return self.change(hidden, lambda table: self._at_every_place(conditions @ table[...]))

    def every_component(
        self, hidden: Float[Array, "batch *place feature"]
    ) -> Float[Array, "batch component *place feature"]:
        """Each row changed by each component."""
        return self.change(hidden[:, None], lambda table: self._at_every_place(table[...])[None])

    @abstractmethod
    def change(
        self, hidden: Float[Array, "*row feature"], of_component: OfComponent
    ) -> Float[Array, "*changed feature"]:
        """The hidden values after the change."""

    def _at_every_place(self, numbers: Float[Array, "row feature"]) -> Float[Array, "row *place feature"]:
        return jnp.expand_dims(numbers, tuple(range(1, 1 + self.num_places)))


class ConcatConditioning(AbstractConditioning):
    """The component beside the code at the network's entrance.

    A linear layer of [z, one-hot c] is W z + V c. The shift is V c, so W z is computed once for all components.
    Source: Kingma et al. 2014, arXiv:1406.5298, section 3: M2 decodes from z and y.
    """

    def change(
        self, hidden: Float[Array, "*row feature"], of_component: OfComponent
    ) -> Float[Array, "*changed feature"]:
        """h + shift_c."""
        return hidden + of_component(self.shifts)


class FilmConditioning(AbstractConditioning):
    """A factor and a shift per feature. Source: Perez et al. 2018 (FiLM), arXiv:1709.07871, equation 2."""

    def __init__(self, num_components: int, num_features: int, num_places: int):
        super().__init__(num_components, num_features, num_places)
        self.scales = nnx.Param(jnp.zeros((num_components, num_features)))

    def change(
        self, hidden: Float[Array, "*row feature"], of_component: OfComponent
    ) -> Float[Array, "*changed feature"]:
        """(1 + scale_c) h + shift_c."""
        return hidden * (1 + of_component(self.scales)) + of_component(self.shifts)


class InstanceNormConditioning(AbstractConditioning):
    """Conditional instance normalization, added to the hidden values so that it can start as the identity.

    Normalized over the places of each feature, or over the features where there are no places.
    Source: Dumoulin et al. 2017, arXiv:1610.07629, equation 5.
    """

    def __init__(self, num_components: int, num_features: int, num_places: int):
        super().__init__(num_components, num_features, num_places)
        self.scales = nnx.Param(jnp.zeros((num_components, num_features)))

    def change(
        self, hidden: Float[Array, "*row feature"], of_component: OfComponent
    ) -> Float[Array, "*changed feature"]:
        """h + scale_c · (h − mean) / std + shift_c."""
        axes = tuple(range(-1 - self.num_places, -1)) or (-1,)
        mean = jnp.mean(hidden, axis=axes, keepdims=True)
        variance = jnp.var(hidden, axis=axes, keepdims=True)
        normalized = (hidden - mean) / jnp.sqrt(variance + EPSILON)
        return hidden + of_component(self.scales) * normalized + of_component(self.shifts)


CONDITIONINGS: dict[str, type[AbstractConditioning]] = {
    "concat": ConcatConditioning,
    "film": FilmConditioning,
    "cin": InstanceNormConditioning,
}
"""Every word of `decoder.conditioning` but `none`."""
