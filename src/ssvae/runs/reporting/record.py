"""Everything that the files of one run say, whatever became of them: damaged, edited, or put there by a stranger.

In: a run's folder. Out: a `Record` whose parts have the kind they should have, and sentences on what did not.
Not here: showing it (report.py, overview.py).
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ssvae.errors import RunDirectoryError
from ssvae.runs.config_file import CONFIG_FILE, HEADER_KEYS, read_config
from ssvae.runs.history import METRICS_FILE, read_history
from ssvae.runs.lifecycle.state import STATE_FILE, read_state
from ssvae.runs.reporting.kinds import checked
from ssvae.runs.rows import read_rows
from ssvae.runs.summary import SECTIONS, SUMMARY_FILE, read_summary

__all__ = ["Record", "read_or", "read_record"]

_HEADER_MAPPINGS = ("choices", "cli_overrides", "config_changes", "versions")
_HEADER_SINGLES = tuple(key for key in HEADER_KEYS if key not in ("tags", *_HEADER_MAPPINGS))

_TEXTS = ("meanings", "references")
_WARNING = ("kind", "text", "meaning", "remedy")

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Record:
    """What is known of a run. A part whose file is absent is empty, and a value of the wrong kind is None."""

    config: Mapping[str, Any]
    """config.yaml: the settings, and the header once more under `experiment`."""
    header: Mapping[str, Any]
    state: Mapping[str, Any]
    run: Mapping[str, Any]
    """`run` of summary.json; `warnings` a list and `checks` a mapping, whatever stands there."""
    training: Mapping[str, Any]
    metrics: Mapping[str, Any]
    components: Mapping[str, Mapping[str, Any]]
    history: list[dict[str, float | int]]
    problems: list[str]
    """What is missing or damaged, one sentence or more each."""


def read_record(run_dir: Path) -> Record:
    """The record of the run in `run_dir`. Never raises for what is in the folder: the problems tell."""
    problems: list[str] = []
    config = read_or(read_config, run_dir, {}, problems)
    state = read_or(read_state, run_dir, {}, problems)
    summary = read_or(read_summary, run_dir, {section: {} for section in SECTIONS}, problems)
    return Record(
        config=checked(config, CONFIG_FILE, problems, mappings=("data", "training")),
        header=_header(config.get("experiment", {}), problems),
        state=checked(state, STATE_FILE, problems, singles=("status", "phase", "reason", "host")),
        run={
            **summary["run"],
            "warnings": _warnings(summary["run"], problems),
            "checks": _checks(summary["run"], problems),
        },
        training=checked(summary["training"], f"{SUMMARY_FILE}: training", problems, singles=("best_epoch",)),
        metrics=summary["metrics"],
        components={
            name: _component(f"{SUMMARY_FILE}: components.{name}", entry, problems)
            for name, entry in summary["components"].items()
        },
        history=_history(run_dir, state.get("status"), summary["training"].get("best_epoch"), problems),
        problems=problems,
    )


def _history(
    run_dir: Path, status: Any, best_epoch: Any, problems: list[str]
) -> list[dict[str, float | int]]:
    """The rows of both files; of metrics.csv alone where the other is damaged. A completed run has them all."""
    told = len(problems)
    history = read_or(read_history, run_dir, [], problems)
    if len(problems) > told:
        history = read_or(partial(read_rows, name=METRICS_FILE), run_dir, [], [])
    if status == "completed" and isinstance(best_epoch, int) and best_epoch > len(history):
        problems.append(
            f"{run_dir / METRICS_FILE} has {len(history)} rows, and the best epoch was {best_epoch}: rows are missing."
        )
    return history


def read_or(read: Callable[[Path], T], run_dir: Path, fallback: T, problems: list[str]) -> T:
    """What `read` reads; else `fallback`, and the reason among the problems."""
    try:
        return read(run_dir)
    except RunDirectoryError as error:
        problems.append(str(error))
        return fallback


def _header(header: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    place = f"{CONFIG_FILE}: experiment"
    return checked(
        header, place, problems, lists=("tags",), mappings=_HEADER_MAPPINGS, singles=_HEADER_SINGLES
    )


def _component(place: str, entry: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    singles = ("status", "reason", "remedy", "title", "kind")
    entry = checked(entry, place, problems, singles=singles, mappings=("data", *_TEXTS), lists=("metrics",))
    data = checked(entry.get("data") or {}, f"{place}.data", problems, lists=("figures",))
    keys = [key for key in entry.get("metrics") or () if isinstance(key, str)]
    return {**entry, "data": data, "metrics": keys, **{key: _texts(entry.get(key) or {}) for key in _TEXTS}}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name, text in values.items() if isinstance(text, str)}


def _warnings(run: Mapping[str, Any], problems: list[str]) -> list[dict[str, Any]]:
    warnings = checked(run, f"{SUMMARY_FILE}: run", problems, lists=("warnings",)).get("warnings") or []
    return [
        {key: warning.get(key, "" if key in ("kind", "text") else None) for key in _WARNING}
        if isinstance(warning, Mapping)
        else dict.fromkeys(_WARNING) | {"kind": "warning", "text": warning}
        for warning in warnings
    ]


def _checks(run: Mapping[str, Any], problems: list[str]) -> dict[str, dict[str, Any]]:
    """What each detector answered; nothing for a run that is older than they are."""
    place = f"{SUMMARY_FILE}: run"
    checks = checked(run, place, problems, mappings=("checks",)).get("checks") or {}
    checks = checked(checks, f"{place}.checks", problems, mappings=checks)
    singles = ("title", "status", "reason")
    return {
        name: checked(check or {}, f"{place}.checks.{name}", problems, singles=singles)
        for name, check in checks.items()
    }
