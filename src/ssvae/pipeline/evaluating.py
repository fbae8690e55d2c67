"""The last part of a run: everything that is measured and drawn of the trained model, and what is wrong with it.

In: an `Experiment`, its data, weights, a recorder. Out: components and warnings in the record. Not here: training.
"""

from collections.abc import Sequence

from ssvae.data.dataset import Dataset
from ssvae.evaluation.checks import check_all
from ssvae.evaluation.collect import collect
from ssvae.evaluation.predictions import evaluation_context, per_image
from ssvae.experiment import Experiment
from ssvae.runs.cache import baseline_cache
from ssvae.runs.predictions import save_predictions
from ssvae.runs.recorder import RunRecorder
from ssvae.stopping import StopRequest
from ssvae.training.progress import Row, Snapshot

__all__ = ["evaluate"]


def evaluate(
    experiment: Experiment,
    dataset: Dataset,
    snapshot: Snapshot,
    history: Sequence[Row],
    weights: str,
    recorder: RunRecorder,
    stop: StopRequest,
) -> None:
    """Record every component and every check.

    Args:
        experiment: What was asked.
        dataset: Its data.
        snapshot: The weights to measure.
        history: One row per epoch.
        weights: Says in words which weights these are.
        recorder: Is told.
        stop: Asked between components.
    """
    context = evaluation_context(
        experiment.model,
        experiment.evaluation,
        dataset,
        snapshot,
        history,
        weights=weights,
        training=experiment.training,
        seed=experiment.seed,
        cache=baseline_cache(),
    )
    for split in ("validation", "test"):
        save_predictions(recorder.run_dir, split, per_image(context, split))
    results = {}
    try:
        for name, result in collect(context):
            results[name] = recorder.component(name, result, experiment.evaluation.dpi)
            stop.check()
        checks = dict(check_all(context, results))
        recorder.checks(
            {name: (check.status, check.reason) for name, check in checks.items()},
            [check.finding for check in checks.values() if check.finding is not None],
        )
    finally:
        recorder.settle()
