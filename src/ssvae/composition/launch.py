"""A command from its words to what is left to do: check everything, claim a folder.

In: sorted words. Out: a function that does the rest and gives the exit code. Imported only when there is something
to launch, for it brings Hydra with it. Not here: each of these steps; the rest (running.py).
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from ssvae.composition.additions import notes
from ssvae.composition.composing import composer
from ssvae.composition.exit_codes import FAILED, MISTAKE, STOPPED
from ssvae.composition.folders import claim_run
from ssvae.composition.guard import Plan, check
from ssvae.composition.invocation import Invocation
from ssvae.composition.mistakes import message
from ssvae.composition.open_runs import opened
from ssvae.composition.places import Places
from ssvae.composition.sweeps.claiming import sweep_folder
from ssvae.composition.sweeps.dry_run import show_plan
from ssvae.composition.sweeps.judging import judge_sweep
from ssvae.composition.sweeps.opening import check_jobs
from ssvae.composition.sweeps.retyping import recorded_commands, retyped
from ssvae.composition.words import Words
from ssvae.continuation import data_mismatch, refusals
from ssvae.errors import CheckpointError, ConfigError, DataError, RunDirectoryError
from ssvae.plugins import load_plugins, plugin_files
from ssvae.runs.lifecycle.lock import sole_writer
from ssvae.runs.lifecycle.origin import Origin, read_origin
from ssvae.runs.lifecycle.state import write_state

__all__ = ["checked", "prepare"]

_SWEEPER = "hydra/sweeper="


def prepare(words: Words, places: Places, invocation: Invocation, program: str) -> Callable[[], int]:
    """Do all that can be done before a run: every mistake is told here, and its folder is claimed.

    Args:
        words: The command.
        places: Where YAML and code are.
        invocation: What each run records about the command.
        program: What was called, for messages.

    Returns:
        What to call next; it gives the exit code.
    """
    try:
        prepared = [_prepared(command, places, invocation) for command in recorded_commands(words)]
    except (ConfigError, DataError, RunDirectoryError, CheckpointError) as error:
        problems = error.problems if isinstance(error, ConfigError) else [str(error)]
        sys.stderr.write(message(problems, program) + "\n")
        return lambda: MISTAKE
    return prepared[0] if len(prepared) == 1 else partial(_one_by_one, prepared)


def _one_by_one(commands: Sequence[Callable[[], int]]) -> int:
    """Until all are done, or one of them was stopped; gives the gravest exit code."""
    codes = []
    for command in commands:
        codes.append(command())
        if codes[-1] in STOPPED:
            return codes[-1]
    return next((code for code in (FAILED, MISTAKE) if code in codes), 0)


def _prepared(words: Words, places: Places, invocation: Invocation) -> Callable[[], int]:
    """What is left to do of one command.

    Raises:
        ConfigError: with every mistake in it. `DataError`, `RunDirectoryError` and `CheckpointError` likewise, for what
            it is about.
    """
    # Before a folder is claimed: it takes long.
    from ssvae.composition.running import call_hydra, run_hydra, run_job

    plan = None if words.is_about_hydra else checked(words, places, is_for_run=not words.is_inspection)
    if plan is not None and plan.is_multirun:
        check_jobs(plan)
        judge_sweep(plan)
    if plan is not None and "dry-run" in words.switches:
        code = show_plan(plan, _recorded(invocation, plan, words, places))
        return lambda: code
    folder, extra = (None, []) if plan is None or words.is_inspection else _claimed(plan)
    if plan is None:
        return partial(call_hydra, places, words.as_typed)
    # Said on the command line also when a study asks for it, which Hydra 1.4 would not hear.
    flags = ["--multirun"] if plan.is_multirun and folder is not None else []
    # Of a sweep whose jobs are known, Hydra learns what they share; the sweeper hands out the rest.
    argv = [*words.passed_on, *flags, *(_handed_out(plan) if plan.jobs else plan.words), *extra]
    if folder is None:
        return partial(call_hydra, places, argv)
    recorded = _recorded(invocation, plan, words, places)
    if plan.is_multirun:
        from ssvae.composition.sweeps.running import SweepCommand, run_sweep

        command = SweepCommand(folder, plan, recorded, retyped(words))
        return partial(run_sweep, command, partial(run_hydra, places, recorded, argv))
    return partial(run_job, folder, places, recorded, argv)


def _handed_out(plan: Plan) -> list[str]:
    """What the jobs share, and our sweeper, which hands them out as they were planned: with hydra/sweeper=basic, jobs
    would be made anew from words that name none.
    """
    return [*(word for word in plan.shared_words if not word.startswith(_SWEEPER)), f"{_SWEEPER}grid"]


def _recorded(invocation: Invocation, plan: Plan, words: Words, places: Places) -> Invocation:
    """The invocation, its words now understood."""
    extras = tuple(map(str, _extras(words, places)))
    return invocation.of(typed_keys=plan.typed_keys, notes=notes(places), extras=extras)


def checked(words: Words, places: Places, *, is_for_run: bool) -> Plan:
    """What the command will run.

    Raises:
        ConfigError: with every mistake in it; with those of plugins alone, for what they add is not known then.
        RunDirectoryError: when the run to go on with cannot be read.
        CheckpointError: when its checkpoint is damaged.
        DataError: when the data it was trained on are damaged here.
    """
    load_plugins()
    made = composer(places.config_path, places.user_folders, places.config_name)
    plan = check(words, made, code_folder=places.code_folder if is_for_run else None)
    if words.resume is not None:
        _check_origin(read_origin(words.resume), plan, is_for_run=is_for_run)
    return plan


def _check_origin(origin: Origin, plan: Plan, *, is_for_run: bool) -> None:
    """Whether each experiment can go on with those weights, and, for a run, with the data that are here.

    Raises:
        ConfigError: with every reason why not.
    """
    problems = [problem for experiment in plan.experiments for problem in refusals(origin, experiment)]
    if not problems and is_for_run:
        data = plan.experiments[0].data
        mismatch = data_mismatch(origin, data.variant, data.load().fingerprint)
        problems = [mismatch] if mismatch is not None else []
    if problems:
        raise ConfigError(list(dict.fromkeys(problems)))


def _claimed(plan: Plan) -> tuple[Path, list[str]]:
    """The folder, which says from this moment on that somebody is at work in it."""
    if plan.is_multirun:
        return sweep_folder(plan, datetime.now())
    folder, words = claim_run(plan, datetime.now())
    with sole_writer(folder):
        write_state(folder, "running", phase="starting")
    opened(folder)
    return folder, words


def _extras(words: Words, places: Places) -> Iterator[Path]:
    """What of the user's own takes part: plugins, folders and files of YAML."""
    yield from plugin_files()
    yield from places.user_folders
    own_files = (
        words.config_files[1:] if words.resume else words.config_files
    )  # a run's settings are in its record
    yield from (Path(file.text) for file in own_files)
