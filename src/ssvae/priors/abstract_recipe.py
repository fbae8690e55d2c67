"""What every recipe of a prior answers.

In: nothing. Out: `AbstractPriorConfig`. Not here: any particular prior (recipes.py).
"""

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ssvae.config import Recipe
from ssvae.status import Finding

if TYPE_CHECKING:
    import numpy as np
    from flax import nnx

    from ssvae.priors.base import AbstractPrior

__all__ = ["AbstractPriorConfig"]


@dataclasses.dataclass(frozen=True)
class AbstractPriorConfig(Recipe):
    """The recipe of a prior."""

    @property
    @abstractmethod
    def components(self) -> int:
        """How many components the prior has; 1 for a prior that is not a mixture."""

    @property
    def has_learned_weights(self) -> bool:
        """Whether p(c) is learned, so that a Dirichlet prior over it means something."""
        return False

    @property
    def can_tell_components_apart(self) -> bool:
        """Whether p(z|c) differs, or can come to differ, between the components."""
        return True

    @property
    def needs_encoder(self) -> bool:
        """Whether it is made of posteriors q(z|x), of which there must then be one kind."""
        return False

    @property
    def images_needed(self) -> int:
        """How many training images there must be for its parameters to start from."""
        return 0

    @property
    def step_size(self) -> float:
        """What the learning rate is multiplied by for the prior's own parameters."""
        return 1.0

    def misfits(self, latent_dim: int) -> Iterator[str]:
        """One sentence for each reason why the prior cannot be over codes of `latent_dim` dimensions."""
        yield from ()

    def warnings(self) -> Iterator[Finding]:
        """What a run with this prior should be warned of before it starts."""
        yield from ()

    @abstractmethod
    def build(
        self, latent_dim: int, image_shape: tuple[int, int, int], *, rngs: "nnx.Rngs"
    ) -> "AbstractPrior":
        """The prior over codes of `latent_dim` dimensions, for images of `image_shape`."""

    def starting_params(self, images: "np.ndarray", seed: int) -> dict[str, Any]:
        """Parameters that start from data: name → array. The others start as `build` leaves them.

        Args:
            images: The training images, pixels in [0, 1]. Labels play no part.
            seed: The run's seed.
        """
        return {}
