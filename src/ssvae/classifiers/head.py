"""A small network that reads the label off the latent code.

In: codes. Out: class probabilities. Not here: how much labels weigh in the loss.
"""

import jax
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.classifiers.base import AbstractClassifier, Statistics
from ssvae.classifiers.recipes import HeadConfig
from ssvae.networks.dense import DenseStack

__all__ = ["HeadClassifier"]


class HeadClassifier(AbstractClassifier):
    """p(y|x) = softmax(network(z)). Source: the joint form of M1, Kingma et al. 2014, arXiv:1406.5298."""

    def __init__(self, config: HeadConfig, latent_dim: int, num_classes: int, *, rngs: nnx.Rngs):
        self.trunk = DenseStack(latent_dim, config.hidden_sizes, config.activation, rngs=rngs)
        self.logits = nnx.Linear(self.trunk.num_outputs, num_classes, rngs=rngs)

    def log_probs(
        self,
        z: Float[Array, "batch latent"],
        log_responsibilities: Float[Array, "batch component"],
        statistics: Statistics,
    ) -> Float[Array, "batch class_"]:
        """See `AbstractClassifier.log_probs`; the responsibilities play no part."""
        return jax.nn.log_softmax(self.logits(self.trunk(z)))
