"""What can be asked of the prior with fixed places: where they are, and whether they are far enough apart.

In: settings. Out: `GeometricPriorConfig`. Not here: the places as arrays (geometric.py).
"""

import dataclasses
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import setting
from ssvae.priors.abstract_recipe import AbstractPriorConfig
from ssvae.status import Finding

if TYPE_CHECKING:
    from flax import nnx

    from ssvae.priors.base import AbstractPrior

__all__ = ["SEPARATION", "GeometricPriorConfig"]

SEPARATION = 4.0
"""Distance between neighboring centers, in σ, at which 2.3 % of each falls on the other's side."""


@dataclasses.dataclass(frozen=True)
class GeometricPriorConfig(AbstractPriorConfig):
    """Unit Gaussians at fixed places on a circle, a grid or a simplex; nothing to learn."""

    variant: ClassVar[str] = "geometric_mog"
    num_components: int = setting(10, at_least=1)
    """K."""
    arrangement: str = setting("circle", one_of=("circle", "grid", "simplex"))
    """circle and grid lie in the first two dimensions of z; simplex needs a dimension per component."""
    radius: float | None = setting(None, at_least=0)
    """Distance of the centers from the origin (grid: half its side). null: neighbors are 4 σ apart."""

    @property
    def components(self) -> int:
        """`num_components`."""
        return self.num_components

    @property
    def can_tell_components_apart(self) -> bool:
        """Unless they all lie at the origin."""
        return self.radius_used > 0 or self.num_components == 1

    @property
    def grid_side(self) -> int:
        """Centers along one side of the grid."""
        return math.isqrt(self.num_components - 1) + 1

    @property
    def radius_used(self) -> float:
        """`radius`, or the one that puts neighbors 4 σ apart."""
        return self._radius_for_separation if self.radius is None else self.radius

    @property
    def separation(self) -> float:
        """Distance between neighboring centers, in σ; infinite for a single one."""
        return math.inf if self.num_components == 1 else self.radius_used * self._distance_at_radius_one

    @property
    def _distance_at_radius_one(self) -> float:
        if self.num_components == 1:
            return math.inf
        if self.arrangement == "circle":
            return 2 * math.sin(math.pi / self.num_components)
        return 2 / (self.grid_side - 1) if self.arrangement == "grid" else math.sqrt(2)

    @property
    def _radius_for_separation(self) -> float:
        return SEPARATION / self._distance_at_radius_one  # 0 for a single component

    def misfits(self, latent_dim: int) -> Iterator[str]:
        """That the code has too few dimensions for the arrangement."""
        needed = self.num_components if self.arrangement == "simplex" else 2
        if latent_dim < needed:
            yield (
                f"prior.arrangement={self.arrangement} with {self.num_components} components needs {needed} "
                f"dimensions, got model.latent_dim={latent_dim}. Try model.latent_dim={needed}."
            )

    def warnings(self) -> Iterator[Finding]:
        """That neighboring components overlap."""
        if self.separation >= SEPARATION * (1 - 1e-6):  # the rounding of a radius typed with three digits
            return
        confused = 0.5 * math.erfc(self.separation / 2 / math.sqrt(2))
        enough = math.ceil(100 * self._radius_for_separation) / 100
        yield Finding(
            "overlapping_components",
            f"Neighboring components of prior=geometric_mog are {self.separation:.2f} σ apart, so {confused:.0%} of "
            "each lies on the other's side of the middle.",
            "Images there have no component of their own.",
            f"prior.radius={enough:g}",
        )

    def build(
        self, latent_dim: int, image_shape: tuple[int, int, int], *, rngs: "nnx.Rngs"
    ) -> "AbstractPrior":
        """See `AbstractPriorConfig.build`."""
        from ssvae.priors.geometric import GeometricPrior

        return GeometricPrior(self, latent_dim)
