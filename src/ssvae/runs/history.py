"""logs/metrics.csv and logs/components.csv: what every epoch measured, of the run and of each component.

In: rows of an epoch. Out: the files, and their rows read back as one. Not here: how a file grows (rows.py), which
columns there are (training/history.py).
"""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ssvae.runs.rows import RowsFile, check_rows, copy_rows, read_rows
from ssvae.training.history import EPOCH_KEYS, component_keys

__all__ = ["COMPONENTS_FILE", "METRICS_FILE", "HistoryFiles", "copy_history", "read_history"]

METRICS_FILE = "logs/metrics.csv"

COMPONENTS_FILE = "logs/components.csv"
"""Apart: a hundred components would make the rows of metrics.csv unreadable. Absent for a prior with one component."""


class HistoryFiles:
    """The growing files of one run."""

    def __init__(self, run_dir: Path, num_components: int, keep: int):
        """Begin the files with their headers, or continue those that have the same.

        Args:
            run_dir: The run's folder.
            num_components: K, the components of the prior.
            keep: Cut the files to their first so many rows: what came after the checkpoint that a run goes on from
                will be computed again.

        Raises:
            RunDirectoryError: when a file with other columns or fewer rows is there, or the disk refuses.
        """
        self._keys = component_keys(num_components)
        check_rows(run_dir, METRICS_FILE, EPOCH_KEYS, keep)
        if self._keys:  # looked at before either is cut
            check_rows(run_dir, COMPONENTS_FILE, self._keys, keep)
        self._metrics = RowsFile(run_dir, METRICS_FILE, EPOCH_KEYS, keep)
        self._components = RowsFile(run_dir, COMPONENTS_FILE, self._keys, keep) if self._keys else None

    def append(self, row: Mapping[str, Any]) -> None:
        """Add what an epoch measured.

        Raises:
            ValueError: for a key that is no column.
            RunDirectoryError: when the disk refuses.
        """
        if self._components is not None:  # first: an epoch in metrics.csv is whole
            self._components.append({key: row[key] for key in self._keys if key in row})
        apart = {key for key in self._keys if key != "epoch"}
        self._metrics.append({key: value for key, value in row.items() if key not in apart})

    def sync(self) -> None:
        """Wait until the disk has every row: a checkpoint must not outlive the rows before it.

        Raises:
            RunDirectoryError: when the disk refuses.
        """
        self._metrics.sync()
        if self._components is not None:
            self._components.sync()


def copy_history(source_run_dir: Path, run_dir: Path, rows: int, num_components: int) -> None:
    """Begin the files of a run with the first rows of another's: a child starts where its parent was.

    Args:
        source_run_dir: The parent's folder.
        run_dir: The child's folder; files in it are replaced.
        rows: How many.
        num_components: K of both.

    Raises:
        RunDirectoryError: when the parent has other columns or fewer rows, or the disk refuses.
    """
    copy_rows(source_run_dir, run_dir, METRICS_FILE, rows, EPOCH_KEYS)
    if keys := component_keys(num_components):
        copy_rows(source_run_dir, run_dir, COMPONENTS_FILE, rows, keys)


def read_history(run_dir: Path) -> list[dict[str, float | int]]:
    """The epochs so far, oldest first, each with the keys it has a value for; none when there is no metrics.csv.

    Raises:
        RunDirectoryError: when a file is not what `HistoryFiles` writes.
    """
    epochs, components = read_rows(run_dir, METRICS_FILE), read_rows(run_dir, COMPONENTS_FILE)
    # One row more of components is of an epoch that a kill kept out of metrics.csv.
    pairs = itertools.zip_longest(epochs, components[: len(epochs)], fillvalue={})
    return [{**of_components, **row} for row, of_components in pairs]
