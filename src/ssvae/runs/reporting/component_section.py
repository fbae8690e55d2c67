"""One component's numbers as Markdown: single values in a table with what they mean, matrices as tables of their own.

In: an entry of summary.json's `components`. Out: pieces of Markdown. Not here: the order of the report (report.py).
"""

from collections.abc import Mapping
from typing import Any

from ssvae.config import flatten
from ssvae.runs.reporting.markdown import code, number, table, text

__all__ = ["STATUS_WORDS", "data_blocks", "status_word", "values_table"]

STATUS_WORDS = {"success": "Success", "disabled": "Disabled", "failed": "Failed", "not_run": "Not run"}

_MOST_IN_CELL = 4
_MOST_COLUMNS = 30
_MOST_ROWS = 100
"""A larger matrix is no longer read by eye; summary.json has it."""

_DIGITS = 3
"""In a matrix; single values show more."""


def status_word(status: Any) -> str:
    """A status as the report says it; one that nobody knows is shown as it is."""
    return STATUS_WORDS.get(status) or f"Unknown ({text(status)})"


def data_blocks(entry: Mapping[str, Any]) -> list[str]:
    """The pieces that show `entry["data"]`, figures aside: first the single values, then each matrix."""
    meanings = entry.get("meanings") or {}
    data = entry.get("data") or {}
    values = flatten({name: value for name, value in data.items() if name != "figures"})
    matrices = {name: value for name, value in values.items() if _is_vector(value) or _is_matrix(value)}
    singles = {name: value for name, value in values.items() if name not in matrices}
    blocks = [values_table(singles, meanings)] if singles else []
    for name, rows in matrices.items():
        meaning = _meaning(name, meanings)
        blocks.append(f"{code(name)}: {text(meaning)}" if meaning else code(name))
        blocks.append(_matrix_table(rows))
    return blocks


def values_table(values: Mapping[str, Any], meanings: Mapping[str, str]) -> str:
    """Name, value and, where any is known, meaning."""
    columns = ("Name", "Value", "Meaning")
    rows = [(code(name), _shown(value), text(_meaning(name, meanings))) for name, value in values.items()]
    if not any(meaning for _, _, meaning in rows):
        return table(columns[:2], [row[:2] for row in rows])
    return table(columns, rows)


def _meaning(name: str, meanings: Mapping[str, Any]) -> Any:
    """What `name` means; `recall.3` takes the meaning of `recall`."""
    return meanings.get(name) or meanings.get(name.split(".")[0], "")


def _shown(value: Any) -> str:
    """A single value, or a short list of them."""
    if isinstance(value, Mapping):
        return f"{len(value)} entries, see summary.json" if value else "none"
    if not isinstance(value, list):
        return number(value)
    if any(isinstance(item, list | Mapping) for item in value) or len(value) > _MOST_COLUMNS:
        return f"{len(value)} entries, see summary.json"
    return ", ".join(map(number, value)) or "none"


def _is_vector(value: Any) -> bool:
    """Whether it is a list of numbers, one per class or component, too long for a cell and short enough for a row."""
    is_numeric = isinstance(value, list) and all(isinstance(item, int | float) for item in value)
    return is_numeric and _MOST_IN_CELL < len(value) <= _MOST_COLUMNS


def _is_matrix(value: Any) -> bool:
    """Whether it is a list of equally long rows of single values, small enough to read."""
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        return False
    if any(isinstance(item, list | Mapping) for row in value for item in row):
        return False
    widths = {len(row) for row in value}
    return len(widths) == 1 and 0 < max(widths) <= _MOST_COLUMNS and len(value) <= _MOST_ROWS


def _matrix_table(rows: list[Any]) -> str:
    """Rows and columns by number from 0, as classes and components are counted; a vector is one row without one."""
    is_vector = not isinstance(rows[0], list)
    lines = [[number(value, _DIGITS) for value in row] for row in ([rows] if is_vector else rows)]
    heads = [str(index) for index in range(len(lines[0]))]
    if is_vector:
        return table(heads, lines, numbers_from=0)
    return table(("", *heads), [(f"**{index}**", *line) for index, line in enumerate(lines)], numbers_from=0)
