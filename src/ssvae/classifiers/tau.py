"""τ: every component has a distribution over classes, counted from labeled images.

In: responsibilities and labels. Out: counts (as statistics) and class probabilities.
Not here: gradients of τ; counting needs none.
"""

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Int
from ssvae.classifiers.base import AbstractClassifier, Statistics
from ssvae.classifiers.recipes import TauConfig

__all__ = ["TauClassifier"]


class TauClassifier(AbstractClassifier):
    """p(y|x) = Σ_c q(c|x) τ_cy, with τ_cy ∝ α + expected number of images of class y in component c.

    The counts are the M-step of expectation maximization; the E-step uses the label, r(c|x,y) ∝ q(c|x) τ_cy.
    A block start gives each component a class of its own: from a uniform start all components look alike
    and the first batches decide by chance.
    """

    def __init__(self, config: TauConfig, num_components: int, num_classes: int):
        self.config = config
        self.num_components = num_components
        self.num_classes = num_classes

    def initial_statistics(self) -> Statistics:
        """Component c says class c mod C with `block_confidence`; worth `block_count` images."""
        others = (1 - self.config.block_confidence) / (self.num_classes - 1)
        own_class = jax.nn.one_hot(jnp.arange(self.num_components) % self.num_classes, self.num_classes)
        share = others + (self.config.block_confidence - others) * own_class
        return {"tau_counts": self.config.block_count * share}

    def tau(self, statistics: Statistics) -> Float[Array, "component class_"]:
        """p(y|c); rows sum to 1. Carries no gradient."""
        counts = jax.lax.stop_gradient(statistics["tau_counts"]) + self.config.smoothing
        return counts / jnp.sum(counts, axis=1, keepdims=True)

    def log_probs(
        self,
        z: Float[Array, "batch latent"],
        log_responsibilities: Float[Array, "batch component"],
        statistics: Statistics,
    ) -> Float[Array, "batch class_"]:
        """log Σ_c q(c|x) τ_cy, summed in log space so that a sure q(c|x) does not underflow."""
        log_tau = self.log_tau(statistics)
        return jax.nn.logsumexp(log_responsibilities[:, :, None] + log_tau[None, :, :], axis=1)

    def log_tau(self, statistics: Statistics) -> Float[Array, "component class_"]:
        """log τ; finite, because of the smoothing. Carries no gradient."""
        return jnp.log(self.tau(statistics))

    def updated_statistics(
        self,
        statistics: Statistics,
        log_responsibilities: Float[Array, "labeled component"],
        labels: Int[Array, " labeled"],
    ) -> Statistics:
        """Keep `decay` of the counts and let the new batch's expected counts bring the rest.

        The expectation is over r(c|x,y) ∝ q(c|x) τ_cy, which component each image is in given its label.
        """
        log_joint = log_responsibilities + self.log_tau(statistics)[:, labels].T
        assigned = jax.lax.stop_gradient(jax.nn.softmax(log_joint, axis=1))
        new_counts = assigned.T @ jax.nn.one_hot(labels, self.num_classes)
        decay = self.config.decay
        return {"tau_counts": decay * statistics["tau_counts"] + (1 - decay) * new_counts}
