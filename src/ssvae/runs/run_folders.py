"""The folders of runs among a repository's files: what runs wrote is no part of the code of later runs.

In: paths that git neither tracks nor ignores. Out: those of the user's, and the folders of runs. Not here: git itself.
"""

import json
import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from ssvae.runs.lifecycle.state import STATE_FILE
from ssvae.runs.sweeps.record import SWEEP_FILE

__all__ = ["lies_in_run", "without_runs"]

_BESIDE = (b".hydra", b"config.yaml", b".lock")
"""A state.json beside one of these is a run's."""
_FIELDS = {"status", "phase", "heartbeat"}
"""A state.json with these is a run's, even when it is all that is there yet."""
_LARGEST = 1_000_000  # bytes read of a file to see what it is
_OF_SWEEPS = (
    (b"multirun.yaml", re.compile(rb"^hydra:", re.MULTILINE)),  # Hydra's
    (SWEEP_FILE.encode(), re.compile(rb"\Asweep:\n  sweep_id:")),  # ours, which is there first
)
"""Files of sweeps, and what tells them from others of the same name."""


def without_runs(
    root: Path, untracked: Iterable[bytes], tracked: Collection[bytes]
) -> tuple[list[bytes], list[bytes]]:
    """Part the untracked files of a repository.

    Args:
        root: Its topmost folder, which is never a run's.
        untracked: Paths from there; that of an embedded repository may end in `/`.
        tracked: A folder that holds one of these is never a run's either.

    Returns:
        The paths that lie in no folder of a run or a sweep, and these folders, the topmost only.
    """
    finder = _Finder(os.fsencode(root), tracked)
    homes = {path: finder.home(os.path.dirname(path.rstrip(b"/"))) for path in untracked}
    return [path for path, home in homes.items() if home is None], sorted(set(filter(None, homes.values())))


def lies_in_run(place: Path, root: Path) -> bool:
    """Whether a file or a folder below `root` is a run's or a sweep's folder, or lies in one."""
    folders = [place, *place.parents]
    return any(_is_run(os.fsencode(folder)) for folder in folders[: folders.index(root)])


class _Finder:
    def __init__(self, root: bytes, tracked: Collection[bytes]):
        self._root = root
        self._tracked = tracked
        self._holding: set[bytes] | None = None
        self._known: dict[bytes, bytes | None] = {b"": None}

    def home(self, folder: bytes) -> bytes | None:
        """The topmost folder of a run that `folder` is, or lies in."""
        asked = []
        while folder not in self._known:
            asked.append(folder)
            folder = os.path.dirname(folder)
        home = self._known[folder]
        for below in reversed(asked):
            if home is None and _is_run(os.path.join(self._root, below)) and not self._holds_tracked(below):
                home = below
            self._known[below] = home
        return home

    def _holds_tracked(self, folder: bytes) -> bool:
        if self._holding is None:  # only now: most repositories have no runs in them
            self._holding = set()
            for path in self._tracked:
                while (path := os.path.dirname(path)) and path not in self._holding:
                    self._holding.add(path)
        return folder in self._holding


def _is_run(folder: bytes) -> bool:
    state = os.path.join(folder, STATE_FILE.encode())
    if os.path.isfile(state):
        is_marked = any(os.path.lexists(os.path.join(folder, name)) for name in _BESIDE)
        return is_marked or _is_state(_beginning(state))
    return any(told.search(_beginning(os.path.join(folder, file))) is not None for file, told in _OF_SWEEPS)


def _beginning(file: bytes) -> bytes:
    if not os.path.isfile(file):
        return b""
    try:
        with open(file, "rb") as content:
            return content.read(_LARGEST)
    except OSError:
        return b""


def _is_state(content: bytes) -> bool:
    try:
        state = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(state, dict) and state.keys() >= _FIELDS
