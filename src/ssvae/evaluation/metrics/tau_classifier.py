"""Which class each component stands for: the table τ = p(y|c), what it covers and how sure it is.

In: τ, responsibilities of the validation images. Out: the table and its summary.
Not here: how often it is right (classification.py), telling strange images apart (detection_scores.py).
"""

import numpy as np
from jaxtyping import Bool, Float

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.detection_scores import ood_scores
from ssvae.evaluation.metrics.responsibilities import active_components
from ssvae.model.absences import needs_tau
from ssvae.status import ComponentResult

__all__ = ["MARGIN", "TAU_CLASSIFIER", "certainty", "named_components", "provide"]

MARGIN = 0.1
"""How far above chance 1/C a component's largest τ must be before it names a class.

Reached both ways: τ starts at 0.99 on one class, and falls back to 1/C for a component whose
counts fade because no labeled image comes near it.
"""


def provide(context: EvaluationContext) -> ComponentResult:
    """Read the table of classes per component."""
    tau = context.tau
    if tau is None:
        raise ValueError("classifier=tau gave no table of classes per component.")
    named = named_components(tau)
    labels = tau.argmax(axis=1)
    per_class = np.bincount(labels[named], minlength=tau.shape[1])
    free = active_components(context.usage()) & ~named
    responsibilities = context.predictions["validation"].responsibilities
    sure, strange = certainty(responsibilities, tau), ood_scores(responsibilities.astype(np.float64) @ tau)
    data = {
        "coverage": int((per_class > 0).sum()),
        "num_classes": tau.shape[1],
        "certainty": float(sure.mean()),
        "ood_score": float(strange.mean()),
        "ood_certainty": float(1 - sure.mean()),
        "component_certainty": float(tau.max(axis=1).mean(dtype=np.float64)),
        "free_components": np.flatnonzero(free).tolist(),
        "components_per_class": per_class.tolist(),
        "uncovered_classes": np.flatnonzero(per_class == 0).tolist(),
        "tau": tau.tolist(),
    }
    data["metrics"] = {
        "metric.tau.coverage": data["coverage"],
        "metric.tau.certainty": data["certainty"],
        "metric.tau.ood_score": data["ood_score"],
        "metric.tau.ood_certainty": data["ood_certainty"],
        "metric.tau.free": len(data["free_components"]),
    }
    return ComponentResult.success(data)


def named_components(tau: Float[np.ndarray, "component class_"]) -> Bool[np.ndarray, " component"]:
    """True for a component that names a class: its largest τ is at least chance plus the margin."""
    return tau.max(axis=1) >= 1 / tau.shape[1] + MARGIN


def certainty(
    responsibilities: Float[np.ndarray, "example component"], tau: Float[np.ndarray, "component class_"]
) -> Float[np.ndarray, " example"]:
    """max_c q(c|x) · max_y τ_cy, per image, in (0, 1].

    Never above max_y p(y|x): an image shared by two components of one class counts as uncertain here.
    """
    return (responsibilities.astype(np.float64) * tau.max(axis=1)).max(axis=1)


TAU_CLASSIFIER = Component(
    title="Classes of components (τ)",
    provide=provide,
    absence=needs_tau,
    meanings={
        "coverage": "classes that at least one component names, out of num_classes; higher is better",
        "num_classes": "C, the classes of the data",
        "certainty": "mean over validation images of max q(c|x)·max τ, from 0 to 1; higher is better",
        "ood_score": "mean over validation images of 1 − max p(y|x), from 0 to 1 − 1/C; higher looks stranger",
        "ood_certainty": "1 − certainty, never below ood_score: two components of one class count as doubt here",
        "component_certainty": "mean over components of the largest τ, from 1/C to 1; higher is better",
        "free_components": "used components that name no class (largest τ below 1/C + 0.1), counted from 0",
        "metric.tau.free": "how many components free_components lists; fewer is better",
        "components_per_class": "how many components name each class; the classes in order",
        "uncovered_classes": "classes that no component names, hence hardly predicted; fewer is better",
        "tau": "p(y|c): one row per component, one column per class; rows sum to 1",
    },
    references={"ood_score": "Hendrycks & Gimpel 2017, arXiv:1610.02136"},
)
