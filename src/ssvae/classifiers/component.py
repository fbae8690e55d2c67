"""The class is the component: τ is the identity.

In: log responsibilities. Out: the same as class probabilities. Not here: τ that is counted (tau.py).
"""

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Int
from ssvae.classifiers.base import AbstractClassifier, Statistics

__all__ = ["ComponentClassifier"]


class ComponentClassifier(AbstractClassifier):
    """p(y|x) = q(c=y|x), one component per class.

    Source: Kingma et al. 2014, arXiv:1406.5298, equation 6: M2, where q(y|x) is the encoder's own classifier.
    """

    def __init__(self, num_classes: int):
        self.num_classes = num_classes

    def log_probs(
        self,
        z: Float[Array, "batch latent"],
        log_responsibilities: Float[Array, "batch component"],
        statistics: Statistics,
    ) -> Float[Array, "batch class_"]:
        """See `AbstractClassifier.log_probs`."""
        return log_responsibilities

    def component_of(self, labels: Int[Array, " labeled"]) -> Float[Array, "labeled component"]:
        """The component of the same number."""
        return jax.nn.one_hot(labels, self.num_classes)

    def log_tau(self, statistics: Statistics) -> Float[Array, "component class_"]:
        """0 on the diagonal, −∞ elsewhere."""
        return jnp.where(jnp.eye(self.num_classes, dtype=bool), 0.0, -jnp.inf)
