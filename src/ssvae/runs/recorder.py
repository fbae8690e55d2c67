"""The one whom a run tells everything: what begins, each epoch, each result; all of it is on disk at once.

In: plain mappings, rows, arrays, component results. Out: summary.json, state.json, metrics.csv, checkpoints,
figures, and lines in the log. Not here: computing any of it; the end of the run (ending.py).
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ssvae.runs.checkpoints import save_checkpoints
from ssvae.runs.config_file import CONFIG_FILE, complete_header, read_config
from ssvae.runs.figures import save_figures
from ssvae.runs.files import write_text
from ssvae.runs.history import MetricsFile
from ssvae.runs.lifecycle.resumption import present_provenance
from ssvae.runs.lifecycle.state import write_state
from ssvae.runs.lines import component_line, epoch_line
from ssvae.runs.strict_json import dumps, encode
from ssvae.runs.summary import component_entry, metrics_of, write_summary
from ssvae.status import ComponentResult, Status
from ssvae.training.history import EPOCH_KEYS

__all__ = ["Planned", "RunRecorder"]

_log = logging.getLogger(__name__)

Planned = Mapping[str, tuple[str, str, Mapping[str, str], ComponentResult]]
"""Component → (title, kind, meanings, its result so far: not run or disabled)."""


class RunRecorder:
    """Writes what it is told into one run folder. After each call the folder is whole and up to date."""

    def __init__(self, run_dir: Path):
        self.run_dir = run_dir
        self._summary: dict[str, Any] = {"run": {}, "training": {}, "metrics": {}, "components": {}}
        self._planned: dict[str, tuple[str, str, Mapping[str, str], ComponentResult]] = {}
        self._metrics: MetricsFile | None = None
        self._epochs = 0

    def start(
        self,
        run: Mapping[str, Any],
        planned: Planned,
        *,
        epochs: int,
        rows: int = 0,
        columns: Sequence[str] = EPOCH_KEYS,
    ) -> None:
        """Begin the record; from now on even a killed run says which components it never reached.

        Args:
            run: Facts for `summary["run"]`: run_id, name, seed, …
            planned: Every component there is.
            epochs: How many were asked for.
            rows: Rows of metrics.csv to go on after; those of later epochs are cut off, for they come again.
            columns: The columns of metrics.csv.

        Raises:
            RunDirectoryError: when the disk refuses. So do all other methods.
        """
        self._planned = dict(planned)
        self._epochs = epochs
        self._metrics = MetricsFile(self.run_dir, columns, keep=rows)
        self._summary["run"] = {"status": "running", "warnings": [], **run}
        for name, (title, kind, meanings, result) in self._planned.items():
            self._summary["components"][name] = component_entry(
                result, title=title, kind=kind, meanings=meanings
            )
        write_summary(self.run_dir, self._summary)
        self.phase("starting")

    def announce(self) -> None:
        """Log one ENABLED or DISABLED line per component."""
        for name, (_, _, _, result) in self._planned.items():
            _log.info(component_line(name, result))

    def machine(self, data: Mapping[str, Any], compute: Mapping[str, Any], **fields: Any) -> None:
        """Record what only the run knows: its data, the device and its switches.

        Args:
            data: For provenance/data.json.
            compute: For provenance/compute.json.
            **fields: `data_hash` and `device`, for the header of config.yaml. A run from Python may have no header, and
                in that of a run that is gone on with, what its beginning wrote stays.
        """
        folder = present_provenance(self.run_dir)
        write_text(folder / "data.json", dumps(data))
        write_text(folder / "compute.json", dumps(compute))
        if (self.run_dir / CONFIG_FILE).exists():
            header = read_config(self.run_dir)["experiment"]
            complete_header(self.run_dir, **{key: header.get(key) or value for key, value in fields.items()})

    def phase(self, text: str) -> None:
        """Say what the run is doing now: `training`, `evaluating`."""
        write_state(self.run_dir, "running", phase=text)

    def epoch(self, row: Mapping[str, Any]) -> None:
        """Add one row to metrics.csv and one line to the log."""
        assert self._metrics is not None, "start() comes first"
        self._metrics.append(row)
        _log.info(epoch_line(row, self._epochs))

    def checkpoints(self, saved: Mapping[str, tuple[Mapping[Any, Any], Mapping[str, Any]]]) -> None:
        """Save checkpoints that belong together (see `save_checkpoints`), after the rows before them."""
        assert self._metrics is not None, "start() comes first"
        self._metrics.sync()
        save_checkpoints(self.run_dir, saved)
        if "last" in saved:
            write_state(self.run_dir, "running", is_durable=False, epoch=saved["last"][1]["epoch"])

    def training(self, facts: Mapping[str, Any]) -> None:
        """Add facts to `summary["training"]`. The report knows `best_epoch` and shows all others as they are."""
        self._summary["training"].update(facts)
        write_summary(self.run_dir, self._summary)

    def component(self, name: str, result: ComponentResult, dpi: int = 110) -> ComponentResult:
        """Record what a component reported, its figures saved.

        Returns:
            The result as recorded: failed where its figures or its data could not be written down.
        """
        title, kind, meanings, _ = self._planned[name]
        result = _checked(name, kind, save_figures(self.run_dir, name, result, dpi))
        entry = component_entry(result, title=title, kind=kind, meanings=meanings)
        self._summary["components"][name] = entry
        self._summary["metrics"].update(metrics_of(result))
        write_summary(self.run_dir, self._summary)
        if result.status is not Status.DISABLED:  # those were announced at the start
            _log.info(component_line(name, result))
        return result

    def warning(self, kind: str, text: str, *, is_logged: bool = False) -> None:
        """Keep a warning for the report, once however often it is given, and log it unless the log has it anyway."""
        if not is_logged:
            _log.warning(text)
        entry = {"kind": kind, "text": text}
        if entry not in self._summary["run"].setdefault("warnings", []):
            self._summary["run"]["warnings"].append(entry)
            write_summary(self.run_dir, self._summary)


def _checked(name: str, kind: str, result: ComponentResult) -> ComponentResult:
    """The result, or a failed one when a success is not what it claims to be."""
    if result.status is not Status.SUCCESS:
        return result
    problem = None
    if kind == "plot" and not result.data.get("figures"):
        problem = "it reported success and drew no figure"
    try:
        encode(result.data)
    except TypeError as error:
        problem = str(error)
    if problem is None:
        return result
    _log.error("%s: %s", name, problem)
    return ComponentResult.failed(problem)
