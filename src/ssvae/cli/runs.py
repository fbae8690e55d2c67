"""`ssvae runs`: questions about runs that are there already. Nothing in a run's folder is executed or changed.

In: words typed in a shell. Out: tables or JSON, an exit code. Importing this imports no JAX.
Not here: finding the answers (runs/).
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ssvae.cli.printing import print_json, print_line, print_rows

__all__ = ["check_run", "runs"]

runs = typer.Typer(help="Look at runs: what one did, what its folder holds.", no_args_is_help=True)

Run = Annotated[
    Path, typer.Argument(help="The run's folder, such as results/mixture_digits_20260102_030405.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_MOST_PATHS = 20  # of captured files in a table
_COMMIT = 12  # digits shown; provenance/source.json has all of them


@runs.command()
def show(run: Run, as_json: AsJson = False) -> None:
    """Tell how a run is, how far it came, why it ended, and what to type next."""
    from ssvae.runs.reporting.overview import overview

    check_run(run)
    facts = overview(run)
    if as_json:
        print_json(facts)
        return
    print_rows(_overview_rows(facts))
    for problem in facts["problems"]:
        print_line(f"Damaged: {problem}")


@runs.command()
def audit(
    run: Run,
    as_json: AsJson = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 when anything looks like a secret.")
    ] = False,
) -> None:
    """List everything that a run's folder holds of the code, the machine and you, before you give it away."""
    from ssvae.runs.auditing.audit import audit_run

    check_run(run)
    found = audit_run(run)
    if as_json:
        print_json(found.mapping())
    else:
        _print_audit(found)
    raise typer.Exit(1 if strict and found.suspects else 0)


def check_run(run: Path) -> None:
    """Exit with 2 when the path is no run's folder."""
    from ssvae.runs.printable import one_line
    from ssvae.runs.reporting.overview import is_run_folder

    if not is_run_folder(run):
        sys.stderr.write(
            f"{one_line(run)} is not a run's folder. Name one, as in ssvae runs show results/NAME.\n"
        )
        raise typer.Exit(2)


def _overview_rows(facts: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    of = "" if facts["epochs"] is None else f" of {facts['epochs']}"
    commit = facts["commit"] or "no git commit"
    yield "Run", facts["run"]
    yield "Name", facts["name"]
    yield "Label", facts["label"]
    yield "Lifecycle", facts["lifecycle"]
    yield "Phase", facts["phase"]
    yield "Epoch", f"{facts['epoch']}{of}"
    yield "Checkpoint", None if facts["checkpoint"] is None else f"of epoch {facts['checkpoint']}"
    yield "Reason", facts["reason"]
    yield "Log", facts["log"]
    yield "Code", f"{commit}, with uncommitted changes" if facts["is_dirty"] is True else commit
    yield "Started", facts["started"]
    yield "Last sign", facts["updated"]
    yield "Next", facts["next"]


def _print_audit(found: Any) -> None:
    print_rows(
        [(entry.path, f"{entry.bytes:,}", entry.what) for entry in found.files], "File", "Bytes", "What"
    )
    machine = {what: value for what, value in found.machine.items() if value}
    rows = [(what, _joined(value)) for what, value in machine.items()]
    rows += [(f"variables {how}", _joined(names)) for how, names in found.variables.items()]
    print_rows([*rows, ("packages", found.packages), ("header", _joined(found.header))], "Of the machine", "")
    if found.source:
        print_rows([_part_row(part) for part in found.source], "Code", "Kind", "Commit", "Holds", "From")
        left_out = [row for part in found.source for row in _left_out_rows(part)]
        print_rows(_captured_rows(found.captured), "Captured, though no commit has it")
        print_rows(left_out, "Left out", "Bytes", "Reason")
    print_rows(
        [
            (f"{suspect.file}:{suspect.line or ''}".rstrip(":"), suspect.kind, suspect.shown)
            for suspect in found.suspects
        ],
        "Look at this",
        "",
        "Masked",
    )
    if not found.suspects:
        print_line(
            "Nothing looks like a secret. What is inside bundles was not searched; `git clone` opens them."
        )
    for problem in found.problems:
        print_line(f"Note: {problem}")


def _part_row(part: Mapping[str, Any]) -> tuple[object, ...]:
    paths = part.get("paths")
    kinds = paths.items() if isinstance(paths, Mapping) else ()
    holds = ", ".join(f"{len(names)} {kind}" for kind, names in kinds if isinstance(names, list) and names)
    place = " ".join(str(part[key]) for key in ("root", "path") if part.get(key))
    _, _, resumption = str(part.get("recorded_in")).partition("/")
    place += f" ({resumption})" if resumption else ""
    commit = str(part.get("commit") or "none")[:_COMMIT]
    return f"{part.get('role')}: {place}", part.get("kind"), commit, holds, _joined(part.get("remotes"))


def _captured_rows(paths: Sequence[str]) -> Iterator[tuple[object, ...]]:
    yield from ((path,) for path in paths[:_MOST_PATHS])
    if len(paths) > _MOST_PATHS:
        yield (f"and {len(paths) - _MOST_PATHS:,} more: --json lists all",)


def _left_out_rows(part: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    left_out = part.get("left_out")
    for entry in left_out if isinstance(left_out, list) else ():
        if isinstance(entry, Mapping):
            yield entry.get("path"), entry.get("bytes"), entry.get("reason")
    passed_over = part.get("passed_over")
    for what, count in passed_over.items() if isinstance(passed_over, Mapping) else ():
        yield f"{count} {what}", None, "no part of the code"


def _joined(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
