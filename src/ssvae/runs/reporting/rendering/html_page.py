"""A page as one HTML file that needs nothing else: styles, script and pictures are in it, and it asks nobody for more.

What it says may come from a stranger: every text is escaped, and the page itself forbids the browser whatever is not
ours (Content-Security-Policy with the digests of our style and script).
In: a `Page`, and the run's folder for its pictures. Out: HTML. Not here: what it says (composing.py).
"""

import base64
import functools
import hashlib
import importlib.resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from ssvae.runs.printable import one_line, printable
from ssvae.runs.reporting.numbers import is_strange, shown, sort_value
from ssvae.runs.reporting.page import Code, Inline, Line, Link, Number, Page, Pointer, Table, Words
from ssvae.runs.reporting.rendering.pictures import Album
from ssvae.runs.reporting.words import status_word

__all__ = ["line_html", "page_html"]


def page_html(page: Page, run_dir: Path) -> str:
    """All of it."""
    return _template().render(page=page, album=Album(run_dir))


def line_html(line: Line) -> Markup:
    """The parts, one after the other."""
    return Markup("".join(map(_inline, line)))


def _inline(part: Inline) -> str:
    """HTML: every text in it comes from `_escaped`."""
    match part:
        case Words(words, is_strong):
            return f"<strong>{_escaped(words)}</strong>" if is_strong else _escaped(words)
        case Code(words):
            return f"<code>{_escaped(words)}</code>"
        case Number(value, digits, is_strong):
            return _number(value, digits, is_strong)
        case Link(path, words):
            return f'<a href="{escape(path)}">{_escaped(words or path)}</a>'
        case Pointer(name, anchor):
            return f'<a href="#{escape(anchor)}"><code>{_escaped(name)}</code></a>'


def _number(value: Any, digits: int, is_strong: bool) -> str:
    words = _escaped(shown(value, digits))
    if is_strange(value):
        return f'<strong class="strange">{words}</strong>'
    return f"<strong>{words}</strong>" if is_strong else words


@functools.lru_cache(maxsize=10_000)  # the reports of a sweep share almost all of their texts
def _escaped(words: str) -> str:
    return str(escape(printable(words)))


def _sorted_by(cell: Line) -> str | None:
    """The exact value of the first number in a cell."""
    return next((sort_value(part.value) for part in cell if isinstance(part, Number)), None)


def _to_the_right(table: Table) -> list[bool]:
    """Per column: whether its cells stand to the right, for there are numbers in it and nothing else."""
    if table.numbers_from is not None or not table.rows:
        first = len(table.columns) if table.numbers_from is None else table.numbers_from
        return [index >= first for index in range(len(table.columns))]
    columns = [[cell for cell in cells if cell] for cells in zip(*table.rows, strict=True)]
    return [bool(cells) and all(map(_is_measured, cells)) for cells in columns]


def _is_measured(cell: Line) -> bool:
    """Whether it is a number, perhaps with its error."""
    return _sorted_by(cell) is not None and isinstance(cell[0], Number) and len(cell) <= len(("1", "±", "2"))


def _policy(style: str, script: str) -> str:
    """What a browser may do with the page: use our style and our script, show pictures that are in it, nothing else."""
    sources = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    style_digest, script_digest = (f"'sha256-{digest}'" for digest in sources)
    return (
        f"default-src 'none'; style-src {style_digest}; script-src {script_digest}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ssvae.runs.reporting.rendering"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        line=line_html, text=one_line, lines=printable, status=status_word, sorted_by=_sorted_by
    )
    style, script = _ours("report.css"), _ours("report.js")
    environment.globals.update(
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
        to_the_right=_to_the_right,
        kind=lambda block: type(block).__name__,
    )
    return environment.get_template("report.html.jinja")


def _ours(name: str) -> str:
    """A file of ours that becomes a part of the page."""
    return (importlib.resources.files("ssvae.runs.reporting.rendering") / "templates" / name).read_text(
        "utf-8"
    )
