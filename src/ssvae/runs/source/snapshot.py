"""A repository as one bundle: the files as they lie on the disk, what was staged, and the commit below.

Three commits, like those of `git stash`: `base` holds what was committed, `index` what was staged, `snapshot` what was
on the disk. They have no history, so that `git clone source.bundle` works for ever, whatever happens to the repository:
the commit may be unpushed, rebased away, in a shallow clone or not exist yet. Only where the tracked files are large
does the bundle stand on the commit itself, and whoever restores it needs that commit.
In: a repository. Out: `Snapshot`. Nothing in the repository is touched. Not here: submodules (nested.py).
"""

import contextlib
import dataclasses
import os
import sys
from collections.abc import Mapping

from ssvae.runs.git_command import GitError, run_git
from ssvae.runs.source.left_out import LARGEST_FILE, LARGEST_TOTAL, shown
from ssvae.runs.source.objects import GITLINK, LINK, Listing, Objects
from ssvae.runs.source.pack import Packer, bundle_bytes, packing
from ssvae.runs.source.patch import patch_between
from ssvae.runs.source.repository import Repository
from ssvae.runs.source.stored import read_stored, stored_sizes
from ssvae.runs.source.worktree import TooLarge, Worktree, read_worktree, unchanged_bytes

__all__ = ["BASE", "INDEX", "SNAPSHOT", "Snapshot", "take_snapshot"]

SNAPSHOT, INDEX, BASE = "refs/heads/snapshot", "refs/heads/index", "refs/heads/base"

LARGEST_TREE = (
    50_000_000  # bytes of tracked files; a bundle with more would outgrow the rest of a run's folder
)


@dataclasses.dataclass(frozen=True)
class Snapshot:
    """What was captured of one repository."""

    bundle: bytes
    tree: str
    """The name of what lies on the disk."""
    needs: str | None
    """The commit that must be there to restore it; None when the bundle stands for itself."""
    patch: bytes | None
    """What differs from the commit, to read; None when nothing does."""
    worktree: Worktree
    problems: tuple[str, ...] = ()
    """What the bundle lacks besides files."""


def take_snapshot(repository: Repository, gitlinks: Mapping[bytes, str] | None = None) -> Snapshot:
    """Capture a repository.

    Args:
        repository: As git describes it.
        gitlinks: Submodule → the commit checked out in it.

    Raises:
        GitError: when git does not give what it has.
    """
    # By their sizes first: to read and compress what is then thrown away takes longer than the rest.
    if unchanged_bytes(repository, LARGEST_TREE) <= LARGEST_TREE:
        with (
            contextlib.suppress(TooLarge),
            packing() as packer,
        ):  # they may have grown, or be links that git holds
            return _Taker(repository, packer, is_thin=False).take(gitlinks or {})
    with packing() as packer:
        return _Taker(repository, packer, is_thin=True).take(gitlinks or {})


