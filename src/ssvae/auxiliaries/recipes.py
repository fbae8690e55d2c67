"""What can be asked of the auxiliary variable.

In: settings. Out: recipes whose `build` gives its networks, or None. Not here: the weight of its cost.
"""

import dataclasses
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting
from ssvae.networks.recipes import ACTIVATIONS

if TYPE_CHECKING:
    from flax import nnx

    from ssvae.auxiliaries.skip import SkipAuxiliary

__all__ = ["AUXILIARIES", "AbstractAuxiliaryConfig", "NoAuxiliaryConfig", "SkipAuxiliaryConfig"]


@dataclasses.dataclass(frozen=True)
class AbstractAuxiliaryConfig(Recipe):
    """The recipe of an auxiliary variable."""

    @property
    def size(self) -> int:
        """Dimensions of a; 0 when there is none."""
        return 0

    @abstractmethod
    def build(
        self, num_features: int, latent_dim: int, num_components: int, *, rngs: "nnx.Rngs"
    ) -> "SkipAuxiliary | None":
        """Its networks, beside an encoder with `num_features` features; None when there is no such variable."""


@dataclasses.dataclass(frozen=True)
class NoAuxiliaryConfig(AbstractAuxiliaryConfig):
    """No auxiliary variable."""

    variant: ClassVar[str] = "none"

    def build(
        self, num_features: int, latent_dim: int, num_components: int, *, rngs: "nnx.Rngs"
    ) -> "SkipAuxiliary | None":
        """Nothing."""
        return None


@dataclasses.dataclass(frozen=True)
class SkipAuxiliaryConfig(AbstractAuxiliaryConfig):
    """A Gaussian a that the encoder draws first and the decoder sees beside z, as in SDGM."""

    variant: ClassVar[str] = "skip"
    dim: int = setting(8, at_least=1)
    """Dimensions of a."""
    hidden_sizes: tuple[int, ...] = setting((128,), at_least=1)
    """Units of each hidden layer of p(a|z,c), and of what q(z|a,x,c) and q(c|a,x) are read off."""
    activation: str = setting("relu", one_of=ACTIVATIONS)
    """The function between layers."""

    @property
    def size(self) -> int:
        """`dim`."""
        return self.dim

    def build(
        self, num_features: int, latent_dim: int, num_components: int, *, rngs: "nnx.Rngs"
    ) -> "SkipAuxiliary | None":
        """See `AbstractAuxiliaryConfig.build`."""
        from ssvae.auxiliaries.skip import SkipAuxiliary

        return SkipAuxiliary(self, num_features, latent_dim, num_components, rngs=rngs)


AUXILIARIES: dict[str, type[AbstractAuxiliaryConfig]] = {
    "none": NoAuxiliaryConfig,
    "skip": SkipAuxiliaryConfig,
}
