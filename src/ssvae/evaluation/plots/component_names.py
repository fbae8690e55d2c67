"""How figures order and name components, so that the same one is found again in the next figure.

In: a context. Out: an order, a name per component. Not here: drawing.
"""

import numpy as np
from jaxtyping import Int

from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.tau_classifier import LEAST_LABELS, labels_per_component, named_components

__all__ = ["UNKNOWN", "component_classes", "component_order", "component_title", "most_used"]

UNKNOWN = -1
"""Stands for the class of a component that names none."""


def component_classes(context: EvaluationContext) -> Int[np.ndarray, " component"]:
    """The class each component names; UNKNOWN where τ is near chance or has no labels behind it, and without τ."""
    if context.tau is None:
        return np.full(len(context.prior.weights), UNKNOWN)
    named = named_components(context.tau, labels_per_component(context, context.tau))
    return np.where(named, context.tau.argmax(axis=1), UNKNOWN)


def component_order(context: EvaluationContext) -> Int[np.ndarray, " component"]:
    """Component numbers as they are shown: by class and then by usage, those without a class last.

    By number without τ.
    """
    numbers = np.arange(len(context.prior.weights))
    if context.tau is None:
        return numbers
    classes = component_classes(context)
    # lexsort: the last key sorts first
    return np.lexsort((numbers, -context.usage(), classes, classes == UNKNOWN))


def most_used(context: EvaluationContext, limit: int) -> Int[np.ndarray, " shown"]:
    """At most `limit` components, those used most, in the order they are shown."""
    order = component_order(context)
    if len(order) <= limit:
        return order
    kept = np.argsort(-context.usage(), kind="stable")[:limit]
    return order[np.isin(order, kept)]


def component_title(context: EvaluationContext, component: int) -> str:
    """`c=3`, and with τ the class it names and how surely, or why it names none: `c=3 → 7 (0.98)`, `c=3 (no labels)`.

    `c=3 (no class)` has labels, and no class has a clear majority of them.
    """
    if context.tau is None:
        return f"c={component}"
    row, labels = context.tau[component], labels_per_component(context, context.tau, only=component)
    if named_components(row[None], labels)[0]:
        return f"c={component} → {row.argmax()} ({row.max():.2f})"
    return f"c={component} ({'no class' if labels[0] >= LEAST_LABELS else 'no labels'})"
