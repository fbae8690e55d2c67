"""A folder for a while: outside every run, removed at the end unless somebody wants to keep it.

In: a name. Out: an empty folder. Not here: what is put into it.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ssvae.runs.files import writing

__all__ = ["Scratch", "scratch_folder"]


class Scratch:
    """The folder, and whether it stays."""

    def __init__(self, path: Path):
        self.path = path
        self.is_kept = False

    def keep(self) -> None:
        """Leave it where it is."""
        self.is_kept = True


@contextlib.contextmanager
def scratch_folder(name: str) -> Iterator[Scratch]:
    """A new folder among the temporary files, whose name begins with `name`.

    Raises:
        RunDirectoryError: when there is no place for temporary files.
    """
    with writing(Path(tempfile.gettempdir())):
        scratch = Scratch(Path(tempfile.mkdtemp(prefix=f"{name}-")).resolve())
    try:
        yield scratch
    finally:
        if not scratch.is_kept:
            _remove(scratch.path)


def _remove(folder: Path) -> None:
    """Also when a second Ctrl-C comes meanwhile: what is left among temporary files nobody finds again."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        raise
