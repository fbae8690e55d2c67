"""From what is known of each component to q(c|x), as log probabilities.

In: divergences or densities per component. Out: log responsibilities, rows of probabilities that sum to 1.
Not here: choosing between components (modes.py), labels.
"""

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float

__all__ = [
    "closed_form_responsibilities",
    "component_posterior",
    "label_responsibilities",
    "largest_responsibilities",
]


def closed_form_responsibilities(
    log_weights: Float[Array, " component"], kl_per_component: Float[Array, "*stack component"]
) -> Float[Array, "*stack component"]:
    """log q(c|x) with q(c|x) ∝ π_c exp(−KL(q(z|x) ‖ p(z|c))).

    When q(z|x) and the decoder do not depend on c this is the exact maximizer of the bound over q(c|x), and
    then Σ_c q(c|x) KL_c + KL(q(c|x) ‖ π) = −log Σ_c π_c exp(−KL_c). It needs no network and has no variance.
    With a decoder that sees c it is still a valid q(c|x), no longer the best one.

    Source: Hershey & Olsen 2007, Approximating the KL divergence between Gaussian mixture models, section 7,
    for a single Gaussian against a mixture.
    """
    return _normalized(_along_last(log_weights, kl_per_component) - kl_per_component)


def component_posterior(
    log_weights: Float[Array, " component"], log_densities: Float[Array, "*stack component"]
) -> Float[Array, "*stack component"]:
    """log p(c|z) with p(c|z) ∝ π_c p(z|c): Bayes' rule at one code.

    As q(c|x,z) it makes the bound as tight as q(z|x) allows: for every z the cost of code and component together is
    log q(z|x) − log p(z), the density of the mixture itself.

    Source: Jiang et al. 2017 (VaDE), arXiv:1611.05148, equation 16; Tomczak & Welling 2018, arXiv:1705.07120.
    """
    return _normalized(_along_last(log_weights, log_densities) + log_densities)


def label_responsibilities(
    log_responsibilities: Float[Array, "*stack component"], log_tau: Float[Array, "*stack component"]
) -> Float[Array, "*stack component"]:
    """log q(c|x,y) with q(c|x,y) ∝ q(c|x) τ_cy: which component an image is in, once its label is known.

    Args:
        log_responsibilities: log q(c|x).
        log_tau: log τ_cy of each image's own label y; −∞ where a component excludes the label.
    """
    return jax.nn.log_softmax(log_responsibilities + log_tau, axis=-1)


def largest_responsibilities(
    log_responsibilities: Float[Array, "*stack component"], count: int
) -> Float[Array, "*stack component"]:
    """The `count` largest kept and made to sum to 1, the others exactly 0 (log: −∞). Ties go to lower numbers."""
    _, kept = jax.lax.top_k(log_responsibilities, count)
    is_kept = jnp.any(jax.nn.one_hot(kept, log_responsibilities.shape[-1], dtype=bool), axis=-2)
    return jax.nn.log_softmax(log_responsibilities, axis=-1, where=is_kept)


def _normalized(logits: Float[Array, "*stack component"]) -> Float[Array, "*stack component"]:
    """log softmax. A single component has it all, which a program need not compute in every step."""
    return jnp.zeros_like(logits) if logits.shape[-1] == 1 else jax.nn.log_softmax(logits, axis=-1)


def _along_last(row: Float[Array, " component"], stack: Array) -> Float[Array, "*ones component"]:
    return row.reshape((1,) * (stack.ndim - 1) + row.shape)
