"""REPORT.md and report.html: everything about one run on one page, for whoever did not run it.

In: a run's folder. Out: the same page as Markdown and as HTML. Not here: what it says (composing.py).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssvae.runs.files import write_text
from ssvae.runs.reporting.composing import compose
from ssvae.runs.reporting.rendering.html_page import page_html
from ssvae.runs.reporting.rendering.markdown_page import page_markdown

__all__ = ["HTML_FILE", "REPORT_FILE", "render_html", "render_report", "write_report"]

REPORT_FILE = "REPORT.md"
HTML_FILE = "report.html"


def write_report(run_dir: Path, state: Mapping[str, Any] | None = None) -> None:
    """Write both files.

    Args:
        run_dir: The run's folder.
        state: How the run ends, when that is about to be written; None for what state.json says.

    Raises:
        RunDirectoryError: when one cannot be written.
    """
    page = compose(run_dir, state)
    write_text(run_dir / REPORT_FILE, page_markdown(page))
    write_text(run_dir / HTML_FILE, page_html(page, run_dir))


def render_report(run_dir: Path, state: Mapping[str, Any] | None = None) -> str:
    """The page as Markdown."""
    return page_markdown(compose(run_dir, state))


def render_html(run_dir: Path, state: Mapping[str, Any] | None = None) -> str:
    """The page as HTML, its pictures in it."""
    return page_html(compose(run_dir, state), run_dir)
