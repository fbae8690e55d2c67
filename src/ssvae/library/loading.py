"""A trained model read from a run's folder, whatever machine it was trained on.

Nothing in the folder is executed: config.yaml is plain data, checkpoints are plain numbers. The data are not needed.
In: a folder. Out: `TrainedModel`. Not here: going on with its training.
"""

from pathlib import Path

import jax
import jax.numpy as jnp

from ssvae.errors import CheckpointError
from ssvae.experiment import recorded_experiment
from ssvae.library.trained_model import TrainedModel
from ssvae.model.structure import Structure
from ssvae.plugins import load_plugins
from ssvae.runs.checkpoints import FOLDER, load_checkpoint
from ssvae.runs.config_file import CONFIG_FILE, read_config
from ssvae.runs.history import read_history
from ssvae.training.schedules import temperature
from ssvae.training.state import shape_differences

__all__ = ["load_run"]


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
    experiment = recorded_experiment(read_config(folder), folder / CONFIG_FILE)
    arrays, facts = load_checkpoint(folder, checkpoint)
    structure = Structure.of(experiment.model, experiment.data.image_shape, experiment.data.classes)
    shapes = {"params": structure.param_shapes(), "statistics": structure.initial_statistics()}
    arrays = {name: arrays.get(name, {}) for name in shapes}
    if problems := shape_differences(arrays, shapes):
        raise CheckpointError(
            f"{folder / FOLDER / checkpoint} does not fit {folder / CONFIG_FILE}: {'; '.join(problems)}. "
            "Undo the last edit of config.yaml, or use the version of ssvae that it names."
        )
    if not isinstance(facts["epoch"], int):
        raise CheckpointError(f"{folder / FOLDER / checkpoint} must say after which epoch it was made.")
    params, statistics = jax.tree.map(jnp.asarray, (arrays["params"], arrays["statistics"]))
    return TrainedModel(
        structure=structure,
        params=params,
        statistics=statistics,
        # Of a continued run, the best epoch may be one of the run before, which had other schedules.
        temperature=facts.get("temperature")
        or temperature(experiment.model, facts["epoch"], experiment.training.epochs),
        config=experiment.model,
        epoch=facts["epoch"],
        history=read_history(folder) or None,
    )
