"""What can be asked of the prior p(c), p(z|c).

In: settings. Out: recipes whose `build` gives a prior. Not here: the weights of the KL terms, the labels.
"""

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from ssvae.config import setting
from ssvae.priors.abstract_recipe import AbstractPriorConfig
from ssvae.priors.geometric_recipe import GeometricPriorConfig

if TYPE_CHECKING:
    import numpy as np
    from flax import nnx

    from ssvae.priors.base import AbstractPrior

__all__ = [
    "PRIORS",
    "AbstractPriorConfig",
    "GeometricPriorConfig",
    "MixturePriorConfig",
    "StandardPriorConfig",
    "VampPriorConfig",
]


@dataclasses.dataclass(frozen=True)
class StandardPriorConfig(AbstractPriorConfig):
    """One Gaussian N(0, I), nothing to learn: the plain VAE."""

    variant: ClassVar[str] = "standard"

    @property
    def components(self) -> int:
        """One."""
        return 1

    def build(
        self, latent_dim: int, image_shape: tuple[int, int, int], *, rngs: "nnx.Rngs"
    ) -> "AbstractPrior":
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
    learning_rate_scale: float = setting(1.0, at_least=0, traced=True)
    """Factor on training.learning_rate for means, scales and weights."""

    @property
    def components(self) -> int:
        """`num_components`."""
        return self.num_components

    @property
    def has_learned_weights(self) -> bool:
        """`learn_weights`, which means nothing for a single component."""
        return self.learn_weights and self.num_components > 1

    @property
    def can_tell_components_apart(self) -> bool:
        """Unless they all start and stay at the origin."""
        return self.learn_means or self.init_radius > 0 or self.num_components == 1

    @property
    def step_size(self) -> float:
        """`learning_rate_scale`."""
        return self.learning_rate_scale

    def build(
        self, latent_dim: int, image_shape: tuple[int, int, int], *, rngs: "nnx.Rngs"
    ) -> "AbstractPrior":
        """See `AbstractPriorConfig.build`."""
        from ssvae.priors.mixture import MixturePrior

        return MixturePrior(self, latent_dim, rngs=rngs)


@dataclasses.dataclass(frozen=True)
class VampPriorConfig(AbstractPriorConfig):
    """The VampPrior: a mixture of the encoder's posteriors of learned images, the pseudo-inputs."""

    variant: ClassVar[str] = "vamp"
    num_components: int = setting(64, at_least=1)
    """K, the pseudo-inputs. Hundreds on a GPU."""
    start: str = setting("random", one_of=("random", "kmeans"))
    """Where they start: at random training images, or at the centers of k-means clusters of all of them."""
    learn_weights: bool = True
    """Learn π = p(c); false keeps it uniform."""
    concentration: float = setting(1.0, above=0)
    """α of the symmetric Dirichlet prior over π; 1 is flat. Acts by model.dirichlet_weight."""
    learning_rate_scale: float = setting(0.1, at_least=0, traced=True)
    """Factor on training.learning_rate for pseudo-inputs and weights."""

    @property
    def components(self) -> int:
        """`num_components`."""
        return self.num_components

    @property
    def has_learned_weights(self) -> bool:
        """`learn_weights`, which means nothing for a single component."""
        return self.learn_weights and self.num_components > 1

    @property
    def needs_encoder(self) -> bool:
        """Yes."""
        return True

    @property
    def images_needed(self) -> int:
        """One for each pseudo-input."""
        return self.num_components

    @property
    def step_size(self) -> float:
        """`learning_rate_scale`."""
        return self.learning_rate_scale

    def build(
        self, latent_dim: int, image_shape: tuple[int, int, int], *, rngs: "nnx.Rngs"
    ) -> "AbstractPrior":
        """See `AbstractPriorConfig.build`."""
        from ssvae.priors.vamp import VampPrior

        return VampPrior(self, image_shape, rngs=rngs)

    def starting_params(self, images: "np.ndarray", seed: int) -> dict[str, Any]:
        """The pseudo-inputs; see `AbstractPriorConfig.starting_params`."""
        from ssvae.priors.pseudo_inputs import starting_logits

        return {"pixel_logits": starting_logits(self.start, self.num_components, images, seed)}


PRIORS: dict[str, type[AbstractPriorConfig]] = {
    "standard": StandardPriorConfig,
    "mixture": MixturePriorConfig,
    "vamp": VampPriorConfig,
    "geometric_mog": GeometricPriorConfig,
}
