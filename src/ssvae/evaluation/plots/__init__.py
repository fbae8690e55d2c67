"""Plots: one file per component, listed in PLOTS; what several share (style, labels, mosaics) in files of its own.

In: an `EvaluationContext`. Out: `ComponentResult`s with `Figure` objects, saved by runs/. Importing this room imports
no matplotlib, so that a mistake in a command is told at once.
"""

from ssvae.evaluation.component import Component
from ssvae.evaluation.plots.component_responsibilities import COMPONENT_RESPONSIBILITIES
from ssvae.evaluation.plots.component_samples import COMPONENT_SAMPLES
from ssvae.evaluation.plots.component_usage import COMPONENT_USAGE
from ssvae.evaluation.plots.confusion_matrix import CONFUSION_MATRIX
from ssvae.evaluation.plots.latent_by_component import LATENT_BY_COMPONENT
from ssvae.evaluation.plots.latent_by_label import LATENT_BY_LABEL
from ssvae.evaluation.plots.latent_dimensions import LATENT_DIMENSIONS
from ssvae.evaluation.plots.latent_traversals import LATENT_TRAVERSALS
from ssvae.evaluation.plots.loss_curves import LOSS_CURVES
from ssvae.evaluation.plots.model_evolution import MODEL_EVOLUTION
from ssvae.evaluation.plots.ood_scores import OOD_SCORES
from ssvae.evaluation.plots.reconstructions import RECONSTRUCTIONS
from ssvae.evaluation.plots.reliability_diagram import RELIABILITY_DIAGRAM
from ssvae.evaluation.plots.responsibility_histogram import RESPONSIBILITY_HISTOGRAM
from ssvae.evaluation.plots.sigma_maps import SIGMA_MAPS
from ssvae.evaluation.plots.tau_heatmap import TAU_HEATMAP

__all__ = ["PLOTS"]

PLOTS: dict[str, Component] = {
    "loss_curves": LOSS_CURVES,
    "reconstructions": RECONSTRUCTIONS,
    "sigma_maps": SIGMA_MAPS,
    "latent_by_label": LATENT_BY_LABEL,
    "latent_by_component": LATENT_BY_COMPONENT,
    "latent_dimensions": LATENT_DIMENSIONS,
    "latent_traversals": LATENT_TRAVERSALS,
    "component_usage": COMPONENT_USAGE,
    "model_evolution": MODEL_EVOLUTION,
    "component_responsibilities": COMPONENT_RESPONSIBILITIES,
    "responsibility_histogram": RESPONSIBILITY_HISTOGRAM,
    "component_samples": COMPONENT_SAMPLES,
    "tau_heatmap": TAU_HEATMAP,
    "confusion_matrix": CONFUSION_MATRIX,
    "reliability_diagram": RELIABILITY_DIAGRAM,
    "ood_scores": OOD_SCORES,
}
"""In the order of the report."""
