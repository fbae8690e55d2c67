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
from ssvae.composition.sweeps.baseline import baseline_settings
from ssvae.runs.redaction import redacted, redacted_command
from ssvae.runs.software import software_versions
from ssvae.runs.source import Source

__all__ = ["header_of", "resumed_header", "swept_before"]


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
        "words_before": [],
        "grid": _grid(plan, plan.swept_keys),
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
    *,
    has_other_jobs: bool,
) -> dict[str, Any]:
    """The header of a sweep that is gone on with: the beginning stays, the values asked for now are added.

    Args:
        header: As it was.
        plan: The command.
        invocation: How it was typed.
        source: The code that is here.
        words: What to type again to go on with it.
        now: When it is gone on with.
        has_other_jobs: Whether the sweep has jobs that this command does not ask for, so that the words of earlier ones
            are still needed.
    """
    before = header.get("resumptions")
    resumption = {
        "timestamp": now.isoformat(timespec="seconds"),
        "command": redacted_command(invocation.command),
        "source_id": source.id,
    }
    return {
        **header,
        "words": _words(words),
        "words_before": _words_before(header, words) if has_other_jobs else [],
        "grid": _merged(header.get("grid"), _grid(plan, (*swept_before(header), *plan.swept_keys))),
        **_asked(plan),
        "resumptions": [*(before if isinstance(before, list) else []), resumption],
    }


def _asked(plan: Plan) -> dict[str, Any]:
    """What is asked of the sweep as a whole."""
    sweep = plan.sweep
    baseline = baseline_settings(sweep)
    return {
        "on_failure": sweep.on_failure,
        "metric": redacted("metric", sweep.metric),
        "baseline": redacted("baseline", baseline) or None,
        "replicates": list(sweep.replicates),
    }


def swept_before(header: Mapping[str, Any]) -> tuple[str, ...]:
    """The settings that the jobs of a sweep differ in so far, names left out: they make a job another one."""
    return tuple(key for key in header.get("grid") or {} if not key.startswith("experiment."))


def _grid(plan: Plan, keys: Sequence[str]) -> dict[str, list[Any]]:
    """Setting → its values, in the order they were given."""
    grid: dict[str, list[Any]] = {key: [] for key in keys}
    for job in plan.jobs:
        for key, values in grid.items():
            value = job.setting(key)
            values += [] if value in values else [value]
    return grid


def _merged(old: Any, new: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    grid = {key: list(values) for key, values in (old if isinstance(old, Mapping) else {}).items()}
    for key, values in new.items():
        grid[key] = [*grid.get(key, []), *(value for value in values if value not in grid.get(key, []))]
    return grid


def _words_before(header: Mapping[str, Any], words: Sequence[str]) -> list[Any]:
    """Those of earlier commands, each once; as they are when one of them is typed again."""
    before = [*(header.get("words_before") or []), header.get("words")]
    return [command for command in before if command != _words(words)]


def _words(words: Sequence[str]) -> list[str] | None:
    """None when they hold a secret, which is not kept: then they have to be typed again."""
    clean = redacted("words", list(words))
    return clean if clean == list(words) else None
