"""Metrics: one file per component, listed in METRICS; formulas shared by several in files of their own.

In: an `EvaluationContext`. Out: `ComponentResult`s with numbers. Importing this room imports neither JAX nor
matplotlib, so that a mistake in a command is told at once.
"""

from ssvae.evaluation.component import Component
from ssvae.evaluation.metrics.baselines import CLASSICAL_BASELINES
from ssvae.evaluation.metrics.bound import BOUND
from ssvae.evaluation.metrics.classification import CLASSIFICATION
from ssvae.evaluation.metrics.clustering import CLUSTERING
from ssvae.evaluation.metrics.heteroscedastic import HETEROSCEDASTIC_DECODER
from ssvae.evaluation.metrics.latent_code import LATENT_CODE
from ssvae.evaluation.metrics.marginal_likelihood import MARGINAL_LIKELIHOOD
from ssvae.evaluation.metrics.mixture_prior import MIXTURE_PRIOR
from ssvae.evaluation.metrics.ood import OOD
from ssvae.evaluation.metrics.reconstruction import RECONSTRUCTION
from ssvae.evaluation.metrics.tau_classifier import TAU_CLASSIFIER
from ssvae.evaluation.metrics.training import TRAINING

__all__ = ["METRICS"]

METRICS: dict[str, Component] = {
    "training": TRAINING,
    "classification": CLASSIFICATION,
    "baselines": CLASSICAL_BASELINES,
    "bound": BOUND,
    "marginal_likelihood": MARGINAL_LIKELIHOOD,
    "reconstruction": RECONSTRUCTION,
    "latent_code": LATENT_CODE,
    "mixture_prior": MIXTURE_PRIOR,
    "clustering": CLUSTERING,
    "tau_classifier": TAU_CLASSIFIER,
    "heteroscedastic_decoder": HETEROSCEDASTIC_DECODER,
    "ood": OOD,
}
"""In the order of the report."""
