"""Which number and which folder each job has, and what is left to do: everything, or the rest of an old sweep.

A job is known again by its settings, not by its place: values may be added before and between those of the first time.
In: planned jobs, those of the record. Out: `Slot`s. Not here: reading folders, running jobs.
"""

import dataclasses
from collections.abc import Callable, Collection, Sequence
from enum import Enum
from functools import partial
from typing import Any

from ssvae.composition.sweeps.planned import PlannedJob, identity_of
from ssvae.errors import ConfigError
from ssvae.runs.directory import slug
from ssvae.runs.redaction import redacted_words
from ssvae.runs.reporting.words import spelled
from ssvae.runs.sweeps.record import PENDING, Job

__all__ = ["Slot", "Task", "matched", "refuse_twins"]

_LONGEST = 60  # characters of the readable part; file systems stop at 255 bytes for the whole


class Task(Enum):
    """What is to be done about a job."""

    BEGIN = "begins"
    CONTINUE = "goes on"
    NOTHING = "is complete"
    AGAIN = "begins again, for the code has changed"


@dataclasses.dataclass(frozen=True)
class Slot:
    """A planned job in its place."""

    planned: PlannedJob
    job: Job
    task: Task
    before: str | None = None
    """The folder of the run that it begins again."""


def refuse_twins(jobs: Sequence[PlannedJob]) -> None:
    """Two jobs that would do the same would share a folder.

    Raises:
        ConfigError: naming the first two.
    """
    seen: dict[object, int] = {}
    for number, job in enumerate(jobs):
        other = seen.setdefault(job.identity, number)
        if other != number:
            first, second = _told(jobs[other]), _told(job)
            raise ConfigError(
                f"Runs {other} and {number} of the sweep would be the same: {first}"
                f"{'' if first == second else f' and {second}'}. Name each value once; of values that are drawn, "
                "ask for fewer or from a wider interval."
            )


def matched(
    planned: Sequence[PlannedJob],
    recorded: Sequence[Job],
    *,
    is_of_this_code: Callable[[Job], bool],
    keeps_other_code: bool,
    folder_name: Callable[[PlannedJob, int], str] | None = None,
    taken: Collection[str] = (),
    keys: Sequence[str] = (),
) -> list[Slot]:
    """A slot for each planned job; recorded jobs keep their numbers, new ones get the next.

    Args:
        planned: The jobs of the command.
        recorded: The jobs of the sweep so far, with their present states.
        is_of_this_code: Whether a job that has begun was run with the code that is here.
        keeps_other_code: Whether what was run with other code counts all the same.
        folder_name: Names the folder of a new job with that number, where the user says how; None for our way.
        taken: Names of folders that are there.
        keys: Settings that jobs of before differ in; this time they may have one value for all.
    """
    name = folder_name or partial(_folder_name, keys=keys)
    known = {identity_of(job.config_hash, job.settings): job for job in recorded}
    next_number = max((job.number for job in recorded), default=-1) + 1
    slots = []
    for plan in planned:
        job = known.get(plan.identity)
        if job is not None:  # this time it may differ from the others in more than before
            job = dataclasses.replace(job, settings={**job.settings, **_settings(plan, keys)})
        if job is None:
            job = _new(plan, next_number, name(plan, next_number), keys)
            next_number += 1
            slots.append(Slot(plan, job, Task.BEGIN))
        elif job.state == PENDING:
            slots.append(Slot(plan, job, Task.BEGIN))
        elif not keeps_other_code and not is_of_this_code(job):
            fresh = _new(plan, job.number, _next_name(job.folder, taken), keys)
            slots.append(Slot(plan, fresh, Task.AGAIN, job.folder))
        else:
            slots.append(Slot(plan, job, Task.NOTHING if job.state == "completed" else Task.CONTINUE))
    _refuse_shared_folders(slots)
    return slots


def _refuse_shared_folders(slots: Sequence[Slot]) -> None:
    """Our names cannot be equal; those a user asks for can."""
    seen: dict[str, int] = {}
    for slot in slots:
        other = seen.setdefault(slot.job.folder, slot.job.number)
        if other != slot.job.number:
            raise ConfigError(
                f"hydra.sweep.subdir gives runs {other} and {slot.job.number} the same folder, {slot.job.folder}. "
                "Put ${hydra.job.num} into it, or leave it out."
            )


def _new(plan: PlannedJob, number: int, folder: str, keys: Sequence[str]) -> Job:
    return Job(number, folder, plan.config_hash, _settings(plan, keys), tuple(redacted_words(plan.words)))


def _settings(plan: PlannedJob, keys: Sequence[str]) -> dict[str, Any]:
    return {key: plan.setting(key) for key in (*keys, *plan.settings)}


def _folder_name(plan: PlannedJob, number: int, keys: Sequence[str]) -> str:
    """`003_seed-1_kl_weight-0.5_1a2b3c4d`: number, what differs between the jobs, hash of the configuration."""
    words = [f"{key.rpartition('.')[2]}-{spelled(value)}" for key, value in _settings(plan, keys).items()]
    readable = [slug("_".join(words), max_length=_LONGEST)] if words else []
    return "_".join((f"{number:03d}", *readable, plan.config_hash[:8]))


def _next_name(folder: str, taken: Collection[str]) -> str:
    attempt = 2
    while f"{folder}_{attempt}" in taken:
        attempt += 1
    return f"{folder}_{attempt}"


def _told(job: PlannedJob) -> str:
    return (
        " ".join(f"{key}={spelled(value)}" for key, value in job.settings.items())
        or "nothing differs between them"
    )
