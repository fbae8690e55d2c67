"""The order of events of a reproduction, on one page: read, restore, check, run again, compare.

In: a run's folder. Out: `Verdict`. Not here: each of the steps; printing (cli/).
"""

import contextlib
import dataclasses
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError
from ssvae.reproduction.code import Code, restored_code
from ssvae.reproduction.data import check_data, present_fingerprint
from ssvae.reproduction.environment import check_environment
from ssvae.reproduction.findings import RESULT, Finding, Verdict
from ssvae.reproduction.hardware import check_hardware
from ssvae.reproduction.present import present_code
from ssvae.reproduction.record import Record, read_record
from ssvae.reproduction.rerun import Ended, Task, plan_task, run_task
from ssvae.reproduction.result import Comparison, compare_results
from ssvae.reproduction.settings import check_settings
from ssvae.reproduction.stretches import code_changes, environment_changes, first_turn
from ssvae.runs.config_file import CONFIG_FILE
from ssvae.runs.scratch import scratch_folder
from ssvae.runs.software import environment_text, read_environment
from ssvae.stopping import stop_signals

__all__ = ["reproduce"]

Tell = Callable[[str], None]

Rerun = Callable[[Task, Tell], Ended]


def reproduce(
    run_dir: Path,
    *,
    here: bool = False,
    tolerance: float | None = None,
    output: Path | None = None,
    keep: bool = False,
    python: str = sys.executable,
    tell: Tell = lambda line: None,
    rerun: Rerun = run_task,
) -> Verdict:
    """Run a run again and compare.

    This EXECUTES the code that the run's folder holds, unless `here`.

    Args:
        run_dir: The run's folder; nothing in it is changed.
        here: Use the present code instead of the recorded.
        tolerance: The relative difference that is allowed; None for bit for bit.
        output: The folder for the new run, absent or empty; it stays. None: a temporary one, which stays only when
            the run was not reproduced.
        keep: Keep the new run whatever the verdict.
        python: The interpreter for the new run.
        tell: Gets a line at each step, and every line that the new run says.
        rerun: Runs a task; another one for tests.

    Raises:
        RunDirectoryError: when the folder is no run's, or the run left nothing to compare.
        ProvenanceError: when its code was not recorded, or cannot be restored.
        DataError: when its data set is not there.
        Interrupted: when a signal asked to stop; the new run has ended, and the temporary folders are gone.
    """
    with stop_signals():  # as an exception, they end the new run and remove the folders
        record = _comparable(read_record(run_dir))
        _check_output(output, record.folder)
        fingerprint = present_fingerprint(record.body)
        with scratch_folder("ssvae-code") as place, scratch_folder("ssvae-reproduced") as results:
            tell("Using the present code" if here else f"Restoring the code of {record.folder.name}")
            code = present_code(record) if here else restored_code(record, place.path)
            task = plan_task(record, code, (output or results.path / "run").absolute(), python)
            tell(f"Running {record.folder.name} again")
            ended = rerun(task, tell)
            verdict = _judged(record, code, fingerprint, _new_record(task.run_dir), ended, tolerance)
            stays = task.run_dir.exists() and (keep or output is not None or not verdict.is_reproduced)
            if stays and output is None:
                results.keep()
    return dataclasses.replace(verdict, again=str(task.run_dir)) if stays else verdict


def _comparable(record: Record) -> Record:
    if not record.rows and record.lifecycle not in ("completed", "failed"):
        raise RunDirectoryError(
            f"{record.folder} ended before its first epoch ({record.lifecycle}), so there is nothing to compare. "
            f"Train it anew: python train.py --config {record.folder / CONFIG_FILE}"
        )
    return record


def _check_output(output: Path | None, run_dir: Path) -> None:
    """Before anything runs, though the new run would refuse too."""
    if output is None:
        return
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise RunDirectoryError(f"--output {output} is there already and not empty. Name a new folder.")
    if output.resolve().is_relative_to(run_dir.resolve()):
        raise RunDirectoryError(
            f"--output {output} lies in the folder of the run, where nothing may change. Name a folder beside it."
        )
    if "${" in str(output.absolute()):
        raise RunDirectoryError(
            f"--output {output} holds ${{, which settings use to refer to each other. Name a folder without it."
        )


def _new_record(run_dir: Path) -> Record | None:
    """What the new run wrote; None when it ended before it had a folder that can be read."""
    with contextlib.suppress(RunDirectoryError):
        return read_record(run_dir)
    return None


def _judged(
    record: Record,
    code: Code,
    fingerprint: str | None,
    new: Record | None,
    ended: Ended,
    tolerance: float | None,
) -> Verdict:
    was, now = _environment(record.environment), _environment_now(new)
    header: Mapping[str, Any] = new.header if new else {}
    failure = _failure(record, new, ended)
    result = (
        Comparison(Finding(RESULT, notes=(*ended.lines,)), ())
        if failure or not new
        else compare_results(record, new)
    )
    findings = (
        _with(code.finding, code_changes(record)),
        _with(check_environment(was, now), environment_changes(record)),
        check_data(record.header.get("data_hash"), fingerprint, header.get("data_hash")),
        check_settings(record),
        check_hardware(record.header, was, header, now),
        result.finding,
    )
    return Verdict(
        str(record.folder),
        findings,
        result.differences,
        tolerance,
        failure,
        turned_after=None if code.is_here else first_turn(record),
    )


def _with(finding: Finding, differences: tuple[str, ...]) -> Finding:
    return dataclasses.replace(finding, differences=(*finding.differences, *differences))


def _failure(record: Record, new: Record | None, ended: Ended) -> str | None:
    """Why there is nothing to compare with. A run that had failed itself may fail again, and is compared."""
    if new is None:
        return f"running it again ended with exit code {ended.code}, before it had recorded anything"
    if new.lifecycle == "completed" or (record.lifecycle == "failed" and new.lifecycle == "failed"):
        return None
    return f"running it again ended with exit code {ended.code} ({new.lifecycle}: {new.reason})"


def _environment_now(new: Record | None) -> Mapping[str, Any]:
    """That of the new run, as it recorded it; ours stands in where it recorded none."""
    text = new.environment if new else None
    return read_environment(environment_text() if text is None else text)


def _environment(text: str | None) -> Mapping[str, Any] | None:
    return None if text is None else read_environment(text)
