"""Whether the σ that the decoder predicts is free to move, and as large as the errors it stands for.

In: σ and mean images of the test images. Out: spread, share at the bounds, calibration.
Not here: a σ that all images share (reconstruction.py tells the error it should equal).
"""

import numpy as np
from jaxtyping import Bool, Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.likelihoods.recipes import HeteroscedasticConfig
from ssvae.model.recipes import SSVAEConfig
from ssvae.status import ComponentResult

__all__ = ["HETEROSCEDASTIC_DECODER", "absence", "correlation", "provide", "shares_at_bounds"]

MARGIN = 0.01
"""How near a bound counts as at it, as a share of the range between the bounds."""


def absence(config: SSVAEConfig) -> tuple[str, str] | None:
    """Only one likelihood predicts a σ per image."""
    if isinstance(config.likelihood, HeteroscedasticConfig):
        return None
    return f"likelihood={config.likelihood.variant}", "likelihood=heteroscedastic"


def provide(context: EvaluationContext) -> ComponentResult:
    """Compare σ with the bounds it may not pass and with the errors it was made for."""
    likelihood, found = context.config.likelihood, context.predictions["test"]
    std = found.pixel_std
    if not isinstance(likelihood, HeteroscedasticConfig) or std is None:
        raise ValueError(f"likelihood={likelihood.variant} gave no σ of each pixel.")
    errors = context.dataset.test.images / np.float32(context.dataset.levels) - found.mean_images
    low, high = _at_bounds(std, likelihood.sigma_min, likelihood.sigma_max)
    free = ~(low | high)
    measured = free if free.any() else np.ones_like(free)
    per_image = (1, 2, 3)
    data = {
        "sigma_mean": float(std.mean(dtype=np.float64)),
        "sigma_std": float(std.std(dtype=np.float64)),
        "share_at_low": float(low.mean()),
        "share_at_high": float(high.mean()),
        "z_score_std": float((errors[measured] / std[measured]).std(dtype=np.float64)),
        "error_correlation": correlation(
            std.mean(axis=per_image, dtype=np.float64), abs(errors).mean(axis=per_image, dtype=np.float64)
        ),
    }
    data["metrics"] = {
        f"metric.sigma.{name.removeprefix('sigma_')}": value
        for name, value in data.items()
        if value is not None
    }
    return ComponentResult.success(data)


def shares_at_bounds(
    std: Float[np.ndarray, "example height width channel"], low: float, high: float
) -> tuple[float, float]:
    """The shares of σ, over images and pixels, within a hundredth of the range of the lower and the upper bound."""
    at_low, at_high = _at_bounds(std, low, high)
    return float(at_low.mean()), float(at_high.mean())


def _at_bounds(
    std: Float[np.ndarray, "example height width channel"], low: float, high: float
) -> tuple[
    Bool[np.ndarray, "example height width channel"], Bool[np.ndarray, "example height width channel"]
]:
    margin = MARGIN * (high - low)
    return std <= low + margin, std >= high - margin


def correlation(one: Float[np.ndarray, " example"], other: Float[np.ndarray, " example"]) -> float | None:
    """Pearson's, from −1 to 1; None where one of the two does not vary, to rounding."""
    if any(values.std() <= _ROUNDING * abs(values).max() for values in (one, other)):
        return None
    return float(np.corrcoef(one, other)[0, 1])


_ROUNDING = 1e-6
"""Relative to the largest value: float32 numbers this near each other are one number computed in several ways."""


HETEROSCEDASTIC_DECODER = Component(
    title="Heteroscedastic decoder",
    provide=provide,
    absence=absence,
    meanings={
        "sigma_mean": "mean of σ over test images and pixels, in units of full brightness; near rmse_test when it fits",
        "sigma_std": "standard deviation of σ over test images and pixels; 0 when all are told with the same σ",
        "share_at_low": "share of σ within 1% of the range above likelihood.sigma_min; above 0.05 lower the bound",
        "share_at_high": "share of σ within 1% of the range below likelihood.sigma_max; above 0.05 raise the bound",
        "z_score_std": "standard deviation of (x − mean)/σ over the test pixels whose σ is at neither bound (over all "
        "when none is left); 1 is calibrated, above 1 σ is too small. Errors are those of the mean image (code at its "
        "mean), a little smaller than at samples of the code",
        "error_correlation": "correlation over test images of their mean σ and mean |x − mean|; 1 is best, 0 is chance",
    },
)
