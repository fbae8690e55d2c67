"""Where training begins: nowhere, or where an earlier run stopped.

In: an `Experiment`, the folder of the earlier run. Out: `Progress`. Not here: whether going on makes sense
(continuation.py).
"""

import dataclasses

from ssvae.data.dataset import Dataset
from ssvae.errors import CheckpointError
from ssvae.experiment import Experiment
from ssvae.model.structure import Structure
from ssvae.runs.checkpoints import FOLDER, load_checkpoint
from ssvae.runs.history import read_history
from ssvae.runs.origin import Origin
from ssvae.training.progress import Progress, progress_from
from ssvae.training.state import run_key

__all__ = ["starting_progress"]


def starting_progress(experiment: Experiment, dataset: Dataset, origin: Origin | None) -> Progress | None:
    """The progress of `origin`; None for a training that begins at the beginning.

    Raises:
        CheckpointError: when its checkpoints are damaged, or of another model than `experiment` asks for.
        RunDirectoryError: when its metrics.csv cannot be read.
    """
    if origin is None or not origin.has_checkpoint:
        return None
    last = load_checkpoint(origin.folder, "last")
    saved = {"last": last}
    if last[1].get("best_epoch") is not None:
        saved["best"] = load_checkpoint(origin.folder, "best")
    structure = Structure.of(experiment.model, experiment.data.image_shape, dataset.num_classes)
    clip, history = experiment.training.gradient_clip, read_history(origin.folder)
    try:
        progress = progress_from(structure, clip, saved, history)
    except CheckpointError as error:
        raise CheckpointError(f"{origin.folder / FOLDER}: {error}") from error
    if last[1].get("seed") == experiment.seed:
        return progress
    # Another seed draws other noise from here on, as it draws other batches.
    return dataclasses.replace(progress, state=progress.state._replace(key=run_key(experiment.seed)))
