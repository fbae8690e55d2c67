"""Which folder a run or a sweep writes into: a new one of its own, claimed before Hydra starts.

Hydra's way, a time in the folder's name, lets two runs of the same second write over each other.
In: what will run. Out: a folder, and the words that tell Hydra. Not here: making it (runs/directory.py).
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from ssvae.composition.guard import Plan
from ssvae.composition.overrides import written
from ssvae.composition.plain import first_line
from ssvae.composition.resolvers import JOB_FOLDER
from ssvae.composition.sweeps.planned import PlannedJob, frozen
from ssvae.errors import ConfigError
from ssvae.experiment import mapping_from_experiment
from ssvae.runs.directory import claim_directory, claim_exact, claim_for_sweep

__all__ = [
    "DEFAULT_RUN",
    "DEFAULT_SUBDIR",
    "DEFAULT_SWEEP",
    "chosen_folder",
    "chosen_subfolder",
    "claim_run",
    "claim_sweep",
    "sweep_name",
]

DEFAULT_RUN = "results/${experiment.name}"
DEFAULT_SWEEP = "multirun_outputs/${experiment.name}"
DEFAULT_SUBDIR = f"${{{JOB_FOLDER}:}}"
"""What conf/config.yaml says; anything else was chosen by the user."""


def claim_run(plan: Plan, now: datetime) -> tuple[Path, list[str]]:
    """A folder for a single run, and the words that make Hydra use it.

    Raises:
        RunDirectoryError: when it cannot be made, or is the user's choice and holds something.
    """
    if plan.composed.hydra["run.dir"] != DEFAULT_RUN:
        folder = claim_exact(chosen_folder(plan, "hydra.run.dir"))
    else:
        folder = claim_directory(Path(DEFAULT_RUN).parent, plan.experiments[0].record.name, now)
    # The folder itself, for a clock in the user's choice must not be read twice.
    return folder, [written("hydra.run.dir", str(folder))]


def claim_sweep(plan: Plan, now: datetime) -> tuple[Path, list[str]]:
    """A folder for a sweep, and the words that make Hydra use it, and name the jobs of a sweeper that makes them up as
    it goes by what differs.

    Raises:
        RunDirectoryError: when it cannot be made, or is the user's choice and holds something.
    """
    words = []
    if plan.composed.hydra["sweep.subdir"] == DEFAULT_SUBDIR and plan.swept_keys and not plan.jobs:
        words.append(written("hydra.sweep.subdir", f"${{{JOB_FOLDER}:{','.join(plan.swept_keys)}}}"))
    if plan.composed.hydra["sweep.dir"] != DEFAULT_SWEEP:
        folder = claim_for_sweep(chosen_folder(plan, "hydra.sweep.dir"))
    else:
        folder = claim_directory(Path(DEFAULT_SWEEP).parent, sweep_name(plan), now)
    return folder, [*words, written("hydra.sweep.dir", str(folder))]


def sweep_name(plan: Plan) -> str:
    """The name the jobs share; without one, what differs between them."""
    names = {experiment.record.name for experiment in plan.experiments}
    if len(names) == 1:
        return names.pop()
    return "_".join(("sweep", *_last_words(plan.swept_keys)))


def _last_words(keys: Sequence[str]) -> list[str]:
    return [key.rpartition(".")[2] for key in keys]


def chosen_subfolder(job: PlannedJob, number: int, template: str) -> str:
    """The name of a job's folder that `hydra.sweep.subdir` asks for.

    Raises:
        ConfigError: when it is not the name of one folder.
    """
    config = frozen(job, ())
    with open_dict(config):
        config.hydra.job.num, config.hydra.job.id = number, str(number)
    name = _selected(config, "hydra.sweep.subdir")
    if Path(name).name != name:
        raise ConfigError(f"hydra.sweep.subdir={template} must give the name of one folder, got '{name}'.")
    return name


def chosen_folder(plan: Plan, key: str) -> Path:
    """A folder the user named, its `${…}` followed."""
    config = plan.composed.whole.copy()
    with open_dict(config):  # the composed configuration has the choices, not yet the values typed
        config.update(mapping_from_experiment(plan.experiments[0]))
    return Path(_selected(config, key))


def _selected(config: DictConfig, key: str) -> str:
    present = HydraConfig.instance()
    before = present.cfg
    present.set_config(config)  # for ${hydra:…}
    try:
        return str(OmegaConf.select(config, key, throw_on_resolution_failure=True))
    except OmegaConfBaseException as error:
        raise ConfigError(f"{key} refers to something that is not there: {first_line(error)}.") from error
    finally:
        present.cfg = before
