"""How the KL weights rise: a share of their final value for each epoch.

In: settings, an epoch. Out: numbers from 0 to 1. Plain arithmetic on the host: it reaches the compiled program as an
argument. Not here: the weights themselves (recipes.py).
"""

import dataclasses
import math
from abc import abstractmethod
from typing import ClassVar

from ssvae.config import Recipe, setting

__all__ = [
    "ANNEALINGS",
    "AbstractAnnealingConfig",
    "CosineAnnealingConfig",
    "CyclicalAnnealingConfig",
    "LinearAnnealingConfig",
]


@dataclasses.dataclass(frozen=True)
class AbstractAnnealingConfig(Recipe):
    """The recipe of an annealing."""

    warmup: float = setting(0.2, at_least=0, at_most=1, traced=True)
    """Share of training.epochs over which both KL weights rise from 0; 0 starts at full weight."""

    @abstractmethod
    def share(self, epoch: int, epochs: int) -> float:
        """Of the final weight, in `epoch` (counted from 1) of `epochs`. 1 in the last one."""


@dataclasses.dataclass(frozen=True)
class LinearAnnealingConfig(AbstractAnnealingConfig):
    """Straight up, then full weight."""

    variant: ClassVar[str] = "linear"

    def share(self, epoch: int, epochs: int) -> float:
        """See `AbstractAnnealingConfig.share`."""
        return _rise(epoch, self.warmup * epochs)


@dataclasses.dataclass(frozen=True)
class CosineAnnealingConfig(AbstractAnnealingConfig):
    """Up along half a cosine, slow at both ends, then full weight."""

    variant: ClassVar[str] = "cosine"

    def share(self, epoch: int, epochs: int) -> float:
        """See `AbstractAnnealingConfig.share`."""
        return 0.5 * (1 - math.cos(math.pi * _rise(epoch, self.warmup * epochs)))


@dataclasses.dataclass(frozen=True)
class CyclicalAnnealingConfig(AbstractAnnealingConfig):
    """Up and at full weight, again and again: each new start finds codes that the last one prepared.

    Source: Fu et al. 2019, arXiv:1903.10145, equation 6.
    """

    variant: ClassVar[str] = "cyclical"
    warmup: float = setting(0.5, at_least=0, at_most=1, traced=True)
    """Share of each cycle over which both KL weights rise from 0; 0 starts at full weight."""
    cycles: int = setting(4, at_least=1, traced=True)
    """How often, in equal parts of training.epochs."""

    def share(self, epoch: int, epochs: int) -> float:
        """See `AbstractAnnealingConfig.share`."""
        length = epochs / self.cycles
        within = epoch - length * (
            math.ceil(epoch / length - 1e-9) - 1
        )  # in (0, length]: a cycle ends at full weight
        return _rise(within, self.warmup * length)


def _rise(epoch: int | float, warmup: float) -> float:
    return 1.0 if warmup == 0 else min(1.0, epoch / warmup)


ANNEALINGS: dict[str, type[AbstractAnnealingConfig]] = {
    "cosine": CosineAnnealingConfig,
    "cyclical": CyclicalAnnealingConfig,
    "linear": LinearAnnealingConfig,
}
