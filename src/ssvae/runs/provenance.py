"""Where a run came from: code, settings, command, software, machine. Nothing secret is read.

In: what was asked, as plain mappings; what git knows. Out: the header of config.yaml; the files of provenance/.
Not here: writing config.yaml (config_file.py); refusing a dirty tree (composition/).
"""

import dataclasses
import hashlib
import json
import platform
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ssvae.runs.files import subfolder, write_text
from ssvae.runs.git import GitFacts
from ssvae.runs.redaction import redacted, redacted_command, without_secrets
from ssvae.runs.software import environment_text, software_versions
from ssvae.runs.source import Source, write_source
from ssvae.runs.strict_json import encode

__all__ = ["Lineage", "collect_header", "config_hash", "git_notice", "source_notices", "write_provenance"]

_WHOSE = {
    "ssvae": ("The code differs from commit", "source.bundle"),
    "project": ("The project that ssvae is used from differs from its commit", "project.bundle"),
}
_MOST_NAMES = 5  # of files in one line of the log


@dataclasses.dataclass(frozen=True)
class Lineage:
    """The run that another goes on with."""

    run_id: str | None = None
    epoch: int | None = None
    """The one it had reached."""
    config_changes: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    """Dotted key → `{"from": …, "to": …}`, the settings changed since."""


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
    source_id: str | None = None,
    sweep_id: str | None = None,
    lineage: Lineage | None = None,
) -> dict[str, Any]:
    """The header of config.yaml, complete but for what is only known later: `data_hash` and `device` are None.

    What was typed, name and description too, is recorded without secrets: they become `***`.

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
        source_id: The identity of the code, `Source.id`.
        sweep_id: The name of the sweep's folder.
        lineage: The run that this one goes on with.
    """
    parent = lineage or Lineage()
    return {
        "name": redacted("name", record["name"]),
        "description": redacted("description", record.get("description", "")),
        "tags": redacted("tags", list(record.get("tags", ()))),
        "status": record.get("status", "exploratory"),
        "on_dirty_git": record.get("on_dirty_git", "warn"),
        "run_id": run_id,
        "timestamp": now.isoformat(timespec="seconds"),
        "git_commit": git.commit,
        "git_commit_full": git.commit_full,
        "git_dirty": git.is_dirty,
        "source_id": source_id,
        "base_config": without_secrets(base_config),
        "choices": dict(choices),
        "cli_overrides": {key: redacted(key, value) for key, value in cli_overrides.items()},
        "resumed_from": parent.run_id,
        "resumed_epoch": parent.epoch,
        "config_changes": _without_secrets(parent.config_changes),
        "sweep_id": sweep_id,
        "config_hash": config_hash(body),
        "data_hash": None,
        "command": redacted_command(command),
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
            f"No git commit is recorded: {git.problem}. The code of this run is in provenance/ all the same."
        )
    if git.is_dirty:
        whose, usual = _WHOSE[git.role]
        bundle, *patches = git.files or (usual,)
        shows = "".join(f", provenance/{patch} shows what differs" for patch in patches)
        return (
            f"{whose} {git.commit}: provenance/{bundle} has it exactly{shows}. "
            "Commit first, or set experiment.on_dirty_git=ignore."
        )
    return None


def source_notices(source: Source) -> tuple[str, ...]:
    """What the log should say about what could not be captured; nothing is left out in silence."""
    left_out = [item["path"] for part in source.facts["parts"] for item in part["left_out"]]
    notices = list(source.facts["problems"])
    if left_out:
        names = ", ".join(left_out[:_MOST_NAMES]) + (", …" if len(left_out) > _MOST_NAMES else "")
        count = "1 file is" if len(left_out) == 1 else f"{len(left_out)} files are"
        notices.append(f"{count} not captured with the code: {names}. provenance/source.json says why.")
    return tuple(notices)


def write_provenance(
    run_dir: Path, *, command: str, source: Source | None, folder: str = "provenance"
) -> None:
    """Write provenance/: the command, the environment, and the source.

    Args:
        run_dir: The run's folder.
        command: What to type to repeat the run.
        source: The code as `capture_source` found it; None for a later part of a run whose code is still that of the
            beginning.
        folder: Where in the run's folder; `provenance/resume_01` for a part that was run later.

    Raises:
        RunDirectoryError: when they cannot be written.
    """
    target = subfolder(run_dir, folder)
    write_text(target / "command.txt", redacted_command(command) + "\n")
    write_text(target / "environment.txt", environment_text())
    if source is not None:
        write_source(target, source)


def _without_secrets(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of settings, as `redacted` has each of their values."""
    return {
        key: {side: redacted(key, value) for side, value in change.items()} for key, change in changes.items()
    }
