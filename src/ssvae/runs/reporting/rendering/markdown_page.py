"""A page as Markdown that reads well as text and renders on the common hosts.

In: a `Page`. Out: its Markdown. Not here: what it says (composing.py); escaping (markdown.py).
"""

import functools
from collections.abc import Iterator

from ssvae.runs.reporting.page import (
    Block,
    Code,
    CodeBlock,
    Facts,
    Figure,
    Inline,
    Line,
    Link,
    Notice,
    Notices,
    Number,
    Page,
    Paragraph,
    Pointer,
    Section,
    Table,
    Words,
)
from ssvae.runs.reporting.rendering.markdown import block, code, number, table, text

__all__ = ["block_markdown", "line_markdown", "page_markdown"]


def page_markdown(page: Page) -> str:
    """All of it, with a line end at its end."""
    pieces = [f"# {text(page.title)}", line_markdown(page.verdict), *map(block_markdown, page.blocks)]
    for section in page.sections:
        pieces += _section(section, "##")
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def line_markdown(line: Line) -> str:
    """The parts, one after the other."""
    return "".join(map(_inline, line)).strip()


@functools.singledispatch
def block_markdown(block: Block) -> str:
    """One block of a page, without a line end at its end."""
    raise TypeError(f"{type(block).__name__} is no block of a page. Add its Markdown here.")


@block_markdown.register
def _(paragraph: Paragraph) -> str:
    return line_markdown(paragraph.line)


@block_markdown.register
def _(facts: Facts) -> str:
    return "\n\n".join(f"**{text(name)}:** {line_markdown(line)}" for name, line in facts.facts)


@block_markdown.register
def _(notices: Notices) -> str:
    return "\n".join(line for notice in notices.notices for line in _notice(notice))


@block_markdown.register
def _(shown: Table) -> str:
    rows = [[line_markdown(cell) for cell in row] for row in shown.rows]
    if shown.has_row_heads and shown.numbers_from == 0:  # in a matrix, nothing else tells heads from numbers
        rows = [[f"**{row[0]}**", *row[1:]] for row in rows]
    return table([text(column) for column in shown.columns], rows, numbers_from=shown.numbers_from)


@block_markdown.register
def _(lines: CodeBlock) -> str:
    return block(lines.content, lines.language)


@block_markdown.register
def _(figure: Figure) -> str:
    if figure.problem:
        return f"**{text(figure.problem)}:** {code(figure.path)}"
    picture = f"![{text(figure.alt)}]({figure.path})"
    return f"{picture}\n\n{text(figure.caption)}" if figure.caption else picture


def _section(section: Section, marks: str) -> Iterator[str]:
    name = f" ({code(section.name)})" if section.name is not None else ""
    yield f"{marks} {text(section.title)}{name}"
    yield from map(block_markdown, section.blocks)
    for inner in section.sections:
        yield from _section(inner, marks + "#")


def _notice(notice: Notice) -> Iterator[str]:
    yield f"- **{text(notice.kind)}:** {line_markdown(notice.seen)}"
    if notice.meaning:
        yield f"  - What it means: {line_markdown(notice.meaning)}"
    if notice.remedy:
        yield f"  - What to try: {line_markdown(notice.remedy)}"


def _inline(part: Inline) -> str:
    match part:
        case Words(words, is_strong):
            return _words(words, is_strong)
        case Code(words) | Pointer(words, _):
            return code(words)
        case Number(value, digits, is_strong):
            shown = number(value, digits)
            return f"**{shown}**" if is_strong and not shown.startswith("**") else shown
        case Link(path, words):
            return f"[{text(words or path)}]({path})"


def _words(words: str, is_strong: bool) -> str:
    """The words, with the spaces at their ends: they part them from their neighbors."""
    shown = text(words)
    if not shown:
        return " " if words else ""
    before, after = " " * words[0].isspace(), " " * words[-1].isspace()
    return f"{before}**{shown}**{after}" if is_strong else f"{before}{shown}{after}"
