"""The page of a sweep: what it says and in which order. Warnings first, every job last but one.

In: an `Answer`, what became of its figures. Out: a `Page`. Not here: Markdown and HTML (runs/reporting/rendering/).
"""

from collections.abc import Mapping

from ssvae.comparison.answer import Answer
from ssvae.comparison.sections.asked_section import asked, provenance_section, repeating_section
from ssvae.comparison.sections.effects_section import effects_section, figures_section
from ssvae.comparison.sections.grid_section import best_section, differences_section, grid_section
from ssvae.comparison.sections.jobs_section import failures_section, jobs_section
from ssvae.comparison.sections.verdict import lifecycle_of, verdict
from ssvae.comparison.sections.warnings_section import warnings_section
from ssvae.runs.reporting.page import Page
from ssvae.status import ComponentResult

__all__ = ["compose_answer"]


def compose_answer(answer: Answer, drawn: Mapping[str, ComponentResult]) -> Page:
    """The page; what is missing is said in it.

    Args:
        answer: The sweep.
        drawn: Name of a figure → its files, or why there are none.
    """
    differences = differences_section(answer)
    failures = failures_section(answer)
    sections = (
        warnings_section(answer),
        *([failures] if answer.failures else []),
        best_section(answer),
        grid_section(answer),
        *([differences] if differences else []),
        effects_section(answer),
        figures_section(drawn),
        jobs_section(answer),
        *([] if answer.failures else [failures]),
        provenance_section(answer),
        repeating_section(answer),
    )
    title = str(answer.header.get("name") or answer.sweep_dir.name)
    return Page(title, lifecycle_of(answer), verdict(answer), tuple(asked(answer)), sections)
