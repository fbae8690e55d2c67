"""The semi-supervised VAE: its parts, wired.

In: images, codes. Out: posteriors of codes and components, the prior, decoded images. Not here: draws from posteriors
(inference.py), losses (bound.py, objective.py).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from flax import nnx

from ssvae.arrays import Array, Float
from ssvae.auxiliaries.skip import SkipAuxiliary
from ssvae.classifiers.base import AbstractClassifier
from ssvae.likelihoods.base import AbstractLikelihood
from ssvae.networks.base import AbstractEncoder, Decoder
from ssvae.networks.heads import GaussianHead
from ssvae.priors.base import AbstractPrior
from ssvae.probability.gaussian import DiagonalGaussian
from ssvae.routing.base import AbstractRouting

__all__ = ["SSVAE", "AuxiliaryDraw", "Mixture", "Posterior"]


class Mixture(NamedTuple):
    """The prior as numbers."""

    log_weights: Float[Array, " component"]
    """log π_c."""
    components: DiagonalGaussian
    """p(z|c); mean and std are (component, latent)."""


class AuxiliaryDraw(NamedTuple):
    """The auxiliary variable of each image."""

    distribution: DiagonalGaussian
    """q(a|x); mean and std are (batch, auxiliary)."""
    value: Float[Array, "batch auxiliary"]
    """One draw of it."""


class Posterior(NamedTuple):
    """What the networks say of each image."""

    code: DiagonalGaussian
    """q(z|x) or q(z|x,c); mean and std are (batch, copy, latent), with one copy or one per component."""
    component_logits: Float[Array, "batch component"] | None
    """Of the encoder's q(c|x); None when the responsibilities come from the prior."""
    auxiliary: AuxiliaryDraw | None
    """None without an auxiliary variable; with one, `code` and `component_logits` are given its draw."""


class SSVAE(nnx.Module):
    """p(c) p(z|c) [p(a|z,c)] p(x|z,c[,a]) and p(y|c) or p(y|z); [q(a|x)] q(c|x[,a]) q(z|x[,a][,c]).

    Every preset is a setting of this one model. Sources: Kingma et al. 2014, arXiv:1406.5298 (semi-supervised VAE);
    Jiang et al. 2017, arXiv:1611.05148 (mixture prior); Maaløe et al. 2016, arXiv:1602.05473 (auxiliary variable).
    """

    def __init__(
        self,
        *,
        encoder: AbstractEncoder,
        auxiliary: SkipAuxiliary | None,
        code_head: GaussianHead,
        component_head: nnx.Linear | None,
        prior: AbstractPrior,
        decoder: Decoder,
        likelihood: AbstractLikelihood,
        classifier: AbstractClassifier,
        routing: AbstractRouting,
        responsibilities: str,
    ):
        self.encoder = encoder
        self.auxiliary = auxiliary
        self.code_head = code_head
        self.component_head = component_head
        self.prior = prior
        self.decoder = decoder
        self.likelihood = likelihood
        self.classifier = classifier
        self.routing = routing
        self.responsibilities = responsibilities

    def posterior(
        self,
        images: Float[Array, "batch height width channel"],
        auxiliary_noise: Float[Array, "batch auxiliary"],
    ) -> Posterior:
        """What the networks say of each image.

        Args:
            images: In [0, 1].
            auxiliary_noise: Standard normal, for the draw of a; no columns without an auxiliary variable.
        """
        features = self.encoder(images)
        auxiliary = None
        if self.auxiliary is not None:
            distribution = self.auxiliary.posterior(features)
            value = distribution.mean + distribution.std * auxiliary_noise
            features, auxiliary = self.auxiliary.features(features, value), AuxiliaryDraw(distribution, value)
        logits = None if self.component_head is None else self.component_head(features)
        return Posterior(self.code_head(features), logits, auxiliary)

    def mixture(self) -> Mixture:
        """The prior. For a prior made of posteriors this costs an encoder pass: ask once per step."""
        return Mixture(self.prior.log_weights(), self.prior.components(self._encode))

    def _encode(self, images: Float[Array, "batch height width channel"]) -> DiagonalGaussian:
        """q(z|x) of a model that has one for all components."""
        return DiagonalGaussian(*(part[:, 0, :] for part in self.code_head(self.encoder(images))))

    def decode(
        self,
        z: Float[Array, "batch copy latent"],
        auxiliary: Float[Array, "batch auxiliary"] | None,
        conditions: Float[Array, "batch chosen component"] | None,
    ) -> Float[Array, "batch decoded height width output"]:
        """What the decoder says of each image under each chosen component.

        Args:
            z: One code for all components, or one per component.
            auxiliary: Seen by the decoder beside the code.
            conditions: See `Selection.conditions`.

        Returns:
            (batch, M, height, width, output) for M choices; M = 1 when no choice makes a difference.
        """
        beside = [] if auxiliary is None else [auxiliary]
        if z.shape[1] == 1 and (not self.decoder.sees_component or conditions is None):
            inputs = jnp.concatenate([z[:, 0], *beside], axis=1)
            if self.decoder.sees_component:
                return self.decoder.every_component(inputs)
            return self.decoder(inputs)[:, None]
        chosen_z, chosen = self.choose(z, conditions)
        if auxiliary is not None:
            repeated = jnp.broadcast_to(auxiliary[:, None], (*chosen_z.shape[:2], auxiliary.shape[1]))
            chosen_z = jnp.concatenate([chosen_z, repeated], axis=2)
        outputs = self.decoder(*(jax.lax.collapse(rows, 0, 2) for rows in (chosen_z, chosen)))
        return outputs.reshape(*chosen.shape[:2], *outputs.shape[1:])

    def choose(
        self,
        z: Float[Array, "batch copy latent"],
        conditions: Float[Array, "batch chosen component"] | None,
    ) -> tuple[Float[Array, "batch chosen latent"], Float[Array, "batch chosen component"]]:
        """The code under each chosen component, and the choice as rows of weights of components."""
        if conditions is None:
            num_components = self.prior.log_weights().shape[0]
            conditions = jnp.broadcast_to(
                jnp.eye(num_components), (z.shape[0], num_components, num_components)
            )
        if z.shape[1] == 1:
            return jnp.broadcast_to(z, (*conditions.shape[:2], z.shape[2])), conditions
        return conditions @ z, conditions
