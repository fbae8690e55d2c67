"""A repository and all those inside it: submodules, clean or not, and repositories that only lie there.

In: a repository. Out: `Captured`: bundles, patches, the parts of source.json. Not here: one repository (snapshot.py).
"""

import dataclasses
import hashlib
import os
import re
from pathlib import Path
from typing import Any

from ssvae.runs.git_command import GitError
from ssvae.runs.source.left_out import shown
from ssvae.runs.source.repository import Repository, read_repository
from ssvae.runs.source.snapshot import Snapshot, take_snapshot

__all__ = ["Captured", "capture_repository"]


@dataclasses.dataclass
class Captured:
    """What was captured of a repository and those inside it."""

    commit: str | None = None
    """The commit checked out in the outermost."""
    is_dirty: bool = False
    """Whether anything differs from the commits."""
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)
    """Name in provenance/ → content."""
    parts: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    """For source.json; a repository stands before those inside it, so that they are restored in this order."""
    problems: list[str] = dataclasses.field(default_factory=list)
    held: dict[Path, set[bytes]] = dataclasses.field(default_factory=dict)
    """Root → the paths that are captured of it, or known to be left out."""


def capture_repository(role: str, repository: Repository, bundle: str, patch: str) -> Captured:
    """Capture a repository.

    Args:
        role: `ssvae` or `project`.
        repository: The outermost.
        bundle: The name of its bundle.
        patch: The name of its patch, which is there only when something differs from the commit.

    Raises:
        GitError: when the outermost cannot be read; of one inside it becomes a problem.
    """
    return _capture(repository, {"role": role, "within": role, "path": None}, bundle, patch)


def _capture(repository: Repository, place: dict[str, Any], bundle: str, patch: str) -> Captured:
    inner = {path: _capture_inner(repository, path, place) for path in repository.embedded}
    gitlinks = {path: found.commit for path, found in inner.items() if found.commit}
    taken = take_snapshot(repository, gitlinks)
    is_dirty = repository.is_dirty or bool(taken.worktree.hidden) or any(i.is_dirty for i in inner.values())
    facts = place | {"kind": "bundle", "file": bundle} | _facts(repository, taken)
    found = Captured(repository.commit, is_dirty, {bundle: taken.bundle}, [facts], [*taken.problems])
    if taken.patch is not None:
        found.files[patch] = taken.patch
    left_out = {item.path for item in taken.worktree.left_out}
    found.held[repository.root.resolve()] = taken.worktree.listing.keys() | left_out
    for other in inner.values():
        found.files |= other.files
        found.parts += other.parts
        found.problems += other.problems
        found.held |= other.held
    return found


def _capture_inner(outer: Repository, path: bytes, place: dict[str, Any]) -> Captured:
    """Capture a submodule or an embedded repository."""
    folder = outer.root / os.fsdecode(path)
    if not (folder / ".git").exists():
        return Captured()  # a submodule that was never fetched: the folder is empty
    full = f"{place['path']}/{shown(path)}" if place["path"] else shown(path)
    try:
        path.decode()  # source.json could not name it otherwise
        stem = f"submodule-{_slug(place['within'], full)}"
        inner = place | {"role": "submodule", "path": full}
        return _capture(read_repository(folder), inner, f"{stem}.bundle", f"{stem}.diff")
    except (GitError, UnicodeDecodeError) as error:
        return Captured(is_dirty=True, problems=[f"The repository in {full} could not be captured: {error}"])


def _slug(within: str, path: str) -> str:
    """A name for files that no other path has."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")[:40]
    return f"{readable}-{hashlib.sha256(f'{within}:{path}'.encode()).hexdigest()[:8]}"


def _facts(repository: Repository, taken: Snapshot) -> dict[str, Any]:
    root = repository.root.resolve()
    left_out = {item.path for item in taken.worktree.left_out}
    gone = {path for path, change in repository.changes.items() if change.mode is None}
    paths = {
        "changed": sorted(repository.changes.keys() - gone - left_out),
        "deleted": sorted(gone & repository.base.keys()),
        "untracked": sorted(set(repository.untracked) - left_out),
        "changed though git was told to overlook it": sorted(taken.worktree.hidden),
        "other bytes than git stores": sorted(taken.worktree.converted),
    }
    passed_over = {
        "folders of runs": len(repository.run_folders),
        "files that a sparse checkout leaves out": len(taken.worktree.absent),
    }
    return {
        # The whole path only where it is needed to find the commit again: it may hold the user's name.
        "root": str(root) if taken.needs else root.name,
        "folder": ".",
        "commit": repository.commit,
        "tree": taken.tree,
        "branch": repository.branch,
        "remotes": list(repository.remotes),
        "needs": taken.needs,
        "paths": {what: [shown(path) for path in found] for what, found in paths.items() if found},
        "left_out": [item.fact() for item in taken.worktree.left_out],
        # Nobody expects these here, so that they are counted and nobody is warned.
        "passed_over": {what: count for what, count in passed_over.items() if count},
    }
