"""Which class each component stands for: the table τ = p(y|c), what it covers and how sure it is.

In: τ, responsibilities of the validation images and of the labeled ones. Out: the table and its summary.
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

__all__ = [
    "LEAST_LABELS",
    "MARGIN",
    "TAU_CLASSIFIER",
    "certainty",
    "labels_per_component",
    "named_components",
    "provide",
]

MARGIN = 0.1
"""How far above chance 1/C a component's largest τ must be before it names a class.

Reached both ways: τ starts at 0.99 on one class, and falls back to 1/C for a component whose
counts fade because no labeled image comes near it. They fade over hundreds of epochs, hence `LEAST_LABELS`.
"""

LEAST_LABELS = 0.5
"""Labeled images that must stand behind the class of a component: without any, τ tells only where it started."""


def provide(context: EvaluationContext) -> ComponentResult:
    """Read the table of classes per component."""
    tau = context.tau
    if tau is None:
        raise ValueError("classifier=tau gave no table of classes per component.")
    evidence = labels_per_component(context, tau)
    named = named_components(tau, evidence)
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
        "labels_per_component": evidence.tolist(),
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


def labels_per_component(
    context: EvaluationContext, tau: Float[np.ndarray, "component class_"], only: int | None = None
) -> Float[np.ndarray, " shown"]:
    """Σ of q(c|x) over the labeled training images of class argmax_y τ_cy: the labels behind the class of c.

    Args:
        context: Has the labeled images and what the model says of them.
        tau: p(y|c).
        only: The one component that is asked about; None for all.

    Returns:
        Images, from 0 (τ tells where it started, or what the component once was) to all those of that class.
    """
    labeled, asked = context.dataset.labeled_indices, slice(None) if only is None else slice(only, only + 1)
    responsibilities = context.predictions["train"].responsibilities[:, asked][labeled].astype(np.float64)
    agrees = context.dataset.train.labels[labeled][:, None] == tau[asked].argmax(axis=1)
    return np.where(agrees, responsibilities, 0.0).sum(axis=0)


def named_components(
    tau: Float[np.ndarray, "component class_"], labels: Float[np.ndarray, " component"]
) -> Bool[np.ndarray, " component"]:
    """True for a component that names a class: its largest τ is clearly above chance, and labels stand behind it.

    Args:
        tau: p(y|c).
        labels: Of `labels_per_component`.
    """
    return (tau.max(axis=1) >= 1 / tau.shape[1] + MARGIN) & (labels >= LEAST_LABELS)


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
        "coverage": "classes that at least one component names, out of num_classes; a component names a class when "
        f"its largest τ is at least 1/C + {MARGIN} and labels_per_component at least {LEAST_LABELS}; higher is better",
        "num_classes": "C, the classes of the data",
        "certainty": "mean over validation images of max q(c|x)·max τ, from 0 to 1; higher is better",
        "ood_score": "mean over validation images of 1 − max p(y|x), from 0 to 1 − 1/C; higher looks stranger",
        "ood_certainty": "1 − certainty, never below ood_score: two components of one class count as doubt here",
        "labels_per_component": "per component, the labeled training images of the class it has the largest τ for, "
        "each counted by its q(c|x); near 0 τ tells only where it started",
        "component_certainty": "mean over components of the largest τ, from 1/C to 1, whether or not labels stand "
        "behind it; higher is better",
        "free_components": "numbers, counted from 0, of the used components that name no class: no label, or no clear "
        "majority of one class among them",
        "metric.tau.free": "how many components free_components lists; fewer is better",
        "components_per_class": "how many components name each class; the classes in order",
        "uncovered_classes": "classes that no component names, hence hardly predicted; one without any label is "
        "always among them; fewer is better",
        "tau": "p(y|c): one row per component, one column per class; rows sum to 1",
    },
    references={"ood_score": "Hendrycks & Gimpel 2017, arXiv:1610.02136"},
)
