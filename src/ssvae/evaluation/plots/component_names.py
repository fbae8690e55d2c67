"""How figures order and name components, so that the same one is found again in the next figure.

In: a context. Out: an order, a name per component. Not here: drawing.
"""

import numpy as np
from jaxtyping import Int

from ssvae.evaluation.context import EvaluationContext

__all__ = ["component_order", "component_title", "most_used"]


def component_order(context: EvaluationContext) -> Int[np.ndarray, " component"]:
    """Component numbers as they are shown: by the class τ names and then by usage; by number without τ."""
    numbers = np.arange(len(context.prior.weights))
    if context.tau is None:
        return numbers
    # lexsort: the last key sorts first
    return np.lexsort((numbers, -context.usage(), context.tau.argmax(axis=1)))


def most_used(context: EvaluationContext, limit: int) -> Int[np.ndarray, " shown"]:
    """At most `limit` components, those used most, in the order they are shown."""
    order = component_order(context)
    if len(order) <= limit:
        return order
    kept = np.argsort(-context.usage(), kind="stable")[:limit]
    return order[np.isin(order, kept)]


def component_title(context: EvaluationContext, component: int) -> str:
    """`c=3`, and with τ the class it names most and how surely: `c=3 → 7 (0.98)`."""
    if context.tau is None:
        return f"c={component}"
    row = context.tau[component]
    return f"c={component} → {row.argmax()} ({row.max():.2f})"
