"""log p(x) of test images, estimated by importance sampling: a tighter bound than the ELBO, and how far to trust it.

In: test images, the model's own estimates. Out: nats per image, bits per dimension, the gap to the ELBO.
Not here: the estimator (model/importance.py).
"""

import numpy as np

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.bound import bits_per_dimension, mean_and_error, nats_note
from ssvae.evaluation.metrics.evenly import evenly
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.status import ComponentResult

__all__ = ["FEW_SAMPLES", "MARGINAL_LIKELIHOOD", "MOST_IMAGES", "not_asked", "provide"]

FEW_SAMPLES = 5
"""Effective samples of an image below which its estimate is too low to be trusted."""

MOST_IMAGES = 1000
"""Of the test images. Every one costs as many decodings as there are samples (times the components that the decoder is
told): on a CPU, 1000 of MNIST take some ten seconds with 100 samples and some ten minutes with 5000."""


def not_asked(settings: EvaluationConfig) -> tuple[str, str] | None:
    """There must be samples."""
    if settings.importance_samples > 0:
        return None
    return "evaluation.importance_samples is 0", "evaluation.importance_samples=100"


def provide(context: EvaluationContext) -> ComponentResult:
    """Ask about the test images, or an even part of them, and compare with the ELBO of the same images."""
    samples, test = context.settings.importance_samples, context.dataset.test
    rows = evenly(len(test), MOST_IMAGES)
    found = context.queries.log_marginal(test.images[rows], samples)
    log_prob = found.log_prob.astype(np.float64)
    mean, error = mean_and_error(log_prob)
    gap, gap_error = mean_and_error(log_prob - context.predictions["test"].elbo[rows])
    data = {
        "log_marginal_test": mean,
        "log_marginal_test_error": error,
        "bits_per_dim_test": bits_per_dimension(mean, context),
        "elbo_gap": gap,
        "elbo_gap_error": gap_error,
        "samples": samples,
        "images": len(rows),
        "effective_samples_mean": float(found.effective_samples.mean(dtype=np.float64)),
        "effective_samples_min": float(found.effective_samples.min()),
        "share_few_effective": float((found.effective_samples < FEW_SAMPLES).mean()),
        "note": nats_note(context),
    }
    return ComponentResult.success(data | {"metrics": {"metric.log_marginal.test": mean}})


MARGINAL_LIKELIHOOD = Component(
    title="log p(x) by importance sampling",
    provide=provide,
    not_asked=not_asked,
    meanings={
        "log_marginal_test": "mean estimate of log p(x), in nats per test image; on average not above the truth and "
        "nearer with more samples; higher is better",
        "log_marginal_test_error": "its standard error over the images asked, in nats; differences below twice this "
        "are noise",
        "bits_per_dim_test": "−log_marginal_test / (D log 2) for D values of an image; lower is better, see note for "
        "the scale",
        "elbo_gap": "estimate of log p(x) minus the ELBO of the same images, in nats; on average q(z,c|x) misses at "
        "least this much of the true posterior, since the estimate is not above the truth",
        "elbo_gap_error": "standard error of elbo_gap, in nats",
        "samples": "S, samples per image (evaluation.importance_samples); papers use 5000",
        "images": f"test images asked, at most {MOST_IMAGES}, spread evenly over the test images",
        "effective_samples_mean": "(Σ w)² / Σ w² of the weights of an image, mean over images, from 1 to samples; "
        "higher is better",
        "effective_samples_min": "the same for the worst image; near 1 one sample decides and its estimate is too low",
        "share_few_effective": "share of the images asked whose effective samples are below "
        f"{FEW_SAMPLES}: their estimate is too low, and more samples raise it; lower is better",
        "note": "what these nats can be compared with",
    },
    references={
        "log_marginal_test": "Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519, equation 8",
        "elbo_gap": "Cremer, Li & Duvenaud 2018, Inference suboptimality in variational autoencoders, arXiv:1801.03558",
        "effective_samples_mean": "Kong 1992, A note on importance sampling using standardized weights",
    },
)
