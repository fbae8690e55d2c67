"""Every job on its own: what it measured, or why it has not.

In: an `Answer`. Out: sections. Not here: means (grid_section.py).
"""

from ssvae.comparison.answer import Answer
from ssvae.comparison.commands import resume_command
from ssvae.comparison.grouping import settings_text
from ssvae.comparison.results import Result
from ssvae.comparison.sections.cells import job_link, log_link, setting
from ssvae.runs.reporting.page import Block, Code, Line, Number, Paragraph, Section, Table, line

__all__ = ["failures_section", "jobs_section", "reason_of_result"]

_SILENT = {
    "lost": "the process is gone without a word: killed, or out of memory",
    "unknown": "its state.json is damaged",
}
"""State → what is said of a job that has not said it itself."""


def jobs_section(answer: Answer) -> Section:
    """All of them; the number of each leads to its own report."""
    columns = ("Job", "State", *answer.swept, *answer.keys, "Epochs", "Seconds")
    rows = tuple(_job(answer, result) for result in answer.results)
    table = Table(columns, rows, "All jobs", is_sortable=True)
    return Section("All jobs", "jobs", (table if rows else Paragraph(line("None.")),))


def failures_section(answer: Answer) -> Section:
    """Those without a result, why, where their log is, and what to type."""
    if not answer.failures:
        return Section("Failures", "failures", (Paragraph(line("None.")),))
    rows = tuple(
        (
            job_link(one),
            line(one.state),
            line(Code(settings_text(one.job.settings))),
            line(reason_of_result(one)),
            log_link(one),
        )
        for one in answer.failures
    )
    table = Table(("Job", "State", "Settings", "Reason", "Log"), rows, "Failures")
    blocks: tuple[Block, ...] = (
        table,
        Paragraph(line("To do them, and nothing that is complete, again: ", Code(resume_command(answer)))),
    )
    return Section("Failures", "failures", blocks)


def reason_of_result(result: Result) -> str:
    """Why a job has no result."""
    said = result.job.reason or _SILENT.get(result.job.state, "no reason was recorded")
    again = "To run it again, delete its folder and go on with the sweep."
    return " ".join((*result.problems, again)) if result.job.state == "completed" else said


def _job(answer: Answer, result: Result) -> tuple[Line, ...]:
    settings, metrics = result.job.settings, result.metrics
    epochs = result.training.get("epochs")
    return (
        job_link(result),
        line(result.state),
        *(setting(settings[key]) if key in settings else () for key in answer.swept),
        *(line(Number(metrics[key])) if key in metrics else () for key in answer.keys),
        line(Number(epochs)) if isinstance(epochs, int) else (),
        line(Number(result.job.seconds, digits=3)) if result.job.seconds is not None else (),
    )
