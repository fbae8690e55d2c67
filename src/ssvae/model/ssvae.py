"""The semi-supervised VAE: its five parts, wired.

In: images. Out: a posterior over codes and components, pixel parameters, class probabilities. Not here: losses.
"""

from typing import NamedTuple

from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.classifiers.base import AbstractClassifier
from ssvae.likelihoods.base import AbstractLikelihood
from ssvae.model.routing import closed_form_responsibilities
from ssvae.networks.dense import DenseDecoder, DenseEncoder
from ssvae.priors.base import AbstractPrior
from ssvae.probability.gaussian import DiagonalGaussian, kl_to_components

__all__ = ["SSVAE", "Posterior"]


class Posterior(NamedTuple):
    """q(z, c | x) = q(z|x) q(c|x), and what each component costs."""

    code: DiagonalGaussian
    """q(z|x); mean and std are (batch, latent)."""
    log_responsibilities: Float[Array, "batch component"]
    """log q(c|x)."""
    kl_per_component: Float[Array, "batch component"]
    """KL(q(z|x) ‖ p(z|c)), nats."""


class SSVAE(nnx.Module):
    """p(c) p(z|c) p(x|z) and p(y|z,c); q(z|x) from the encoder, q(c|x) in closed form.

    Source: Kingma et al. 2014, arXiv:1406.5298 (semi-supervised VAE); Jiang et al. 2017, arXiv:1611.05148
    (mixture prior). The bound is stated in objective.py.
    """

    def __init__(
        self,
        *,
        encoder: DenseEncoder,
        prior: AbstractPrior,
        decoder: DenseDecoder,
        likelihood: AbstractLikelihood,
        classifier: AbstractClassifier,
    ):
        self.encoder = encoder
        self.prior = prior
        self.decoder = decoder
        self.likelihood = likelihood
        self.classifier = classifier

    def posterior(self, images: Float[Array, "batch height width channel"]) -> Posterior:
        """q(z, c | x) of each image."""
        code = self.encoder(images)
        kl_per_component = kl_to_components(code, self.prior.components())
        return Posterior(
            code, closed_form_responsibilities(self.prior.log_weights(), kl_per_component), kl_per_component
        )
