"""The one place that starts the git executable: it only reads, asks nobody, and runs no program of the user's.

In: a folder and arguments. Out: what git printed, or `GitError`. Not here: what the answers mean (git.py, source/).
"""

import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ssvae.errors import ProvenanceError

__all__ = ["GitError", "NoRepositoryError", "isolated", "run_git"]

_TIMEOUT = 20.0  # seconds; a status on a cold network disk takes a few

_KEPT = ("GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH")
"""Of the variables that steer git, these say how the user's git is set up. The others say which repository is meant,
and a git hook that starts a run sets them for its own purposes."""

_DROPPED = "GIT_CONFIG_PARAMETERS"  # `git -c` of the command whose hook started us

_SETTINGS = {
    # Optional locks would rewrite the user's index; a prompt would wait for ever; a missing object would be fetched
    # over the network; messages are matched in English.
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C",
    # A replaced object is not the one that was committed.
    "GIT_NO_REPLACE_OBJECTS": "1",
}

_OPTIONS = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "diff.autoRefreshIndex=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "protocol.ext.allow=never"),
)


class GitError(ProvenanceError):
    """What git was asked it did not answer; the message is the reason."""


class NoRepositoryError(GitError):
    """There is nothing to ask: git is not installed, or the folder is in no repository of its own. No failure."""


def run_git(
    folder: Path | bytes,
    *arguments: str | bytes,
    content: bytes = b"",
    variables: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> bytes:
    """What git prints.

    Args:
        folder: Where it is called.
        arguments: The command and its words.
        content: What it reads from its standard input.
        variables: Environment variables on top of those that every call gets.
        timeout: Seconds; None for the usual time.

    Raises:
        GitError: when git is absent, fails, or does not answer in time.
    """
    seconds = _TIMEOUT if timeout is None else timeout
    try:
        done = subprocess.run(
            ["git", *_OPTIONS, *arguments],
            cwd=folder,
            env=_environment() | dict(variables or {}),
            input=content,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        if os.path.isdir(folder):
            raise NoRepositoryError("git is not installed") from None
        raise GitError(f"{_name(folder)} is not a folder") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git did not answer within {seconds:g} s") from None
    except OSError as error:
        raise GitError(f"git could not be started: {error.strerror}") from error
    if done.returncode != 0:
        raise _failure(done, folder)
    return done.stdout


def isolated(repository: Path | None = None) -> dict[str, str]:
    """Variables for a call in a repository of ours: no settings of the user or the machine count there.

    Args:
        repository: A bare one; None for that of the folder in which git is called.
    """
    counted = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.attributesFile",
        "GIT_CONFIG_VALUE_0": os.devnull,
    }
    counted |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1"}
    return counted if repository is None else counted | {"GIT_DIR": str(repository)}


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or (name.startswith(_KEPT) and name != _DROPPED)
    }
    return kept | _SETTINGS


def _failure(done: subprocess.CompletedProcess[bytes], folder: Path | bytes) -> GitError:
    """The first line of what git complained about, advice left out."""
    lines = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
    failures = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    if not failures:
        return GitError(f"git {done.args[1 + len(_OPTIONS)]} ended with {done.returncode}")
    if "not a git repository" in failures[0]:
        return NoRepositoryError(f"{_name(folder)} is not in a git repository")
    if "dubious ownership" in failures[0]:
        place = shlex.quote((re.findall(r" at '(.+)'", failures[0]) or [_name(folder)])[0])
        return GitError(
            f"git reads no repository that belongs to somebody else: {place}. If you trust it, type "
            f"git config --global --add safe.directory {place}"
        )
    return GitError(failures[0].strip())


def _name(folder: Path | bytes) -> str:
    return os.fsdecode(folder)
