"""Detectors: what can be wrong with a finished run without its loss showing it, listed in DETECTORS.

In: an `EvaluationContext` and what the components reported. Out: sightings, each with its meaning and a remedy.
"""

from ssvae.evaluation.detectors.collapse import (
    COMPONENT_COLLAPSE,
    LOW_INFORMATION,
    MERGED_COMPONENTS,
    POSTERIOR_COLLAPSE,
)
from ssvae.evaluation.detectors.detector import Detector
from ssvae.evaluation.detectors.estimates import FEW_EFFECTIVE_SAMPLES
from ssvae.evaluation.detectors.learning import (
    AT_CHANCE,
    BELOW_BASELINE,
    BEST_EPOCH_FIRST,
    GRADIENT_CLIPPED,
    MISSING_LABELS,
    OVERFITTING,
)
from ssvae.evaluation.detectors.sigma import SIGMA_AT_BOUNDS

__all__ = ["DETECTORS"]

DETECTORS: dict[str, Detector] = {
    "missing_labels": MISSING_LABELS,
    "at_chance": AT_CHANCE,
    "below_baseline": BELOW_BASELINE,
    "component_collapse": COMPONENT_COLLAPSE,
    "low_information": LOW_INFORMATION,
    "merged_components": MERGED_COMPONENTS,
    "posterior_collapse": POSTERIOR_COLLAPSE,
    "sigma_at_bounds": SIGMA_AT_BOUNDS,
    "overfitting": OVERFITTING,
    "few_effective_samples": FEW_EFFECTIVE_SAMPLES,
    "best_epoch_first": BEST_EPOCH_FIRST,
    "gradient_clipped": GRADIENT_CLIPPED,
}
"""In the order of the report."""
