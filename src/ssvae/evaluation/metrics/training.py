"""How training went: epochs, the best of them, seconds.

In: the history. Out: a `ComponentResult`. Not here: the curves (plots/loss_curves.py), each term (metrics.csv).
"""

import numpy as np

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.model.terms import TOTAL
from ssvae.status import ComponentResult

__all__ = ["TRAINING", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """The facts of the training run, read from its history."""
    if not context.history:
        return ComponentResult.failed("the history has no epoch, so that nothing is known of training")
    epochs, plan = len(context.history), context.training
    seconds = context.curve("time")
    return ComponentResult.success(
        {
            "epochs": epochs,
            "epochs_planned": plan.epochs,
            "stopped_early": epochs < plan.epochs,
            "best_epoch": context.best_epoch,
            "monitor": plan.monitor,
            "best_value": float(context.curve(plan.monitor)[context.best_epoch - 1]),
            "final_loss": float(context.curve(TOTAL)[-1]),
            "weights": context.weights,
            "seconds": float(np.sum(seconds)),
            "seconds_per_epoch": float(np.median(seconds)),
        }
    )


TRAINING = Component(
    title="Training",
    provide=provide,
    meanings={
        "epochs": "passes over the training images",
        "epochs_planned": "training.epochs, the passes asked for",
        "stopped_early": "whether training.patience ended it before that",
        "best_epoch": "the epoch where the monitored quantity was best, counted from 1",
        "monitor": "the quantity that chooses the best epoch",
        "best_value": "the monitored quantity there; lower is better for a loss, higher for a metric",
        "final_loss": "loss.total of the last epoch, the weighted sum of all terms; lower is better",
        "weights": "which of the trained weights everything below was measured with",
        "seconds": "time of the epochs and of what is written between them; lower is better",
        "seconds_per_epoch": "median over the epochs, in seconds; lower is better",
    },
)
