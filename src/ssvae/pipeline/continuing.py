"""Where training begins: nowhere, or where an earlier run stopped.

In: an `Experiment`, the folder of the earlier run. Out: `Progress`. Not here: whether going on makes sense
(continuation.py).
"""

import dataclasses
from pathlib import Path

from ssvae.data.dataset import Dataset
from ssvae.errors import CheckpointError
from ssvae.experiment import Experiment
from ssvae.model.structure import Structure
from ssvae.runs.checkpoints import FOLDER
from ssvae.runs.history import read_history
from ssvae.runs.lifecycle.origin import Origin
from ssvae.training.progress import Progress, progress_from
from ssvae.training.state import run_key

__all__ = ["starting_progress"]


def starting_progress(
    experiment: Experiment, dataset: Dataset, run_dir: Path, origin: Origin | None
) -> Progress | None:
    """The progress of `origin`; None for a training that begins at the beginning.

    Args:
        experiment: What is asked now.
        dataset: Its data.
        run_dir: The run's own folder, which has the rows of `origin` by now.
        origin: The run to go on with.

    Raises:
        CheckpointError: when its checkpoints are of another model than `experiment` asks for.
        RunDirectoryError: when metrics.csv cannot be read.
    """
    if origin is None or not origin.checkpoints:
        return None
    structure = Structure.of(experiment.model, experiment.data.image_shape, dataset.num_classes)
    clip, history = experiment.training.gradient_clip, read_history(run_dir)
    saved = {name: (dict(arrays), dict(facts)) for name, (arrays, facts) in origin.checkpoints.items()}
    try:
        progress = progress_from(structure, clip, saved, history)
    except CheckpointError as error:
        raise CheckpointError(f"{origin.folder / FOLDER}: {error}") from error
    if saved["last"][1].get("seed") == experiment.seed:
        return progress
    # Another seed draws other noise from here on, as it draws other batches.
    return dataclasses.replace(progress, state=progress.state._replace(key=run_key(experiment.seed)))
