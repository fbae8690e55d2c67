"""What can be asked of the classifier.

In: settings. Out: recipes whose `build` gives a classifier. Not here: how much labels weigh in the loss.
"""

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting
from ssvae.networks.recipes import ACTIVATIONS

if TYPE_CHECKING:
    from flax import nnx

    from ssvae.classifiers.base import AbstractClassifier

__all__ = [
    "CLASSIFIERS",
    "AbstractClassifierConfig",
    "ComponentConfig",
    "HeadConfig",
    "NoClassifierConfig",
    "TauConfig",
]


@dataclasses.dataclass(frozen=True)
class AbstractClassifierConfig(Recipe):
    """The recipe of a classifier."""

    @property
    def predicts(self) -> bool:
        """Whether it predicts labels at all, and so learns from them."""
        return True

    @property
    def reads_components(self) -> bool:
        """Whether the label is a matter of the component, so that a labeled image has a bound of its own."""
        return False

    def misfits(self, num_components: int, num_classes: int) -> Iterator[str]:
        """One sentence for each reason why it cannot predict `num_classes` classes from `num_components` components."""
        yield from ()

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

    @property
    def reads_components(self) -> bool:
        """Yes."""
        return True

    def misfits(self, num_components: int, num_classes: int) -> Iterator[str]:
        """That there are fewer components than classes."""
        if num_components == 1:
            yield (
                f"classifier=tau needs at least one component per class: the prior has 1, the data has {num_classes} "
                "classes. Try prior=mixture or classifier=head."
            )
        elif num_components < num_classes:
            yield (
                f"classifier=tau needs at least one component per class: the prior has {num_components}, the data has "
                f"{num_classes} classes. Try prior.num_components={num_classes}."
            )

    def build(
        self, latent_dim: int, num_components: int, num_classes: int, *, rngs: "nnx.Rngs"
    ) -> "AbstractClassifier":
        """See `AbstractClassifierConfig.build`."""
        from ssvae.classifiers.tau import TauClassifier

        return TauClassifier(self, num_components, num_classes)


@dataclasses.dataclass(frozen=True)
class ComponentConfig(AbstractClassifierConfig):
    """The class is the component, p(y|x) = q(c|x); needs one component per class."""

    variant: ClassVar[str] = "component"

    @property
    def reads_components(self) -> bool:
        """Yes."""
        return True

    def misfits(self, num_components: int, num_classes: int) -> Iterator[str]:
        """That there are not as many components as classes."""
        if num_components != num_classes:
            yield (
                f"classifier=component needs one component per class: the prior has {num_components}, the data has "
                f"{num_classes} classes. Try prior.num_components={num_classes} or classifier=tau."
            )

    def build(
        self, latent_dim: int, num_components: int, num_classes: int, *, rngs: "nnx.Rngs"
    ) -> "AbstractClassifier":
        """See `AbstractClassifierConfig.build`."""
        from ssvae.classifiers.component import ComponentClassifier

        return ComponentClassifier(num_classes)


CLASSIFIERS: dict[str, type[AbstractClassifierConfig]] = {
    "component": ComponentConfig,
    "head": HeadConfig,
    "none": NoClassifierConfig,
    "tau": TauConfig,
}
