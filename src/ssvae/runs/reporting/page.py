"""What a report says, before it is Markdown or HTML: sections of facts, tables, code and figures.

In: nothing. Out: the values that a page is made of. Nothing in them is markup: a text is what a reader shall see.
Not here: what a report says (composing.py); how it looks (markdown_page.py, html_page.py).
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

__all__ = [
    "Block",
    "Code",
    "CodeBlock",
    "Facts",
    "Figure",
    "Inline",
    "Line",
    "Link",
    "Notice",
    "Notices",
    "Number",
    "Page",
    "Paragraph",
    "Pointer",
    "Section",
    "Table",
    "Words",
    "line",
]


@dataclasses.dataclass(frozen=True)
class Words:
    """Plain words."""

    text: str
    is_strong: bool = False


@dataclasses.dataclass(frozen=True)
class Code:
    """Something to type, or a name."""

    text: str


@dataclasses.dataclass(frozen=True)
class Number:
    """A single value, kept as it is: whoever shows it rounds, whoever sorts does not."""

    value: Any
    digits: int = 5
    """That are shown."""
    is_strong: bool = False


@dataclasses.dataclass(frozen=True)
class Link:
    """A file in the folder of the run or sweep, by a name that means nothing to Markdown or HTML."""

    path: str
    words: str | None = None
    """What a reader sees of it; None for the path."""


@dataclasses.dataclass(frozen=True)
class Pointer:
    """The name of a component, whose section is elsewhere on the page."""

    name: str
    anchor: str


Inline = Words | Code | Number | Link | Pointer
Line = tuple[Inline, ...]
"""What stands in one line, or in one cell of a table."""


@dataclasses.dataclass(frozen=True)
class Paragraph:
    """One line of text."""

    line: Line


@dataclasses.dataclass(frozen=True)
class Facts:
    """A few named things, such as status and reason."""

    facts: tuple[tuple[str, Line], ...]


@dataclasses.dataclass(frozen=True)
class Notice:
    """A warning: its kind, what was seen, what that means, what to try."""

    kind: str
    seen: Line
    meaning: Line = ()
    remedy: Line = ()


@dataclasses.dataclass(frozen=True)
class Notices:
    """Warnings, the gravest first."""

    notices: tuple[Notice, ...]


@dataclasses.dataclass(frozen=True)
class Table:
    """Cells in rows, as many in each as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    title: str
    """What it shows, for who cannot see it."""
    numbers_from: int | None = None
    """The column from which on cells stand to the right; None for none."""
    is_sortable: bool = False
    has_row_heads: bool = True
    """Whether the first cell of a row names it."""


@dataclasses.dataclass(frozen=True)
class CodeBlock:
    """Lines of a file, a log, a shell."""

    content: str
    language: str
    summary: str | None = None
    """Where a page can fold it: what it holds."""
    marks: Mapping[int, str] = dataclasses.field(default_factory=dict)
    """Number of a line from 0 → why it is to be noticed."""


@dataclasses.dataclass(frozen=True)
class Figure:
    """A picture in the run's folder."""

    path: str
    alt: str
    """What it shows, for who cannot see it."""
    caption: str | None = None
    problem: str | None = None
    """Why it is not shown."""


Block = Paragraph | Facts | Notices | Table | CodeBlock | Figure


@dataclasses.dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    anchor: str
    """Unique on the page: letters, digits, hyphens."""
    blocks: tuple[Block, ...]
    sections: tuple["Section", ...] = ()
    name: str | None = None
    """Of the component, as it is typed."""
    status: str | None = None
    """Of the component, as summary.json has it."""


@dataclasses.dataclass(frozen=True)
class Page:
    """All of a report."""

    title: str
    lifecycle: str
    """`completed`, `failed`, … as `lifecycle` has it."""
    verdict: Line
    blocks: tuple[Block, ...]
    """Before the first section."""
    sections: tuple[Section, ...]


def line(*parts: Inline | str) -> Line:
    """A line of parts; a text is plain words."""
    return tuple(Words(part) if isinstance(part, str) else part for part in parts)
