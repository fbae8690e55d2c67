"""What a classifier is.

In: nothing. Out: `AbstractClassifier`, `Statistics`. Not here: any particular classifier.
"""

from abc import abstractmethod
from typing import TypeAlias

from flax import nnx

from ssvae.arrays import Array, Float, Int

__all__ = ["AbstractClassifier", "Statistics"]

Statistics: TypeAlias = dict[str, Array]
"""What training updates without a gradient, by name; empty for most classifiers."""


class AbstractClassifier(nnx.Module):
    """p(y|x) from the latent code and the responsibilities."""

    @abstractmethod
    def log_probs(
        self,
        z: Float[Array, "batch latent"],
        log_responsibilities: Float[Array, "batch component"],
        statistics: Statistics,
    ) -> Float[Array, "batch class_"]:
        """log p(y|x); rows sum to 1 in probability."""

    def log_tau(self, statistics: Statistics) -> Float[Array, "component class_"] | None:
        """log p(y|c) where the label is a matter of the component, else None; rows sum to 1 in probability."""
        return None

    def component_of(self, labels: Int[Array, " labeled"]) -> Float[Array, "labeled component"] | None:
        """The one component that each label leaves, as one-hot rows; None where a label leaves several."""
        return None

    def initial_statistics(self) -> Statistics:
        """The statistics before the first step."""
        return {}

    def updated_statistics(
        self,
        statistics: Statistics,
        log_responsibilities: Float[Array, "labeled component"],
        labels: Int[Array, " labeled"],
    ) -> Statistics:
        """The statistics after one more labeled batch."""
        return statistics
