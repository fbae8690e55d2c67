"""A sweep in the terminal: its jobs, its configurations, its failures, as plain tables.

In: the folder of a sweep. Out: columns and rows of plain values. Not here: printing (cli/), the page (composing.py).
"""

import dataclasses
from pathlib import Path
from typing import Any

from ssvae.comparison.answer import Answer, read_answer
from ssvae.comparison.grouping import Group, settings_text
from ssvae.comparison.results import Result
from ssvae.comparison.sections.jobs_section import reason_of_result
from ssvae.comparison.sections.verdict import verdict
from ssvae.comparison.sections.warnings_section import warning_sentences
from ssvae.comparison.statistics import Estimate
from ssvae.runs.directory import shown_path
from ssvae.runs.logs import LOG_FILE
from ssvae.runs.reporting.numbers import shown
from ssvae.runs.reporting.page import Number
from ssvae.runs.reporting.words import spelled

__all__ = ["Grid", "Overview", "overview"]


@dataclasses.dataclass(frozen=True)
class Grid:
    """A table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    """Numbers, texts, None; as many in each as there are columns."""


@dataclasses.dataclass(frozen=True)
class Overview:
    """What `ssvae sweep show` shows."""

    name: str
    verdict: str
    """One line."""
    metric: str | None
    """What the configurations are ordered by."""
    warnings: tuple[str, ...]
    jobs: Grid
    groups: Grid
    """The best first, those without a number last."""
    failures: Grid


def overview(sweep_dir: Path) -> Overview:
    """The sweep as it stands; it need not be finished.

    Raises:
        RunDirectoryError: when the folder holds no sweep.yaml, or one that cannot be read.
    """
    answer = read_answer(sweep_dir)
    return Overview(
        name=str(answer.header.get("name") or sweep_dir.name),
        verdict="".join(_words(part) for part in verdict(answer)),
        metric=answer.choice.key,
        warnings=tuple(text for _, text in warning_sentences(answer)),
        jobs=_jobs(answer),
        groups=_groups(answer),
        failures=_failures(answer),
    )


def _words(part: Any) -> str:
    return shown(part.value, part.digits) if isinstance(part, Number) else str(part.text)


def _jobs(answer: Answer) -> Grid:
    key = answer.choice.key
    rows = tuple(
        (
            one.job.number,
            *(spelled(one.job.settings[name]) if name in one.job.settings else None for name in answer.swept),
            one.state,
            one.metrics.get(key) if key else None,
            one.job.seconds,
        )
        for one in answer.results
    )
    return Grid("Jobs", ("job", *answer.swept, "state", key or "metric", "seconds"), rows)


def _groups(answer: Answer) -> Grid:
    columns = ("configuration", "runs", answer.choice.key or "metric")
    has_baseline = answer.baseline is not None
    columns += ("difference to the baseline",) if has_baseline else ()
    rows = tuple(_group(answer, group, has_baseline=has_baseline) for group in answer.ranked)
    return Grid("Configurations", columns, rows)


def _group(answer: Answer, group: Group, *, has_baseline: bool) -> tuple[Any, ...]:
    runs = (
        f"{len(group.pooled)} of {len(group.results)}"
        if len(group.pooled) < len(group.results)
        else len(group.pooled)
    )
    mean = "not pooled" if group.refusal else _estimate(answer.measured(group).estimate)
    row = (group.name, runs, mean)
    if not has_baseline:
        return row
    if answer.partner(group) is group:
        return (*row, "the baseline")
    return (*row, _estimate(answer.difference(group)))


def _estimate(found: Estimate | None) -> str | None:
    if found is None:
        return None
    return (
        shown(found.mean, 4) if found.error is None else f"{shown(found.mean, 4)} ± {shown(found.error, 2)}"
    )


def _failures(answer: Answer) -> Grid:
    rows = tuple(_failure(answer, one) for one in answer.failures)
    return Grid("Failures", ("job", "settings", "state", "reason", "log"), rows)


def _failure(answer: Answer, one: Result) -> tuple[Any, ...]:
    log = shown_path(answer.sweep_dir / one.job.folder / LOG_FILE)
    return one.job.number, settings_text(one.job.settings), one.state, reason_of_result(one), log
