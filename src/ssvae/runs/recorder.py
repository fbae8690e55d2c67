"""The one whom a run tells everything: what begins, each epoch, each result; all of it is on disk at once.

In: plain mappings, rows, arrays, component results. Out: summary.json, state.json, metrics.csv, checkpoints,
figures, and lines in the log. Not here: computing any of it; the end of the run (ending.py).
"""

import dataclasses
import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ssvae.runs.checkpoints import save_checkpoints
from ssvae.runs.config_file import CONFIG_FILE, fill_header
from ssvae.runs.figures import save_figures
from ssvae.runs.files import write_text
from ssvae.runs.history import HistoryFiles
from ssvae.runs.lifecycle.resumption import present_provenance
from ssvae.runs.lifecycle.state import write_state
from ssvae.runs.lines import component_line, epoch_line
from ssvae.runs.strict_json import dumps, encode
from ssvae.runs.summary import (
    NOT_REACHED,
    component_entry,
    metrics_of,
    read_summary,
    warnings_of,
    write_summary,
)
from ssvae.status import ComponentResult, Finding, Status

__all__ = ["Planned", "PlannedComponent", "RunRecorder"]

_log = logging.getLogger(__name__)


class PlannedComponent(NamedTuple):
    """What the record needs to know of a component before it has run."""

    title: str
    kind: str
    """`metric` or `plot`."""
    meanings: Mapping[str, str]
    """Name in its data → one line on what it means."""
    result: ComponentResult
    """So far: not run or disabled."""
    references: Mapping[str, str] = {}
    """Name in its data → where its formula is from."""


Planned = Mapping[str, PlannedComponent]
"""Every component there is."""


