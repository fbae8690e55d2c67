"""What can be asked of the routing.

In: settings. Out: recipes whose `build` gives a routing. Not here: priors, decoders.
"""

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting
from ssvae.status import Finding

if TYPE_CHECKING:
    from ssvae.routing.base import AbstractRouting

__all__ = [
    "ROUTINGS",
    "AbstractRoutingConfig",
    "GumbelRoutingConfig",
    "HardRoutingConfig",
    "SoftRoutingConfig",
    "StraightThroughRoutingConfig",
    "TopRoutingConfig",
]

RESPONSIBILITIES = ("closed_form", "encoder", "posterior_z")


@dataclasses.dataclass(frozen=True)
class AbstractRoutingConfig(Recipe):
    """The recipe of a routing."""

    responsibilities: str = setting("closed_form", one_of=RESPONSIBILITIES)
    """q(c|x). closed_form: ∝ π_c exp(−KL_c), the best one while the decoder sees no component; encoder: a head of the
    encoder; posterior_z: p(c|z) at the code that was drawn, which makes the KL that of the mixture itself."""
    kl_samples: int = setting(1, at_least=1)
    """Codes drawn per image for the KL terms with responsibilities=posterior_z; the others have them in closed form."""

    @property
    def draws_component(self) -> bool:
        """Whether the decoder is told a component drawn at random."""
        return False

    @property
    def num_decoded(self) -> int | None:
        """How many of the most probable components are kept; None for all of them."""
        return None

    def temperature_at(self, progress: float) -> float:
        """Of a relaxed choice, at a share of training between 0 (first epoch) and 1 (last); 1 where there is none."""
        return 1.0

    def warnings(self) -> Iterator[Finding]:
        """What a run with this routing should be warned of before it starts."""
        yield from ()

    @abstractmethod
    def build(self) -> "AbstractRouting":
        """The routing."""


@dataclasses.dataclass(frozen=True)
class SoftRoutingConfig(AbstractRoutingConfig):
    """Every component, weighed by q(c|x): exact, no variance."""

    variant: ClassVar[str] = "soft"

    def build(self) -> "AbstractRouting":
        """See `AbstractRoutingConfig.build`."""
        from ssvae.routing.modes import SoftRouting

        return SoftRouting()


@dataclasses.dataclass(frozen=True)
class TopRoutingConfig(AbstractRoutingConfig):
    """The most probable components only, renormalized: cheaper than all where the decoder sees the component."""

    variant: ClassVar[str] = "top_m"
    num_active: int = setting(3, at_least=1)
    """M, how many."""

    @property
    def num_decoded(self) -> int:
        """`num_active`."""
        return self.num_active

    def build(self) -> "AbstractRouting":
        """See `AbstractRoutingConfig.build`."""
        from ssvae.routing.modes import LargestRouting

        return LargestRouting(self.num_active)


@dataclasses.dataclass(frozen=True)
class HardRoutingConfig(AbstractRoutingConfig):
    """The most probable component alone, as in hard EM."""

    variant: ClassVar[str] = "hard"

    @property
    def num_decoded(self) -> int:
        """One."""
        return 1

    def build(self) -> "AbstractRouting":
        """See `AbstractRoutingConfig.build`."""
        from ssvae.routing.modes import LargestRouting

        return LargestRouting(1)


@dataclasses.dataclass(frozen=True)
class _DrawingRoutingConfig(AbstractRoutingConfig):
    """One component drawn at random for each image, with a temperature that falls geometrically."""

    temperature: float = setting(1.0, above=0, traced=True)
    """At the first epoch. High: choices lie between components, gradients are calm."""
    final_temperature: float = setting(0.5, above=0, traced=True)
    """At the last epoch. Low: choices are nearly one component, gradients are noisy."""

    @property
    def draws_component(self) -> bool:
        """Yes."""
        return True

    def temperature_at(self, progress: float) -> float:
        """Geometric from the first to the last."""
        return self.temperature * (self.final_temperature / self.temperature) ** progress


@dataclasses.dataclass(frozen=True)
class GumbelRoutingConfig(_DrawingRoutingConfig):
    """A relaxed draw between components, decoded once; no bound until the temperature is near 0."""

    variant: ClassVar[str] = "gumbel"

    def warnings(self) -> Iterator[Finding]:
        """That its numbers are no bounds."""
        yield Finding(
            "no_bound",
            "routing=gumbel decodes with choices between components.",
            "loss.recon, loss.total and metric.elbo are no bounds on log p(x), and epochs of different temperatures "
            "compare badly.",
            "routing=straight_through for numbers to report",
        )

    def build(self) -> "AbstractRouting":
        """See `AbstractRoutingConfig.build`."""
        from ssvae.routing.modes import GumbelRouting

        return GumbelRouting(is_straight_through=False)


@dataclasses.dataclass(frozen=True)
class StraightThroughRoutingConfig(_DrawingRoutingConfig):
    """A drawn component, decoded once, with the gradients of a relaxed draw."""

    variant: ClassVar[str] = "straight_through"

    def build(self) -> "AbstractRouting":
        """See `AbstractRoutingConfig.build`."""
        from ssvae.routing.modes import GumbelRouting

        return GumbelRouting(is_straight_through=True)


ROUTINGS: dict[str, type[AbstractRoutingConfig]] = {
    "gumbel": GumbelRoutingConfig,
    "hard": HardRoutingConfig,
    "soft": SoftRoutingConfig,
    "straight_through": StraightThroughRoutingConfig,
    "top_m": TopRoutingConfig,
}
