"""How to do a run again: what to type, and where the code is.

In: a run's folder and the header of its config.yaml. Out: a section. Not here: doing it (reproduction/).
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ssvae.runs.reading import is_inside
from ssvae.runs.reporting.page import Block, Code, CodeBlock, Link, Paragraph, Section, line

__all__ = ["repeating"]

_BUNDLE = "provenance/source.bundle"
_DIFF = "provenance/uncommitted.diff"


def repeating(run_dir: Path, header: Mapping[str, Any]) -> Section:
    """By one command, and by hand."""
    return Section("How to repeat", "how-to-repeat", tuple(_blocks(run_dir, header)))


def _blocks(run_dir: Path, header: Mapping[str, Any]) -> Iterator[Block]:
    reproduce = Code(shlex.join(["ssvae", "reproduce", run_dir.name]))
    rest = " runs the recorded code on the recorded settings and compares every number."
    yield Paragraph(line("From the folder above, ", reproduce, rest))
    if not header.get("command"):
        yield Paragraph(line("The command was not recorded."))
        return
    yield Paragraph(line("By hand:"))
    yield CodeBlock("\n".join(_commands(header)), "sh")
    if _is_file(run_dir, _BUNDLE):  # elsewhere it is an archive, which git does not read
        clone = Code(f"git clone {_BUNDLE} code")
        yield Paragraph(line("The code as it was, whatever was committed: ", clone, "."))
    if _is_file(run_dir, _DIFF):
        yield Paragraph(line("What was not committed, to read: ", Link(_DIFF), "."))


def _commands(header: Mapping[str, Any]) -> list[str]:
    """What somebody will paste into a shell: nothing but a commit, and the command."""
    commit = str(header.get("git_commit_full") or "")
    checkout = [f"git checkout {commit}"] if re.fullmatch("[0-9a-f]{7,64}", commit) else []
    return [*checkout, str(header["command"])]


def _is_file(run_dir: Path, name: str) -> bool:
    """Whether it is a file in the run's folder, not one elsewhere that a link leads to."""
    return is_inside(run_dir, name) and (run_dir / name).is_file()
