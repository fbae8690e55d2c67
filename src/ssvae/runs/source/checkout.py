"""One bundle as a repository with its files, in a new folder.

In: a part of source.json. Out: files on the disk, byte for byte, and an index as it was. Not here: where (restore.py).
"""

import os
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from ssvae.errors import ProvenanceError
from ssvae.runs.git import find_root
from ssvae.runs.git_command import GitError, isolated, run_git
from ssvae.runs.source.recorded import Part
from ssvae.runs.source.snapshot import BASE, INDEX, SNAPSHOT

__all__ = ["check_out"]

_RAW = "* -text -eol -crlf -ident !filter !working-tree-encoding\n"
"""Attributes that count more than all others: no byte is converted, no program is called."""

_TIMEOUT = 600.0  # seconds; a large tree on a slow disk

_REFERENCE = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) (refs/[a-z/]+)")

_ASK_ANY = "git -c uploadpack.allowAnySHA1InWant=true upload-pack"


def check_out(part: Part, folder: Path, repositories: Sequence[Path] = ()) -> None:
    """Make a repository in `folder` and put the files of a bundle there.

    HEAD holds what was committed, the index what was staged, so that `git status` says what it said.

    Raises:
        ProvenanceError: when the bundle is damaged, holds another tree than source.json names, or stands on a commit
            that is nowhere to be found; and when git is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = _references(part)
    _make_repository(part, folder, is_long=len(names[SNAPSHOT]) > 40)  # the digits of a SHA-1
    if part.needs:
        _fetch_needed(part, folder, repositories)
    try:
        quiet = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        wanted = (f"+{name}:{name}" for name in names if name in (SNAPSHOT, INDEX, BASE))
        _git(folder, "fetch", *quiet, "--", str(part.file.resolve()), *wanted)
        _check_tree(part, folder, names[SNAPSHOT])
        _git(folder, "checkout", "--quiet", "--force", "--detach", "--no-recurse-submodules", names[SNAPSHOT])
        _stage(part, folder, names)
    except GitError as error:
        raise ProvenanceError(f"{part.file} could not be unpacked: {error}") from error


def _make_repository(part: Part, folder: Path, *, is_long: bool) -> None:
    if shutil.which("git") is None:
        raise ProvenanceError(f"Restoring {part.file} needs git, which is not installed. Install git.")
    try:
        _git(folder, "init", "--quiet", "--template=", *(["--object-format=sha256"] if is_long else []), ".")
    except GitError as error:
        raise ProvenanceError(f"No repository could be made in {folder}: {error}") from error
    info = folder / ".git" / "info"
    info.mkdir(exist_ok=True)
    (info / "attributes").write_text(_RAW)


def _check_tree(part: Part, folder: Path, snapshot: str) -> None:
    """Git names a tree by its content, so that one name means one content, whoever wrote the bundle."""
    found = _git(folder, "rev-parse", "--verify", f"{snapshot}^{{tree}}").decode().strip()
    if found != part.tree:
        raise ProvenanceError(
            f"{part.file} does not hold the files of the run: its tree is {found}, and source.json names {part.tree}. "
            "One of the two was replaced."
        )


def _references(part: Part) -> dict[str, str]:
    """Name → commit, from the lines at the beginning of the bundle."""
    found = {}
    with open(part.file, "rb") as bundle:
        first = bundle.readline(100)
        while (line := bundle.readline(1000).strip()) != b"":
            if words := _REFERENCE.fullmatch(line):
                found[words[2].decode()] = words[1].decode()
    if not first.startswith(b"# v") or SNAPSHOT not in found:
        raise ProvenanceError(f"{part.file} is no bundle that a run wrote: it has no {SNAPSHOT}.")
    return found


def _fetch_needed(part: Part, folder: Path, repositories: Sequence[Path]) -> None:
    """Get the commit that a bundle stands on, without its history."""
    for place in _places(part, repositories):
        words = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--depth=1")
        try:
            _git(
                folder, "fetch", *words, f"--upload-pack={_ASK_ANY}", "--", str(place), f"{part.needs}:{BASE}"
            )
        except GitError:
            continue
        return
    remotes = ", ".join(part.remotes) or "none"
    raise ProvenanceError(
        f"{part.file} stands on commit {part.needs}, which was not found. Type the command again inside a clone that "
        f"has this commit (remotes when it was recorded: {remotes})."
    )


def _places(part: Part, repositories: Sequence[Path]) -> Iterable[Path]:
    named = [*repositories, *([Path(part.root)] if part.root and os.path.isabs(part.root) else [])]
    # Whoever types the command may be anywhere in the clone.
    clones = [find_root(place) or place for place in named if place.is_dir()]
    inner = [clone / part.path for clone in clones] if part.path else clones
    return dict.fromkeys(place.resolve() for place in inner if place.is_dir())


def _stage(part: Part, folder: Path, names: dict[str, str]) -> None:
    """Let HEAD and the index be what they were; the files stay."""
    index = names.get(INDEX) or names[SNAPSHOT]
    base = part.needs or names.get(BASE)
    if base:
        _git(folder, "update-ref", "--no-deref", "HEAD", base)
    elif part.commit is None:  # before the first commit
        _git(folder, "symbolic-ref", "HEAD", "refs/heads/unborn")
    _git(folder, "read-tree", index)
    _git(folder, "update-index", "-q", "--refresh", may_fail=True)  # it fails to say that files differ


def _git(folder: Path, *arguments: str, may_fail: bool = False) -> bytes:
    variables = isolated() | {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    quiet = ("-c", "advice.detachedHead=false")
    try:
        return run_git(folder, *quiet, *arguments, variables=variables, timeout=_TIMEOUT)
    except GitError:
        if may_fail:
            return b""
        raise
