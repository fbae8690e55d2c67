"""The first part of sweep.yaml: what was asked of the sweep, and where it came from.

In: a plan, the code, the command. Out: a plain mapping. Not here: the jobs (book.py), writing it.
"""

import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ssvae.composition.folders import sweep_name
from ssvae.composition.guard import Plan
from ssvae.composition.invocation import Invocation
from ssvae.composition.overrides import parse_override
from ssvae.runs.redaction import redacted, redacted_command
from ssvae.runs.software import software_versions
from ssvae.runs.source import Source

__all__ = ["header_of", "resumed_header"]


def header_of(
    plan: Plan, invocation: Invocation, source: Source, words: Sequence[str], sweep_id: str, now: datetime
) -> dict[str, Any]:
    """The header of a new sweep.

    Args:
        plan: The command.
        invocation: How it was typed.
        source: The code of all its jobs.
        words: What to type again to go on with it.
        sweep_id: The name of its folder.
        now: When it began.
    """
    record = plan.experiments[0].record
    return {
        "sweep_id": sweep_id,
        "name": redacted("name", sweep_name(plan)),
        "description": redacted("description", record.description),
        "tags": redacted("tags", list(record.tags)),
        "timestamp": now.isoformat(timespec="seconds"),
        "command": redacted_command(invocation.command),
        "words": _words(words),
        "grid": _grid(plan),
        **_asked(plan),
        "git_commit": source.git.commit,
        "git_commit_full": source.git.commit_full,
        "git_dirty": source.git.is_dirty,
        "source_id": source.id,
        "source_changed": None,
        "versions": software_versions(),
        "host": platform.node(),
        "resumptions": [],
        "superseded": [],
    }


def resumed_header(
    header: Mapping[str, Any],
    plan: Plan,
    invocation: Invocation,
    source: Source,
    words: Sequence[str],
    now: datetime,
) -> dict[str, Any]:
    """The header of a sweep that is gone on with: the beginning stays, the values asked for now are added."""
    before = header.get("resumptions")
    resumption = {
        "timestamp": now.isoformat(timespec="seconds"),
        "command": redacted_command(invocation.command),
        "source_id": source.id,
    }
    return {
        **header,
        "words": _words(words),
        "grid": _merged(header.get("grid"), _grid(plan)),
        **_asked(plan),
        "resumptions": [*(before if isinstance(before, list) else []), resumption],
    }


def _asked(plan: Plan) -> dict[str, Any]:
    """What is asked of the sweep as a whole."""
    sweep = plan.sweep
    overrides = [parse_override(word) for word in (sweep.baseline or "").split()]
    baseline = {override.key_or_group: override.value() for override in overrides}
    return {
        "on_failure": sweep.on_failure,
        "metric": redacted("metric", sweep.metric),
        "baseline": redacted("baseline", baseline) or None,
        "replicates": list(sweep.replicates),
    }


def _grid(plan: Plan) -> dict[str, list[Any]]:
    """Setting → its values, in the order they were given."""
    grid: dict[str, list[Any]] = {key: [] for key in plan.swept_keys}
    for job in plan.jobs:
        for key, value in job.settings.items():
            grid[key] += [] if value in grid[key] else [value]
    return grid


def _merged(old: Any, new: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    grid = {key: list(values) for key, values in (old if isinstance(old, Mapping) else {}).items()}
    for key, values in new.items():
        grid[key] = [*grid.get(key, []), *(value for value in values if value not in grid.get(key, []))]
    return grid


def _words(words: Sequence[str]) -> list[str] | None:
    """None when they hold a secret, which is not kept: then they have to be typed again."""
    clean = redacted("words", list(words))
    return clean if clean == list(words) else None
