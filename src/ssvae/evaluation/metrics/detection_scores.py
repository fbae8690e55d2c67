"""How well a score tells images of the known kind from others (out of distribution). Pure formulas.

In: scores, or class probabilities. Out: area under the ROC curve and its error, scores of strangeness.
Not here: which images, `certainty` of components (tau_classifier.py).
"""

import numpy as np
from jaxtyping import Float

__all__ = ["auroc", "auroc_standard_error", "ood_scores"]


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


def auroc_standard_error(area: float, num_inside: int, num_outside: int) -> float:
    """Standard error of an area under the ROC curve: what another draw of as many images would change it by.

    sqrt([A(1 − A) + (n − 1)(Q1 − A²) + (m − 1)(Q2 − A²)] / nm) with n images inside, m outside, Q1 = A/(2 − A) and
    Q2 = 2A²/(1 + A): the chances that two known images both score higher than a strange one, and a known image higher
    than two strange ones, for scores that are exponentially distributed. Other distributions change it little.

    Args:
        area: A, from 0 to 1.
        num_inside: Images of the known kind, at least 1.
        num_outside: The others, at least 1.

    Returns:
        At least 0, and 0 where the area is 0 or 1; there the formula tells nothing. NaN for an area that is NaN.

    Source: Hanley & McNeil 1982, The meaning and use of the area under a ROC curve, equations 1 and 2.
    """
    both_above, above_both = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area)
    variance += (num_inside - 1) * (both_above - area**2) + (num_outside - 1) * (above_both - area**2)
    # Where the area is 0 or 1, rounding may leave a hair below 0; maximum keeps NaN.
    return float(np.sqrt(np.maximum(0.0, variance / (num_inside * num_outside))))


def ood_scores(class_probs: Float[np.ndarray, "example class_"]) -> Float[np.ndarray, " example"]:
    """1 − max_y p(y|x) per image, from 0 (sure of its class) to 1 − 1/C; higher is stranger.

    Source: Hendrycks & Gimpel 2017, A baseline for detecting misclassified and out-of-distribution examples,
    arXiv:1610.02136.
    """
    return 1 - class_probs.max(axis=1).astype(np.float64)
