"""What git knows about the code of a run. Only reads: neither the index nor any reference is touched.

In: a folder. Out: `GitFacts`, and the uncommitted changes as text. Not here: what to do about them.
"""

import dataclasses
import os
import subprocess
from pathlib import Path

__all__ = ["GitFacts", "git_facts", "uncommitted_changes"]

_TIMEOUT = 10.0  # seconds; a status on a cold network disk takes a few
_LARGEST_DIFF = 20_000_000  # bytes; more than this is data, not code


@dataclasses.dataclass(frozen=True)
class GitFacts:
    """The state of the repository; every fact is None when git could not tell."""

    commit: str | None = None
    """The short name of the commit checked out."""
    commit_full: str | None = None
    """Its forty digits."""
    is_dirty: bool | None = None
    """Whether tracked files differ from the commit, or files neither tracked nor ignored exist."""
    problem: str | None = None
    """Why facts are missing."""


def git_facts(folder: Path) -> GitFacts:
    """The facts of the repository that `folder` lies in. Never raises."""
    inside, problem = _git(folder, "rev-parse", "--is-inside-work-tree")
    if problem or inside.strip() != b"true":
        return GitFacts(problem=problem or f"{folder} is not in a git work tree")
    full, _ = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if full.strip() and _holds_nothing_tracked(folder):
        return GitFacts(problem=f"{folder} holds no file that git tracks")
    short, _ = _git(folder, "rev-parse", "--short", "--verify", "--quiet", "HEAD")
    changes, problem = _git(folder, "status", "--porcelain", "-z", "--untracked-files=normal")
    return GitFacts(
        commit=short.decode().strip() or None,
        commit_full=full.decode().strip() or None,
        is_dirty=None if problem else bool(changes),
        problem=problem or (None if full.strip() else "the repository has no commit yet"),
    )


def _holds_nothing_tracked(folder: Path) -> bool:
    """Whether the repository is about other files: an environment in a project holds copies of foreign code."""
    tracked, problem = _git(folder, "ls-files", "-z", "--", ".")
    return not tracked and problem is None


def uncommitted_changes(folder: Path) -> bytes:
    """A patch `git apply` understands, of all tracked files against the commit, binary ones included.

    It begins with the names of untracked files, whose content is not in it.
    """
    untracked, _ = _git(folder, "ls-files", "--others", "--exclude-standard", "--full-name", ":/")
    options = (
        "--binary",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-relative",
        "--src-prefix=a/",
        "--dst-prefix=b/",
    )
    patch, problem = _git(folder, "diff", *options, "HEAD")
    lines = [
        b"# Untracked files, not part of this patch:",
        *(b"#   " + name for name in untracked.splitlines()),
    ]
    header = b"\n".join(lines) + b"\n\n" if untracked else b""
    if problem:
        return header + f"# No patch: {problem}\n".encode()
    if len(patch) > _LARGEST_DIFF:
        return header + f"# No patch: it has {len(patch):,} bytes, more than {_LARGEST_DIFF:,}.\n".encode()
    return header + patch


def _git(folder: Path, *arguments: str) -> tuple[bytes, str | None]:
    """What git printed, and why it failed if it did."""
    # Optional locks would rewrite the user's index, and so would `diff` without its own word below;
    # a prompt would wait for ever; messages are matched in English.
    settings = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-c", "diff.autoRefreshIndex=false", *arguments],
            cwd=folder,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except FileNotFoundError:
        return b"", "git is not installed"
    except subprocess.TimeoutExpired:
        return b"", f"git did not answer within {_TIMEOUT:g} s"
    except OSError as error:
        return b"", f"git could not be started: {error.strerror}"
    if done.returncode == 0:
        return done.stdout, None
    said = done.stderr.decode(errors="replace").strip().splitlines() or [f"git ended with {done.returncode}"]
    if "not a git repository" in said[0]:
        return b"", f"{folder} is not in a git repository"
    return b"", said[0]
