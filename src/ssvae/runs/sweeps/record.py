"""sweep.yaml: what was asked of a sweep, where it came from, and each of its jobs with its state.

A job keeps its number and its folder for good, however often the sweep is gone on with. The state of a job stands here
so that people find it; what counts is state.json in the job's own folder, which survives whatever ends the sweep.
In: plain mappings, jobs. Out: the file, and its content read back. Not here: running jobs (composition/).
"""

import dataclasses
import functools
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from ssvae.errors import RunDirectoryError
from ssvae.runs.files import write_text
from ssvae.runs.lifecycle.state import ENDED, STATE_FILE, lifecycle, peek_state
from ssvae.runs.reading import read_inside
from ssvae.runs.yaml_text import SuspiciousYAML, dump_yaml, in_quotes, load_yaml, yaml_problem

__all__ = [
    "PENDING",
    "SWEEP_FILE",
    "Job",
    "SweepRecord",
    "is_sweep",
    "present_states",
    "read_sweep",
    "write_sweep",
]

SWEEP_FILE = "sweep.yaml"

PENDING = "pending"
"""The state of a job that has not begun; the others are those of `lifecycle`."""

_MOST_BYTES = 50_000_000
"""A job has some 400."""

_KINDS = {"number": int, "folder": str, "config_hash": str, "settings": dict, "words": list}
"""What each job must have."""

_MORE_KINDS = {"state": str, "reason": str | None, "seconds": int | float | None, "attempts": int}
"""What it may have."""

_HEADER_KINDS = {
    **dict.fromkeys(("name", "description", "timestamp", "command", "on_failure", "host"), str),
    **dict.fromkeys(("tags", "words", "words_before", "replicates", "resumptions", "superseded"), list),
    **dict.fromkeys(("grid", "baseline", "versions"), dict),
    **dict.fromkeys(("metric", "source_id", "source_changed", "git_commit"), str),
}
"""What the first part may have; each may be null."""


