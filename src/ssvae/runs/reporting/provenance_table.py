"""Where a run came from, as a table of the report.

In: the content of config.yaml and state.json. Out: Markdown. Not here: gathering the facts (provenance.py).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssvae.runs.reporting.markdown import code, number, table, text

__all__ = ["provenance_table"]

_NONE = "–"
_TREE = {True: ", with uncommitted changes", False: ", nothing uncommitted", None: ""}


def provenance_table(
    run_dir: Path, header: Mapping[str, Any], config: Mapping[str, Any], state: Mapping[str, Any]
) -> str:
    """What, and its value; a dash for what was not recorded.

    Args:
        run_dir: Names the run when the header does not.
        header: `experiment` of config.yaml; may be empty.
        config: All of config.yaml.
        state: All of state.json, which knows how often the run was gone on with.
    """
    facts = {
        "Run": code(header.get("run_id") or run_dir.name),
        "Label": text(header.get("status") or _NONE),
        "Tags": ", ".join(map(code, header.get("tags") or ())) or "none",
        "Started": text(header.get("timestamp") or _NONE),
        "Command": code(header.get("command") or _NONE),
        "Overrides": _overrides(header) or "none",
        "Code": _commit(header),
        "Data": _data(header, config),
        "Seed": number(config.get("seed")),
        "Settings": _shortened(header.get("config_hash") or _NONE),
        "Versions": _versions(header) or _NONE,
        "Device": text(header.get("device") or _NONE),
        "Host": text(header.get("host") or _NONE),
    }
    facts |= _lineage(header)
    if stretches := _stretches(state):
        facts["Resumed"] = stretches
    return table(("What", "Value"), list(facts.items()))


def _lineage(header: Mapping[str, Any]) -> dict[str, str]:
    """The run it goes on with, what changed since, the sweep it is a part of; nothing of it for most runs."""
    found = {}
    if parent := header.get("resumed_from"):
        found["Resumed from"] = f"{code(parent)}, after epoch {number(header.get('resumed_epoch'))}"
    if changes := header.get("config_changes"):
        found["Changed since"] = ", ".join(
            code(f"{key}: {_change(change)}") for key, change in changes.items()
        )
    if sweep := header.get("sweep_id"):
        found["Sweep"] = code(sweep)
    return found


def _change(change: Any) -> str:
    return f"{change.get('from')} → {change.get('to')}" if isinstance(change, Mapping) else str(change)


def _stretches(state: Mapping[str, Any]) -> str:
    """`after epoch 12 (2026-01-02T03:04:05+00:00)`, once for each time the run was gone on with in its folder."""
    stretches = state.get("resumptions")
    return ", ".join(
        f"after epoch {number(one.get('after_epoch'))} ({text('; '.join(_notes(one)))})"
        for one in (stretches if isinstance(stretches, list) else [])
        if isinstance(one, Mapping)
    )


def _notes(stretch: Mapping[str, Any]) -> list[str]:
    differences = stretch.get("differences")
    return [str(stretch.get("time")), *map(str, differences if isinstance(differences, list) else [])]


def _overrides(header: Mapping[str, Any]) -> str:
    return ", ".join(code(f"{key}={value}") for key, value in (header.get("cli_overrides") or {}).items())


def _commit(header: Mapping[str, Any]) -> str:
    commit = header.get("git_commit_full") or header.get("git_commit")
    return code(commit) + _TREE.get(header.get("git_dirty"), "") if commit else "no git commit"


def _data(header: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    name = text((config.get("data") or {}).get("name", _NONE))
    return f"{name}, {_shortened(header['data_hash'])}" if header.get("data_hash") else name


def _versions(header: Mapping[str, Any]) -> str:
    return text(
        ", ".join(f"{name} {version}" for name, version in (header.get("versions") or {}).items() if version)
    )


def _shortened(digest: Any) -> str:
    """Twelve of the digits tell any two runs apart; config.yaml has all of them."""
    digest = str(digest)
    return code(digest[:12]) + ("…" if len(digest) > 12 else "")