class RunRecorder:
    """Writes what it is told into one run folder. After each call the folder is whole and up to date, but for results
    of components of the last moment, which `settle` writes too.
    """

    def __init__(self, run_dir: Path, patience: float = 0.25):
        """Remember where to write.

        Args:
            run_dir: The run's folder.
            patience: Seconds that results of components may wait to be written with others: some take a thousandth.
        """
        self.run_dir = run_dir
        self._patience = patience
        self._summary: dict[str, Any] = {"run": {}, "training": {}, "metrics": {}, "components": {}}
        self._planned: dict[str, PlannedComponent] = {}
        self._history: HistoryFiles | None = None
        self._epochs = 0
        self._is_held = False
        self._is_unwritten = False
        self._written_at = 0.0

    def start(
        self,
        run: Mapping[str, Any],
        planned: Planned,
        checks: Mapping[str, str] | None = None,
        *,
        epochs: int,
        num_components: int = 1,
        rows: int = 0,
    ) -> None:
        """Begin the record; from now on even a killed run says which components it never reached.

        Args:
            run: Facts for `summary["run"]`: run_id, name, seed, …
            planned: Every component there is.
            checks: Every check there is: name → title.
            epochs: How many were asked for.
            num_components: K, the components of the prior.
            rows: Rows of metrics.csv to go on after; those of later epochs are cut off, for they come again.

        Raises:
            RunDirectoryError: when the disk refuses. So do all other methods.
        """
        self._epochs = epochs
        self._history = HistoryFiles(self.run_dir, num_components, keep=rows)
        self._summary["run"] = {"status": "running", "warnings": [], **run}
        self.plan(planned, checks or {})
        self.phase("starting")

    def reopen(self, run: Mapping[str, Any], planned: Planned, checks: Mapping[str, str]) -> None:
        """Begin the part of components anew, in the record of a run whose training is over.

        Nothing is written before `release`: a measurement that is stopped leaves what an earlier one found.

        Args:
            run: Facts to add to `summary["run"]`.
            planned: Every component there is.
            checks: Every check there is: name → title. What they warned of before is forgotten.

        Raises:
            RunDirectoryError: when summary.json cannot be read, or the disk refuses.
        """
        self._is_held = True
        self._summary = read_summary(self.run_dir)
        found = [entry for entry in warnings_of(self.run_dir) if entry.get("kind") not in checks]
        self._summary["run"] |= {**run, "warnings": found}
        self.plan(planned, checks)

    def plan(self, planned: Planned, checks: Mapping[str, str]) -> None:
        """Say which components and checks there are; none has been reached.

        Args:
            planned: Every component.
            checks: Every check: name → title.
        """
        self._planned = dict(planned)
        self._summary["metrics"] = {}
        self._summary["components"] = {
            name: _entry(component, component.result) for name, component in self._planned.items()
        }
        self._summary["run"]["checks"] = {
            name: {"title": title, "status": "not_checked", "reason": NOT_REACHED}
            for name, title in checks.items()
        }
        self._write()

    def release(self) -> None:
        """Write what was held back."""
        self._is_held = False
        self._write()

    def settle(self) -> None:
        """Write what `component` has not written yet."""
        if self._is_unwritten:
            self._write()

    def _write(self) -> None:
        if not self._is_held:
            write_summary(self.run_dir, self._summary)
            self._is_unwritten, self._written_at = False, time.monotonic()

    def _write_soon(self) -> None:
        self._is_unwritten = True
        if time.monotonic() - self._written_at >= self._patience:
            self._write()

    def announce(self) -> None:
        """Log one ENABLED or DISABLED line per component."""
        for name, component in self._planned.items():
            _log.info(component_line(name, component.result))

    def machine(self, data: Mapping[str, Any], compute: Mapping[str, Any], **fields: Any) -> None:
        """Record what only the run knows: its data, the device and its switches.

        Args:
            data: For provenance/data.json.
            compute: For provenance/compute.json.
            **fields: `data_hash` and `device`, for the header of config.yaml. A run from Python may have no header, and
                in that of a run that is gone on with, what its beginning wrote stays.
        """
        self._summary["run"]["images"] = _counted(data)
        self._write()
        folder = present_provenance(self.run_dir)
        write_text(folder / "data.json", dumps(data))
        write_text(folder / "compute.json", dumps(compute))
        if (self.run_dir / CONFIG_FILE).exists():
            fill_header(self.run_dir, **fields)

    def phase(self, text: str) -> None:
        """Say what the run is doing now: `training`, `evaluating`."""
        # A power cut may leave an older phase behind; nothing depends on it.
        write_state(self.run_dir, "running", is_durable=False, phase=text)

    def epoch(self, row: Mapping[str, Any]) -> None:
        """Add one row to metrics.csv, and to components.csv, and one line to the log."""
        assert self._history is not None, "start() comes first"
        self._history.append(row)
        _log.info(epoch_line(row, self._epochs))

    def checkpoints(self, saved: Mapping[str, tuple[Mapping[Any, Any], Mapping[str, Any]]]) -> None:
        """Save checkpoints that belong together (see `save_checkpoints`), after the rows before them."""
        assert self._history is not None, "start() comes first"
        self._history.sync()
        save_checkpoints(self.run_dir, saved)
        if "last" in saved:
            write_state(self.run_dir, "running", is_durable=False, epoch=saved["last"][1]["epoch"])

    def training(self, facts: Mapping[str, Any]) -> None:
        """Add facts to `summary["training"]`. The report knows `best_epoch` and shows all others as they are."""
        self._summary["training"].update(facts)
        self._write()

    def component(self, name: str, result: ComponentResult, dpi: int = 110) -> ComponentResult:
        """Record what a component reported, its figures saved; see `settle`.

        Returns:
            The result as recorded: failed where its figures or its data could not be written down.
        """
        component = self._planned[name]
        result = _checked(name, component.kind, save_figures(self.run_dir, name, result, dpi))
        self._summary["components"][name] = _entry(component, result)
        self._summary["metrics"].update(metrics_of(result))
        self._write_soon()
        if result.status is not Status.DISABLED:  # those were announced at the start
            _log.info(component_line(name, result))
        return result

    def warning(self, finding: Finding, *, is_logged: bool = False) -> None:
        """Keep a warning for the report, and log it unless the log has it anyway; once however often it is given."""
        if self._keep(finding, is_logged=is_logged):
            self._write()

    def checks(self, answers: Mapping[str, tuple[str, str | None]], findings: Sequence[Finding] = ()) -> None:
        """Record what the checks have found.

        Args:
            answers: Name → (`warned`, `passed` or `not_checked`, why it was not checked).
            findings: What they warn of, each kept and logged as by `warning`.
        """
        for finding in findings:
            self._keep(finding)
        for name, (status, reason) in answers.items():
            self._summary["run"]["checks"][name] |= {"status": status, "reason": reason}
        self._write()

    def _keep(self, finding: Finding, *, is_logged: bool = False) -> bool:
        """Add a warning to those of the run, and log it; whether it was not there yet."""
        entry = dataclasses.asdict(finding)
        if entry in self._summary["run"].setdefault("warnings", []):
            return False
        if not is_logged:
            _log.warning(finding.sentences())
        self._summary["run"]["warnings"].append(entry)
        return True


def _counted(data: Mapping[str, Any]) -> dict[str, int]:
    """Split → images, and how many of those of training show their label."""
    counts = {name: split["images"] for name, split in data.get("splits", {}).items()}
    return counts | {"labeled": len(data.get("labeled_indices", ()))}


def _entry(component: PlannedComponent, result: ComponentResult) -> dict[str, Any]:
    return component_entry(
        result,
        title=component.title,
        kind=component.kind,
        meanings=component.meanings,
        references=component.references,
    )


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