@dataclasses.dataclass(frozen=True)
class Job:
    """One job of a sweep."""

    number: int
    folder: str
    """Its name, in the folder of the sweep."""
    config_hash: str
    """Of its settings, whatever the run is called."""
    settings: Mapping[str, Any]
    """What differs between the jobs: group or dotted key → option or value."""
    words: tuple[str, ...] = ()
    """The overrides it is composed from."""
    state: str = PENDING
    reason: str | None = None
    """Why it ended, unless it completed."""
    seconds: float | None = None
    """From its start to its end, whatever else ran meanwhile; all attempts together."""
    attempts: int = 0
    """How often it was begun or gone on with."""

    @functools.cached_property
    def block(self) -> str:
        """Its lines in sweep.yaml. Kept, as between two writes of a thousand jobs few have changed."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        values |= {"settings": dict(self.settings), "words": list(self.words)}
        first, *rest = dump_yaml({key: in_quotes(value) for key, value in values.items()}).splitlines(True)
        return f"  - {first}" + "".join(f"    {line}" for line in rest)


@dataclasses.dataclass(frozen=True)
class SweepRecord:
    """The content of sweep.yaml."""

    header: Mapping[str, Any]
    """What was asked and where it came from: see `composition/sweeps/`."""
    jobs: tuple[Job, ...]
    """In the order of their numbers."""


def write_sweep(sweep_dir: Path, record: SweepRecord) -> None:
    """Write sweep.yaml.

    Raises:
        RunDirectoryError: when it cannot be written.
    """
    header = {key: in_quotes(value) for key, value in record.header.items()}
    # A block for each job, so that a person and diff find their way.
    jobs = "jobs:\n" + "".join(job.block for job in record.jobs) if record.jobs else "jobs: []\n"
    write_text(sweep_dir / SWEEP_FILE, dump_yaml({"sweep": header}) + jobs)


def read_sweep(sweep_dir: Path) -> SweepRecord:
    """The content of sweep.yaml, the state of each job as its folder has it.

    Raises:
        RunDirectoryError: when the file is absent or not what `write_sweep` writes.
    """
    path = sweep_dir / SWEEP_FILE
    try:
        content = load_yaml(read_inside(sweep_dir, SWEEP_FILE, _MOST_BYTES).decode("utf-8"))
    except OSError as error:
        raise RunDirectoryError(
            f"{path} cannot be read: {error.strerror}. The folder of a sweep always holds it; is {sweep_dir} one?"
        ) from error
    except SuspiciousYAML as error:
        raise RunDirectoryError(f"{path} holds {error}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RunDirectoryError(
            f"{path} is not YAML any more: {yaml_problem(error)}. Undo the last edit of it."
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("sweep"), dict):
        raise RunDirectoryError(f"{path} does not begin with 'sweep:'. Undo the last edit of it.")
    if not isinstance(content.get("jobs"), list):
        raise RunDirectoryError(f"{path} has no list of jobs any more. Undo the last edit of it.")
    _check_header(path, content["sweep"])
    jobs = tuple(_job(path, entry) for entry in content["jobs"])
    return SweepRecord(content["sweep"], present_states(sweep_dir, jobs))


def is_sweep(folder: Path) -> bool:
    """Whether the folder is that of a sweep with a record."""
    return (folder / SWEEP_FILE).is_file()


def present_states(sweep_dir: Path, jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    """The jobs, the state of each as its own folder has it."""
    return tuple(_present(sweep_dir, job) for job in jobs)


def _present(sweep_dir: Path, job: Job) -> Job:
    state = peek_state(sweep_dir / job.folder)
    if not state and (sweep_dir / job.folder / STATE_FILE).is_file():
        return dataclasses.replace(job, state="unknown", reason=f"{STATE_FILE} is damaged")
    if not state:
        return dataclasses.replace(job, state=PENDING, reason=None)
    reason = state.get("reason")
    # A sweep that was killed could not count its last attempt; the run itself says how often it was gone on with.
    attempts = max(job.attempts, 1 + len(state.get("resumptions", ())))
    return dataclasses.replace(
        job,
        state=lifecycle(state),
        reason=str(reason) if reason else None,
        seconds=_seconds(state) if job.seconds is None else job.seconds,
        attempts=attempts,
    )


def _seconds(state: Mapping[str, Any]) -> float | None:
    """How long a run took that nobody timed, as under another launcher; None for one that has not ended, or was gone on
    with: in between it stood still.
    """
    if lifecycle(state) not in ENDED or state.get("resumptions"):
        return None
    try:
        began, ended = (datetime.fromisoformat(str(state.get(key))) for key in ("started", "updated"))
        return (ended - began).total_seconds()
    except (TypeError, ValueError):  # not written by us
        return None


def _check_header(path: Path, header: Mapping[str, Any]) -> None:
    """Raises:
    RunDirectoryError: for a field that is of another kind than `write_sweep` writes.
    """
    for key, kind in _HEADER_KINDS.items():
        if not isinstance(header.get(key), kind | None):
            what = {str: "a text", list: "a list", dict: "a mapping"}[kind]
            raise RunDirectoryError(
                f"{path}: sweep.{key} must be {what}, got {header[key]!r}. Undo the last edit of it."
            )


def _job(path: Path, entry: Any) -> Job:
    """Raises:
    RunDirectoryError: for an entry that nobody can go on from.
    """
    if not _is_job(entry):
        raise RunDirectoryError(
            f"{path}: a job must have {', '.join(_KINDS)}, the folder being a name; got {entry!r}. "
            "Undo the last edit of it."
        )
    known = {field.name for field in dataclasses.fields(Job)}
    values = {key: value for key, value in entry.items() if key in known}
    return Job(**{**values, "words": tuple(map(str, entry["words"]))})


def _is_job(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    kinds = _KINDS | {key: kind for key, kind in _MORE_KINDS.items() if key in entry}
    are_right = all(isinstance(entry.get(key), kind) for key, kind in kinds.items())
    return are_right and _is_name(entry["folder"]) and all(isinstance(key, str) for key in entry["settings"])


def _is_name(folder: str) -> bool:
    """A single name below the sweep's folder, whoever wrote it."""
    return folder not in ("", ".", "..") and "/" not in folder and "\\" not in folder and "\0" not in folder
