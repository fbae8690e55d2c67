"""Where a run came from, as a table of the report.

In: the content of config.yaml and state.json. Out: a table. Not here: gathering the facts (provenance.py).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ssvae.runs.reporting.numbers import shown
from ssvae.runs.reporting.page import Code, Inline, Line, Number, Table, Words, line
from ssvae.runs.reporting.words import spelled

__all__ = ["provenance_table"]

_NONE = "–"
_TREE = {True: ", with uncommitted changes", False: ", nothing uncommitted", None: ""}


def provenance_table(
    run_dir: Path,
    header: Mapping[str, Any],
    config: Mapping[str, Any],
    state: Mapping[str, Any],
    run: Mapping[str, Any] | None = None,
) -> Table:
    """What, and its value; a dash for what was not recorded.

    Args:
        run_dir: Names the run when the header does not.
        header: `experiment` of config.yaml; may be empty.
        config: All of config.yaml.
        state: All of state.json, which knows how often the run was gone on with.
        run: `run` of summary.json, which knows how many images there were, and of a later evaluation.
    """
    facts = {
        "Run": line(Code(str(header.get("run_id") or run_dir.name))),
        "Label": _words(header.get("status")),
        "Tags": _listed(Code(str(tag)) for tag in header.get("tags") or ()) or line("none"),
        "Started": _words(header.get("timestamp")),
        "Command": line(Code(str(header.get("command") or _NONE))),
        "Overrides": _overrides(header) or line("none"),
        "Code": _commit(header),
        "Data": _data(header, config),
        "Images": _images(run or {}) or _words(None),
        "Seed": line(Number(config.get("seed"))),
        "Settings": line(*_shortened(header.get("config_hash") or _NONE)),
        "Versions": _words(_versions(header)),
        "Device": _words(header.get("device")),
        "Host": _words(header.get("host")),
    }
    facts |= _lineage(header)
    if stretches := _stretches(state):
        facts["Resumed"] = line(stretches)
    if isinstance(again := (run or {}).get("measured_again"), Mapping):
        facts["Measured again"] = _measured_again(again)
    rows = tuple((line(what), value) for what, value in facts.items())
    return Table(("What", "Value"), rows, "Provenance")


def _words(value: Any) -> Line:
    return line(str(value or _NONE))


def _listed(parts: Iterable[Inline]) -> Line:
    """With commas between them."""
    return tuple(piece for part in parts for piece in (Words(", "), part))[1:]


def _lineage(header: Mapping[str, Any]) -> dict[str, Line]:
    """The run it goes on with, what changed since, the sweep it is a part of; nothing of it for most runs."""
    found = {}
    if parent := header.get("resumed_from"):
        found["Resumed from"] = line(Code(str(parent)), ", after epoch ", Number(header.get("resumed_epoch")))
    if changes := header.get("config_changes"):
        found["Changed since"] = _listed(Code(f"{key}: {_change(change)}") for key, change in changes.items())
    if sweep := header.get("sweep_id"):
        found["Sweep"] = line(Code(str(sweep)))
    return found


def _images(run: Mapping[str, Any]) -> Line:
    """`train 1257 (100 with labels, draw 0), validation 180, test 360`."""
    counts = run.get("images")
    if not isinstance(counts, Mapping):
        return ()
    labeled = line(
        "train ", Number(counts.get("train")), " (", Number(counts.get("labeled")), " with labels, draw "
    )
    others = [
        piece
        for split in ("validation", "test")
        for piece in (Words(f", {split} "), Number(counts.get(split)))
    ]
    return (*labeled, Number(run.get("label_seed")), Words(")"), *others)


def _measured_again(facts: Mapping[str, Any]) -> Line:
    """When, by which version, and with which settings other than those of the run."""
    versions, changes = facts.get("versions"), facts.get("changes")
    version = versions.get("ssvae") if isinstance(versions, Mapping) else None
    settings = changes.items() if isinstance(changes, Mapping) else ()
    parts = [line(str(facts.get("time"))), line(f"ssvae {version}")]
    parts += [line(_setting(key, value)) for key, value in settings]
    return tuple(piece for part in parts for piece in (Words(", "), *part))[1:]


def _setting(key: str, value: Any) -> Code:
    """As it is typed."""
    return Code(f"{key}={spelled(value)}")


def _change(change: Any) -> str:
    return f"{change.get('from')} → {change.get('to')}" if isinstance(change, Mapping) else str(change)


def _stretches(state: Mapping[str, Any]) -> str:
    """`after epoch 12 (2026-01-02T03:04:05+00:00)`, once for each time the run was gone on with in its folder."""
    stretches = state.get("resumptions")
    return ", ".join(
        f"after epoch {shown(one.get('after_epoch'))} ({'; '.join(_notes(one))})"
        for one in (stretches if isinstance(stretches, list) else [])
        if isinstance(one, Mapping)
    )


def _notes(stretch: Mapping[str, Any]) -> list[str]:
    differences = stretch.get("differences")
    return [str(stretch.get("time")), *map(str, differences if isinstance(differences, list) else [])]


def _overrides(header: Mapping[str, Any]) -> Line:
    return _listed(_setting(key, value) for key, value in (header.get("cli_overrides") or {}).items())


def _commit(header: Mapping[str, Any]) -> Line:
    commit = header.get("git_commit_full") or header.get("git_commit")
    return (
        line(Code(str(commit)), _TREE.get(header.get("git_dirty"), "")) if commit else line("no git commit")
    )


def _data(header: Mapping[str, Any], config: Mapping[str, Any]) -> Line:
    name = str((config.get("data") or {}).get("name", _NONE))
    return line(f"{name}, ", *_shortened(header["data_hash"])) if header.get("data_hash") else line(name)


def _versions(header: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {version}" for name, version in (header.get("versions") or {}).items() if version
    )


def _shortened(digest: Any) -> Line:
    """Twelve of the digits tell any two runs apart; config.yaml has all of them."""
    digest = str(digest)
    return line(Code(digest[:12]), *(["…"] if len(digest) > 12 else []))
