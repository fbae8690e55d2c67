"""A trained model read from a run's folder, whatever machine it was trained on.

Nothing in the folder is executed: config.yaml is plain data, checkpoints are plain numbers. The data are not needed.
In: a folder. Out: `TrainedModel`. Not here: going on with its training.
"""

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp

from ssvae.errors import CheckpointError, ConfigError
from ssvae.experiment import Experiment, read_experiment
from ssvae.library.trained_model import TrainedModel
from ssvae.model.structure import Structure
from ssvae.plugins import VARIABLE, load_plugins
from ssvae.runs.checkpoints import FOLDER, load_checkpoint
from ssvae.runs.config_file import CONFIG_FILE, read_config
from ssvae.runs.history import read_history
from ssvae.training.schedules import temperature

__all__ = ["load_run"]

SHOWN = 3
"""Arrays that do not fit and are named in a message; where one does not, often all of them do not."""


def load_run(run_dir: str | Path, checkpoint: str = "best") -> TrainedModel:
    """The model of a run; it predicts what the run's own evaluation predicted.

    Args:
        run_dir: The run's folder, such as results/mixture_digits_20260102_030405.
        checkpoint: `best`, the weights that the report speaks of, or `last`.

    Raises:
        RunDirectoryError: when the folder is none of a run.
        ConfigError: when config.yaml asks for what this version, with its plugins, does not know; or a plugin breaks.
        CheckpointError: when the checkpoint is absent, damaged or not of this model.
    """
    load_plugins()
    folder = Path(run_dir)
    experiment = _experiment(folder)
    arrays, facts = load_checkpoint(folder, checkpoint)
    structure = Structure.of(experiment.model, experiment.data.image_shape, experiment.data.classes)
    shapes = {"params": structure.param_shapes(), "statistics": structure.initial_statistics()}
    arrays = {name: arrays.get(name, {}) for name in shapes}
    if problems := _differences(arrays, shapes):
        more = f" and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        raise CheckpointError(
            f"{folder / FOLDER / checkpoint} does not fit {folder / CONFIG_FILE}: {'; '.join(problems[:SHOWN])}{more}. "
            "Undo the last edit of config.yaml, or use the version of ssvae that it names."
        )
    params, statistics = jax.tree.map(jnp.asarray, (arrays["params"], arrays["statistics"]))
    return TrainedModel(
        structure=structure,
        params=params,
        statistics=statistics,
        temperature=temperature(experiment.model, facts["epoch"], experiment.training.epochs),
        config=experiment.model,
        epoch=facts["epoch"],
        history=read_history(folder) or None,
    )


def _experiment(folder: Path) -> Experiment:
    """What the run was asked. How it was named and filed plays no part."""
    config = read_config(folder)
    try:
        return read_experiment({key: value for key, value in config.items() if key != "experiment"})
    except ConfigError as error:
        version = (config["experiment"].get("versions") or {}).get("ssvae", "unknown")
        advice = (
            f"The run was made with ssvae {version}; what plugins add is known when {VARIABLE} names them."
        )
        raise ConfigError(
            [f"{folder / CONFIG_FILE}: {problem} {advice}" for problem in error.problems]
        ) from error


def _differences(found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Half a sentence for each array that is missing, unknown or of another shape."""
    ours, theirs = _shapes(expected), _shapes(found)
    return [
        *(f"{name} is missing" for name in ours if name not in theirs),
        *(f"{name} is not of this model" for name in theirs if name not in ours),
        *(
            f"{name} has shape {theirs[name]}, the model has {shape}"
            for name, shape in ours.items()
            if theirs.get(name, shape) != shape
        ),
    ]


def _shapes(tree: Any) -> dict[str, tuple[int, ...]]:
    """`params/encoder/layers/0/kernel` → shape."""
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    return {jax.tree_util.keystr(path, simple=True, separator="/"): leaf.shape for path, leaf in leaves}
