"""How well a score tells images of the known kind from others (out of distribution). Pure formulas.

In: scores, or class probabilities. Out: area under the ROC curve, scores of strangeness.
Not here: which images, `certainty` of components (tau_classifier.py).
"""

import numpy as np
from jaxtyping import Float

__all__ = ["auroc", "ood_scores"]


def auroc(inside: Float[np.ndarray, " example"], outside: Float[np.ndarray, " other"]) -> float:
    """Chance that a known image scores higher than a strange one, a tie counting one half.

    Args:
        inside: Scores of images of the known kind; higher means more familiar. Infinities are allowed.
        outside: Scores of the others.

    Returns:
        From 0 to 1: 1 when every known image scores higher, ½ when the score tells nothing, below ½ when it has
        the wrong sign (−score gives 1 minus this). NaN when a score is NaN.

    Raises:
        ValueError: when there are no images on one side.

    Source: Hanley & McNeil 1982, The meaning and use of the area under a ROC curve (the Mann-Whitney statistic).
    """
    if not len(inside) or not len(outside):
        raise ValueError(
            f"auroc compares two sets of scores, got {len(inside)} inside and {len(outside)} outside."
        )
    if np.isnan(inside).any() or np.isnan(outside).any():
        return float("nan")  # sorting would place NaN above every number
    others = np.sort(outside)
    below, up_to = np.searchsorted(others, inside, "left"), np.searchsorted(others, inside, "right")
    return float(np.mean((below + up_to) / 2) / len(others))


def ood_scores(class_probs: Float[np.ndarray, "example class_"]) -> Float[np.ndarray, " example"]:
    """1 − max_y p(y|x) per image, from 0 (sure of its class) to 1 − 1/C; higher is stranger.

    Source: Hendrycks & Gimpel 2017, A baseline for detecting misclassified and out-of-distribution examples,
    arXiv:1610.02136.
    """
    return 1 - class_probs.max(axis=1).astype(np.float64)
