"""The files that say what a sweep found: summary.csv, figures, REPORT.md, report.html.

In: the folder of a sweep, finished or not. Out: the files, each whole or as it was before.
Not here: what they say (composing.py, table_file.py, figures/).
"""

from pathlib import Path

from ssvae.comparison.answer import read_answer
from ssvae.comparison.composing import compose_answer
from ssvae.comparison.drawing import draw
from ssvae.comparison.sections.warnings_section import warning_sentences
from ssvae.comparison.table_file import summary_csv
from ssvae.runs.figures import save_figures
from ssvae.runs.files import write_text
from ssvae.runs.reporting.rendering.html_page import page_html
from ssvae.runs.reporting.rendering.markdown_page import page_markdown
from ssvae.runs.reporting.report import HTML_FILE, REPORT_FILE

__all__ = ["TABLE_FILE", "write_answer"]

TABLE_FILE = "summary.csv"

_DPI = 110
"""As the figures of a run: as wide as the text of its report."""


def write_answer(sweep_dir: Path) -> list[tuple[str, str]]:
    """Write all of them. The table first: it needs nothing but the results.

    Returns:
        What the page warns of, the gravest first: kind, sentence.

    Raises:
        RunDirectoryError: when the folder holds no readable sweep.yaml, or the disk refuses.
    """
    answer = read_answer(sweep_dir)
    write_text(sweep_dir / TABLE_FILE, summary_csv(answer))
    drawn = {name: save_figures(sweep_dir, name, result, _DPI) for name, result in draw(answer).items()}
    page = compose_answer(answer, drawn)
    write_text(sweep_dir / REPORT_FILE, page_markdown(page))
    write_text(sweep_dir / HTML_FILE, page_html(page, sweep_dir))
    return warning_sentences(answer)
