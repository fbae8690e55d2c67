"""Distributions over components and classes, and what one says of the other.

In: log probabilities along the last axis. Out: values in nats. Zero probabilities are allowed everywhere.
"""

import jax
import jax.numpy as jnp
from jax.scipy.special import gammaln

from ssvae.arrays import Array, Float, Int

__all__ = ["entropy", "expectation", "kl", "log_dirichlet", "log_prob", "negative_entropy_terms"]


def negative_entropy_terms(log_probs: Float[Array, "*any"]) -> Float[Array, "*any"]:
    """p log p, element by element; 0 where p is 0, with gradient 0 there rather than NaN."""
    probs = jnp.exp(log_probs)
    # The inner `where` keeps −inf out of the product: 0 · −inf is NaN, and so is its gradient.
    return probs * jnp.where(probs > 0, log_probs, 0.0)


def entropy(log_probs: Float[Array, "*stack choice"]) -> Float[Array, "*stack"]:
    """−Σ p log p over the last axis: 0 for a sure choice, log(size) for an even one."""
    return -jnp.sum(negative_entropy_terms(log_probs), axis=-1)


def expectation(
    log_q: Float[Array, "*stack choice"], values: Float[Array, "*other choice"]
) -> Float[Array, "*broadcast"]:
    """Σ q f over the last axis; what q gives no weight to counts for nothing, however infinite. Shapes broadcast."""
    probs = jnp.exp(log_q)
    # The inner `where` keeps −inf out of the product: 0 · −inf is NaN, and so is its gradient.
    return jnp.sum(probs * jnp.where(probs > 0, values, 0.0), axis=-1)


def kl(
    log_q: Float[Array, "*stack choice"], log_p: Float[Array, "*other choice"]
) -> Float[Array, "*broadcast"]:
    """Σ q (log q − log p) over the last axis; infinite where q puts weight on what p excludes. Shapes broadcast."""
    return -entropy(log_q) - expectation(log_q, log_p)


def log_prob(
    log_probs: Float[Array, "*stack choice"], choices: Int[Array, "*stack"]
) -> Float[Array, "*stack"]:
    """log p of what was chosen, counted from 0."""
    # By comparison: the gradient of an index is a loop over the rows, which takes longer to compile and to run.
    is_chosen = jax.nn.one_hot(choices, log_probs.shape[-1], dtype=bool)
    return jnp.sum(jnp.where(is_chosen, log_probs, 0.0), axis=-1)


def log_dirichlet(log_probs: Float[Array, " choice"], concentration: float) -> Float[Array, ""]:
    """log Dirichlet(p | α, …, α) in nats: ln Γ(Kα) − K ln Γ(α) + (α − 1) Σ log p.

    With α above 1 it grows without bound as no component's weight goes to 0, which is what keeps them alive.
    """
    size = log_probs.shape[-1]
    alpha = jnp.asarray(concentration, log_probs.dtype)
    return gammaln(size * alpha) - size * gammaln(alpha) + (alpha - 1) * jnp.sum(log_probs)
