"""Running a run again, in a process of its own.

In: a record, code, a folder for the new run. Out: `Task`, and how it ended. The one place that executes what a run's
folder holds. Not here: what came out (result.py).
"""

import collections
import contextlib
import dataclasses
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError
from ssvae.plugins import VARIABLE
from ssvae.reproduction.code import Code
from ssvae.reproduction.importing import check_import
from ssvae.reproduction.record import Record
from ssvae.runs.config_file import CONFIG_FILE

__all__ = ["Ended", "Task", "plan_task", "run_task"]

CONF_D = "conf.d"
"""A folder of this name where the command is typed is read without being asked for."""

_MAIN = "from ssvae.cli.main import main; main()"

_TAIL = 15
"""Last lines of a run that are kept to be told when it fails."""

_GRACE = 1.0  # seconds in which a run ends that was told to stop together with us
_PATIENCE = 10.0  # seconds that it gets to close its record after each signal of ours


@dataclasses.dataclass(frozen=True)
class Task:
    """One process."""

    command: tuple[str, ...]
    folder: Path
    """Where it is started."""
    variables: Mapping[str, str]
    """Its whole environment."""
    run_dir: Path
    """Where the new run goes."""
    package: Path | None = None
    """The folder it must import ssvae from."""


@dataclasses.dataclass(frozen=True)
class Ended:
    """How the process ended."""

    code: int
    lines: tuple[str, ...] = ()
    """The last that it said."""


def plan_task(record: Record, code: Code, run_dir: Path, python: str) -> Task:
    """What to start, so that it does what the run did.

    It starts in the restored code, or the restored project of the user, so that neither conf.d/ nor plugins of the
    present folder take part where the run's own are there. All paths are absolute for it.

    Args:
        record: The run.
        code: What to run.
        run_dir: The folder of the new run: absent or empty.
        python: The interpreter.

    Raises:
        RunDirectoryError: when it is a run that went on from another one, whose folder is not there.
    """
    words = (
        f"--config={(record.folder / CONFIG_FILE).absolute()}",
        *_resumed(record),
        *_data_root(record.body),
        "experiment.on_dirty_git=ignore",
        _word("hydra.run.dir", run_dir),
    )
    program = (str(code.program),) if code.program else ("-c", _MAIN, "train")
    return Task((python, *program, *words), _start(code), _variables(code), run_dir, code.package)


def run_task(task: Task, tell: Callable[[str], None]) -> Ended:
    """Run it to its end; each line it says goes to `tell`.

    Raises:
        RunDirectoryError: when it cannot be started.
        ProvenanceError: when it would not run the code that it should.
        KeyboardInterrupt: after Ctrl-C or another signal, when the process has ended too.
    """
    if task.package is not None:
        check_import(task.command, task.folder, task.variables, task.package)
    try:
        process = subprocess.Popen(
            task.command,
            cwd=task.folder,
            env=dict(task.variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise RunDirectoryError(f"{task.command[0]} cannot be started: {error.strerror}.") from error
    last: collections.deque[str] = collections.deque(maxlen=_TAIL)
    with process, _ending(process):
        assert process.stdout is not None
        for line in process.stdout:
            last.append(line.rstrip())
            tell(line.rstrip())
    return Ended(process.returncode, tuple(last))


@contextlib.contextmanager
def _ending(process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever ends us ends the process too."""
    is_through = False
    try:
        yield
        is_through = True
    finally:
        if not is_through:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Let it close its record: while it trains, a first signal stops it after the epoch, a second one at once.

    A terminal and some schedulers have told it together with us.
    """
    try:
        _wait(process, _GRACE)
        for _ in range(2):
            if process.poll() is None:
                process.terminate()
                _wait(process, _PATIENCE)
    finally:  # also when somebody loses patience with us
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    """Until it has ended. What it says is read and dropped: a full pipe would hold it up for ever."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=seconds)


def _start(code: Code) -> Path:
    """The folder to start in: the one the command was typed in, as far as the record has it."""
    if code.is_here:
        return Path.cwd()
    if code.project is None and code.extra is not None and (code.extra / CONF_D).is_dir():
        return code.extra
    return code.project or code.folder


def _variables(code: Code) -> dict[str, str]:
    """The present ones; Python looks into the code first, and writes nothing beside it."""
    entries = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    present = [str(Path(entry).absolute()) for entry in entries if entry]
    # A package that is installed is found as this process found it.
    own = [] if code.is_here and code.program is None else [code.search]
    restored = [folder for folder in (code.project, code.extra) if folder]
    if os.environ.get(VARIABLE):
        present.append(os.getcwd())  # for plugins that the record does not hold
    search = os.pathsep.join([*map(str, (*own, *restored)), *present])
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **({"PYTHONPATH": search} if search else {})}


def _resumed(record: Record) -> Sequence[str]:
    """A run that went on from another one needs that one's checkpoint."""
    parent = record.header.get("resumed_from")
    if parent is None:
        return ()
    folder = record.folder.absolute().parent / str(parent)
    if Path(str(parent)).name != str(parent) or not (folder / CONFIG_FILE).is_file():
        raise RunDirectoryError(
            f"{record.folder} went on from the run {parent}, and that one's folder is not beside it. Put it there: the "
            "run began with its checkpoint."
        )
    return (f"resume={folder}",)  # our own word, which Hydra never sees


def _data_root(body: Mapping[str, Any]) -> Sequence[str]:
    """A relative place of the data starts at the present folder, where the new run does not."""
    data = body.get("data")
    root = data.get("root") if isinstance(data, Mapping) else None
    if not isinstance(root, str) or root.startswith("~") or Path(root).is_absolute():
        return ()
    return (_word("data.root", Path(root).absolute()),)


def _word(key: str, path: Path) -> str:
    """`key=path`, quoted where Hydra's grammar would read something else."""
    text = str(path)
    if re.fullmatch(r"[\w./-]+", text, re.ASCII):
        return f"{key}={text}"
    # Hydra doubles what stands before a quote only; a `$` begins an interpolation.
    quoted = re.sub(r'(\\*)"', r'\1\1\\"', text)
    quoted = re.sub(r"(\\+)$", r"\1\1", quoted)
    quoted = re.sub(r"(\\*)\$\{", r"\1\1\\${", quoted)
    return f'{key}="{quoted}"'
