"""Which dimensions of the code are in use, how many nats each costs, and what the code tells about the image.

In: what the model says of the validation images. Out: active units, nats per dimension, mutual information.
Not here: the formulas (latent_scores.py), the bound (bound.py).
"""

import numpy as np

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.evenly import evenly
from ssvae.evaluation.metrics.latent_scores import DRAWS, active_units, mutual_information, variance_of_means
from ssvae.status import ComponentResult

__all__ = ["LATENT_CODE", "MOST_IMAGES", "provide"]

MOST_IMAGES = 500
"""Whose codes are compared with each other, each with each, for every draw."""


def provide(context: EvaluationContext) -> ComponentResult:
    """How the code of the validation images varies, dimension by dimension, and what it tells in all."""
    found = context.predictions["validation"]
    variances = variance_of_means(found.mean)
    active = active_units(variances)
    rows = evenly(len(found.mean), MOST_IMAGES)
    told = mutual_information(found.mean[rows], found.std[rows])
    data = {
        "active_units": int(active.sum()),
        "latent_dim": len(variances),
        "information": told.mean,
        "information_error": told.error,
        "information_limit": float(np.log(len(rows))),
        "collapsed_dimensions": np.flatnonzero(~active).tolist(),
        "kl_per_dimension": found.kl_dimensions.mean(axis=0, dtype=np.float64).tolist(),
        "variance_of_means": variances.tolist(),
        "posterior_std": found.std.mean(axis=0, dtype=np.float64).tolist(),
        "metrics": {
            "metric.latent.active_units": int(active.sum()),
            "metric.latent.information": told.mean,
        },
    }
    return ComponentResult.success(data)


LATENT_CODE = Component(
    title="Latent code",
    provide=provide,
    meanings={
        "active_units": "dimensions whose mean of q(z|x) has a variance over images above 0.01, out of latent_dim",
        "latent_dim": "dimensions of the code",
        "information": "I(x; z) in nats between a validation image and its code (one Gaussian per image, hence an "
        "approximation for models with a code per component), from 0 (the code tells nothing) to information_limit; "
        "near the limit it says only that all images can be told apart",
        "information_error": f"standard error of information over {DRAWS} draws of the codes, in nats; another choice "
        "of images is not in it",
        "information_limit": f"log N, with N validation images compared (spread evenly), at most {MOST_IMAGES}",
        "collapsed_dimensions": "numbers of the other dimensions, counted from 0: they say nothing of the image",
        "kl_per_dimension": "mean over validation images of KL(q(z|x) ‖ p(z)) per dimension, in nats; sums to "
        "kl_z_validation; near 0 where a dimension is collapsed",
        "variance_of_means": "variance over validation images of the mean of q(z|x), per dimension",
        "posterior_std": "standard deviation of q(z|x), mean over validation images, per dimension; 1 where a "
        "dimension is collapsed under prior=standard",
    },
    references={
        "active_units": "Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519",
        "information": "Hoffman & Johnson 2016, ELBO surgery (index-code mutual information)",
        "kl_per_dimension": "Kingma & Welling 2014, arXiv:1312.6114, appendix B, before it is summed over dimensions",
        "variance_of_means": "Burda, Grosse & Salakhutdinov 2016, arXiv:1509.00519",
    },
)
