"""Every file of a run's folder, and what it is.

In: a run's folder. Out: one entry per file. Not here: what they say (record.py), what they should not (suspects.py).
"""

import dataclasses
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

__all__ = ["UNKNOWN", "Entry", "inventory"]

UNKNOWN = "not written by ssvae"

_KNOWN = {
    r"config\.yaml": "where the run came from, and every setting",
    r"summary\.json": "what came out: metrics, and a result for each component",
    r"state\.json": "what the run is doing, or how it ended; the name of the machine and the process",
    r"REPORT\.md|report\.html": "the report, made from the other files",
    r"\.reserve": "a little room on the disk, kept for the last words of the run; holds numbers only",
    r"\.lock": "tells other processes that the folder is taken; holds nothing",
    r"logs/train\.log": "what the run said, with times",
    r"logs/metrics\.csv": "the numbers of each epoch",
    r"logs/components\.csv": "the numbers of each epoch and component",
    r"figures/[^/]+/[^/]+\.png": "a figure",
    r"predictions/[a-z]+\.safetensors": "what the model said of each image, and its true class",
    r"checkpoints/[a-z_]+\.json": "which checkpoints there are, and facts about them",
    r"checkpoints/[\w-]+\.safetensors": "the numbers of a checkpoint: weights, optimizer, random state",
    r"provenance/(resume_\d+/)?source\.json": "which code ran: commits, changed files, what was left out",
    r"provenance/(resume_\d+/)?[^/]+\.bundle": "the code itself, as git objects: `git clone` reads it",
    r"provenance/(resume_\d+/)?[^/]+\.(tar(\.\w+)?|tgz|zip)": "the code itself, as an archive",
    r"provenance/(resume_\d+/)?[\w.-]+\.diff": "changes that no commit has, to be read",
    r"provenance/(resume_\d+/)?source_manifest\.txt": "the files of the code, each with its SHA-256",
    r"provenance/(resume_\d+/)?data\.json": "which data there were: sizes and digests",
    r"provenance/(resume_\d+/)?compute\.json": "what it was computed on: the machine's processors and libraries",
    r"provenance/(resume_\d+/)?environment\.txt": "the packages that were installed",
    r"provenance/(resume_\d+/)?command\.txt": "what was typed",
    r"\.hydra/[\w.-]+\.yaml": "Hydra's own record of what was asked",
    r"(.*/)?\.[^/]+\.\d+(\.\d+)?\.tmp": "half a file that a killed process has left; it can be deleted",
}
"""Path in the folder → what it is."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One file."""

    path: str
    """Relative, with `/` between its parts."""
    bytes: int
    what: str
    is_file: bool
    """An ordinary file: no link, no pipe."""


def inventory(run_dir: Path) -> list[Entry]:
    """The files, in alphabetical order. Links are listed and not followed."""
    return sorted(_entries(run_dir), key=lambda entry: entry.path)


def _entries(run_dir: Path) -> Iterator[Entry]:
    for folder, folders, names in os.walk(run_dir):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in (*names, *links):
            path = Path(folder, name)
            found = path.lstat()
            is_file = stat.S_ISREG(found.st_mode)
            relative = path.relative_to(run_dir).as_posix()
            yield Entry(relative, found.st_size, _what(relative) if is_file else _oddity(path), is_file)


def _what(path: str) -> str:
    return next((what for pattern, what in _KNOWN.items() if re.fullmatch(pattern, path)), UNKNOWN)


def _oddity(path: Path) -> str:
    if path.is_symlink():
        return f"{UNKNOWN}: a link to {os.readlink(path)}, not followed"
    return f"{UNKNOWN}: a pipe or a device, not opened"
