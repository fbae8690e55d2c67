"""What git knows about the code of a run. Only reads: neither the index nor any reference is touched.

In: a folder. Out: `GitFacts`. Not here: the files themselves (source/); what to do about a dirty tree (composition/).
"""

import dataclasses
from pathlib import Path

from ssvae.runs.git_command import GitError, run_git

__all__ = ["NO_COMMIT", "GitFacts", "commit_of", "git_facts"]

NO_COMMIT = "the repository has no commit yet"


@dataclasses.dataclass(frozen=True)
class GitFacts:
    """The state of the repository; every fact is None when git could not tell."""

    commit: str | None = None
    """The short name of the commit checked out."""
    commit_full: str | None = None
    """All of its digits."""
    is_dirty: bool | None = None
    """Whether tracked files differ from the commit, or files neither tracked nor ignored exist."""
    problem: str | None = None
    """Why facts are missing."""


def git_facts(folder: Path) -> GitFacts:
    """The facts of the repository that `folder` lies in. Never raises."""
    try:
        if run_git(folder, "rev-parse", "--is-inside-work-tree").strip() != b"true":
            return GitFacts(problem=f"{folder} is not in a git work tree")
        full = commit_of(folder)
        if full and not run_git(folder, "ls-files", "-z", "--", "."):
            # An environment in a project holds copies of foreign code.
            return GitFacts(problem=f"{folder} holds no file that git tracks")
        changes = run_git(folder, "status", "--porcelain", "-z", "--untracked-files=normal")
    except GitError as error:
        return GitFacts(problem=str(error))
    short = commit_of(folder, "--short") if full else None
    return GitFacts(short, full, bool(changes), None if full else NO_COMMIT)


def commit_of(folder: Path, *options: str) -> str | None:
    """The commit checked out, in full or as `options` say; None before the first one."""
    try:
        return run_git(folder, "rev-parse", *options, "--verify", "--quiet", "HEAD").decode().strip() or None
    except GitError:
        return None
