"""summary.csv: one row per job of a sweep, for programs and spreadsheets.

In: an `Answer`. Out: text. Not here: writing it (writing.py).
"""

import csv
import io
from typing import Any

from ssvae.comparison.answer import Answer
from ssvae.comparison.results import Result
from ssvae.comparison.sections.jobs_section import reason_of_result
from ssvae.runs.reporting.words import spelled

__all__ = ["summary_csv"]

_BEFORE, _AFTER = (
    ("number", "folder", "state"),
    ("training.epochs", "training.best_epoch", "seconds", "reason"),
)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""First letters of a text that a spreadsheet would run as a formula."""


def summary_csv(answer: Answer) -> str:
    """Number, folder, state; a column per swept setting, per metric that any job has, of training; seconds, reason.

    Numbers are written so that reading gives the same bits; a cell is empty where nothing is known.
    """
    metrics = sorted({key for result in answer.results for key in result.metrics})
    taken = {*_BEFORE, *_AFTER, *metrics}
    heads = [f"settings.{key}" if key in taken else key for key in answer.swept]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_BEFORE, *heads, *metrics, *_AFTER])
    for result in answer.results:
        writer.writerow(map(_cell, _row(result, answer.swept, metrics)))
    return text.getvalue()


def _row(result: Result, swept: tuple[str, ...], metrics: list[str]) -> list[Any]:
    job, has_result = result.job, result.is_usable
    return [
        *(job.number, job.folder, result.state),
        *(spelled(job.settings[key]) if key in job.settings else None for key in swept),
        *(result.metrics.get(key) for key in metrics),
        *(result.training.get(key) for key in ("epochs", "best_epoch")),
        job.seconds,
        reason_of_result(result)
        if result.job.reason or (job.state not in _QUIET and not has_result)
        else None,
    ]


_QUIET = ("pending", "running")


def _cell(value: Any) -> str:
    """As Python writes it; a text never becomes a formula."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return repr(value)
    is_number = _is_number(value)
    return f"'{value}" if value.startswith(_DANGEROUS) and not is_number else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
