"""`--dry-run`: every job a command stands for, which of them share programs, where they go, what is done already.

In: a plan. Out: text on standard output; nothing is created. Not here: finding out what is done (opening.py).
"""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ssvae.composition.folders import DEFAULT_RUN, DEFAULT_SWEEP
from ssvae.composition.guard import Plan
from ssvae.composition.invocation import Invocation
from ssvae.composition.sweeps.asked import NO_FIGURES
from ssvae.composition.sweeps.claiming import folder_to_resume
from ssvae.composition.sweeps.groups import group_names
from ssvae.composition.sweeps.opening import open_sweep
from ssvae.composition.sweeps.source import source_of
from ssvae.runs.lifecycle.lock import has_writer

__all__ = ["show_plan"]


def show_plan(plan: Plan, invocation: Invocation) -> int:
    """Print what would be done; gives the exit code.

    Raises:
        ConfigError: when there is nothing to go on with in the folder named.
        RunDirectoryError: when the record of the sweep is damaged.
        DataError: when its jobs were trained on other data.
    """
    lines = _of_sweep(plan, invocation) if plan.is_multirun else _of_run(plan)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _of_run(plan: Plan) -> Iterator[str]:
    chosen = plan.composed.hydra["run.dir"]
    name = plan.experiments[0].record.name
    where = f"{Path(DEFAULT_RUN).parent}/{name}_<date>_<time>" if chosen == DEFAULT_RUN else chosen
    yield f"1 run, into {where}. Every setting: ssvae check, with the same words."


def _of_sweep(plan: Plan, invocation: Invocation) -> Iterator[str]:
    if not plan.jobs:
        yield "A sweep whose jobs are made up as it goes: how many there are depends on what they find."
        return
    folder = folder_to_resume(plan)
    opened = open_sweep(folder or Path("new"), plan, invocation, source_of(invocation), (), datetime.now())
    names = group_names([slot.planned.experiment for slot in opened.slots])
    chosen = plan.composed.hydra["sweep.dir"]
    new = "multirun_outputs/<name>_<date>_<time>" if chosen == DEFAULT_SWEEP else chosen
    count = len(set(names))
    sharing = "all sharing their programs" if count == 1 else f"in {count} groups that share their programs"
    yield f"{len(names)} runs, {sharing}, into {folder or new}"
    if NO_FIGURES in opened.slots[0].planned.words:
        yield "Figures of single runs are left out: evaluation=default draws them."
    if opened.notice is not None:
        yield f"WARNING: {opened.notice}"
    if folder is not None and has_writer(folder):
        yield "WARNING: Another process runs this sweep now, so this command would be refused."
    width = max(len(slot.job.folder) for slot in opened.slots)
    for slot, name in zip(opened.slots, names, strict=True):
        is_busy = folder is not None and has_writer(folder / slot.job.folder)
        now = ", but another process is at it now and this command would not touch it" if is_busy else ""
        yield f"  {name:3}{slot.job.folder:{width}}  {slot.task.value}{now}"
