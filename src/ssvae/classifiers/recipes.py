"""What can be asked of the classifier.

In: settings. Out: recipes whose `build` gives a classifier. Not here: how much labels weigh in the loss.
"""

import dataclasses
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting
from ssvae.networks.recipes import ACTIVATIONS

if TYPE_CHECKING:
    from flax import nnx

    from ssvae.classifiers.base import AbstractClassifier

__all__ = ["CLASSIFIERS", "AbstractClassifierConfig", "HeadConfig", "NoClassifierConfig", "TauConfig"]


@dataclasses.dataclass(frozen=True)
class AbstractClassifierConfig(Recipe):
    """The recipe of a classifier."""

    @property
    def predicts(self) -> bool:
        """Whether it predicts labels at all, and so learns from them."""
        return True

    @abstractmethod
    def build(
        self, latent_dim: int, num_components: int, num_classes: int, *, rngs: "nnx.Rngs"
    ) -> "AbstractClassifier":
        """The classifier of codes of `latent_dim` dimensions and `num_components` components."""


@dataclasses.dataclass(frozen=True)
class NoClassifierConfig(AbstractClassifierConfig):
    """No prediction; labels are not used."""

    variant: ClassVar[str] = "none"

    @property
    def predicts(self) -> bool:
        """No."""
        return False

    def build(
        self, latent_dim: int, num_components: int, num_classes: int, *, rngs: "nnx.Rngs"
    ) -> "AbstractClassifier":
        """See `AbstractClassifierConfig.build`."""
        from ssvae.classifiers.none import NoClassifier

        return NoClassifier(num_classes)


@dataclasses.dataclass(frozen=True)
class HeadConfig(AbstractClassifierConfig):
    """A small network on the latent code: a sample of it while training, its mean when predicting."""

    variant: ClassVar[str] = "head"
    hidden_sizes: tuple[int, ...] = setting((128,), at_least=1)
    """Units of each hidden layer; [] for a linear classifier."""
    activation: str = setting("relu", one_of=ACTIVATIONS)
    """The function between layers."""

    def build(
        self, latent_dim: int, num_components: int, num_classes: int, *, rngs: "nnx.Rngs"
    ) -> "AbstractClassifier":
        """See `AbstractClassifierConfig.build`."""
        from ssvae.classifiers.head import HeadClassifier

        return HeadClassifier(self, latent_dim, num_classes, rngs=rngs)


@dataclasses.dataclass(frozen=True)
class TauConfig(AbstractClassifierConfig):
    """τ: each component's distribution over classes, counted from labeled images; needs a mixture prior."""

    variant: ClassVar[str] = "tau"
    block_confidence: float = setting(0.99, above=0, below=1)
    """Start: component c says class c mod C with this probability, the other classes share the rest."""
    block_count: float = setting(5.0, above=0)
    """How many labeled images that start is worth, per component."""
    decay: float = setting(0.999, at_least=0, below=1)
    """Share of the counts kept at each step; the newest labeled batch brings the rest."""
    smoothing: float = setting(0.01, above=0)
    """α: pseudo-count added to each class of each component, so that no class is impossible."""

    def build(
        self, latent_dim: int, num_components: int, num_classes: int, *, rngs: "nnx.Rngs"
    ) -> "AbstractClassifier":
        """See `AbstractClassifierConfig.build`."""
        from ssvae.classifiers.tau import TauClassifier

        return TauClassifier(self, num_components, num_classes)


CLASSIFIERS: dict[str, type[AbstractClassifierConfig]] = {
    "head": HeadConfig,
    "none": NoClassifierConfig,
    "tau": TauConfig,
}
