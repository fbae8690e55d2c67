"""Why a component of a run is as it is: its state, its reason, how to enable it, and what the log says of it.

In: a run's folder, the name of a metric, a plot, a check or a loss term. Out: plain facts. Not here: printing them
(cli/why.py).
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ssvae.config import flatten
from ssvae.errors import RunDirectoryError, did_you_mean
from ssvae.runs.logs import LOG_FILE
from ssvae.runs.reading import read_inside
from ssvae.runs.reporting.record import Record, read_record

__all__ = ["explain"]

_MOST_LINES = 12
"""Of the log; the last ones, which say how it ended."""

_MOST_VALUES = 12

_LARGEST_LOG = 200_000_000  # bytes

_ANNOUNCED = re.compile(r"(ENABLED|DISABLED) +(\S+?)(?:: (.*?))?(?:\. To enable: (.*))?")
"""What the log says of each component and each loss term before training."""


def explain(run_dir: Path, name: str) -> dict[str, Any]:
    """What is known of one component.

    Args:
        run_dir: The run's folder.
        name: As the report has it, such as `tau_classifier`; a check, such as `posterior_collapse`; or a loss term,
            such as `loss.kl.a`.

    Returns:
        `component`, `status`, `reason`, `remedy`, `values` (name → value), `figures`, `log` (lines), `problems` (what
        of the record is damaged).

    Raises:
        RunDirectoryError: when the run has no such component; names those it has.
    """
    record, log = read_record(run_dir), _log(run_dir)
    found = _component(record, name) or _check(record, name) or _announced(log, name)
    if found is None:
        known = dict.fromkeys(
            (*record.components, *record.run["checks"], *(match[2] for match in _announcements(log)))
        )
        raise RunDirectoryError(
            f"'{name}' is no component of {run_dir.name}.{did_you_mean(name, known)} "
            f"Known: {', '.join(known) or 'none; the run ended before it had listed them'}."
        )
    word = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)")
    lines = [line for line in log if word.search(line)]
    return {"component": name, **found, "log": lines[-_MOST_LINES:], "problems": record.problems}


def _component(record: Record, name: str) -> dict[str, Any] | None:
    entry = record.components.get(name)
    if entry is None:
        return None
    data = entry.get("data") or {}
    values = flatten({key: value for key, value in data.items() if key != "figures"})
    singles = {key: value for key, value in values.items() if not isinstance(value, list | Mapping)}
    return {
        **{key: entry.get(key) for key in ("status", "reason", "remedy")},
        "values": dict(list(singles.items())[:_MOST_VALUES]),
        "figures": list(data.get("figures") or []),
    }


def _check(record: Record, name: str) -> dict[str, Any] | None:
    """What a detector answered, with the warning it gave."""
    check = record.run["checks"].get(name)
    if check is None:
        return None
    given = next((warning for warning in record.run["warnings"] if warning["kind"] == name), {})
    reason = " ".join(str(given[key]) for key in ("text", "meaning") if given.get(key)) or check.get("reason")
    found = {"status": check.get("status"), "reason": reason, "remedy": given.get("remedy")}
    return {**found, "values": {}, "figures": []}


def _announced(log: list[str], name: str) -> dict[str, Any] | None:
    """What the log says of a loss term, which is no component of the summary."""
    for match in _announcements(log):
        if match[2] == name:
            status = match[1].lower()
            return {"status": status, "reason": match[3], "remedy": match[4], "values": {}, "figures": []}
    return None


def _announcements(log: list[str]) -> Iterator[re.Match[str]]:
    for line in log:
        _, _, message = line.partition(" INFO ")
        if match := _ANNOUNCED.fullmatch(message.strip()):
            yield match


def _log(run_dir: Path) -> list[str]:
    """All lines; none when there is no log that can be read."""
    try:
        content = read_inside(run_dir, LOG_FILE, _LARGEST_LOG)
    except (OSError, RunDirectoryError):
        return []
    return content.decode("utf-8", errors="replace").splitlines()
