"""What a run says while it runs: logs/train.log with times, and the console with plain text.

Everything under the logger "ssvae" goes to both, Python warnings raised during the run too.
In: a run's folder. Out: logs/train.log. Not here: the words (lines.py), the progress bar (progress.py).
"""

import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ssvae.runs.console import terminal
from ssvae.runs.files import writing

__all__ = ["LOG_FILE", "run_log", "tail"]

LOG_FILE = "logs/train.log"

_LOGGER = logging.getLogger("ssvae")
_WARNINGS = logging.getLogger("ssvae.warnings")


@contextlib.contextmanager
def run_log(run_dir: Path, console: bool = True) -> Iterator[None]:
    """While inside, write the log of the run in `run_dir`; a log that is there is continued.

    Args:
        run_dir: The run's folder.
        console: Also show it on standard output: text only, tracebacks left to the file.

    Raises:
        RunDirectoryError: when the log cannot be opened.
    """
    path = run_dir / LOG_FILE
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    file.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
    )
    handlers: list[logging.Handler] = [file, _ConsoleHandler()] if console else [file]
    try:
        with _attached(handlers), _warnings_logged():
            yield
    finally:
        file.close()


def tail(run_dir: Path, lines: int) -> list[str]:
    """The last lines of the log; none when there is no log."""
    try:
        with open(run_dir / LOG_FILE, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 500 * lines))  # 500 bytes a line is plenty; a log may be large
            return file.read().decode("utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        return []


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


@contextlib.contextmanager
def _attached(handlers: list[logging.Handler]) -> Iterator[None]:
    """The handlers on our logger, which meanwhile does not pass records on to what others set up (Hydra does)."""
    level, propagate = _LOGGER.level, _LOGGER.propagate
    if _LOGGER.getEffectiveLevel() > logging.INFO:
        _LOGGER.setLevel(logging.INFO)
    _LOGGER.propagate = False
    for handler in handlers:
        _LOGGER.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            _LOGGER.removeHandler(handler)
        _LOGGER.setLevel(level)
        _LOGGER.propagate = propagate


@contextlib.contextmanager
def _warnings_logged() -> Iterator[None]:
    """Python warnings become log records instead of text on standard error.

    `logging.captureWarnings` would do this for the whole process and cannot be nested.
    """
    before = warnings.showwarning

    def log(
        message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        _WARNINGS.warning("%s: %s (%s:%d)", category.__name__, message, filename, lineno)

    warnings.showwarning = log
    try:
        yield
    finally:
        warnings.showwarning = before
