"""REPORT.md: everything about one run on one page, for whoever did not run it.

Made from the files of the run alone, so it can be made again at any time, and for a run that failed. They may come from
a stranger: every text is escaped, and nothing outside the folder is shown or linked.
In: a run's folder. Out: the page. Not here: computing numbers; the layout (templates/report.md.jinja).
"""

import dataclasses
import functools
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from ssvae.errors import RunDirectoryError
from ssvae.runs.config_file import CONFIG_FILE
from ssvae.runs.files import write_text
from ssvae.runs.lifecycle.state import lifecycle
from ssvae.runs.logs import tail
from ssvae.runs.reading import is_inside, read_inside
from ssvae.runs.reporting.component_section import data_blocks, status_word, values_table
from ssvae.runs.reporting.losses import losses_table
from ssvae.runs.reporting.markdown import block, code, table, text
from ssvae.runs.reporting.provenance_table import provenance_table
from ssvae.runs.reporting.record import Record, read_or, read_record
from ssvae.runs.reporting.verdict import verdict, where

__all__ = ["REPORT_FILE", "render_report", "write_report"]

REPORT_FILE = "REPORT.md"

_LOG_LINES = 20
_MOST_SETTINGS = 1_000_000  # bytes of config.yaml shown; a hundred times what a run has


def write_report(run_dir: Path, state: Mapping[str, Any] | None = None) -> None:
    """Write REPORT.md.

    Args:
        run_dir: The run's folder.
        state: How the run ends, when that is about to be written; None for what state.json says.

    Raises:
        RunDirectoryError: when it cannot be written.
    """
    write_text(run_dir / REPORT_FILE, render_report(run_dir, state))


def render_report(run_dir: Path, state: Mapping[str, Any] | None = None) -> str:
    """The page as Markdown. What is missing or damaged is said in it; nothing is left out silently."""
    record = read_record(run_dir)
    if state is not None:
        record = dataclasses.replace(record, state=state)
    header, state, components = record.header, record.state, record.components
    has_stopped = lifecycle(state) not in ("completed", "running")
    log = (
        read_or(functools.partial(tail, lines=_LOG_LINES), run_dir, [], record.problems)
        if has_stopped
        else []
    )
    view = {
        "title": header.get("name") or record.run.get("name") or run_dir.name,
        "description": header.get("description"),
        "verdict": verdict(state, components, record.history, record.training),
        "stopped": where(state, record.history) if has_stopped else None,
        "reason": state.get("reason"),
        "log": "\n".join(log),
        "provenance": provenance_table(run_dir, header, record.config, state),
        "resume": shlex.join(["ssvae", "resume", run_dir.name]),
        "reproduce": shlex.join(["ssvae", "reproduce", run_dir.name]),
        "repeat": _repeat(header),
        "bundle": _bundle(run_dir),
        "has_diff": _is_file(run_dir, "provenance/uncommitted.diff"),
        "problems": record.problems,
        "warnings": record.run["warnings"],
        "failed": _failed(components),
        "metrics": _metrics(record),
        "training": values_table(record.training, {}) if record.training else None,
        "losses": losses_table(record.history, _best_epoch(record)),
        "overview": _overview(components),
        "components": {name: _section(run_dir, entry) for name, entry in components.items()},
        "settings": _settings(run_dir),
    }
    return _template().render(view).rstrip() + "\n"


def _repeat(header: Mapping[str, Any]) -> str | None:
    if not header.get("command"):
        return None
    commit = str(header.get("git_commit_full") or "")
    # Somebody will paste it into a shell.
    checkout = [f"git checkout {commit}"] if re.fullmatch("[0-9a-f]{7,64}", commit) else []
    return block("\n".join([*checkout, str(header["command"])]), "sh")


def _bundle(run_dir: Path) -> str | None:
    """What restores the code with git alone; None where it is in an archive."""
    bundle = "provenance/source.bundle"
    return f"git clone {bundle} code" if _is_file(run_dir, bundle) else None


def _best_epoch(record: Record) -> int | None:
    epoch = record.training.get("best_epoch")
    return epoch if isinstance(epoch, int) else None


def _failed(components: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: entry.get("reason") or "no reason was given"
        for name, entry in components.items()
        if entry.get("status") == "failed"
    }


def _metrics(record: Record) -> str | None:
    """Key numbers, with a meaning where any component has explained one."""
    meanings: dict[str, str] = {}
    for entry in record.components.values():
        meanings.update(entry["meanings"])
    return values_table(record.metrics, meanings) if record.metrics else None


def _overview(components: Mapping[str, Any]) -> str | None:
    rows = [
        (code(name), status_word(entry.get("status")), text(entry.get("reason") or ""))
        for name, entry in components.items()
    ]
    return table(("Component", "Status", "Reason"), rows) if rows else None


def _section(run_dir: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": entry.get("title") or "",
        "status": status_word(entry.get("status")),
        "reason": entry.get("reason"),
        "remedy": entry.get("remedy"),
        "blocks": data_blocks(entry),
        "figures": [_figure(run_dir, path) for path in entry["data"].get("figures") or ()],
    }


def _figure(run_dir: Path, path: Any) -> dict[str, Any]:
    """A link only to a file in the run's folder, with a name that means nothing to Markdown."""
    is_plain = isinstance(path, str) and re.fullmatch(r"[A-Za-z0-9_./-]+", path) is not None
    if not is_plain or not is_inside(run_dir, path):
        problem = "Figure outside the run's folder, not shown"
    else:
        problem = None if _is_file(run_dir, path) else "Missing figure"
    return {"stem": Path(path).stem if is_plain else "", "path": path, "problem": problem}


def _is_file(run_dir: Path, name: str) -> bool:
    """Whether it is a file in the run's folder, not one elsewhere that a link leads to."""
    return is_inside(run_dir, name) and (run_dir / name).is_file()


def _settings(run_dir: Path) -> str | None:
    try:
        content = read_inside(run_dir, CONFIG_FILE, _MOST_SETTINGS)
    except (OSError, RunDirectoryError):  # told among the problems
        return None
    return block(content.decode("utf-8", errors="replace"), "yaml")


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ssvae.runs.reporting"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # Markdown, escaped by markdown.py
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(text=text, code=code, block=block)
    return environment.get_template("report.md.jinja")
