"""Terms that are no part of the bound: they steer how components are used, and what classes may depend on.

In: log responsibilities, log class probabilities, KL by dimension. Out: one number in nats, 0 at best.
Not here: their weights, priors over parameters.
"""

import math

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float
from ssvae.probability.categorical import entropy, log_prob

__all__ = ["disagreement", "evenness", "missing_bits", "unevenness"]


def unevenness(log_responsibilities: Float[Array, "batch component"]) -> Float[Array, ""]:
    """log K − H(p̄) with p̄ the batch's mean responsibilities: 0 when components are used evenly, log K at worst.

    Minimizing it rewards diversity. It cannot tell even use from indecision (a uniform q(c|x) for every image
    also gives 0), so read it beside the information I(x;c). On a batch H(p̄) is biased low, by Jensen.
    """
    return math.log(log_responsibilities.shape[1]) - evenness(log_responsibilities)


def evenness(log_responsibilities: Float[Array, "batch component"]) -> Float[Array, ""]:
    """H(p̄): 0 when one component holds every image, log K when all are used evenly.

    Minimizing it penalizes diversity.
    """
    batch, components = log_responsibilities.shape
    if components == 1:
        return jnp.zeros(())
    return entropy(jax.nn.logsumexp(log_responsibilities, axis=0) - math.log(batch))


def missing_bits(kl_dimensions: Float[Array, "batch latent"], free: Float[Array, ""]) -> Float[Array, ""]:
    """Σ_d max(0, λ − mean KL_d): what the dimensions of z lack of λ nats each.

    Added to Σ_d KL_d at the same weight it makes Σ_d max(λ, KL_d): the first λ nats of a dimension cost nothing.
    Source: Kingma et al. 2016, arXiv:1606.04934, equation 15.
    """
    return jnp.sum(jnp.maximum(free - jnp.mean(kl_dimensions, axis=0), 0.0))


def disagreement(
    log_probs: Float[Array, "batch class_"],
    log_probs_changed: Float[Array, "batch class_"],
    confidence: Float[Array, ""],
) -> Float[Array, ""]:
    """Mean over images of −log p(ŷ | changed image), ŷ the likeliest class of the image where it is sure enough.

    The class of the unchanged image teaches; no gradient goes into it. Images less sure count as 0.
    Source: Sohn et al. 2020 (FixMatch), arXiv:2001.07685, equation 4.

    Args:
        log_probs: log p(y|x) of the images.
        log_probs_changed: Of their changed copies.
        confidence: Threshold on max p(y|x).
    """
    teacher = jax.lax.stop_gradient(log_probs)
    label = jnp.argmax(teacher, axis=1)
    is_sure = jnp.max(teacher, axis=1) >= jnp.log(confidence)
    costs = -log_prob(log_probs_changed, label)
    return jnp.mean(jnp.where(is_sure, costs, 0.0))
