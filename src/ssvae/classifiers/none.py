"""No classifier: predicts nothing, so that a run without labels is a choice like any other.

In: the number of classes. Out: uniform probabilities, which nobody scores.
"""

import math

import jax.numpy as jnp

from ssvae.arrays import Array, Float
from ssvae.classifiers.base import AbstractClassifier, Statistics

__all__ = ["NoClassifier"]


class NoClassifier(AbstractClassifier):
    """p(y|x) = 1/C."""

    def __init__(self, num_classes: int):
        self.num_classes = num_classes

    def log_probs(
        self,
        z: Float[Array, "batch latent"],
        log_responsibilities: Float[Array, "batch component"],
        statistics: Statistics,
    ) -> Float[Array, "batch class_"]:
        """The same for every class."""
        return jnp.full((z.shape[0], self.num_classes), -math.log(self.num_classes))
