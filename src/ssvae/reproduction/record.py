"""All that a run's folder says about the run, read once.

In: a folder, perhaps a stranger's. Out: `Record`. Nothing in the folder is executed. Not here: what it means.
"""

import contextlib
import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from ssvae.errors import CheckpointError, RunDirectoryError
from ssvae.runs.checkpoints import load_checkpoint
from ssvae.runs.config_file import CONFIG_FILE, read_config
from ssvae.runs.history import read_history
from ssvae.runs.lifecycle.state import lifecycle, read_state
from ssvae.runs.reading import read_inside
from ssvae.runs.reporting.record import read_or
from ssvae.runs.summary import read_summary
from ssvae.runs.yaml_text import load_yaml

__all__ = ["CHECKPOINTS", "ENVIRONMENT_FILE", "PROVENANCE", "Record", "Stretch", "read_record", "text_of"]

PROVENANCE = "provenance"

ENVIRONMENT_FILE = f"{PROVENANCE}/environment.txt"

CHECKPOINTS = ("best", "last")

_COMPOSED = ".hydra/config.yaml"
"""The settings once more, as Hydra composed them."""


@dataclasses.dataclass(frozen=True)
class Stretch:
    """A part of a run after it was stopped."""

    folder: str
    """Its provenance in the run's folder, such as `provenance/resume_01`."""
    after_epoch: int
    source_id: str | None
    differences: tuple[str, ...]
    """What was not as at the beginning, as the run noted it."""


@dataclasses.dataclass(frozen=True)
class Record:
    """A run as it was recorded."""

    folder: Path
    header: Mapping[str, Any]
    """`experiment` of config.yaml."""
    body: Mapping[str, Any]
    """The settings."""
    lifecycle: str
    """`completed`, `failed`, `interrupted`, `lost`, `running` or `unknown`."""
    reason: str | None
    """Why it ended, unless it completed."""
    rows: tuple[Mapping[str, Any], ...]
    """metrics.csv."""
    summary: Mapping[str, Any]
    checkpoints: Mapping[str, tuple[Mapping[Any, Any], Mapping[str, Any]]]
    """Name → (arrays, facts); those that can be read."""
    damage: Mapping[str, str]
    """Checkpoint → why it cannot be read."""
    environment: str | None
    """environment.txt."""
    composed: Mapping[str, Any]
    """The settings as Hydra composed them, before they got their types; empty where that is not there."""
    stretches: tuple[Stretch, ...] = ()
    """The times it was gone on with after a stop."""

    @property
    def is_complete(self) -> bool:
        """Whether it came to its end."""
        return self.lifecycle == "completed"

    @property
    def has_other_evaluation(self) -> bool:
        """Whether its summary.json is of a later evaluation with other settings."""
        run = self.summary.get("run")
        again = run.get("measured_again") if isinstance(run, Mapping) else None
        return isinstance(again, Mapping) and bool(again.get("changes"))


def read_record(run_dir: Path) -> Record:
    """Read a run's folder; whatever a run that ended early never wrote is left empty.

    Raises:
        RunDirectoryError: when it is no run's folder, or a file in it is damaged.
    """
    if not run_dir.is_dir():
        raise RunDirectoryError(f"{run_dir} is not a folder. Name the folder of a run, as in results/NAME.")
    if not (run_dir / CONFIG_FILE).is_file():
        raise RunDirectoryError(
            f"{run_dir} is no run's folder: it holds no {CONFIG_FILE}. Name the folder of a run, as in results/NAME."
        )
    config = read_config(run_dir)
    # Of a run that ended early neither need be there; a file that is damaged counts as absent.
    state = read_or(read_state, run_dir, {}, [])
    checkpoints, damage = _checkpoints(run_dir)
    return Record(
        folder=run_dir,
        header=config["experiment"],
        body={key: value for key, value in config.items() if key != "experiment"},
        lifecycle=lifecycle(state),
        reason=state.get("reason"),
        rows=tuple(read_history(run_dir)),
        summary=read_or(read_summary, run_dir, {}, []),
        checkpoints=checkpoints,
        damage=damage,
        environment=text_of(run_dir, ENVIRONMENT_FILE),
        composed=_composed(run_dir),
        stretches=tuple(_stretches(state.get("resumptions"))),
    )


def _stretches(resumptions: Any) -> Iterator[Stretch]:
    """What is not of the form that a run writes is passed over."""
    for number, entry in enumerate(resumptions if isinstance(resumptions, list) else (), start=1):
        epoch = entry.get("after_epoch") if isinstance(entry, dict) else None
        if isinstance(epoch, int):
            found, source = entry.get("differences"), entry.get("source_id")
            yield Stretch(
                folder=_folder_of(entry.get("provenance"), number),
                after_epoch=epoch,
                source_id=source if isinstance(source, str) else None,
                differences=tuple(map(str, found)) if isinstance(found, list) else (),
            )


def _folder_of(named: Any, number: int) -> str:
    """A name that no run writes may lead anywhere."""
    is_ours = isinstance(named, str) and re.fullmatch(rf"{PROVENANCE}/resume_\d+", named, re.ASCII)
    return named if is_ours else f"{PROVENANCE}/resume_{number:02d}"


def _checkpoints(run_dir: Path) -> tuple[dict[str, Any], dict[str, str]]:
    found, damage = {}, {}
    for name in CHECKPOINTS:
        try:
            found[name] = load_checkpoint(run_dir, name)
        except CheckpointError as error:
            damage[name] = str(error)
    return found, damage


def _composed(run_dir: Path) -> dict[str, Any]:
    with contextlib.suppress(yaml.YAMLError):
        content = load_yaml(text_of(run_dir, _COMPOSED) or "")
        return content if isinstance(content, dict) else {}
    return {}


def text_of(run_dir: Path, name: str) -> str | None:
    """The content of a file, None when it is not there.

    Raises:
        RunDirectoryError: when it lies outside the folder, or is no file that a run writes.
    """
    try:
        return read_inside(run_dir, name).decode("utf-8", errors="replace")
    except OSError:
        return None
