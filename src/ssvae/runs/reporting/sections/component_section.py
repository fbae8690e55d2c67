"""One component on the page: its status, its figures, its numbers with what they mean and where they are from.

In: an entry of summary.json's `components`. Out: a section. Not here: the order of the report (composing.py).
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssvae.config import flatten
from ssvae.runs.reading import is_inside
from ssvae.runs.reporting.page import (
    Block,
    Code,
    Facts,
    Figure,
    Line,
    Number,
    Paragraph,
    Section,
    Table,
    Words,
    line,
)
from ssvae.runs.reporting.words import explained, meaning_of, reason_line, status_word

__all__ = ["component_section", "data_blocks", "values_table"]

_MOST_IN_CELL = 4
_MOST_COLUMNS = 30
_MOST_ROWS = 100
"""A larger matrix is no longer read by eye; summary.json has it."""

_DIGITS = 3
"""In a matrix; single values show more."""


def component_section(run_dir: Path, name: str, anchor: str, entry: Mapping[str, Any]) -> Section:
    """The section of the component `name`, `entry` being what a `Record` has of it."""
    title = str(entry.get("title") or "")
    facts = [("Status", line(status_word(entry.get("status"))))]
    if entry.get("reason"):
        facts.append(("Reason", reason_line(entry)))
    if entry.get("remedy"):
        facts.append(("To enable", line(Code(str(entry["remedy"])))))
    figures = [
        _figure(run_dir, path, title, entry["meanings"]) for path in entry["data"].get("figures") or ()
    ]
    return Section(
        title=title or name,
        anchor=anchor,
        blocks=(Facts(tuple(facts)), *figures, *data_blocks(entry)),
        name=name,
        status=str(entry.get("status")),
    )


def data_blocks(entry: Mapping[str, Any]) -> list[Block]:
    """What shows `entry["data"]`, figures aside: first the single values, then each matrix."""
    meanings, references = entry.get("meanings") or {}, entry.get("references") or {}
    data = entry.get("data") or {}
    shown = {name: value for name, value in data.items() if name != "figures"}
    grids = {name: value for name, value in shown.items() if _is_grid(value)}
    values = flatten({name: value for name, value in shown.items() if name not in grids})
    matrices = {name: value for name, value in values.items() if _is_vector(value) or _is_matrix(value)}
    singles = {name: value for name, value in values.items() if name not in matrices}
    title = str(entry.get("title") or "Values")
    blocks: list[Block] = [values_table(singles, meanings, references, title)] if singles else []
    for name, rows in matrices.items():
        blocks.append(Paragraph(_head(name, meanings, references)))
        blocks.append(_matrix(name, rows))
    for name, grid in grids.items():
        blocks.append(Paragraph(_head(name, meanings, references)))
        blocks.append(_grid(name, grid))
    return blocks


def values_table(
    values: Mapping[str, Any], meanings: Mapping[str, Any], references: Mapping[str, Any], title: str
) -> Table:
    """Name, value and, where any is known, meaning and reference."""
    extra = {
        head: [meaning_of(name, texts) for name in values]
        for head, texts in (("Meaning", meanings), ("Reference", references))
    }
    extra = {head: texts for head, texts in extra.items() if any(texts)}
    rows = [
        (line(Code(name)), _shown(value), *(explained(texts[number]) for texts in extra.values()))
        for number, (name, value) in enumerate(values.items())
    ]
    return Table(("Name", "Value", *extra), tuple(rows), title, is_sortable=True)


def _head(name: str, meanings: Mapping[str, Any], references: Mapping[str, Any]) -> Line:
    meaning, reference = meaning_of(name, meanings), meaning_of(name, references)
    after = f": {meaning}" if meaning else ""
    return line(Code(name), *([after] if after else []), *([f" ({reference})"] if reference else []))


def _figure(run_dir: Path, path: Any, title: str, meanings: Mapping[str, Any]) -> Figure:
    """A picture only from the run's folder, with a name that means nothing to Markdown or HTML."""
    is_plain = isinstance(path, str) and re.fullmatch(r"[A-Za-z0-9_./-]+", path) is not None
    if not is_plain or not is_inside(run_dir, path):
        return Figure(str(path), "", problem="Figure outside the run's folder, not shown")
    stem, folder = Path(path).stem, Path(path).parent.name
    alt = title if title and stem == folder else f"{title}: {stem}" if title else stem
    problem = None if (run_dir / path).is_file() else "Missing figure"
    return Figure(path, alt, caption=meanings.get(stem), problem=problem)


def _shown(value: Any) -> Line:
    """A single value, or a short list of them."""
    if isinstance(value, Mapping):
        return line(f"{len(value)} entries, see summary.json" if value else "none")
    if not isinstance(value, list):
        return line(Number(value))
    if any(isinstance(item, list | Mapping) for item in value) or len(value) > _MOST_COLUMNS:
        return line(f"{len(value)} entries, see summary.json")
    parts = [part for item in value for part in (Words(", "), Number(item))]
    return line(*parts[1:]) or line("none")


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


def _is_grid(value: Any) -> bool:
    """Whether it is a mapping of single values, or of mappings of the same names: a table says its meaning once."""
    if not isinstance(value, Mapping) or not 1 < len(value) <= _MOST_ROWS:
        return False
    rows = [row if isinstance(row, Mapping) else {"": row} for row in value.values()]
    names = rows[0].keys()
    return 0 < len(names) <= _MOST_COLUMNS and all(
        row.keys() == names and not any(isinstance(cell, list | Mapping) for cell in row.values())
        for row in rows
    )


def _grid(name: str, grid: Mapping[str, Any]) -> Table:
    """A row per name, a column per name within, or one of values."""
    first = next(iter(grid.values()))
    heads = tuple(map(str, first)) if isinstance(first, Mapping) else ("Value",)
    rows = tuple(
        (
            line(Code(str(key))),
            *(line(Number(cell)) for cell in (row.values() if isinstance(row, Mapping) else [row])),
        )
        for key, row in grid.items()
    )
    return Table(("", *heads), rows, name, numbers_from=1)


def _matrix(name: str, rows: list[Any]) -> Table:
    """Rows and columns by number from 0, as classes and components are counted; a vector is one row without one."""
    is_vector = not isinstance(rows[0], list)
    lines = [[line(Number(value, _DIGITS)) for value in row] for row in ([rows] if is_vector else rows)]
    heads = tuple(str(index) for index in range(len(lines[0])))
    if is_vector:
        return Table(heads, (tuple(lines[0]),), name, numbers_from=0, has_row_heads=False)
    numbered = tuple((line(str(index)), *row) for index, row in enumerate(lines))
    return Table(("", *heads), numbered, name, numbers_from=0)
