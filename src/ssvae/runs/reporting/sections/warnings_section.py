"""What is to be known before anything else: warnings, what they mean, what to try; and what was looked for at all.

In: a `Record`. Out: two sections. Not here: looking (evaluation/detectors/).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.runs.reporting.page import (
    Block,
    Code,
    Line,
    Notice,
    Notices,
    Paragraph,
    Section,
    Table,
    Words,
    line,
)
from ssvae.runs.reporting.record import Record
from ssvae.runs.reporting.words import explained

__all__ = ["checks_section", "warnings_section"]

_OUTCOMES = {"warned": "Warned", "passed": "Passed", "not_checked": "Not checked"}


def warnings_section(record: Record) -> Section:
    """Damaged files first, for they put the rest in doubt; then warnings; then components that failed."""
    notices = (*_damages(record), *_warnings(record), *_failures(record))
    block: Block = Notices(notices) if notices else Paragraph(line("None."))
    return Section("Warnings", "warnings", (block,))


def checks_section(record: Record) -> Section:
    """One row for each detector, also where it saw nothing: a check that is missing would look like one passed."""
    checks = record.run["checks"]
    if not checks:
        nothing = "Not recorded: the run ended before its checks, or is older than they are."
        return Section("Checks", "checks", (Paragraph(line(nothing)),))
    rows = tuple(
        (line(Code(name)), line(str(check.get("title") or "–")), _outcome(check), _why(check))
        for name, check in checks.items()
    )
    return Section(
        "Checks", "checks", (Table(("Name", "Check", "Outcome", "Why"), rows, "Checks", is_sortable=True),)
    )


def _damages(record: Record) -> Iterator[Notice]:
    for problem in record.problems:
        yield Notice("This report is not whole", line(problem))


def _warnings(record: Record) -> Iterator[Notice]:
    for warning in record.run["warnings"]:
        kind, seen = str(warning["kind"]), str(warning["text"])
        # A text may begin with the title of its check, which is told by the kind already.
        title = str(record.run["checks"].get(kind, {}).get("title"))
        yield Notice(
            kind,
            line(seen.removeprefix(f"{title}: ")),
            explained(_said(warning["meaning"])),
            explained(_said(warning["remedy"])),
        )


def _failures(record: Record) -> Iterator[Notice]:
    for name, entry in record.components.items():
        if entry.get("status") == "failed":
            reason = str(entry.get("reason") or "no reason was given")
            yield Notice("component failed", line(Code(name), f": {reason}"))


def _outcome(check: Mapping[str, Any]) -> Line:
    status = check.get("status")
    return line(Words(_OUTCOMES.get(str(status)) or f"Unknown ({status})", is_strong=status == "warned"))


def _why(check: Mapping[str, Any]) -> Line:
    return explained(_said(check.get("reason")))


def _said(value: Any) -> str:
    return "" if value is None else str(value)
