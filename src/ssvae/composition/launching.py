"""How the jobs of a sweep are run in this process: what Hydra's launcher plugin of ours does (src/hydra_plugins/).

In: the words of each job, a sweep in progress if it is one of ours. Out: Hydra's `JobReturn`s. Not here: what a job
does (task.py), which jobs there are (sweeps/).
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from hydra.core.utils import JobReturn, filter_overrides, run_job, setup_globals
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf, open_dict

from ssvae.composition.sweeps.in_progress import present_sweep
from ssvae.composition.sweeps.matching import Slot
from ssvae.composition.versions import set_up_logging
from ssvae.runs.console import say
from ssvae.runs.directory import make_folder

__all__ = ["Launch", "LaunchedJob"]


@dataclasses.dataclass(frozen=True)
class LaunchedJob:
    """A job as the launcher has it."""

    words: tuple[str, ...]
    number: int
    slot: Slot | None
    """Its place in a sweep of ours; None for a job of a sweeper that makes up its own."""


@dataclasses.dataclass(frozen=True)
class Launch:
    """What Hydra gives a launcher."""

    context: HydraContext
    task: TaskFunction
    config: DictConfig
    """The configuration of the sweep, which no job has as it is."""

    def run(self, job_words: Sequence[Sequence[str]], first_number: int) -> list[JobReturn]:
        """Run the jobs one after another; they share the programs that the first of them compiles.

        Args:
            job_words: The overrides of each.
            first_number: What the first is called when the sweep is none of ours.
        """
        setup_globals()
        set_up_logging(self.config)
        make_folder(Path(str(self.config.hydra.sweep.dir)))
        returned = []
        for number, words in enumerate(job_words, first_number):
            if (sweep := present_sweep()) is not None and sweep.is_stopped:
                break
            returned.append(self._run(self._job(words, number)))
            set_up_logging(self.config)  # a job sets up its own
        return returned

    def _job(self, words: Sequence[str], number: int) -> LaunchedJob:
        sweep = present_sweep()
        slot = sweep.slot_of(words) if sweep is not None else None
        return LaunchedJob(tuple(words), number if slot is None else slot.job.number, slot)

    def _run(self, job: LaunchedJob) -> JobReturn:
        sweep = present_sweep()
        if sweep is None or job.slot is None:
            say(f"\t#{job.number} : {' '.join(filter_overrides(job.words))}")
            return self.attempt(job)
        return sweep.run(job.slot, lambda: self.attempt(job))

    def attempt(self, job: LaunchedJob) -> JobReturn:
        """Let Hydra run the job: its folder, its record, its hooks, and in the middle the task."""
        return run_job(
            hydra_context=self.context,
            task_function=self.task,
            config=self._configuration(job),
            job_dir_key="hydra.sweep.dir",
            job_subdir_key="hydra.sweep.subdir",
        )

    def _configuration(self, job: LaunchedJob) -> DictConfig:
        """As Hydra composes it, or as it was composed when the command was checked."""
        sweep = present_sweep()
        if sweep is None or job.slot is None:
            config = self.context.config_loader.load_sweep_config(self.config, list(job.words))
        else:
            config = sweep.configuration(job.slot, list(self.config.hydra.overrides.hydra))
            OmegaConf.copy_cache(from_config=self.config, to_config=config)
        with open_dict(config):
            config.hydra.job.id = job.number
            config.hydra.job.num = job.number
        return config
