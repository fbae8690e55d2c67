"""REPORT.md: everything about one run on one page, for whoever did not run it.

Made from the files of the run alone, so it can be made again at any time, and for a run that failed.
In: a run's folder. Out: the page. Not here: computing numbers; the layout (templates/report.md.jinja).
"""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import jinja2

from ssvae.errors import RunDirectoryError
from ssvae.runs.component_section import STATUS_WORDS, data_blocks, values_table
from ssvae.runs.config_file import CONFIG_FILE, read_config
from ssvae.runs.files import write_text
from ssvae.runs.history import read_history
from ssvae.runs.logs import tail
from ssvae.runs.losses import losses_table
from ssvae.runs.markdown import block, code, table, text
from ssvae.runs.provenance_table import provenance_table
from ssvae.runs.state import read_state
from ssvae.runs.summary import read_summary
from ssvae.runs.verdict import lifecycle, verdict, where

__all__ = ["REPORT_FILE", "render_report", "write_report"]

REPORT_FILE = "REPORT.md"

_LOG_LINES = 20

T = TypeVar("T")


def write_report(run_dir: Path) -> None:
    """Write REPORT.md.

    Raises:
        RunDirectoryError: when it cannot be written.
    """
    write_text(run_dir / REPORT_FILE, render_report(run_dir))


def render_report(run_dir: Path) -> str:
    """The page as Markdown. What is missing or damaged is said in it; nothing is left out silently."""
    problems: list[str] = []
    config = _read_or(read_config, run_dir, {}, problems)
    state = _read_or(read_state, run_dir, {}, problems)
    summary = _read_or(
        read_summary, run_dir, {"run": {}, "training": {}, "metrics": {}, "components": {}}, problems
    )
    history = _read_or(read_history, run_dir, [], problems)
    header, run = config.get("experiment", {}), summary["run"]
    components, training = summary["components"], summary["training"]
    life = lifecycle(state)
    view = {
        "title": header.get("name") or run.get("name") or run_dir.name,
        "description": header.get("description"),
        "verdict": verdict(state, components, history, training),
        "stopped": None if life in ("completed", "running") else where(state, history),
        "reason": state.get("reason"),
        "log": None if life in ("completed", "running") else "\n".join(tail(run_dir, _LOG_LINES)),
        "provenance": provenance_table(run_dir, header, config),
        "repeat": _repeat(header),
        "has_diff": (run_dir / "provenance" / "uncommitted.diff").is_file(),
        "problems": problems,
        "warnings": run.get("warnings", []),
        "failed": {
            name: entry["reason"] for name, entry in components.items() if entry["status"] == "failed"
        },
        "metrics": _metrics(summary),
        "training": values_table(training, {}) if training else None,
        "losses": losses_table(history, training.get("best_epoch")),
        "overview": _overview(components),
        "components": {name: _section(run_dir, entry) for name, entry in components.items()},
        "settings": _settings(run_dir),
    }
    return _template().render(view).rstrip() + "\n"


def _read_or(read: Callable[[Path], T], run_dir: Path, fallback: T, problems: list[str]) -> T:
    """What `read` reads; else `fallback`, and the reason among the problems."""
    try:
        return read(run_dir)
    except RunDirectoryError as error:
        problems.append(str(error))
        return fallback


def _repeat(header: Mapping[str, Any]) -> str | None:
    if not header.get("command"):
        return None
    checkout = [f"git checkout {header['git_commit_full']}"] if header.get("git_commit_full") else []
    return block("\n".join([*checkout, header["command"]]), "sh")


def _metrics(summary: Mapping[str, Any]) -> str | None:
    """Key numbers, with a meaning where any component has explained one."""
    meanings: dict[str, str] = {}
    for entry in summary["components"].values():
        meanings.update(entry.get("meanings", {}))
    return values_table(summary["metrics"], meanings) if summary["metrics"] else None


def _overview(components: Mapping[str, Any]) -> str | None:
    rows = [
        (code(name), STATUS_WORDS[entry["status"]], text(entry.get("reason") or ""))
        for name, entry in components.items()
    ]
    return table(("Component", "Status", "Reason"), rows) if rows else None


def _section(run_dir: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    figures = entry.get("data", {}).get("figures", [])
    return {
        "title": entry.get("title", ""),
        "status": STATUS_WORDS[entry["status"]],
        "reason": entry.get("reason"),
        "remedy": entry.get("remedy"),
        "blocks": data_blocks(entry),
        "figures": [(Path(path).stem, path, (run_dir / path).is_file()) for path in figures],
    }


def _settings(run_dir: Path) -> str | None:
    try:
        return block((run_dir / CONFIG_FILE).read_text(encoding="utf-8"), "yaml")
    except (OSError, UnicodeDecodeError):
        return None


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ssvae.runs"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # Markdown, escaped by markdown.py
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(text=text, code=code, block=block)
    return environment.get_template("report.md.jinja")
