"""What git knows about the code of a run. Only reads: neither the index nor any reference is touched.

In: a folder. Out: `GitFacts`. Not here: the files themselves (source/); what to do about a dirty tree (composition/).
"""

import dataclasses
import os
from pathlib import Path

from ssvae.runs.git_command import GitError, run_git
from ssvae.runs.run_folders import without_runs

__all__ = ["NO_COMMIT", "GitFacts", "code_facts", "commit_of", "find_root", "git_facts"]

NO_COMMIT = "the repository has no commit yet"


@dataclasses.dataclass(frozen=True)
class GitFacts:
    """The state of the repository; every fact is None when git could not tell."""

    commit: str | None = None
    """The short name of the commit checked out."""
    commit_full: str | None = None
    """All of its digits."""
    is_dirty: bool | None = None
    """Whether tracked files differ from the commit, or files neither tracked nor ignored exist; of runs they do not
    count."""
    problem: str | None = None
    """Why facts are missing."""
    role: str = "ssvae"
    """Whose repository it is: `ssvae`, the code's; `project`, that of the folder where the command was typed."""
    files: tuple[str, ...] = ()
    """The files of provenance/ that hold what the commit does not; empty when nothing was captured."""


def code_facts(code_folder: Path, working_folder: Path) -> GitFacts:
    """The facts that a run records: those of the code's repository, or without one those of the project's."""
    facts = git_facts(code_folder)
    root = find_root(working_folder) if facts.commit is None else None
    project = git_facts(root) if root else GitFacts()
    return facts if project.is_dirty is None else dataclasses.replace(project, role="project")


def find_root(folder: Path) -> Path | None:
    """The topmost folder of the work tree that `folder` lies in; None when there is none."""
    try:
        answer = run_git(folder, "rev-parse", "--show-toplevel")
    except GitError:
        return None
    return Path(os.fsdecode(answer.removesuffix(b"\n"))).resolve() if answer.strip() else None


def git_facts(folder: Path) -> GitFacts:
    """The facts of the repository that `folder` lies in. Never raises."""
    try:
        if run_git(folder, "rev-parse", "--is-inside-work-tree").strip() != b"true":
            return GitFacts(problem=f"{folder} is not in a git work tree")
        full = commit_of(folder)
        if full and not run_git(folder, "ls-files", "-z", "--", "."):
            # An environment in a project holds copies of foreign code.
            return GitFacts(problem=f"{folder} holds no file that git tracks")
        is_dirty = _is_dirty(folder)
    except GitError as error:
        return GitFacts(problem=str(error))
    short = commit_of(folder, "--short") if full else None
    return GitFacts(short, full, is_dirty, None if full else NO_COMMIT)


def _is_dirty(folder: Path) -> bool:
    root = Path(os.fsdecode(run_git(folder, "rev-parse", "--show-toplevel").removesuffix(b"\n")))
    words = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    lines = [line for line in run_git(root, *words).split(b"\0") if line]
    untracked = [line[3:] for line in lines if line.startswith(b"?? ")]
    if len(untracked) < len(lines) or not untracked:
        return bool(lines)
    tracked = run_git(root, "ls-files", "-z").split(b"\0")
    return bool(without_runs(root, untracked, tracked)[0])


def commit_of(folder: Path, *options: str) -> str | None:
    """The commit checked out, in full or as `options` say; None before the first one."""
    try:
        return run_git(folder, "rev-parse", *options, "--verify", "--quiet", "HEAD").decode().strip() or None
    except GitError:
        return None
