"""Numbers that say how a model uses its components. Pure formulas.

In: responsibilities q(c|x). Out: entropies in nats, effective numbers, masks.
Not here: which split, which model.

One number alone misleads: responsibilities that are uniform for every image have the largest possible
effective number and tell nothing about x. Read it beside the information and the confidence.
"""

import numpy as np
from jaxtyping import Bool, Float

from ssvae.training.history import ACTIVE_SHARE

__all__ = [
    "active_components",
    "confidence",
    "effective_number",
    "entropy",
    "information",
]


def entropy(probs: Float[np.ndarray, "*rows outcome"]) -> Float[np.ndarray, "*rows"]:
    """H(p) = −Σ p log p over the last axis, with 0·log 0 = 0.

    Args:
        probs: (..., outcome), each row sums to 1.

    Returns:
        (...), in nats, from 0 (certain) to log of the number of outcomes (uniform). NaN stays NaN.
    """
    probs = probs.astype(np.float64)
    # log 1 stands in for log 0; a NaN is not 0 and goes through.
    return np.asarray(-np.sum(probs * np.log(np.where(probs == 0, 1.0, probs)), axis=-1))


def effective_number(usage: Float[np.ndarray, " component"]) -> float:
    """k_eff = exp H(p̄): how many evenly used components have the entropy of these, from 1 to K."""
    return float(np.exp(entropy(usage)))


def information(responsibilities: Float[np.ndarray, "example component"]) -> float:
    """I(x; c) = H(p̄) − mean of H(q(c|x)): what the component tells about the image.

    Returns:
        Nats, from 0 (every image has the same responsibilities) to log K (certain, evenly used).

    Source: Bridle, Heading & MacKay 1992, Unsupervised classifiers, mutual information and phantom targets.
    """
    usage = responsibilities.mean(axis=0, dtype=np.float64)
    # Where all rows are the same, rounding leaves some 1e-16 below 0; maximum keeps NaN.
    return float(np.maximum(0.0, entropy(usage) - entropy(responsibilities).mean()))


def confidence(responsibilities: Float[np.ndarray, "example component"]) -> float:
    """Mean over the images of max_c q(c|x), from 1/K to 1."""
    return float(responsibilities.max(axis=1).mean(dtype=np.float64))


def active_components(usage: Float[np.ndarray, " component"]) -> Bool[np.ndarray, " component"]:
    """True where p̄_c exceeds a tenth of the even usage 1/K."""
    return usage > ACTIVE_SHARE / len(usage)