class _Taker:
    def __init__(self, repository: Repository, packer: Packer, *, is_thin: bool):
        self._repository = repository
        self._packer = packer
        self._objects = Objects(repository.algorithm, packer.add)
        self._problems: list[str] = []
        self._is_thin = is_thin
        self._committed = {name for _, name in repository.base.values()} if is_thin else set[str]()
        """What need not be in the bundle, because the commit that it stands on has it."""

    def take(self, gitlinks: Mapping[bytes, str]) -> Snapshot:
        worktree = read_worktree(self._repository, self._objects, self._suspects(), self._room())
        for path, commit in gitlinks.items():
            if worktree.listing.get(path, (None,))[0] == GITLINK:
                worktree.listing[path] = (GITLINK, commit)
        patch = self._patch(worktree)
        references, tree = self._commit(worktree)
        needs = self._repository.commit if self._is_thin else None
        bundle = bundle_bytes(self._packer.finish(self._objects), self._objects.algorithm, references, needs)
        return Snapshot(bundle, tree, needs, patch, worktree, tuple(self._problems))

    def _room(self) -> int:
        return sys.maxsize if self._is_thin else LARGEST_TREE

    def _suspects(self) -> set[bytes] | None:
        """Unchanged files to read because a filter may have converted them; None for all."""
        if not self._is_thin:
            return None
        if not self._repository.has_filters:
            return set()
        sizes = stored_sizes(self._repository.root, {name for _, name in self._repository.index.values()})
        root = os.fsencode(self._repository.root) + b"/"
        files = (
            (p, name) for p, (mode, name) in self._repository.index.items() if mode not in (LINK, GITLINK)
        )
        return {path for path, name in files if name in sizes and _size(root + path) not in (0, sizes[name])}

    def _commit(self, worktree: Worktree) -> tuple[dict[str, str], str]:
        """Make the commits; the references of the bundle, and the tree of the snapshot."""
        parents, references = self._base()
        if not self._repository.has_conflicts:  # what an unfinished merge has staged is no tree
            tree = self._objects.add_tree(self._staged(worktree))
            references[INDEX] = self._objects.add_commit(tree, parents, "What was staged")
        tree = self._objects.add_tree(worktree.listing)
        snapshot = self._objects.add_commit(tree, parents, f"The files as they were\n\n{self._origin()}")
        if self._is_thin:
            self._leave_to_the_commit()
        return {"HEAD": snapshot, SNAPSHOT: snapshot, **references}, tree

    def _base(self) -> tuple[tuple[str, ...], dict[str, str]]:
        """The commit below, as parents and as a reference of the bundle."""
        commit = self._repository.commit
        if commit is None:
            return (), {}
        if self._is_thin:
            self._tell_if_unpushed(commit)
            return (commit,), {}
        if missing := self._fetch(self._repository.base, LARGEST_TOTAL):
            self._problems.append(
                f"{len(missing)} files as they were in commit {commit} are too large or not in this repository, "
                "so that only the files on the disk are captured, not what they were compared with."
            )
            return (), {}
        tree = self._objects.add_tree(self._repository.base)
        base = self._objects.add_commit(tree, (), f"The files of commit {commit}\n\n{self._origin()}")
        return (base,), {BASE: base}

    def _tell_if_unpushed(self, commit: str) -> None:
        words = ("for-each-ref", "--count=1", f"--contains={commit}", "--format=%(refname)", "refs/remotes")
        try:
            is_pushed = bool(run_git(self._repository.root, *words).strip())
        except GitError:  # such as a history so long that it takes too much time
            return
        if not is_pushed:
            self._problems.append(
                f"{self._repository.root.name} is too large to be captured whole, so that the record stands on commit "
                f"{commit}, which no branch of a remote contains: push it, or the code cannot be restored elsewhere."
            )

    def _staged(self, worktree: Worktree) -> Listing:
        """The index without what is left out; a version that cannot be had is replaced by the committed one."""
        index, base = self._repository.index, self._repository.base
        left_out = {item.path for item in worktree.left_out}
        lost = {path for path in left_out if path in index and base.get(path) != index[path]}
        # What is left out must not be fetched: it would be in the bundle all the same.
        lost |= self._fetch({path: entry for path, entry in index.items() if path not in lost}, LARGEST_TOTAL)
        for path in sorted(path for path in lost if base.get(path) != index[path]):
            self._problems.append(f"The staged version of {shown(path)} is not captured.")
        kept = {path: entry for path, entry in index.items() if path not in lost}
        return kept | {path: base[path] for path in lost if path in base and self._has(base[path])}

    def _has(self, entry: tuple[bytes, str]) -> bool:
        """Whether the bundle, or the commit that it stands on, has what a listing names."""
        mode, name = entry
        return mode == GITLINK or name in self._objects.blobs or name in self._committed

    def _fetch(self, listing: Listing, budget: int) -> set[bytes]:
        """Get what git stores of a listing; the paths of which it could not be had."""
        wanted = {entry[1] for entry in listing.values() if not self._has(entry)}
        self._objects.add_named(read_stored(self._repository.root, wanted, LARGEST_FILE, budget))
        return {path for path, entry in listing.items() if not self._has(entry)}

    def _leave_to_the_commit(self) -> None:
        """Forget the trees that the commit has, if they are exactly its own."""
        base = Objects(self._repository.algorithm)
        tree = base.add_tree(self._repository.base)
        if run_git(self._repository.root, "rev-parse", "HEAD^{tree}").decode().strip() == tree:
            self._objects.others = {
                name: kept for name, kept in self._objects.others.items() if name not in base.others
            }

    def _patch(self, worktree: Worktree) -> bytes | None:
        base = self._repository.base
        after = worktree.listing | worktree.converted
        for path in (*(item.path for item in worktree.left_out), *worktree.absent):
            if path in base:
                after[path] = base[path]
        if after == base and not worktree.left_out:
            return None
        paths = {path for path, _ in base.items() ^ after.items()}
        before, after = ({path: each[path] for path in paths & each.keys()} for each in (base, after))
        known = self._objects.blobs
        wanted = {name for mode, name in before.values() if mode != GITLINK and name not in known}
        old = read_stored(self._repository.root, wanted, LARGEST_FILE, LARGEST_TOTAL)
        names = {name for _, name in (*before.values(), *after.values())}
        blobs = old | {name: known[name] for name in names & known.keys()}
        return patch_between(
            before, after, blobs, self._repository.algorithm, worktree.left_out, len(worktree.absent)
        )

    def _origin(self) -> str:
        where = self._repository.branch or "no branch"
        return f"base: {self._repository.commit or 'no commit yet'} on {where}"


def _size(file: bytes) -> int:
    try:
        return os.lstat(file).st_size
    except OSError:
        return 0
