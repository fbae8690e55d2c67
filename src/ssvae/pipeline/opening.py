"""How a run begins: what summary.json says of it before anything is known.

In: an `Experiment`. Out: the recorder of a run whose record is open. Not here: JAX, whose import takes longer than all
of this: even a run killed meanwhile has said what it was to do.
"""

from pathlib import Path

from ssvae.evaluation.collect import catalog, planned
from ssvae.evaluation.detectors import DETECTORS
from ssvae.evaluation.metrics.ood import with_left_out_class
from ssvae.evaluation.plots import PLOTS
from ssvae.experiment import Experiment
from ssvae.runs.checkpoints import FOLDER, INDEX, save_checkpoints
from ssvae.runs.history import copy_history
from ssvae.runs.lifecycle.origin import Origin
from ssvae.runs.recorder import Planned, PlannedComponent, RunRecorder
from ssvae.runs.redaction import redacted
from ssvae.runs.summary import warnings_of

__all__ = ["open_record", "planned_checks", "planned_components"]


def open_record(experiment: Experiment, run_dir: Path, origin: Origin | None = None) -> RunRecorder:
    """Begin the record of a run: every component is `not_run`, or `disabled` with its remedy.

    Args:
        experiment: What was asked.
        run_dir: The run's folder.
        origin: The run it goes on with; its rows of metrics.csv are the first of this one. What was warned of before
            a run stopped stays said.

    Raises:
        RunDirectoryError: when the disk refuses.
    """
    rows, warnings = (origin.epoch, []) if origin else (0, [])
    num_components = experiment.model.prior.components
    if origin is not None and origin.is_in(run_dir):
        # Those of checks are of the weights measured then; they are made again.
        warnings = [entry for entry in warnings_of(run_dir) if entry.get("kind") not in planned_checks()]
    elif origin is not None and not (run_dir / FOLDER / INDEX).exists():
        # A copy, so that the run stands on its own from the first second, whatever becomes of its parent.
        copy_history(origin.folder, run_dir, rows, num_components)
        save_checkpoints(run_dir, origin.checkpoints)
    recorder = RunRecorder(run_dir)
    recorder.start(
        {**_facts(experiment, run_dir), "warnings": warnings},
        planned_components(experiment),
        planned_checks(),
        epochs=experiment.training.epochs,
        num_components=num_components,
        rows=rows,
    )
    return recorder


def _facts(experiment: Experiment, run_dir: Path) -> dict[str, object]:
    """What summary.json says of the run itself."""
    record, data = experiment.record, experiment.data
    words = {"name": record.name, "description": record.description, "tags": list(record.tags)}
    return {
        "run_id": run_dir.name,
        **redacted("", words),
        "seed": experiment.seed,
        "label_seed": data.label_seed,
        "data": data.variant,
        "model": experiment.model.model.name,
    }


def planned_checks() -> dict[str, str]:
    """Every check: name → title."""
    return {name: detector.title for name, detector in DETECTORS.items()}


def planned_components(experiment: Experiment) -> Planned:
    """Every component with what the report needs to know of it, and its state so far."""
    components = catalog()
    settings = with_left_out_class(experiment.evaluation, experiment.data.left_out_class)
    return {
        name: PlannedComponent(
            components[name].title,
            "plot" if name in PLOTS else "metric",
            components[name].meanings,
            result,
            components[name].references,
        )
        for name, result in planned(experiment.model, settings).items()
    }
