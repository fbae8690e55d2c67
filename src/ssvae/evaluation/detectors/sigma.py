"""The detector of a σ that its bounds decide instead of the data.

In: σ of the validation images. Out: a sighting. Not here: its spread and calibration (metrics/heteroscedastic.py).
"""

from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.detectors.detector import Detector, Results, Sighting
from ssvae.evaluation.metrics.heteroscedastic import absence, shares_at_bounds
from ssvae.likelihoods.recipes import HeteroscedasticConfig

__all__ = ["SIGMA_AT_BOUNDS"]

AT_BOUNDS = 0.05
"""Above this share of σ at a bound, the bound decides in place of the data."""


def _sigma_at_bounds(context: EvaluationContext, results: Results) -> Sighting | None:
    likelihood, std = context.config.likelihood, context.predictions["validation"].pixel_std
    if not isinstance(likelihood, HeteroscedasticConfig) or std is None:
        raise ValueError(f"likelihood={likelihood.variant} gave no σ of each pixel.")
    low, high = shares_at_bounds(std, likelihood.sigma_min, likelihood.sigma_max)
    if low + high <= AT_BOUNDS:
        return None
    if low >= high:
        return Sighting(
            f"{low:.0%} of σ lie at likelihood.sigma_min={likelihood.sigma_min}: "
            "the errors are smaller than σ can say.",
            f"likelihood.sigma_min={likelihood.sigma_min / 2:g}{_constant_pixels(likelihood)}",
        )
    return Sighting(
        f"{high:.0%} of σ lie at likelihood.sigma_max={likelihood.sigma_max}: the errors are larger than σ can say.",
        f"likelihood.sigma_max={likelihood.sigma_max * 2:g}, or a longer training",
    )


def _constant_pixels(likelihood: HeteroscedasticConfig) -> str:
    if likelihood.granularity != "pixel":
        return ""
    return (
        "; pixels that never vary end there whatever it is, and with likelihood.granularity=image they count together "
        "with the others"
    )


SIGMA_AT_BOUNDS = Detector(
    title="σ at its bounds",
    meaning="The bound decides how well images are explained, in place of the data.",
    look=_sigma_at_bounds,
    absence=absence,
)
