"""How training went: epochs, the best of them, the loss terms at the end, seconds.

In: the history. Out: a `ComponentResult`, `best_epoch`. Not here: the curves (plots/loss_curves.py).
"""

import math
from collections.abc import Mapping

import numpy as np

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.terms import TERMS, TOTAL
from ssvae.status import ComponentResult
from ssvae.training.history import is_better

__all__ = ["TRAINING", "best_epoch", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """The facts of the training run, read from its history."""
    if not context.history:
        return ComponentResult.failed("the history has no epoch, so that nothing is known of training")
    last, best = context.history[-1], best_epoch(context)
    seconds = context.curve("time")
    is_timed = bool(np.isfinite(seconds).any())
    plan = context.training
    return ComponentResult.success(
        {
            "epochs_run": int(last["epoch"]),
            "epochs_planned": plan.epochs,
            "early_stopped": plan.patience is not None and int(last["epoch"]) < plan.epochs,
            "monitor": plan.monitor,
            "best_epoch": best,
            "weights": context.weights,
            "seconds": float(np.nansum(seconds)) if is_timed else None,
            "seconds_per_epoch": float(np.nanmedian(seconds)) if is_timed else None,
            "final_loss": _losses(last, context.config),
            "best_loss": next(
                (_losses(row, context.config) for row in context.history if row["epoch"] == best), {}
            ),
        }
    )


def best_epoch(context: EvaluationContext) -> int | None:
    """The epoch with the best monitored value, the first of equals; None when it was never a number."""
    key = context.training.monitor
    best, best_value = None, math.nan
    for row, value in zip(context.history, context.curve(key).tolist(), strict=True):
        if (best is None and not math.isnan(value)) or is_better(key, value, best_value):
            best, best_value = int(row["epoch"]), value
    return best


def _losses(row: Mapping[str, float | int], config: SSVAEConfig) -> dict[str, float]:
    """The total of one epoch and the terms that this model has, those on validation images too."""
    terms = [key for key, term in TERMS.items() if term.absence(config) is None]
    keys = [split for key in (TOTAL, *terms) for split in (key, f"{key}.val")]
    return {key: float(row[key]) for key in keys if key in row}


TRAINING = Component(
    title="Training",
    provide=provide,
    meanings={
        "epochs_run": "passes over the training images",
        "epochs_planned": "training.epochs, the passes asked for",
        "early_stopped": "whether training.patience ended it before that",
        "monitor": "the quantity that chooses the best epoch",
        "best_epoch": "the epoch where the monitored quantity was best, counted from 1",
        "weights": "which of the trained weights everything below was measured with",
        "seconds": "time spent in epochs, in seconds; lower is better",
        "seconds_per_epoch": "median over the epochs, in seconds; lower is better",
        "final_loss": "loss terms of the last epoch, unweighted, and their weighted total, in nats per image; "
        "lower is better. Ending in .val: on validation images",
        "best_loss": "the same at the best epoch; lower is better",
    },
)
