"""The detector of an estimate that cannot be trusted.

In: what the components reported. Out: a sighting. Not here: the estimate (metrics/marginal_likelihood.py).
"""

from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.detectors.detector import CannotTell, Detector, Results, Sighting, unknown

__all__ = ["FEW_EFFECTIVE_SAMPLES"]

MANY_IMAGES = 0.1
"""Above this share of images whose estimate hangs on a few samples, the mean does too."""


def _few_effective_samples(context: EvaluationContext, results: Results) -> Sighting | CannotTell | None:
    estimate = results["marginal_likelihood"]
    if (missing := unknown(estimate)) is not None:
        return missing
    share, samples = estimate.data["share_few_effective"], estimate.data["samples"]
    if share <= MANY_IMAGES:
        return None
    return Sighting(
        f"For {share:.0%} of the images fewer than 5 of {samples} samples decide log p(x).",
        f"evaluation.importance_samples={10 * samples}",
    )


FEW_EFFECTIVE_SAMPLES = Detector(
    title="Few effective samples",
    meaning="log p(x) is higher than metric.log_marginal.test says, by more than its standard error tells.",
    look=_few_effective_samples,
)
