"""The objective: one bound for every preset, plus named penalties; each term raw, their weighted sum the loss.

For an image x without a label, with r = q(c|x) and one sample z of q(z|x):

    −ELBO(x) = −log p(x|z) + Σ_c r_c KL(q(z|x) ‖ p(z|c)) + KL(r ‖ π)        recon + kl.z + kl.c

For a labeled one the bound on −log p(x, y) is the same plus −log Σ_c r_c τ_cy, exactly so when r is the closed
form; that is why one classifier term completes the bound of that image. The loss adds the mean over labeled images to
the mean over all: the bound of the whole data set would weigh it by their share, and few labels need far more.

In: a model, a batch, weights. Out: raw terms, their sum, updated statistics. Not here: gradients, annealing.
"""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp

from ssvae.arrays import Array, Float, Int, Key
from ssvae.batch import Batch
from ssvae.classifiers.base import Statistics
from ssvae.model.penalties import unevenness
from ssvae.model.ssvae import SSVAE, Posterior
from ssvae.model.terms import TERMS
from ssvae.probability import categorical, gaussian

__all__ = ["Bound", "Terms", "bound", "loss_terms", "weighted_sum"]

Terms = dict[str, Float[Array, ""]]
"""Term key → raw value; every key of TERMS, 0 where the term does not exist for the model."""


class Bound(NamedTuple):
    """The three parts of −ELBO, one value per image, in nats."""

    recon: Float[Array, " batch"]
    kl_z: Float[Array, " batch"]
    kl_c: Float[Array, " batch"]


def bound(
    model: SSVAE,
    posterior: Posterior,
    images: Float[Array, "batch height width channel"],
    z: Float[Array, "batch latent"],
) -> Bound:
    """−ELBO in parts, with one sample z of each q(z|x); on average over z never below −log p(x)."""
    responsibilities = jnp.exp(posterior.log_responsibilities)
    return Bound(
        recon=-model.likelihood.log_prob(model.decoder(z), images),
        kl_z=jnp.sum(responsibilities * posterior.kl_per_component, axis=1),
        kl_c=categorical.kl(posterior.log_responsibilities, model.prior.log_weights()[None, :]),
    )


def loss_terms(
    model: SSVAE, statistics: Statistics, batch: Batch, key: Key[Array, ""], num_train: Float[Array, ""]
) -> tuple[Terms, Statistics]:
    """Every term of TERMS for one batch, raw, and the statistics after it.

    Args:
        model: With its current parameters.
        statistics: What the classifier has counted so far.
        batch: The bound and the penalties see `images`; the classifier term sees the labeled rows.
        key: For the samples of the code.
        num_train: How many training images there are; spreads the prior over π among them.
    """
    num_unlabeled = batch.images.shape[0]
    # One pass of the encoder over both streams: half the program to compile, and larger matrix products.
    posterior = model.posterior(jnp.concatenate([batch.images, batch.labeled_images]))
    z = gaussian.sample(posterior.code, key)
    unlabeled, labeled = (
        jax.tree.map(lambda rows, part=part: rows[part], posterior)
        for part in (slice(None, num_unlabeled), slice(num_unlabeled, None))
    )
    parts = bound(model, unlabeled, batch.images, z[:num_unlabeled])
    classifier, statistics = _classifier_term(model, statistics, labeled, z[num_unlabeled:], batch.labels)
    terms = {
        "loss.recon": jnp.mean(parts.recon),
        "loss.kl.z": jnp.mean(parts.kl_z),
        "loss.kl.c": jnp.mean(parts.kl_c),
        "loss.classifier": classifier,
        "loss.diversity": unevenness(unlabeled.log_responsibilities),
        "loss.dirichlet": -model.prior.log_weights_density() / num_train,
    }
    return terms, statistics


def _classifier_term(
    model: SSVAE,
    statistics: Statistics,
    posterior: Posterior,
    z: Float[Array, "labeled latent"],
    labels: Int[Array, " labeled"],
) -> tuple[Float[Array, ""], Statistics]:
    """Mean −log p(y|x) over the labeled rows, and the statistics after seeing them. 0 without labeled rows."""
    if labels.shape[0] == 0:
        return jnp.zeros(()), statistics
    log_probs = model.classifier.log_probs(z, posterior.log_responsibilities, statistics)
    chosen = jnp.take_along_axis(log_probs, labels[:, None], axis=1)
    new = model.classifier.updated_statistics(statistics, posterior.log_responsibilities, labels)
    return -jnp.mean(chosen), new


def weighted_sum(terms: Terms, weights: Mapping[str, Float[Array, ""]]) -> Float[Array, ""]:
    """loss.total: Σ weight × term, in the order of TERMS."""
    return sum((weights[name] * terms[name] for name in TERMS), start=jnp.zeros(()))
