"""The first lines of the page, and of a run that stopped: where, why, and how to go on.

In: a `Record`. Out: blocks and a section. Not here: the outcome in one line (verdict.py).
"""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from ssvae.runs.logs import LOG_FILE
from ssvae.runs.reporting.page import Block, Code, CodeBlock, Facts, Link, Paragraph, Section, line
from ssvae.runs.reporting.record import Record
from ssvae.runs.reporting.verdict import where

__all__ = ["description", "stop"]


def description(record: Record) -> Iterator[Block]:
    """What the person said of the run, if anything."""
    if record.header.get("description"):
        yield Facts((("Description", line(str(record.header["description"]))),))


def stop(run_dir: Path, record: Record, log: Sequence[str]) -> Section:
    """Of a run that did not come to its end; `log` holds its last lines."""
    reason = str(record.state.get("reason") or "nothing was said: the process is gone")
    resume = line("from the folder above, ", Code(shlex.join(["ssvae", "resume", run_dir.name])))
    facts = (
        ("Where", line(where(record.state, record.history))),
        ("Why", line(reason)),
        ("To go on", resume),
    )
    blocks: list[Block] = [Facts(facts)]
    if log:
        blocks.append(Paragraph(line("The last lines of ", Link(LOG_FILE), ":")))
        blocks.append(CodeBlock("\n".join(log), "text"))
    else:
        blocks.append(Paragraph(line("There is no log.")))
    return Section("What went wrong", "what-went-wrong", tuple(blocks))
