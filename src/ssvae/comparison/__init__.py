"""Several runs beside each other: what a sweep found.

In: the folder of a sweep, whose runs are finished or not. Out: its table, figures and page; tables for a terminal.
Not here: running the jobs (composition/), the record of a sweep (runs/sweeps/).
"""

from ssvae.comparison.answer import read_answer
from ssvae.comparison.overview import Grid, Overview, overview
from ssvae.comparison.plain import plain_answer
from ssvae.comparison.writing import TABLE_FILE, write_answer

__all__ = ["TABLE_FILE", "Grid", "Overview", "overview", "plain_answer", "read_answer", "write_answer"]
