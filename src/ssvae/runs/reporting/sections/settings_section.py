"""Every setting of the run, and which of them were typed for it.

In: config.yaml. Out: a section. Not here: writing the file (config_file.py).
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError
from ssvae.runs.config_file import CONFIG_FILE
from ssvae.runs.printable import printable
from ssvae.runs.reading import read_inside
from ssvae.runs.reporting.page import Block, Code, CodeBlock, Paragraph, Section, Table, line
from ssvae.runs.reporting.words import spelled

__all__ = ["settings_section"]

_MOST_BYTES = 1_000_000
"""Of config.yaml that are shown; a hundred times what a run has."""

_KEY = re.compile(r"( *)([\w.-]+):(?:\s|$)")


def settings_section(run_dir: Path, header: Mapping[str, Any]) -> Section:
    """What was typed, as a table; then the file, with the same settings marked in it."""
    blocks: list[Block] = []
    typed = _origins(header)
    if typed:
        rows = tuple(
            (line(Code(key)), line(Code(spelled(value))), line(origin))
            for key, (value, origin) in typed.items()
        )
        blocks.append(Paragraph(line("Chosen for this run:")))
        blocks.append(Table(("Setting", "Value", "From"), rows, "Settings chosen for this run"))
    elif header:
        blocks.append(Paragraph(line("Nothing was chosen for this run: every setting is a default.")))
    content = _content(run_dir)
    if content is None:
        blocks.append(Paragraph(line("config.yaml is missing or cannot be shown.")))
    else:
        marks = _marks(content, {key: origin for key, (_, origin) in typed.items()})
        blocks.append(Paragraph(line("All of ", Code(CONFIG_FILE), ":")))
        blocks.append(CodeBlock(content, "yaml", summary=_summary(content, marks), marks=marks))
    return Section("Settings", "settings", tuple(blocks))


def _origins(header: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """Setting → (its value, who chose it), for those that are not the defaults of the options."""
    chosen = {key: (value, "the command") for key, value in (header.get("cli_overrides") or {}).items()}
    parent = header.get("resumed_from") or "the run before"
    for key, change in (header.get("config_changes") or {}).items():
        before, now = (
            (change.get("from"), change.get("to")) if isinstance(change, Mapping) else (None, change)
        )
        chosen[key] = (now, f"the command; it was {before} in {parent}")
    return {str(key): value for key, value in chosen.items()}


def _content(run_dir: Path) -> str | None:
    try:
        content = read_inside(run_dir, CONFIG_FILE, _MOST_BYTES)
    except (OSError, RunDirectoryError):  # told among the problems
        return None
    return printable(content.decode("utf-8", errors="replace")).rstrip()


def _summary(content: str, marks: Mapping[int, str]) -> str:
    count = content.count("\n") + 1
    chosen = f"; {len(marks)} are marked, for they were chosen for this run" if marks else ""
    return f"Show its {count} lines{chosen}"


def _marks(content: str, origins: Mapping[str, str]) -> dict[int, str]:
    """Number of a line → who chose what stands there. What stands within a line marks all of it."""
    lines = _lines_of_keys(content)
    marks: dict[int, str] = {}
    for key, origin in origins.items():
        # `model=mixture` chose an option, whose name is the first thing in its block.
        parts = key.split(".")
        places = [f"{key}.name", *(".".join(parts[:count]) for count in range(len(parts), 0, -1))]
        number = next((lines[place] for place in places if place in lines), None)
        if number is not None:
            marks.setdefault(number, origin)
    return marks


def _lines_of_keys(content: str) -> dict[str, int]:
    """Dotted key → number of its line, by the indentation of our own files."""
    found: dict[str, int] = {}
    inside: list[tuple[int, str]] = []
    for number, text in enumerate(content.split("\n")):
        match = _KEY.match(text)
        if match is None:
            continue
        depth = len(match[1])
        while inside and inside[-1][0] >= depth:
            inside.pop()
        inside.append((depth, match[2]))
        found.setdefault(".".join(key for _, key in inside), number)
    return found
