"""Which dimensions of the code are in use, and how sharply q(z|x) places an image along each.

In: means and standard deviations of q(z|x) of the validation images. Out: active units, collapsed dimensions.
Not here: the formulas (latent_scores.py), nats (reconstruction.py).
"""

import numpy as np

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.latent_scores import active_units, variance_of_means
from ssvae.status import ComponentResult

__all__ = ["LATENT_CODE", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """How the code of the validation images varies, dimension by dimension."""
    predictions = context.predictions["validation"]
    variances = variance_of_means(predictions.mean)
    active = active_units(variances)
    data = {
        "active_units": int(active.sum()),
        "latent_dim": len(variances),
        "collapsed_dimensions": np.flatnonzero(~active).tolist(),
        "variance_of_means": variances.tolist(),
        "posterior_std": predictions.std.mean(axis=0, dtype=np.float64).tolist(),
    }
    return ComponentResult.success(data | {"metrics": {"metric.latent.active_units": data["active_units"]}})


LATENT_CODE = Component(
    title="Latent code",
    provide=provide,
    meanings={
        "active_units": "dimensions whose mean of q(z|x) has a variance over images above 0.01, out of latent_dim",
        "latent_dim": "dimensions of the code",
        "collapsed_dimensions": "numbers of the other dimensions, counted from 0: they say nothing of the image",
        "variance_of_means": "variance over validation images of the mean of q(z|x), per dimension",
        "posterior_std": "standard deviation of q(z|x), mean over validation images, per dimension; 1 where a "
        "dimension is collapsed under prior=standard",
    },
)
