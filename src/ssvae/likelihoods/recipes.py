"""What can be asked of the likelihood p(x|·).

In: settings. Out: recipes whose `build` gives a likelihood. Not here: the decoder network.
"""

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting

if TYPE_CHECKING:
    from ssvae.likelihoods.base import AbstractLikelihood

__all__ = [
    "BINARIZATIONS",
    "GRANULARITIES",
    "LIKELIHOODS",
    "AbstractLikelihoodConfig",
    "BernoulliConfig",
    "ContinuousBernoulliConfig",
    "GaussianConfig",
    "HeteroscedasticConfig",
]

BINARIZATIONS = ("none", "static", "dynamic")

GRANULARITIES = ("image", "pixel")


@dataclasses.dataclass(frozen=True)
class AbstractLikelihoodConfig(Recipe):
    """The recipe of a likelihood."""

    @property
    def outputs_per_pixel(self) -> int:
        """Numbers the decoder gives for each channel of each pixel."""
        return 1

    @property
    def binarization(self) -> str:
        """How gray images become black and white ones before they are scored; one of BINARIZATIONS."""
        return "none"

    @abstractmethod
    def build(self) -> "AbstractLikelihood":
        """The likelihood."""


@dataclasses.dataclass(frozen=True)
class BernoulliConfig(AbstractLikelihoodConfig):
    """Each pixel is a coin."""

    variant: ClassVar[str] = "bernoulli"
    # A setting here, fixed for all others; it answers as their property does.
    binarization: str = setting("none", one_of=BINARIZATIONS)  # pyright: ignore[reportIncompatibleMethodOverride]
    """none: gray pixels count as their expectation ("soft" Bernoulli, no likelihood of binary images). static: each
    image is replaced by one fixed draw of its pixels. dynamic: training draws anew at each step, all else is fixed."""

    def build(self) -> "AbstractLikelihood":
        """See `AbstractLikelihoodConfig.build`."""
        from ssvae.likelihoods.bernoulli import Bernoulli

        return Bernoulli()


@dataclasses.dataclass(frozen=True)
class ContinuousBernoulliConfig(AbstractLikelihoodConfig):
    """The soft Bernoulli made a density over gray pixels."""

    variant: ClassVar[str] = "continuous_bernoulli"

    def build(self) -> "AbstractLikelihood":
        """See `AbstractLikelihoodConfig.build`."""
        from ssvae.likelihoods.continuous_bernoulli import ContinuousBernoulli

        return ContinuousBernoulli()


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


@dataclasses.dataclass(frozen=True)
class HeteroscedasticConfig(AbstractLikelihoodConfig):
    """Each pixel is Gaussian with a standard deviation σ that the decoder predicts from the code."""

    variant: ClassVar[str] = "heteroscedastic"
    sigma_min: float = setting(0.05, above=0)
    """Smallest σ, in units of full brightness. Without one, a pixel that never varies has an infinite density."""
    sigma_max: float = setting(0.5, above=0)
    """Largest σ, in units of full brightness. No pixel between 0 and 1 can vary more than 0.5."""
    granularity: str = setting("image", one_of=GRANULARITIES)
    """image: one σ for all pixels of an image; pixel: one for each."""

    @property
    def outputs_per_pixel(self) -> int:
        """A mean and the number that σ is computed from."""
        return 2

    def problems(self, prefix: str) -> Iterator[str]:
        """The bounds in the wrong order."""
        if self.sigma_min >= self.sigma_max:
            yield (
                f"{prefix}sigma_min must be below {prefix}sigma_max, got {self.sigma_min} and {self.sigma_max}. "
                f"Try {prefix}sigma_min=0.05 {prefix}sigma_max=0.5."
            )

    def build(self) -> "AbstractLikelihood":
        """See `AbstractLikelihoodConfig.build`."""
        from ssvae.likelihoods.heteroscedastic import Heteroscedastic

        return Heteroscedastic(self.sigma_min, self.sigma_max, is_per_image=self.granularity == "image")


LIKELIHOODS: dict[str, type[AbstractLikelihoodConfig]] = {
    "bernoulli": BernoulliConfig,
    "continuous_bernoulli": ContinuousBernoulliConfig,
    "gaussian": GaussianConfig,
    "heteroscedastic": HeteroscedasticConfig,
}
