"""summary.json: what came out of a run, for people and for programs that compare runs.

`{"run": …, "training": …, "metrics": …, "components": {name: {"status", "reason", "remedy", "data", …}}}`
In: plain mappings, component results. Out: the file, and its content read back. Not here: the report (reporting/).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError
from ssvae.runs.files import write_text
from ssvae.runs.strict_json import dumps, read_json_mapping
from ssvae.status import ComponentResult

__all__ = [
    "NOT_REACHED",
    "SECTIONS",
    "SUMMARY_FILE",
    "component_entry",
    "metrics_of",
    "read_summary",
    "warnings_of",
    "write_summary",
]

SUMMARY_FILE = "summary.json"

NOT_REACHED = "the run has not reached it yet"
"""Why a check has no answer, until the run ends."""

SECTIONS = ("run", "training", "metrics", "components")
"""The keys of the file, in their order."""


def write_summary(run_dir: Path, summary: Mapping[str, Any]) -> None:
    """Write summary.json, every section of it, an empty one where `summary` has none.

    Raises:
        RunDirectoryError: when the file cannot be written.
        TypeError: for a value JSON has no form for.
    """
    write_text(run_dir / SUMMARY_FILE, dumps({section: summary.get(section, {}) for section in SECTIONS}))


def read_summary(run_dir: Path) -> dict[str, Any]:
    """The content of summary.json, NaN and infinities as numbers.

    Raises:
        RunDirectoryError: when the file is absent or damaged, or a section or a component is no mapping.
    """
    path = run_dir / SUMMARY_FILE
    content = read_json_mapping(path)
    summary = {section: content.get(section, {}) for section in SECTIONS}
    entries = {f"components.{name}": entry for name, entry in _items(summary["components"])}
    for place, value in (summary | entries).items():
        if not isinstance(value, dict):
            raise RunDirectoryError(
                f"{path}: '{place}' must be a mapping, got {type(value).__name__}. Undo the last edit of it."
            )
    return summary


def _items(value: Any) -> Any:
    return value.items() if isinstance(value, dict) else ()


def warnings_of(run_dir: Path) -> list[dict[str, Any]]:
    """What a run has warned of so far; nothing when it has no readable summary.json."""
    try:
        found = read_summary(run_dir)["run"].get("warnings")
    except RunDirectoryError:
        return []
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def component_entry(
    result: ComponentResult,
    *,
    title: str,
    kind: str,
    meanings: Mapping[str, str],
    references: Mapping[str, str],
) -> dict[str, Any]:
    """One entry of `components`.

    Args:
        result: What the component reported; of its `data["metrics"]` the keys, the values being left to `metrics_of`.
        title: The heading of its section in the report.
        kind: `metric` or `plot`.
        meanings: Name in `data` → one line on what it means.
        references: Name in `data` → where its formula is from: paper, equation.
    """
    return {
        "status": str(result.status),
        "reason": result.reason,
        "remedy": result.remedy,
        "data": {name: value for name, value in result.data.items() if name != "metrics"},
        "metrics": list(metrics_of(result)),
        "title": title,
        "kind": kind,
        "meanings": dict(meanings),
        "references": dict(references),
    }


def metrics_of(result: ComponentResult) -> dict[str, Any]:
    """The numbers a component adds to `metrics`, under keys such as `metric.accuracy.test`."""
    return dict(result.data.get("metrics", {}))
