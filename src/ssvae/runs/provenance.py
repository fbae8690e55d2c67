"""Where a run came from: code, settings, command, software, machine. Nothing secret is read.

In: what was asked, as plain mappings; what git knows. Out: the header of config.yaml; the files of provenance/.
Not here: writing config.yaml (config_file.py); refusing a dirty tree (composition/).
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ssvae.runs.files import write_bytes, write_text
from ssvae.runs.git import GitFacts, uncommitted_changes
from ssvae.runs.software import environment_text, software_versions
from ssvae.runs.strict_json import encode

__all__ = ["collect_header", "config_hash", "git_notice", "write_provenance"]


def collect_header(
    record: Mapping[str, Any],
    body: Mapping[str, Any],
    *,
    run_id: str,
    now: datetime,
    git: GitFacts,
    base_config: str,
    command: str,
    choices: Mapping[str, Any],
    cli_overrides: Mapping[str, Any],
    sweep_id: str | None = None,
) -> dict[str, Any]:
    """The header of config.yaml, complete but for what is only known later: `data_hash` and `device` are None.

    Args:
        record: `experiment.*` as asked: name, description, tags, status, on_dirty_git.
        body: The resolved config; its `experiment`, if any, does not count for the hash.
        run_id: The name of the run's folder.
        now: When the run began.
        git: What git knows about the code.
        base_config: The primary config file.
        command: What to type to repeat the run.
        choices: Group → option.
        cli_overrides: Dotted key → typed value, only what was typed.
        sweep_id: The name of the sweep's folder.
    """
    return {
        "name": record["name"],
        "description": record.get("description", ""),
        "tags": list(record.get("tags", ())),
        "status": record.get("status", "exploratory"),
        "on_dirty_git": record.get("on_dirty_git", "warn"),
        "run_id": run_id,
        "timestamp": now.isoformat(timespec="seconds"),
        "git_commit": git.commit,
        "git_commit_full": git.commit_full,
        "git_dirty": git.is_dirty,
        "base_config": base_config,
        "choices": dict(choices),
        "cli_overrides": dict(cli_overrides),
        # A run that continues another fills these: its run_id, the epoch it had reached, the settings changed since.
        "resumed_from": None,
        "resumed_epoch": None,
        "config_changes": {},
        "sweep_id": sweep_id,
        "config_hash": config_hash(body),
        "data_hash": None,
        "command": command,
        "versions": software_versions(),
        "device": None,
        "host": platform.node(),
    }


def config_hash(body: Mapping[str, Any]) -> str:
    """SHA-256 of the settings, whatever the order of their keys, and whatever the run is called."""
    settings = {key: value for key, value in body.items() if key != "experiment"}
    canonical = json.dumps(encode(settings), sort_keys=True, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def git_notice(git: GitFacts) -> str | None:
    """What the log should say about the code's state, or None when the commit tells everything."""
    if git.commit is None:
        return (
            f"No git commit is recorded: {git.problem}. The code of this run cannot be found again by commit."
        )
    if git.is_dirty:
        return (
            f"The code differs from commit {git.commit}: see provenance/uncommitted.diff. "
            "Commit first, or set experiment.on_dirty_git=ignore."
        )
    return None


def write_provenance(run_dir: Path, *, command: str, git: GitFacts, folder: Path) -> None:
    """Write provenance/: the command, the environment, and the uncommitted changes when there are any.

    Args:
        run_dir: The run's folder.
        command: What to type to repeat the run.
        git: What git knows about the code; `folder` is where it was asked.
        folder: Any folder of the repository that holds the code.

    Raises:
        RunDirectoryError: when they cannot be written.
    """
    target = run_dir / "provenance"
    write_text(target / "command.txt", command + "\n")
    write_text(target / "environment.txt", environment_text())
    if git.is_dirty and git.commit:
        write_bytes(target / "uncommitted.diff", uncommitted_changes(folder))
