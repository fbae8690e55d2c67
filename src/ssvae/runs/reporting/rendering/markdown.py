"""Markdown that stays what it is, whatever the texts in it hold: pipes, line ends, HTML, control characters.

In: plain values. Out: pieces of Markdown, readable as they are. Not here: what the report says (report.py).
"""

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Any

from ssvae.runs.printable import one_line, printable
from ssvae.runs.reporting.numbers import is_strange, shown

__all__ = ["block", "code", "number", "table", "text"]


def text(value: Any) -> str:
    """`value` as words in one line: nothing in it is taken for markup."""
    return _text(str(value))


@functools.lru_cache(maxsize=10_000)  # the reports of a sweep share almost all of their texts
def _text(words: str) -> str:
    line = one_line(words)
    line = re.sub(r"([\\`*\[\]<&#~])", r"\\\1", line)
    # Inside a word an underscore is harmless.
    return re.sub(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\\_", line)


def code(value: Any) -> str:
    """`value` as a piece of code in one line.

    With a pipe or a line end in it, as words: a table would be cut there by some readers, and code cannot be escaped.
    """
    return _code(str(value))


@functools.lru_cache(maxsize=10_000)  # the reports of a sweep share almost all of their texts
def _code(words: str) -> str:
    line = printable(words)
    if not line.strip() or "|" in line or "\n" in line:
        return text(line)
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def block(content: str, language: str = "") -> str:
    """`content` as lines of code, whatever fences it holds itself."""
    content = printable(content)
    fence = "`" * max(3, _longest_run(content) + 1)
    return f"{fence}{language}\n{content.rstrip()}\n{fence}"


def number(value: Any, digits: int = 5) -> str:
    """A value as people read it: few digits, and what is not a number in bold so that nobody overlooks it."""
    words = text(shown(value, digits))
    return f"**{words}**" if is_strange(value) else words


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int | None = None) -> str:
    """A table of pieces of Markdown, aligned so that it reads well as text.

    Args:
        columns: The heads.
        rows: The cells, as many as heads in each row.
        numbers_from: The column from which on cells stand to the right.
    """
    lines = [[_cell(cell) for cell in row] for row in (columns, *rows)]
    # A very long cell sticks out rather than making every row as long.
    widths = [min(40, max(3, *map(len, column))) for column in zip(*lines, strict=True)]
    is_right = [numbers_from is not None and index >= numbers_from for index in range(len(widths))]
    layout = list(zip(widths, is_right, strict=True))
    rule = ["-" * (width - 1) + ":" if right else "-" * width for width, right in layout]
    for line in lines:
        for index, (width, right) in enumerate(layout):
            line[index] = line[index].rjust(width) if right else line[index].ljust(width)
    return "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:]))


def _cell(content: str) -> str:
    return " ".join(content.split()).replace("|", "\\|")


def _longest_run(content: str) -> int:
    """The length of the longest run of backquotes."""
    return max((len(run) for run in re.findall("`+", content)), default=0)
