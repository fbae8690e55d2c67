"""What commands print: tables, lines, JSON; whatever the texts hold, a terminal obeys none of it.

In: rows of values. Out: standard output. Not here: what is said (the rooms below).
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

__all__ = ["print_json", "print_line", "print_rows"]


def print_rows(rows: Any, *heads: str) -> None:
    """A table: of rich on a terminal, of plain columns in a pipe. Everything in it is one printable line."""
    from ssvae.runs.console import terminal
    from ssvae.runs.printable import one_line

    lines = [["–" if cell is None or cell == "" else one_line(cell) for cell in row] for row in rows]
    if not lines:
        return
    console = terminal()
    if console is None:
        sys.stdout.write(_plain([list(heads), *lines] if any(heads) else lines) + "\n")
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(*heads, box=None, show_header=any(heads), pad_edge=False)
    for line in lines:
        table.add_row(*map(Text, line))
    console.print(table, soft_wrap=False)
    console.print()


def _plain(lines: Sequence[Sequence[str]]) -> str:
    """Columns side by side; the last one is never padded."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)][:-1]
    return "".join(
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]
        ).rstrip()
        + "\n"
        for line in lines
    )


def print_line(text: str) -> None:
    """One printable line."""
    from ssvae.runs.printable import one_line

    sys.stdout.write(one_line(text) + "\n")


def print_json(value: object) -> None:
    """Strict JSON."""
    from ssvae.runs.strict_json import encode

    # In ASCII: a terminal would obey some of the other characters.
    sys.stdout.write(json.dumps(encode(value), indent=2, ensure_ascii=True, allow_nan=False) + "\n")
