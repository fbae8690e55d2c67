"""The run that another goes on with, or that is gone on with itself: what of it counts.

In: its folder. Out: `Origin`. Not here: its arrays (checkpoints.py), whether they fit (continuation.py).
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssvae.errors import CheckpointError, RunDirectoryError
from ssvae.runs.checkpoints import FOLDER, INDEX, load_checkpoints
from ssvae.runs.config_file import CONFIG_FILE, read_config
from ssvae.runs.history import METRICS_FILE, read_history
from ssvae.runs.lifecycle.state import peek_state
from ssvae.runs.provenance import config_hash

__all__ = ["Origin", "read_origin"]


@dataclasses.dataclass(frozen=True)
class Origin:
    """A run up to its last checkpoint, as it was when it was read: it may go on meanwhile."""

    folder: Path
    header: Mapping[str, Any]
    body: Mapping[str, Any]
    """Its settings."""
    checkpoints: Mapping[str, tuple[Mapping[Any, Any], Mapping[str, Any]]]
    """Name → arrays and facts; empty when it has no checkpoint."""

    @property
    def epoch(self) -> int:
        """The last epoch that counts; 0 when it has no checkpoint."""
        return self.checkpoints["last"][1]["epoch"] if self.checkpoints else 0

    @property
    def best_epoch(self) -> int:
        """The best one among them; 0 when there is none."""
        return (self.checkpoints["last"][1]["best_epoch"] or 0) if self.checkpoints else 0

    @property
    def data_hash(self) -> str | None:
        """The fingerprint of its data; None when it ended before they were read."""
        return self.header.get("data_hash")

    @property
    def run_id(self) -> str:
        """What its children call it."""
        return self.header.get("run_id") or self.folder.name

    def is_in(self, run_dir: Path) -> bool:
        """Whether the run goes on in its own folder."""
        return self.folder.resolve() == run_dir.resolve()


def read_origin(folder: Path) -> Origin:
    """What of a run counts for one that goes on with it.

    Raises:
        RunDirectoryError: when the folder is none of a run, or its config.yaml was edited since.
        CheckpointError: when its last checkpoint is damaged, or metrics.csv does not reach it.
    """
    config = read_config(folder)
    header = config["experiment"]
    body = {key: value for key, value in config.items() if key != "experiment"}
    if header.get("config_hash") != config_hash(body):
        raise RunDirectoryError(
            f"The settings in {folder / CONFIG_FILE} are not those the run was started with: their hash differs. "
            f"Undo the edit. To go on with other settings: python train.py resume={folder} key=value"
        )
    checkpoints = load_checkpoints(folder)
    if checkpoints:
        _check(folder, checkpoints)
    elif (epoch := peek_state(folder).get("epoch")) is not None:
        # Without this, arrays that nothing refers to are those of a first checkpoint that was never finished.
        raise CheckpointError(
            f"{folder / FOLDER / INDEX} is gone: the run had a checkpoint of epoch {epoch}. Put it back as it was."
        )
    return Origin(folder, header, body, checkpoints)


def _check(folder: Path, checkpoints: Mapping[str, tuple[Any, Mapping[str, Any]]]) -> None:
    """There must be a last one, that of its best epoch, and the rows until then."""
    facts = checkpoints["last"][1] if "last" in checkpoints else {}
    epoch, best_epoch = facts.get("epoch"), facts.get("best_epoch")
    if epoch is None or not _is_epoch(epoch) or not (best_epoch is None or _is_epoch(best_epoch)):
        raise CheckpointError(
            f"{folder / FOLDER}: 'last' must say after which epoch it was made, and which was the best, "
            f"got {epoch!r} and {best_epoch!r}. Train the run again."
        )
    if best_epoch is not None and "best" not in checkpoints:
        raise CheckpointError(
            f"{folder / FOLDER}: the weights of the best epoch, {best_epoch}, are not there. Train the run again."
        )
    if (rows := len(read_history(folder))) < epoch:
        raise CheckpointError(
            f"{folder / FOLDER}: 'last' was made after epoch {epoch}, and {METRICS_FILE} has {rows} rows. "
            f"Undo the last edit of {METRICS_FILE}, or train the run again."
        )


def _is_epoch(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
