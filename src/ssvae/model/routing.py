"""Routing: which component an image belongs to.

In: what each component costs an image. Out: log responsibilities log q(c|x). Not here: labels.
"""

import jax

from ssvae.arrays import Array, Float

__all__ = ["closed_form_responsibilities"]


def closed_form_responsibilities(
    log_weights: Float[Array, " component"], kl_per_component: Float[Array, "batch component"]
) -> Float[Array, "batch component"]:
    """log q(c|x) with q(c|x) ∝ π_c exp(−KL(q(z|x) ‖ p(z|c))); rows sum to 1 in probability.

    When q(z|x) and the decoder do not depend on c this is the exact maximizer of the bound over q(c|x), and
    then Σ_c q(c|x) KL_c + KL(q(c|x) ‖ π) = −log Σ_c π_c exp(−KL_c). It needs no network and has no variance.

    Source: Hershey & Olsen 2007, Approximating the KL divergence between Gaussian mixture models, section 7,
    for a single Gaussian against a mixture.
    """
    return jax.nn.log_softmax(log_weights[None, :] - kl_per_component, axis=1)
