"""What can be asked of the prior p(c), p(z|c).

In: settings. Out: recipes whose `build` gives a prior. Not here: the weights of the KL terms, the labels.
"""

import dataclasses
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting

if TYPE_CHECKING:
    from flax import nnx

    from ssvae.priors.base import AbstractPrior

__all__ = ["PRIORS", "AbstractPriorConfig", "MixturePriorConfig", "StandardPriorConfig"]


@dataclasses.dataclass(frozen=True)
class AbstractPriorConfig(Recipe):
    """The recipe of a prior."""

    @property
    @abstractmethod
    def components(self) -> int:
        """How many components the prior has; 1 for a prior that is not a mixture."""

    @property
    @abstractmethod
    def has_learned_weights(self) -> bool:
        """Whether p(c) is learned, so that a Dirichlet prior over it means something."""

    @abstractmethod
    def build(self, latent_dim: int, *, rngs: "nnx.Rngs") -> "AbstractPrior":
        """The prior over codes of `latent_dim` dimensions."""


@dataclasses.dataclass(frozen=True)
class StandardPriorConfig(AbstractPriorConfig):
    """One Gaussian N(0, I), nothing to learn: the plain VAE."""

    variant: ClassVar[str] = "standard"

    @property
    def components(self) -> int:
        """One."""
        return 1

    @property
    def has_learned_weights(self) -> bool:
        """No."""
        return False

    def build(self, latent_dim: int, *, rngs: "nnx.Rngs") -> "AbstractPrior":
        """See `AbstractPriorConfig.build`."""
        from ssvae.priors.standard import StandardPrior

        return StandardPrior(latent_dim)


@dataclasses.dataclass(frozen=True)
class MixturePriorConfig(AbstractPriorConfig):
    """A mixture of Gaussians with learned means, scales and weights, so that classes occupy separate regions."""

    variant: ClassVar[str] = "mixture"
    num_components: int = setting(20, at_least=1)
    """K. More than the number of classes leaves room for writing styles; twice is a good start."""
    learn_means: bool = True
    """Learn each component's mean; false keeps the random start."""
    learn_scales: bool = True
    """Learn each component's standard deviations; false keeps them at 1."""
    learn_weights: bool = True
    """Learn π = p(c); false keeps it uniform."""
    init_radius: float = setting(1.0, at_least=0)
    """Standard deviation of the random start of the means, in units of a component's own scale."""
    concentration: float = setting(2.0, above=0)
    """α of the symmetric Dirichlet prior over π; above 1 it keeps components alive. Acts by model.dirichlet_weight."""

    @property
    def components(self) -> int:
        """`num_components`."""
        return self.num_components

    @property
    def has_learned_weights(self) -> bool:
        """`learn_weights`, which means nothing for a single component."""
        return self.learn_weights and self.num_components > 1

    def build(self, latent_dim: int, *, rngs: "nnx.Rngs") -> "AbstractPrior":
        """See `AbstractPriorConfig.build`."""
        from ssvae.priors.mixture import MixturePrior

        return MixturePrior(self, latent_dim, rngs=rngs)


PRIORS: dict[str, type[AbstractPriorConfig]] = {
    "mixture": MixturePriorConfig,
    "standard": StandardPriorConfig,
}
