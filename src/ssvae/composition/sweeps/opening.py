"""Looking at a sweep's folder, this process being its sole writer: what is done there, what is left.

In: a plan, a folder, the code. Out: slots, the record opened. Not here: running the jobs (running.py).
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ssvae.comparison.baseline import has_settings
from ssvae.comparison.results import identity
from ssvae.composition.folders import DEFAULT_SUBDIR, chosen_subfolder
from ssvae.composition.guard import Plan
from ssvae.composition.invocation import Invocation
from ssvae.composition.sweeps.header import header_of, resumed_header, swept_before
from ssvae.composition.sweeps.matching import Slot, Task, matched, refuse_twins
from ssvae.composition.sweeps.planned import PlannedJob
from ssvae.composition.sweeps.widening import left_out, widened
from ssvae.errors import ConfigError, DataError, RunDirectoryError
from ssvae.experiment import mapping_from_experiment
from ssvae.runs.config_file import CONFIG_FILE, read_config
from ssvae.runs.lifecycle.resumption import codes_of
from ssvae.runs.lifecycle.state import peek_state
from ssvae.runs.reporting.words import spelled
from ssvae.runs.source import Source
from ssvae.runs.sweeps.record import Job, SweepRecord, is_sweep, read_sweep

__all__ = ["Opened", "check_jobs", "open_sweep"]


@dataclasses.dataclass(frozen=True)
class Opened:
    """A sweep's folder as it is found."""

    slots: tuple[Slot, ...]
    """The jobs of the command."""
    record: SweepRecord
    """What sweep.yaml shall say: these jobs, and those of earlier commands."""
    notice: str | None = None
    """What may not have been meant: new jobs that lack words of the earlier ones."""


def check_jobs(plan: Plan) -> None:
    """Whether each job has a folder of its own, before any folder is made.

    Raises:
        ConfigError: when two jobs would be the same, or share a folder.
    """
    refuse_twins(plan.jobs)
    matched(
        plan.jobs,
        (),
        is_of_this_code=lambda job: True,
        keeps_other_code=True,
        folder_name=_chosen_name(plan),
    )


def open_sweep(
    folder: Path, plan: Plan, invocation: Invocation, source: Source, words: Sequence[str], now: datetime
) -> Opened:
    """What is done and what is left; nothing is written.

    Args:
        folder: The sweep's folder.
        plan: The command.
        invocation: How it was typed.
        source: The code that is here.
        words: What to type again to go on with it.
        now: When it began.

    Raises:
        ConfigError: when no job has the settings of the baseline.
        RunDirectoryError: when the record of the sweep is damaged.
        DataError: when jobs were trained on other data than those that are here.
    """
    before = _widened(folder, plan, read_sweep(folder)) if is_sweep(folder) else None
    recorded = before.jobs if before else ()
    configs = {job.number: _config(folder / job.folder) for job in recorded}
    codes = {
        job.number: codes_of(configs[job.number].get("experiment", {}), peek_state(folder / job.folder))
        for job in recorded
    }
    slots = matched(
        plan.jobs,
        recorded,
        is_of_this_code=lambda job: codes.get(job.number, ()) in ((), (source.id,)),
        keeps_other_code=plan.sweep.other_code == "keep",
        folder_name=_chosen_name(plan),
        taken={entry.name for entry in folder.iterdir()} if folder.is_dir() else (),
        keys=swept_before(before.header) if before else (),
    )
    finished = [job for job in recorded if job.state == "completed"]
    _check_data({folder / job.folder: configs[job.number] for job in finished}, slots)
    header = (
        resumed_header(
            before.header,
            plan,
            invocation,
            source,
            words,
            now,
            has_other_jobs=bool({job.number for job in recorded} - {slot.job.number for slot in slots}),
        )
        if before
        else header_of(plan, invocation, source, words, folder.name, now)
    )
    header["superseded"] = [*header.get("superseded", []), *(slot.before for slot in slots if slot.before)]
    jobs = {job.number: job for job in recorded} | {slot.job.number: slot.job for slot in slots}
    _check_baseline(header.get("baseline"), tuple(jobs.values()))
    record = SweepRecord(header, tuple(jobs[number] for number in sorted(jobs)))
    return Opened(tuple(slots), record, _notice(recorded, slots))


def _notice(recorded: Sequence[Job], slots: Sequence[Slot]) -> str | None:
    new = [slot.planned for slot in slots if slot.task is Task.BEGIN]
    if not recorded or not (keys := left_out(recorded, new)):
        return None
    return (
        f"This command does not say {', '.join(keys)}, as the sweep did before: its new runs have the defaults there. "
        "Words beside sweep.resume=DIR are a whole command; without any, that of the sweep is gone on with."
    )


def _widened(folder: Path, plan: Plan, before: SweepRecord) -> SweepRecord:
    """The record so far, with the settings that its jobs differ in by now."""
    keys, jobs = widened(folder, swept_before(before.header), before.jobs, plan.jobs)
    old = before.header.get("grid")
    grid = {key: [*values] for key, values in (old if isinstance(old, Mapping) else {}).items()}
    for key in keys:
        values = grid.setdefault(key, [])
        for job in jobs:
            values += [job.settings[key]] if key in job.settings and job.settings[key] not in values else []
    return SweepRecord({**before.header, "grid": grid}, jobs)


def _chosen_name(plan: Plan) -> Callable[[PlannedJob, int], str] | None:
    """How the user names the folders of jobs, with `hydra.sweep.subdir`; None when nothing is said about it."""
    template = plan.composed.hydra["sweep.subdir"]
    return (
        None
        if template == DEFAULT_SUBDIR
        else lambda job, number: chosen_subfolder(job, number, str(template))
    )


def _check_baseline(named: Any, jobs: Sequence[Job]) -> None:
    """Of jobs that are made up as the sweep goes, nobody knows."""
    if named and jobs and not any(has_settings(job.settings, named) for job in jobs):
        words = " ".join(f"{key}={spelled(value)}" for key, value in named.items())
        raise ConfigError(
            f"sweep.baseline={words} names the jobs that others are compared with, and no job of this sweep has it. "
            f"Name values of {', '.join(dict.fromkeys(key for job in jobs for key in job.settings))}; or none, with "
            "sweep.baseline=null."
        )


def _check_data(finished: Mapping[Path, Mapping[str, Any]], slots: Sequence[Slot]) -> None:
    """Finished jobs, also those that this command does not name, against the data that its own would see.

    Each data set is read once; what is not there is told by the job that needs it.

    Args:
        finished: Folder → configuration of each.
        slots: The jobs of this command.
    """
    experiments = (slot.planned.experiment for slot in slots)
    asked = {identity(mapping_from_experiment(one)["data"]): one.data for one in experiments}
    present: dict[str, str] = {}
    for run_dir, settings in finished.items():
        hashed, key = settings.get("experiment", {}).get("data_hash"), identity(settings.get("data"))
        data = asked.get(key)
        if hashed is None or data is None or data.absence() is not None:
            continue
        present[key] = present.get(key) or data.load().fingerprint
        if hashed != present[key]:
            raise DataError(
                f"{run_dir} was trained on other data than those of {data.variant} that are here, "
                "and one sweep has one data set. Put the data back, or leave sweep.resume out to begin a new sweep."
            )


def _config(run_dir: Path) -> Mapping[str, Any]:
    """That of a job; empty before the job has written it."""
    try:
        return read_config(run_dir) if (run_dir / CONFIG_FILE).is_file() else {}
    except RunDirectoryError:
        return {}
