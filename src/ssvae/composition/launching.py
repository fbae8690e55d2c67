"""How the jobs of a sweep are run in this process: what Hydra's launcher plugin of ours does (src/hydra_plugins/).

In: the words of each job, a sweep in progress if it is one of ours. Out: Hydra's `JobReturn`s. Not here: what a job
does (task.py), which jobs there are (sweeps/).
"""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from hydra.core.utils import JobReturn, env_override, filter_overrides, run_job, setup_globals
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf, open_dict

from ssvae.composition.sweeps.in_progress import present_sweep
from ssvae.composition.sweeps.matching import Slot
from ssvae.composition.sweeps.recipes import launcher_problems
from ssvae.composition.versions import set_up_logging
from ssvae.errors import ConfigError
from ssvae.runs.console import say
from ssvae.runs.directory import make_folder

__all__ = ["Launch", "LaunchedJob"]

_MOST_PARKED = 64
"""Jobs that park at a time: each has a thread, an open log and its data."""


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
    mode: str = "auto"
    """See the plugin."""
    max_lanes: int | None = None

    def run(self, job_words: Sequence[Sequence[str]], first_number: int) -> list[JobReturn]:
        """Run the jobs; they share the programs that the first of them compiles.

        Args:
            job_words: The overrides of each.
            first_number: What the first is called when the sweep is none of ours.

        Raises:
            ConfigError: when the settings of the launcher are wrong.
        """
        # Ours has asked by now; other programs have not.
        if problems := launcher_problems(self.mode, self.max_lanes):
            raise ConfigError(problems)
        setup_globals()
        set_up_logging(self.config)
        make_folder(Path(str(self.config.hydra.sweep.dir)))
        jobs = [self._job(words, number) for number, words in enumerate(job_words, first_number)]
        if self._needs_order() or len(jobs) == 1:
            return self._run_in_order(jobs)
        with env_override(self.config.hydra.job.env_set):  # JAX comes in here, and it may say which device
            run = self._way()
        return run(jobs)

    def _needs_order(self) -> bool:
        """Whether each job is to end before the next begins: after a failure perhaps none is to begin, the working
        directory and the environment are those of the whole process, and jobs of other programs may bear no other.
        """
        sweep, job = present_sweep(), self.config.hydra.job
        changes_process = bool(job.get("chdir") or job.env_set)
        return self.mode != "vmap" and (sweep is None or sweep.policy.stops or changes_process)

    def _way(self) -> Callable[[Sequence[LaunchedJob]], list[JobReturn]]:
        """In which way several jobs are run. On an accelerator two at a time may need more memory than it has."""
        from ssvae.training.compilation import has_accelerator

        if self.mode == "vmap":
            return self._run_together
        if not has_accelerator():
            return self._run_overlapping
        return self._run_together if self.mode == "auto" else self._run_in_order

    def _run_in_order(self, jobs: Sequence[LaunchedJob]) -> list[JobReturn]:
        returned = []
        for job in jobs:
            if _is_stopped():
                break
            returned.append(self._run(job))
            set_up_logging(self.config)  # a job sets up its own
        return returned

    def _run_overlapping(self, jobs: Sequence[LaunchedJob]) -> list[JobReturn]:
        """One trains while another is measured or begins."""
        from ssvae.composition.overlapping import run_overlapping

        return self._returned(run_overlapping([partial(self._run, job) for job in jobs]))

    def _run_together(self, jobs: Sequence[LaunchedJob]) -> list[JobReturn]:
        """Each job parks where it would train; those that can share a program train as one."""
        from ssvae.composition.lanes import run_in_lanes
        from ssvae.training.ensemble import fit_together, portions

        returned: list[JobReturn] = []
        for first in range(0, len(jobs), _MOST_PARKED):
            if _is_stopped():
                break
            ended = run_in_lanes(
                [partial(self._run, job) for job in jobs[first : first + _MOST_PARKED]],
                train=lambda requests: fit_together(requests, lanes=len(requests)),
                portions=partial(portions, lanes=self.max_lanes),
            )
            returned += self._returned(ended)
        return returned

    def _returned(self, ends: Sequence[JobReturn | BaseException]) -> list[JobReturn]:
        """What Hydra wants to know. A job's own failure is in it; what is raised is a mistake of ours."""
        set_up_logging(self.config)  # jobs set up their own
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return [end for end in ends if not isinstance(end, BaseException)]

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
            words: Any = OmegaConf.to_container(self.config.hydra.overrides.hydra)  # `${…}` as it was typed
            config = sweep.configuration(job.slot, words)
            OmegaConf.copy_cache(from_config=self.config, to_config=config)
        with open_dict(config):
            config.hydra.job.id = str(job.number)
            config.hydra.job.num = job.number
        return config


def _is_stopped() -> bool:
    """Whether a failure said that no further job begins."""
    return (sweep := present_sweep()) is not None and sweep.is_stopped
