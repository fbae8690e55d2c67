"""What stands in the cells of a sweep's tables: estimates with their errors, jobs that can be followed, short settings.

In: values. Out: lines of a page. Not here: which tables there are.
"""

import re
from typing import Any

from ssvae.comparison.results import Result
from ssvae.comparison.statistics import CONFIDENCE, Estimate
from ssvae.runs.logs import LOG_FILE
from ssvae.runs.reporting.page import Code, Line, Link, Number, Words, line
from ssvae.runs.reporting.report import HTML_FILE
from ssvae.runs.reporting.words import spelled

__all__ = ["INTERVAL", "estimated", "interval", "job_link", "log_link", "setting", "short"]

INTERVAL = f"{CONFIDENCE:.0%} interval"

_LONGEST = 40
"""Characters of a setting in a table."""

_SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""A folder that can be an address; whoever edits sweep.yaml may have put anything there."""


def estimated(found: Estimate | None, *, is_strong: bool = False) -> Line:
    """`0.8778 ± 0.013`, the standard error in two digits; the mean alone for one repetition; nothing for none."""
    if found is None:
        return ()
    mean = Number(found.mean, digits=4, is_strong=is_strong)
    return line(mean) if found.error is None else line(mean, " ± ", Number(found.error, digits=2))


def interval(found: Estimate | None) -> Line:
    """`0.82 to 0.93`; nothing for one repetition."""
    if found is None or found.interval is None:
        return ()
    low, high = found.interval
    return line(Number(low, digits=4), " to ", Number(high, digits=4))


def job_link(result: Result) -> Line:
    """The number of a job, which leads to its own report where there is one."""
    words = f"{result.job.number:03}"
    if _SAFE_NAME.fullmatch(result.job.folder) and result.job.state not in ("pending", "running"):
        return line(Link(f"{result.job.folder}/{HTML_FILE}", words))
    return line(words)


def log_link(result: Result) -> Line:
    """The log of a job."""
    path = f"{result.job.folder}/{LOG_FILE}"
    return line(Link(path)) if _SAFE_NAME.fullmatch(result.job.folder) else line(Code(path))


def setting(value: Any) -> Line:
    """A value as it is typed, numbers so that they can be sorted."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return line(Number(value))
    return line(Words(short(spelled(value))))


def short(text: str, longest: int = _LONGEST) -> str:
    """The text; of a long one its beginning and its end."""
    if len(text) <= longest:
        return text
    end = longest // 3
    return f"{text[: longest - end - 1]}…{text[-end:]}"
