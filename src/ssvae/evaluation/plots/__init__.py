"""Plots: one file per component, listed in PLOTS; what several share (style, labels, mosaics) in files of its own.

In: an `EvaluationContext`. Out: `ComponentResult`s with `Figure` objects, saved by runs/. Importing this room imports
no matplotlib, so that a mistake in a command is told at once.
"""

from ssvae.evaluation.component import Component
from ssvae.evaluation.plots.component_samples import COMPONENT_SAMPLES
from ssvae.evaluation.plots.component_usage import COMPONENT_USAGE
from ssvae.evaluation.plots.latent_by_component import LATENT_BY_COMPONENT
from ssvae.evaluation.plots.latent_by_label import LATENT_BY_LABEL
from ssvae.evaluation.plots.loss_curves import LOSS_CURVES
from ssvae.evaluation.plots.reconstructions import RECONSTRUCTIONS
from ssvae.evaluation.plots.tau_heatmap import TAU_HEATMAP

__all__ = ["PLOTS"]

PLOTS: dict[str, Component] = {
    "loss_curves": LOSS_CURVES,
    "reconstructions": RECONSTRUCTIONS,
    "latent_by_label": LATENT_BY_LABEL,
    "latent_by_component": LATENT_BY_COMPONENT,
    "component_usage": COMPONENT_USAGE,
    "component_samples": COMPONENT_SAMPLES,
    "tau_heatmap": TAU_HEATMAP,
}
"""In the order of the report."""
