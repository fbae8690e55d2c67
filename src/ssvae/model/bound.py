"""The bound every preset trains: one ELBO with the component summed out.

For an image x, with q = q(c|x) and one z_c of each q(z|x,c):

    −ELBO(x) = Σ_c q_c [−log p(x|z_c,c) + KL(q(z|x,c) ‖ p(z|c))] + KL(q ‖ π)              recon + kl.z + kl.c

and with an auxiliary variable a drawn from q(a|x), which every factor then sees,

               + Σ_c q_c [log q(a|x) − log p(a|z_c,c)]                                      + kl.a

If the label y is known and p(y|c) = τ_cy, the same holds of −log p(x, y) with q(c|x,y) ∝ q(c|x) τ_cy in place of q,
and −Σ_c q(c|x,y) log τ_cy added.

In: what was inferred from images. Out: nats per image. Not here: averages, weights (objective.py).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float
from ssvae.model.inference import Inference
from ssvae.model.ssvae import SSVAE, Mixture
from ssvae.probability import categorical, gaussian
from ssvae.routing.base import Selection

__all__ = [
    "Bound",
    "auxiliary_log_probs",
    "bound",
    "expected_reconstruction",
    "labeled_bound",
    "pixel_log_probs",
]


class Bound(NamedTuple):
    """The parts of −ELBO, one value per image, in nats."""

    recon: Float[Array, " batch"]
    kl_z: Float[Array, " batch"]
    kl_c: Float[Array, " batch"]
    kl_a: Float[Array, " batch"]
    """0 without an auxiliary variable."""
    kl_dimensions: Float[Array, "batch latent"]
    """kl_z by dimension of z."""

    def total(self) -> Float[Array, " batch"]:
        """−ELBO."""
        return self.recon + self.kl_z + self.kl_c + self.kl_a


def bound(model: SSVAE, mixture: Mixture, inferred: Inference, temperature: Float[Array, ""]) -> Bound:
    """−ELBO in parts; on average over the noise never below −log p(x), but for routing=gumbel (routing/modes.py).

    Args:
        model: With its current parameters.
        mixture: Its prior.
        inferred: From the images.
        temperature: Of a relaxed choice of components.
    """
    log_assignment = model.routing.assignment(inferred.draw.log_responsibilities)
    selection = model.routing.select(log_assignment[:, 0], temperature, inferred.gumbel)
    return _bound(model, mixture, inferred, log_assignment, selection)


def labeled_bound(
    model: SSVAE,
    mixture: Mixture,
    inferred: Inference,
    log_assignment: Float[Array, "batch component"],
    only: Float[Array, "batch component"] | None,
) -> Bound:
    """The parts of the bound on −log p(x, y), less the label's own: every component weighed by q(c|x,y).

    Args:
        model: With its current parameters.
        mixture: Its prior.
        inferred: From the images.
        log_assignment: log q(c|x,y).
        only: The one component that q(c|x,y) leaves, as one-hot rows, so that no other is decoded; None for several.
    """
    if only is None:
        selection = Selection(jnp.exp(log_assignment), None)
    else:
        selection = Selection(jnp.ones((only.shape[0], 1)), only[:, None])
    repeated = jnp.broadcast_to(log_assignment[:, None], inferred.draw.log_responsibilities.shape)
    return _bound(model, mixture, inferred, repeated, selection)


def _bound(
    model: SSVAE,
    mixture: Mixture,
    inferred: Inference,
    log_assignment: Float[Array, "batch sample component"],
    selection: Selection,
) -> Bound:
    """With q(c|x) as given for the KL terms, and the components to decode as selected."""
    costs = -pixel_log_probs(model, inferred, selection.conditions)
    # Samples are averaged. Costs that no component changes have one column, and weights sum to 1.
    kl_dimensions = jnp.mean(jnp.einsum("bsc,bscd->bsd", jnp.exp(log_assignment), inferred.draw.kl), axis=1)
    return Bound(
        recon=jnp.sum(selection.weights * costs, axis=1),
        kl_z=jnp.sum(kl_dimensions, axis=1),
        kl_c=jnp.mean(categorical.kl(log_assignment, mixture.log_weights[None, None, :]), axis=1),
        kl_a=_auxiliary_cost(model, inferred, selection),
        kl_dimensions=kl_dimensions,
    )


def pixel_log_probs(
    model: SSVAE, inferred: Inference, conditions: Float[Array, "batch chosen component"] | None
) -> Float[Array, "batch decoded"]:
    """log p(x|z,c) under each chosen component, nats per image; one column where no component makes a difference."""
    outputs = model.decode(inferred.draw.z[:, 0], inferred.auxiliary_value(), conditions)
    return jax.vmap(model.likelihood.log_prob, in_axes=(1, None), out_axes=1)(outputs, inferred.images)


def auxiliary_log_probs(
    model: SSVAE, inferred: Inference, conditions: Float[Array, "batch chosen component"] | None
) -> Float[Array, "batch chosen"]:
    """log p(a|z,c) under each chosen component, in nats; only for a model with an auxiliary variable."""
    value = inferred.auxiliary_value()
    assert model.auxiliary is not None
    assert value is not None
    chosen_z, chosen = model.choose(inferred.draw.z[:, 0], conditions)
    prior = model.auxiliary.prior(*(jax.lax.collapse(part, 0, 2) for part in (chosen_z, chosen)))
    repeated = jnp.repeat(value, chosen.shape[1], axis=0)
    return gaussian.log_prob(prior, repeated).reshape(chosen.shape[:2])


def _auxiliary_cost(model: SSVAE, inferred: Inference, selection: Selection) -> Float[Array, " batch"]:
    auxiliary = inferred.posterior.auxiliary
    if auxiliary is None:
        return jnp.zeros(inferred.images.shape[0])
    log_p = auxiliary_log_probs(model, inferred, selection.conditions)
    log_q = gaussian.log_prob(auxiliary.distribution, auxiliary.value)
    return log_q - jnp.sum(selection.weights * log_p, axis=1)


def expected_reconstruction(
    model: SSVAE, inferred: Inference
) -> tuple[Float[Array, "batch height width channel"], Float[Array, "batch height width channel"] | None]:
    """E[x] under q(c|x), each component decoding its own code; and where the likelihood predicts it per image, the
    standard deviation of each pixel, the spread of the components' means included.
    """
    outputs = model.decode(inferred.draw.z[:, 0], inferred.auxiliary_value(), None)
    weights = jnp.exp(model.routing.assignment(inferred.draw.log_responsibilities[:, 0]))
    if outputs.shape[1] == 1:
        weights = jnp.ones((outputs.shape[0], 1))
    means = jax.vmap(model.likelihood.mean, in_axes=1, out_axes=1)(outputs)
    stds = jax.vmap(model.likelihood.std, in_axes=1, out_axes=1)(outputs)
    mean = jnp.einsum("bm,bmhwc->bhwc", weights, means)
    if stds is None:
        return mean, None
    variance = jnp.einsum("bm,bmhwc->bhwc", weights, stds**2 + (means - mean[:, None]) ** 2)
    return mean, jnp.sqrt(variance)
