"""Handing the jobs of the sweep in progress to whichever launcher was chosen: what our sweeper plugin does.

In: what Hydra gives a sweeper. Out: each job launched. Not here: which jobs there are (matching.py).
"""

from collections.abc import Sequence
from pathlib import Path

from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf

from ssvae.composition.sweeps.in_progress import present_sweep
from ssvae.errors import ConfigError
from ssvae.runs.files import write_text

__all__ = ["hand_out"]


def hand_out(
    context: HydraContext, task: TaskFunction, config: DictConfig, batch_size: int | None
) -> list[Sequence[JobReturn]]:
    """Launch every job that is left to do.

    Args:
        context: Hydra's.
        task: What a job does.
        config: The configuration of the sweep.
        batch_size: How many jobs the launcher is given at a time; None for all.

    Raises:
        ConfigError: outside a sweep of ours: another program has no plan to hand out.
    """
    sweep = present_sweep()
    if sweep is None:
        raise ConfigError(
            "hydra/sweeper=grid runs the sweeps of ssvae. Type hydra/sweeper=basic in other programs."
        )
    launcher = Plugins.instance().instantiate_launcher(
        hydra_context=context, task_function=task, config=config
    )
    folder = Path(str(config.hydra.sweep.dir))
    write_text(folder / "multirun.yaml", OmegaConf.to_yaml(config))  # where people look for it
    todo = sweep.todo()
    size = batch_size or max(1, len(todo))
    returned = []
    for first in range(0, len(todo), size):
        if sweep.is_stopped:
            break
        returned.append(launcher.launch(todo[first : first + size], initial_job_idx=first))
    return returned
