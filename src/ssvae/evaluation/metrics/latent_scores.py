"""Numbers that say what the code tells about the image, and in which dimensions. Pure formulas.

In: means and standard deviations of q(z|x), one row per image. Out: variances, masks, nats.
Not here: which split, which model.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from ssvae.data.streams import stream

__all__ = [
    "ACTIVE_VARIANCE",
    "DRAWS",
    "Information",
    "active_units",
    "mutual_information",
    "variance_of_means",
]

ACTIVE_VARIANCE = 0.01
"""Above this variance of its mean a dimension is active. Trained codes split clearly into far above and far below.

Source: Burda, Grosse & Salakhutdinov 2016, Importance weighted autoencoders, arXiv:1509.00519.
"""

DRAWS = 10
"""Codes drawn per image."""


class Information(NamedTuple):
    """What the code tells about the image, in nats."""

    mean: float
    """At least 0."""
    error: float
    """Standard error of the mean over draws of the codes, at least 0. Another choice of images is not in it."""


def variance_of_means(means: Float[np.ndarray, "example latent"]) -> Float[np.ndarray, " latent"]:
    """Var_x of the mean of q(z_d|x) over these images, per dimension d; 0 when it is the same for all of them.

    Divided by the number of images, not by one less.
    """
    return means.var(axis=0, dtype=np.float64)


def active_units(variances: Float[np.ndarray, " latent"]) -> Bool[np.ndarray, " latent"]:
    """True for a dimension whose mean varies from image to image."""
    return variances > ACTIVE_VARIANCE


def mutual_information(
    means: Float[np.ndarray, "example latent"], stds: Float[np.ndarray, "example latent"]
) -> Information:
    """I(n; z) between the number n of an image and its code z ~ N(mean_n, std_n²), from ten draws per image.

    Mean over draws and n of log q(z_n|x_n) − log (1/N) Σ_m q(z_n|x_m). The draws are the same in every run.

    Args:
        means: Of q(z|x).
        stds: Of q(z|x), above 0.

    Returns:
        Nats, from 0 (all images have the same code) to log N (no two images could be confused).

    Source: Hoffman & Johnson 2016, ELBO surgery: yet another way to carve up the variational evidence lower bound.
    """
    means, stds = means.astype(np.float64), stds.astype(np.float64)
    random = stream(0, "codes of the mutual information")
    drawn = [_gain(means + stds * random.standard_normal(means.shape), means, stds) for _ in range(DRAWS)]
    # Where the code tells little, the draws may put the estimate a hair below 0.
    return Information(max(0.0, float(np.mean(drawn))), float(np.std(drawn, ddof=1) / np.sqrt(DRAWS)))


def _gain(
    codes: Float[np.ndarray, "example latent"],
    means: Float[np.ndarray, "example latent"],
    stds: Float[np.ndarray, "example latent"],
) -> float:
    """The estimate from one code per image."""
    gained = 0.0
    for start in range(0, len(codes), _CHUNK):
        rows = slice(start, start + _CHUNK)
        log_probs = _log_probs(codes[rows], means, stds)
        own = np.diagonal(log_probs, offset=start)
        most = log_probs.max(axis=1)
        # A tenth of the time of `np.logaddexp.reduce`.
        log_sum = most + np.log(np.exp(log_probs - most[:, None]).sum(axis=1))
        gained += float((own - log_sum).sum())
    return gained / len(codes) + float(np.log(len(codes)))


_CHUNK = 64
"""Codes taken at once: each is compared with every image in every dimension."""


def _log_probs(
    codes: Float[np.ndarray, "row latent"],
    means: Float[np.ndarray, "example latent"],
    stds: Float[np.ndarray, "example latent"],
) -> Float[np.ndarray, "row example"]:
    """log q(z|x) of every code under every image, less (D/2) log 2π, which all have in common."""
    total = np.zeros((len(codes), len(means)))
    for code, mean, std in zip(codes.T, means.T, stds.T, strict=True):  # NumPy is slow over a short last axis
        total += np.square((code[:, None] - mean) / std)
    return -0.5 * total - np.log(stds).sum(axis=1)
