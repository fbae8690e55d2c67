"""What can be asked of the likelihood p(x|·).

In: settings. Out: recipes whose `build` gives a likelihood. Not here: the decoder network.
"""

import dataclasses
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting

if TYPE_CHECKING:
    from ssvae.likelihoods.base import AbstractLikelihood

__all__ = ["LIKELIHOODS", "AbstractLikelihoodConfig", "BernoulliConfig", "GaussianConfig"]


@dataclasses.dataclass(frozen=True)
class AbstractLikelihoodConfig(Recipe):
    """The recipe of a likelihood."""

    @abstractmethod
    def build(self) -> "AbstractLikelihood":
        """The likelihood."""


@dataclasses.dataclass(frozen=True)
class BernoulliConfig(AbstractLikelihoodConfig):
    """Each pixel is a coin; grey pixels count as their expectation ("soft" Bernoulli)."""

    variant: ClassVar[str] = "bernoulli"

    def build(self) -> "AbstractLikelihood":
        """See `AbstractLikelihoodConfig.build`."""
        from ssvae.likelihoods.bernoulli import Bernoulli

        return Bernoulli()


@dataclasses.dataclass(frozen=True)
class GaussianConfig(AbstractLikelihoodConfig):
    """Each pixel is Gaussian with one standard deviation σ for all pixels and images."""

    variant: ClassVar[str] = "gaussian"
    std: float = setting(0.3, above=0)
    """σ in units of full brightness: the start if it is learned, else the value."""
    learn_std: bool = True
    """Learn σ; its optimum is the root mean squared error of the reconstructions."""

    def build(self) -> "AbstractLikelihood":
        """See `AbstractLikelihoodConfig.build`."""
        from ssvae.likelihoods.gaussian import Gaussian

        return Gaussian(self.std, is_learned=self.learn_std)


LIKELIHOODS: dict[str, type[AbstractLikelihoodConfig]] = {
    "bernoulli": BernoulliConfig,
    "gaussian": GaussianConfig,
}
