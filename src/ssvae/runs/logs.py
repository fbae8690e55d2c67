"""What a run says while it runs: logs/train.log with times, and the console with plain text.

Everything under the logger "ssvae" goes to both, Python warnings raised during the run too. Several runs may be open at
once, each in a context (`contextvars`) of its own: a line goes to the run in whose context it was said.
In: a run's folder. Out: logs/train.log. Not here: the words (lines.py), the progress bar (progress.py).
"""

import contextlib
import contextvars
import errno
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ssvae.runs.console import is_quiet, terminal
from ssvae.runs.files import subfolder, writing
from ssvae.runs.reading import open_inside

__all__ = ["LOG_FILE", "run_log", "tail", "warnings_logged"]

LOG_FILE = "logs/train.log"

_LOGGER = logging.getLogger("ssvae")
_WARNINGS = logging.getLogger("ssvae.warnings")

_present: contextvars.ContextVar["_OfRun | None"] = contextvars.ContextVar("run", default=None)
"""Whose lines are said here."""


@contextlib.contextmanager
def run_log(run_dir: Path, console: bool = True) -> Iterator[None]:
    """While inside, write the log of the run in `run_dir`; a log that is there is continued.

    Args:
        run_dir: The run's folder.
        console: Also show it on standard output: text only, tracebacks left to the file.

    Raises:
        RunDirectoryError: when the log cannot be opened.
    """
    subfolder(run_dir, Path(LOG_FILE).parent.name)
    file = _FileHandler(run_dir / LOG_FILE)
    file.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
    )
    handlers: list[logging.Handler] = [file, _ConsoleHandler()] if console and not is_quiet() else [file]
    try:
        with _attached(handlers), warnings_logged():
            yield
    finally:
        file.end()


def tail(run_dir: Path, lines: int) -> list[str]:
    """The last lines of the log; none when there is no log.

    Raises:
        RunDirectoryError: when it is no file of this run.
    """
    try:
        descriptor, size = open_inside(run_dir, LOG_FILE)
        with open(descriptor, "rb") as file:
            file.seek(max(0, size - 500 * lines))  # 500 bytes a line is plenty; a log may be large
            return file.read(500 * lines).decode("utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        return []


class _FileHandler(logging.Handler):
    """Lines at the end of a file. One that cannot be written is counted, and never stops the run."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._lost = 0
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        # A stranger's folder may hold a link to a file of yours, or a pipe that nobody reads.
        flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with writing(path):
            self._descriptor = os.open(path, flags, 0o666)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # its arguments do not fit its text
            self.handleError(record)
            return
        if self._lost:
            line = f"{self._lost} lines of the log were lost: they could not be written\n{line}"
        try:
            self._write(f"{line}\n".encode(errors="backslashreplace"))
            self._lost = 0
        except OSError as error:
            if not self._lost:
                self._complain(error)
            self._lost += 1

    def end(self) -> None:
        """Close the file.

        Not `close`: Hydra has the standard library close every handler there is as it sets up the log of a job, while
        other runs may be open.
        """
        self.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, content: bytes) -> None:
        """All of it or nothing."""
        size = os.fstat(self._descriptor).st_size
        if os.write(self._descriptor, content) < len(content):
            os.ftruncate(self._descriptor, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _complain(self, error: OSError) -> None:
        with contextlib.suppress(OSError, ValueError):  # standard error may be closed, or on the same disk
            sys.stderr.write(
                f"The log could not be written: {self._path}: {error.strerror}. "
                "The run goes on, and the log too once it can be written again.\n"
            )
            sys.stderr.flush()


class _ConsoleHandler(logging.Handler):
    """Text on standard output; through the shared console when that is a terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._terminal = terminal()

    def emit(self, record: logging.LogRecord) -> None:
        prefix = f"{record.levelname}: " if record.levelno >= logging.WARNING else ""
        try:
            self._print(prefix + record.getMessage(), record.levelno)
        except BrokenPipeError:
            self.setLevel(logging.CRITICAL + 1)  # whoever read us, such as `head`, has gone; the file goes on
        except Exception:
            self.handleError(record)

    def _print(self, line: str, level: int) -> None:
        if self._terminal is None:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        else:
            style = "red" if level >= logging.ERROR else "yellow" if level >= logging.WARNING else None
            self._terminal.print(line, style=style)


class _OfRun(logging.Filter):
    """Lets pass what is said in the context of one run; while only that one is open, also what has no such context, as
    in a thread.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        present = _present.get()
        return present is self or (present is None and _open == [self])


_open: list[_OfRun] = []
"""Of each run whose log is open."""

_before: list[tuple[int, bool]] = []
"""Level and propagation of our logger when no run is open."""


@contextlib.contextmanager
def _attached(handlers: list[logging.Handler]) -> Iterator[None]:
    """The handlers on our logger, for the lines of this run."""
    of_run = _OfRun()
    for handler in handlers:
        handler.addFilter(of_run)
    _begin(of_run, handlers)
    token = _present.set(of_run)
    try:
        yield
    finally:
        _present.reset(token)
        _end(of_run, handlers)


def _begin(of_run: _OfRun, handlers: list[logging.Handler]) -> None:
    """Our logger meanwhile does not pass records on to what others set up (Hydra does)."""
    if not _open:
        _before[:] = [(_LOGGER.level, _LOGGER.propagate)]
        if _LOGGER.getEffectiveLevel() > logging.INFO:
            _LOGGER.setLevel(logging.INFO)
        _LOGGER.propagate = False
    _open.append(of_run)
    for handler in handlers:
        _LOGGER.addHandler(handler)


def _end(of_run: _OfRun, handlers: list[logging.Handler]) -> None:
    """The last one puts the logger back as the first one found it."""
    # A new list, for a run that trains in another thread may be going through the old one.
    _LOGGER.handlers = [handler for handler in _LOGGER.handlers if handler not in handlers]
    _open.remove(of_run)
    if not _open:
        level, _LOGGER.propagate = _before.pop()
        _LOGGER.setLevel(level)


@contextlib.contextmanager
def warnings_logged() -> Iterator[None]:
    """While inside, Python warnings become log records of the run in whose context they are raised, if there is one,
    instead of text on standard error.

    `logging.captureWarnings` would do this for the whole process and cannot be nested.
    """
    before = warnings.showwarning
    with warnings.catch_warnings():
        pass  # Python shows a warning of one place once: from here on once more, for the log of this run
    warnings.showwarning = _ToLog(before)
    try:
        yield
    finally:
        warnings.showwarning = before


class _ToLog:
    """What Python calls to show a warning."""

    def __init__(self, before: Callable[..., None]) -> None:
        self._before = before

    def __call__(
        self, message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        if _present.get() is None and len(_open) != 1:  # no log would have it
            self._before(message, category, filename, lineno, file, line)
        else:
            _WARNINGS.warning("%s: %s (%s:%d)", category.__name__, message, filename, lineno)
