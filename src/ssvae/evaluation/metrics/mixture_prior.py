"""Whether the components of the prior are used, and whether they tell anything about the image.

In: responsibilities of the validation images, π. Out: k_eff, active components, information, confidence.
Not here: the formulas (responsibilities.py), the classes of components (tau_classifier.py).
"""

import numpy as np

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.responsibilities import (
    active_components,
    confidence,
    effective_number,
    information,
)
from ssvae.model.absences import needs_components
from ssvae.status import ComponentResult

__all__ = ["MIXTURE_PRIOR", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """How the validation images spread over the components."""
    responsibilities = context.predictions["validation"].responsibilities
    usage = context.usage()
    active = active_components(usage)
    data = {
        "num_components": len(usage),
        "k_eff": effective_number(usage),
        "active_components": int(active.sum()),
        "information": information(responsibilities),
        "confidence": confidence(responsibilities),
        "usage": usage.tolist(),
        "prior_weights": context.prior.weights.tolist(),
        "dead_components": np.flatnonzero(~active).tolist(),
    }
    data["metrics"] = {
        "metric.k_eff": data["k_eff"],
        "metric.components.active": data["active_components"],
        "metric.information": data["information"],
        "metric.responsibility.confidence": data["confidence"],
    }
    return ComponentResult.success(data)


MIXTURE_PRIOR = Component(
    title="Mixture prior",
    provide=provide,
    absence=needs_components,
    meanings={
        "num_components": "K, the components of the prior",
        "k_eff": "exp of the entropy of usage, from 1 to K; higher is better if information is high too",
        "active_components": "components used more than 0.1/K of the time; higher is better",
        "information": "I(x; c) in nats, from 0 (components mean nothing) to log K; higher is better",
        "confidence": "mean of the largest q(c|x), from 1/K to 1; higher is better",
        "usage": "mean of q(c|x) over the validation images, per component; sums to 1",
        "prior_weights": "π = p(c), per component; sums to 1. Near usage when the prior has learned it",
        "dead_components": "numbers of the components that are not active, counted from 0; fewer is better",
    },
)
