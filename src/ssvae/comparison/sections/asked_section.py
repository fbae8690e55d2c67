"""What was asked of the sweep and where it came from; how to do it again.

In: an `Answer`. Out: blocks, sections. Not here: what was found.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ssvae.comparison.answer import Answer
from ssvae.comparison.commands import commands_that_made, resume_command
from ssvae.comparison.results import codes_text, shortened
from ssvae.comparison.sections.cells import short
from ssvae.runs.reporting.page import (
    Block,
    Code,
    CodeBlock,
    Facts,
    Line,
    Link,
    Paragraph,
    Section,
    Table,
    line,
)
from ssvae.runs.reporting.words import spelled
from ssvae.runs.sweeps.record import SWEEP_FILE

__all__ = ["asked", "provenance_section", "repeating_section"]

_DESCRIPTION = "experiment.description"

_LONGEST_LIST = 200
"""Characters of the values of one setting."""


def asked(answer: Answer) -> Iterator[Block]:
    """The question, as far as somebody wrote it down, and the grid."""
    facts: list[tuple[str, Line]] = []
    if _DESCRIPTION in answer.swept:
        facts.append(("Question", line("one for each job: see ", Code(_DESCRIPTION), " in All jobs")))
    elif answer.header.get("description"):
        facts.append(("Question", line(str(answer.header["description"]))))
    facts.append(("Swept", _grid(answer) or line("nothing")))
    if answer.baseline:
        facts.append(
            ("Baseline", line(Code(" ".join(f"{k}={spelled(v)}" for k, v in answer.baseline.items()))))
        )
    facts.append(
        ("Repetitions", line("runs that differ in nothing but ", Code(", ".join(answer.replicates))))
    )
    yield Facts(tuple(facts))


def provenance_section(answer: Answer) -> Section:
    """From the header of sweep.yaml."""
    header = answer.header
    facts = {
        "Sweep": line(Code(str(header.get("sweep_id") or answer.sweep_dir.name))),
        "Tags": line(", ".join(map(str, header.get("tags") or ())) or "none"),
        "Started": line(str(header.get("timestamp") or "–")),
        "Command": line(Code(str(header.get("command") or "–"))),
        "Code": _code(header),
        **_code_of_jobs(answer),
        "Code changed meanwhile": line(str(header.get("source_changed") or "no")),
        "On failure": line(str(header.get("on_failure") or "–")),
        "Versions": line(_versions(header.get("versions"))),
        "Host": line(str(header.get("host") or "–")),
    }
    if resumed := _resumptions(header.get("resumptions")):
        facts["Gone on with"] = line(resumed)
    if superseded := header.get("superseded"):
        facts["Superseded"] = line(spelled(superseded))
    rows = tuple((line(what), value) for what, value in facts.items())
    return Section("Provenance", "provenance", (Table(("What", "Value"), rows, "Provenance"),))


def repeating_section(answer: Answer) -> Section:
    """The commands of the sweep, of what is left of it, and of a single job."""
    commands = commands_that_made(answer)
    blocks: list[Block] = [Paragraph(line("All of it:"))] if commands else []
    if len(commands) > 1:
        one_by_one = (
            "All of it, one command after the other; sweep.resume names the folder that the first has made:"
        )
        blocks = [Paragraph(line(one_by_one))]
    blocks += [CodeBlock(command, "sh") for command in commands]
    blocks += [
        Paragraph(line("What is not complete in it, and nothing else:")),
        CodeBlock(resume_command(answer), "sh"),
        Paragraph(
            line(
                "One job alone: its words are in ",
                Link(SWEEP_FILE),
                ", and its report says how to repeat it.",
            )
        ),
    ]
    return Section("How to repeat", "how-to-repeat", tuple(blocks))


def _grid(answer: Answer) -> Line:
    grid = answer.header.get("grid")
    values: dict[str, list[Any]] = {key: [] for key in answer.swept}
    for result in answer.results:
        for key, value in result.job.settings.items():
            values[key] += [] if value in values[key] else [value]
    texts = []
    for key in answer.swept:
        given = grid.get(key) if isinstance(grid, dict) else None
        listed = given if isinstance(given, list) and given else values[key]
        texts.append(f"{key}={short(','.join(map(spelled, listed)), _LONGEST_LIST)}")
    return line(Code(" ".join(texts))) if texts else ()


def _code(header: Any) -> Line:
    commit = header.get("git_commit_full") or header.get("git_commit")
    tree = {True: ", with uncommitted changes", False: ", nothing uncommitted"}.get(
        header.get("git_dirty"), ""
    )
    source = f"; source {shortened(header['source_id'])}" if header.get("source_id") else ""
    return line(Code(str(commit)), tree, source) if commit else line("no git commit", source)


def _code_of_jobs(answer: Answer) -> dict[str, Line]:
    """Where it is not that of the sweep's beginning."""
    sources = Counter(result.codes for result in answer.usable if result.codes)
    if set(sources) <= {(answer.header.get("source_id"),)}:
        return {}
    counted = (f"{codes_text(codes)} ({number} runs)" for codes, number in sources.items())
    return {"Code that finished jobs ran": line(f"source {', '.join(counted)}")}


def _versions(versions: Any) -> str:
    if not isinstance(versions, dict):
        return "–"
    return ", ".join(f"{name} {version}" for name, version in versions.items() if version)


def _resumptions(found: Any) -> str:
    entries = [one for one in (found if isinstance(found, list) else []) if isinstance(one, dict)]
    return "; ".join(f"{one.get('timestamp')}: {one.get('command')}" for one in entries)
