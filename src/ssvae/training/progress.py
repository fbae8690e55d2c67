"""Where training stands between two epochs, and that as plain arrays and facts: who has them can go on from there.

In: what an epoch left. Out: `Progress`, its two checkpoints, and `Progress` again. Not here: files.
"""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.arrays import Params
from ssvae.classifiers.base import Statistics
from ssvae.errors import CheckpointError
from ssvae.model.structure import Structure
from ssvae.training.history import is_better
from ssvae.training.recipes import TrainingConfig
from ssvae.training.state import (
    TrainState,
    arrays_of_state,
    shape_differences,
    state_from_arrays,
)

__all__ = ["Progress", "Row", "Saved", "Snapshot", "checkpoints_of", "progress_from", "snapshot_from"]

Row = dict[str, float | int]
"""The numbers of an epoch, keyed by `EPOCH_KEYS` and `component_keys`."""

Saved = tuple[dict[Any, Any], dict[str, Any]]
"""A checkpoint: its arrays and its facts."""


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """What predictions need, as it was after an epoch."""

    epoch: int
    params: Params
    statistics: Statistics
    temperature: float
    """Of a relaxed choice of components, in that epoch."""


@dataclasses.dataclass(frozen=True)
class Progress:
    """All that the next epoch, and the end, depend on."""

    state: TrainState
    history: tuple[Row, ...] = ()
    """One row per epoch, oldest first."""
    best: Snapshot | None = None
    """The epoch that `training.monitor` chose so far; None before the first, or while none gave a number."""
    setbacks: int = 0
    """How often training went back to the epoch before; each time the learning rate is halved for good."""
    incomparable: int = 0
    """Epochs at the beginning whose numbers mean something else, as of a run with other loss weights that this one goes
    on with: none of them is the best."""

    @property
    def epoch(self) -> int:
        """Epochs done."""
        return len(self.history)

    @property
    def best_epoch(self) -> int:
        """The best so far; before there is one, the last that could not be it."""
        return self.best.epoch if self.best else self.incomparable

    def is_over(self, training: TrainingConfig) -> bool:
        """Whether all epochs are done, or patience has run out."""
        return self.epoch >= training.epochs or self.is_out_of_patience(training)

    def is_out_of_patience(self, training: TrainingConfig) -> bool:
        """Whether the last `training.patience` epochs brought nothing better."""
        return training.patience is not None and self.epoch - self.best_epoch >= training.patience

    def after(self, state: TrainState, row: Row, monitor: str, temperature: float) -> "Progress":
        """Where training stands one epoch later."""
        best, value = self.best, row[monitor]
        before = math.nan if best is None else self.history[best.epoch - 1][monitor]
        if math.isfinite(value) and (best is None or is_better(monitor, value, before)):
            best = Snapshot(self.epoch + 1, state.params, state.statistics, temperature)
        return dataclasses.replace(self, state=state, history=(*self.history, row), best=best)


def checkpoints_of(progress: Progress, seed: int) -> dict[str, Saved]:
    """`last`, all that training changes, and `best`, if there is one: they belong together."""
    best = progress.best
    facts = {
        "epoch": progress.epoch,
        "seed": seed,
        "best_epoch": best.epoch if best else None,
        "setbacks": progress.setbacks,
        "incomparable": progress.incomparable,
    }
    saved: dict[str, Saved] = {"last": (arrays_of_state(progress.state), facts)}
    if best is not None:
        arrays = {"params": best.params, "statistics": best.statistics}
        saved["best"] = (
            jax.tree.map(np.asarray, jax.device_get(arrays)),
            {"epoch": best.epoch, "seed": seed, "temperature": best.temperature},
        )
    return saved


def progress_from(
    structure: Structure,
    gradient_clip: float | None,
    saved: Mapping[str, Saved],
    history: Sequence[Row],
) -> Progress:
    """The progress that `checkpoints_of` gave these checkpoints, to the bit.

    Args:
        structure: The model's structure.
        gradient_clip: As in `training`: it shapes the optimizer's part.
        saved: `last`, and `best` if `last` speaks of one.
        history: Rows of at least the epochs done; later ones, of epochs that came after the checkpoint, do not count.

    Raises:
        CheckpointError: when arrays or rows are not those of this model.
    """
    arrays, facts = saved["last"]
    epoch, setbacks, incomparable = (
        _whole(facts, key, "last") for key in ("epoch", "setbacks", "incomparable")
    )
    if len(history) < epoch:
        raise CheckpointError(
            f"checkpoint 'last' was made after epoch {epoch}, and metrics.csv has {len(history)} rows. "
            "Undo the last edit of metrics.csv, or train the run again."
        )
    best = snapshot_from(structure, *saved["best"]) if facts.get("best_epoch") is not None else None
    if best is not None and best.epoch != facts["best_epoch"]:
        raise CheckpointError(
            f"checkpoint 'best' is of epoch {best.epoch}, 'last' expects epoch {facts['best_epoch']}. "
            "Put back the checkpoints as they were, or train the run again."
        )
    state = state_from_arrays(structure, gradient_clip, arrays)
    return Progress(state, tuple(history[:epoch]), best, setbacks, incomparable)


def _whole(facts: Mapping[str, Any], key: str, name: str) -> int:
    """A fact that must be a whole number: checkpoints may come from anywhere."""
    value = facts.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise CheckpointError(
            f"checkpoint '{name}' must have a whole number as '{key}', got {value!r}. Train the run again."
        )
    return value


def snapshot_from(structure: Structure, arrays: Mapping[Any, Any], facts: Mapping[str, Any]) -> Snapshot:
    """The weights of the best epoch, from its checkpoint.

    Raises:
        CheckpointError: when arrays or facts are not those of this model.
    """
    expected = {"params": structure.param_shapes(), "statistics": structure.initial_statistics()}
    found = {part: arrays.get(part, {}) for part in expected}
    if problems := shape_differences(found, expected):
        raise CheckpointError(f"checkpoint 'best' is not of this model: {'; '.join(problems)}.")
    params, statistics = jax.tree.map(jnp.asarray, (found["params"], found["statistics"]))
    epoch, temperature = _whole(facts, "epoch", "best"), facts.get("temperature")
    if not isinstance(temperature, int | float):
        raise CheckpointError(
            f"checkpoint 'best' must have a number as 'temperature', got {temperature!r}. Train the run again."
        )
    return Snapshot(epoch, params, statistics, temperature)
