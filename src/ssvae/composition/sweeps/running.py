"""A sweep from its lock to its answer.

In: a plan, a claimed folder. Out: an exit code, the list of failed runs, the answer in its folder. Not here: which jobs
there are (matching.py), how a job is run (composition/launching.py).
"""

import dataclasses
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ssvae.composition.exit_codes import FAILED, MISTAKE, STOPPED
from ssvae.composition.guard import Plan
from ssvae.composition.invocation import Invocation
from ssvae.composition.outcome import Outcome, exit_code, failures_text, unseen
from ssvae.composition.sweeps.book import SweepBook
from ssvae.composition.sweeps.claiming import ANY, unreadable_sweeps
from ssvae.composition.sweeps.display import sweep_display
from ssvae.composition.sweeps.in_progress import SweepInProgress, sweep_in_progress
from ssvae.composition.sweeps.made_up import made_up_jobs
from ssvae.composition.sweeps.matching import Task
from ssvae.composition.sweeps.opening import Opened, open_sweep
from ssvae.composition.sweeps.source import source_changed, source_of
from ssvae.errors import SSVAEError
from ssvae.runs.console import quiet_console, say
from ssvae.runs.directory import shown_path
from ssvae.runs.lifecycle.lock import sole_writer
from ssvae.runs.lifecycle.state import peek_state
from ssvae.runs.provenance import git_notice, source_notices
from ssvae.runs.source import Source
from ssvae.runs.sweeps.record import SWEEP_FILE

__all__ = ["SweepCommand", "run_sweep"]

_TOLD = ("metric", "baseline", "code changed", "not pooled")
"""Warnings of the answer that are said on the console too: something asked for was not done."""

RunJobs = Callable[[], tuple[int, list[Outcome]]]
"""Lets Hydra run the jobs; gives its exit code, and the end of each run of this process."""


@dataclasses.dataclass(frozen=True)
class SweepCommand:
    """All that a sweep needs to begin."""

    folder: Path
    plan: Plan
    invocation: Invocation
    words: tuple[str, ...]
    """What to type again to go on with it."""


def run_sweep(command: SweepCommand, run_jobs: RunJobs) -> int:
    """Run the jobs that are left, and say what all of them found; gives the exit code."""
    try:
        with sole_writer(command.folder):
            return _run(command, run_jobs)
    except SSVAEError as error:
        sys.stderr.write(f"{error}\n")
        return MISTAKE


def _run(command: SweepCommand, run_jobs: RunJobs) -> int:
    plan, folder = command.plan, command.folder
    source = source_of(command.invocation)
    opened = open_sweep(folder, plan, command.invocation, source, command.words, datetime.now())
    _tell_beginning(command, opened, source)
    book = SweepBook(folder, opened.record.header, opened.record.jobs)
    left = sum(slot.task is not Task.NOTHING for slot in opened.slots)
    before = _states(folder, opened)
    code, outcomes = 0, []
    with sweep_display(left, len(opened.slots)) as display, quiet_console():
        metric = opened.record.header.get("metric")
        sweep = SweepInProgress(folder, opened.slots, plan.sweep.policy, book, display, metric)
        try:
            if left or not plan.jobs:
                with sweep_in_progress(sweep):
                    code, outcomes = run_jobs()
        finally:
            found = () if book.jobs else made_up_jobs(folder, plan.swept_keys)
            changed = source_changed(command.invocation) or opened.record.header.get("source_changed")
            book.close(found, source_changed=changed)
    outcomes += unseen(folder, outcomes, _passed_over(folder, opened, before))
    return _tell_end(command, opened, code, outcomes)


def _tell_beginning(command: SweepCommand, opened: Opened, source: Source) -> None:
    """What concerns all runs is said once."""
    policies = {experiment.record.on_dirty_git for experiment in command.plan.experiments}
    notice = git_notice(source.git) if policies != {"ignore"} else None
    for warning in (*command.invocation.warnings, *([notice] if notice else []), *source_notices(source)):
        say(f"WARNING: {warning}")
    for note in command.invocation.notes:
        say(note)
    if command.plan.sweep.resume == ANY and not opened.record.header["resumptions"]:
        say("There is no sweep of this name with one of these runs, so a new one begins.")
        for unreadable in unreadable_sweeps(command.plan):
            say(
                f"WARNING: {shown_path(unreadable / SWEEP_FILE)} is damaged: whether it is that sweep is not known."
            )
    if opened.notice is not None:
        say(f"WARNING: {opened.notice}")
    counts = {task: sum(slot.task is task for slot in opened.slots) for task in Task}
    if not opened.slots or counts[Task.BEGIN] == len(opened.slots):
        return
    parts = [f"{count} {_verb(task, count)}" for task, count in counts.items() if count]
    say(f"Going on with {shown_path(command.folder)}: of {len(opened.slots)} runs, {', '.join(parts)}.")


def _verb(task: Task, count: int) -> str:
    words = {
        Task.BEGIN: ("begins", "begin"),
        Task.CONTINUE: ("goes on", "go on"),
        Task.NOTHING: ("is complete", "are complete"),
        Task.AGAIN: (
            "begins again, for the code is another (sweep.other_code=keep keeps what is complete)",
            "begin again, for the code is another (sweep.other_code=keep keeps what is complete)",
        ),
    }
    return words[task][count > 1]


def _tell_end(command: SweepCommand, opened: Opened, code: int, outcomes: Sequence[Outcome]) -> int:
    from ssvae.comparison import write_answer  # here, for it takes a while to import

    warnings = write_answer(command.folder)
    done = sum(slot.task is Task.NOTHING for slot in opened.slots)
    planned = max(len(command.plan.experiments) if command.plan.jobs else 0, len(outcomes) + done)
    failures = failures_text(outcomes, planned - done)
    folder = shown_path(command.folder)
    if failures:
        again = f"To go on: {_program(command)} -m sweep.resume={shlex.quote(folder)}\n"
        sys.stderr.write(f"{failures}\n{again if command.plan.jobs else ''}")
    for text in (text for kind, text in warnings if kind in _TOLD):
        say(f"WARNING: {text}")
    say(f"Sweep of {max(planned, len(opened.record.jobs))} runs: {folder}")
    say(f"Answer: {folder}/REPORT.md, report.html, summary.csv")
    code = code if code in STOPPED else exit_code(outcomes) or code
    return code or (FAILED if failures else 0)


def _program(command: SweepCommand) -> str:
    """What was called, without its words."""
    words = shlex.split(command.invocation.command)
    return shlex.join(words[:2])


def _states(folder: Path, opened: Opened) -> dict[str, dict[str, Any]]:
    """What each job to be done says of itself; its name → state.json."""
    todo = (slot.job.folder for slot in opened.slots if slot.task is not Task.NOTHING)
    return {name: peek_state(folder / name) for name in todo}


def _passed_over(folder: Path, opened: Opened, before: Mapping[str, dict[str, Any]]) -> list[str]:
    """Runs in the folder that this command had nothing to do with: what one says that nobody has begun since `before`
    is how it ended an earlier time.
    """
    begun = {name for name, state in _states(folder, opened).items() if state != before[name]}
    return [entry.name for entry in folder.iterdir() if entry.name not in begun] if opened.slots else []
