"""Whether the components of the prior are used, and whether they tell anything about the image.

In: what the model says of the validation images, the prior. Out: k_eff, active components, information, confidence;
per component what it costs; the two that are nearest to each other.
Not here: the formulas (responsibilities.py, mixture_scores.py), the classes of components (tau_classifier.py).
"""

from typing import Any

import numpy as np

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.mixture_scores import closest_pair, divergence, mean_per_component
from ssvae.evaluation.metrics.responsibilities import (
    active_components,
    confidence,
    effective_number,
    entropy,
    information,
)
from ssvae.model.absences import needs_components
from ssvae.status import ComponentResult

__all__ = ["MIXTURE_PRIOR", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """How the validation images spread over the components."""
    found = context.predictions["validation"]
    usage = context.usage()
    active = active_components(usage)
    data = {
        "num_components": len(usage),
        "k_eff": effective_number(usage),
        "active_components": int(active.sum()),
        "information": information(found.responsibilities),
        "confidence": confidence(found.responsibilities),
        "responsibility_entropy": float(entropy(found.responsibilities).mean()),
        **_closest(context, active),
        "usage_kl": divergence(usage, context.prior.weights),
        "usage": usage.tolist(),
        "prior_weights": context.prior.weights.tolist(),
        "dead_components": np.flatnonzero(~active).tolist(),
        "recon_per_component": mean_per_component(found.recon, found.responsibilities),
        "kl_per_component": mean_per_component(found.kl_z, found.responsibilities),
    }
    metrics = {key: data[name] for name, key in _KEYS.items() if data[name] is not None}
    return ComponentResult.success(data | {"metrics": metrics})


_KEYS = {
    "k_eff": "metric.k_eff",
    "active_components": "metric.components.active",
    "information": "metric.information",
    "confidence": "metric.responsibility.confidence",
    "responsibility_entropy": "metric.responsibility.entropy",
    "usage_kl": "metric.components.usage_kl",
    "closest_distance": "metric.components.closest_distance",
}
"""Name in `data` → its flat key."""


def _closest(context: EvaluationContext, active: np.ndarray) -> dict[str, Any]:
    """The pair of active components that overlap most, where components are places of the code at all."""
    if not context.config.prior.can_tell_components_apart:
        note = "all p(z|c) are one Gaussian by design: only the decoder tells components apart"
        return {"closest_distance": None, "closest_pair": None, "closest_note": note}
    pair = closest_pair(context.prior.means, context.prior.stds, active)
    if pair is None:
        note = "fewer than two components are active"
        return {"closest_distance": None, "closest_pair": None, "closest_note": note}
    one, other = pair.components
    note = f"components {one} and {other} overlap most of all that are active"
    return {"closest_distance": pair.distance, "closest_pair": [one, other], "closest_note": note}


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
        "responsibility_entropy": "mean entropy of q(c|x) in nats, from 0 (certain) to log K; lower is better",
        "closest_distance": "smallest distance between p(z|c) of two active components, in their standard deviations; "
        "below 2 they overlap by more than 16%; null where components differ elsewhere",
        "closest_pair": "numbers of those two components, counted from 0",
        "closest_note": "which components closest_distance speaks of, or why there is none",
        "usage": "mean of q(c|x) over the validation images, per component; sums to 1",
        "usage_kl": "KL(usage ‖ prior_weights) in nats: what the ELBO pays because the two differ; on average over "
        "images kl_c is this plus information; lower is better",
        "prior_weights": "π = p(c), per component; sums to 1. usage_kl tells how far usage is from it",
        "dead_components": "numbers of the components that are not active, counted from 0; fewer is better",
        "recon_per_component": "−log p(x|z) in nats per validation image of each component, weighted by q(c|x); null "
        "without images; lower is better",
        "kl_per_component": "kl_z in nats per validation image of each component, weighted by q(c|x); null without any",
    },
    references={
        "k_eff": "Hill 1973, Diversity and evenness: a unifying notation and its consequences (order 1)",
        "information": "Bridle, Heading & MacKay 1992, Unsupervised classifiers, mutual information and "
        "phantom targets",
        "usage_kl": "Hoffman & Johnson 2016, ELBO surgery (marginal KL to the prior)",
        "closest_distance": "Mahalanobis 1936, On the generalized distance in statistics",
    },
)
