"""A bare repository of our own that lives for a moment, among the system's temporary files.

In: objects. Out: a bare repository that holds them. Not here: the user's repositories.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ssvae.runs.files import writing
from ssvae.runs.git_command import isolated, run_git
from ssvae.runs.scratch import scratch_folder
from ssvae.runs.source.objects import Objects
from ssvae.runs.source.pack import pack_bytes

__all__ = ["scratch_repository"]


@contextlib.contextmanager
def scratch_repository(objects: Objects) -> Iterator[Path]:
    """A bare repository with `objects` in it, gone afterwards.

    Raises:
        GitError: when git refuses the objects.
        RunDirectoryError: when there is no place for temporary files.
    """
    with scratch_folder("ssvae-source") as scratch:
        repository = scratch.path
        with writing(repository):
            (repository / "objects" / "pack").mkdir(parents=True)
            (repository / "refs").mkdir()
            (repository / "HEAD").write_text("ref: refs/heads/none\n")
            (repository / "config").write_text(_config(objects.algorithm))
        run_git(
            repository, "index-pack", "--stdin", content=pack_bytes(objects), variables=isolated(repository)
        )
        yield repository


def _config(algorithm: str) -> str:
    if algorithm == "sha1":
        return "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
    return (
        f"[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = {algorithm}\n"
    )
