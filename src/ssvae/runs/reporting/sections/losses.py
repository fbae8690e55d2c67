"""The losses at the end as a table: raw × weight = contribution, for the last epoch and for the best.

In: rows of metrics.csv. Out: a table. Not here: computing a loss (model/objective.py).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ssvae.model.terms import TERMS, TOTAL
from ssvae.runs.reporting.page import Code, Line, Number, Table, line
from ssvae.runs.reporting.words import explained
from ssvae.training.history import weight_key

__all__ = ["losses_table"]


def losses_table(history: Sequence[Mapping[str, Any]], best_epoch: int | None) -> Table | None:
    """The table, or None when no epoch was finished.

    Args:
        history: The rows of metrics.csv.
        best_epoch: The epoch whose weights were kept; shown beside the last one when it is another.
    """
    if not history:
        return None
    last = history[-1]
    best = next((row for row in history if row.get("epoch") == best_epoch), last)
    shown = [last] if best is last else [best, last]
    heads = [f"Epoch {row.get('epoch')} ({'last' if row is last else 'best'})" for row in shown]
    if best is last and last.get("epoch") == best_epoch:
        heads = [f"Epoch {best_epoch} (best and last)"]
    rows = [
        (line(Code(key)), *(_product(row, key) for row in shown), explained(f"{term.meaning}; {term.unit}"))
        for key, term in TERMS.items()
    ]
    sums = [line(Number(row.get(TOTAL), is_strong=True)) for row in shown]
    total = (line(Code(TOTAL)), *sums, line("the sum of the contributions"))
    return Table(("Term", *heads, "Meaning"), (*rows, total), "Losses at the end")


def _product(row: Mapping[str, Any], term: str) -> Line:
    """`15.2 × 0.5 = 7.6`; a dash for a term this model does not have."""
    raw, weight = row.get(term), row.get(weight_key(term))
    if raw is None or weight is None or (math.isnan(raw) and weight == 0):
        return line("–")
    return line(Number(float(raw)), " × ", Number(float(weight)), " = ", Number(float(raw * weight)))
