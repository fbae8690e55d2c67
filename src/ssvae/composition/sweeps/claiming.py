"""The folder of a sweep: a new one, or that of the sweep to go on with.

In: a plan. Out: a folder. Not here: which jobs are left to do in it (matching.py), making folders (runs/directory.py).
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ssvae.composition.folders import DEFAULT_SWEEP, chosen_folder, claim_sweep, sweep_name
from ssvae.composition.guard import Plan
from ssvae.composition.sweeps.planned import identity_of
from ssvae.errors import ConfigError, RunDirectoryError
from ssvae.runs.sweeps.record import SWEEP_FILE, is_sweep, read_sweep

__all__ = ["ANY", "folder_to_resume", "sweep_folder", "unreadable_sweeps"]

ANY = "true"
"""`sweep.resume=true`: whichever sweep it is."""


def sweep_folder(plan: Plan, now: datetime) -> tuple[Path, list[str]]:
    """The folder, and the words that make Hydra use it.

    Raises:
        RunDirectoryError: when it cannot be made, or is the user's choice and holds something else.
        ConfigError: when there is nothing to go on with in the folder named.
    """
    from ssvae.composition.overrides import written

    folder = folder_to_resume(plan)
    return claim_sweep(plan, now) if folder is None else (folder, [written("hydra.sweep.dir", str(folder))])


def folder_to_resume(plan: Plan) -> Path | None:
    """The folder of the sweep to go on with; None for a new sweep.

    Raises:
        ConfigError: when the folder named is none of a sweep, or the sweeper makes up its jobs as it goes.
    """
    asked = plan.sweep.resume
    if asked is None:
        return None
    if not plan.jobs:
        raise ConfigError(
            "sweep.resume needs jobs that are known beforehand, and this sweeper makes them up as it goes. "
            "Leave out hydra/sweeper, or give its study a storage."
        )
    if asked == ANY:
        return next(_like(plan), None)
    folder = Path(asked)
    if is_sweep(folder) or _is_empty(folder):
        return folder
    what = "is no folder" if not folder.is_dir() else f"holds no {SWEEP_FILE}"
    raise ConfigError(
        f"sweep.resume={asked} {what}. Name the folder of a sweep, as in sweep.resume=multirun_outputs/NAME, "
        f"or type sweep.resume=true. Paths start at {Path.cwd()}."
    )


def _like(plan: Plan) -> Iterator[Path]:
    """Sweeps of the same name that share jobs with this one, those that share most first, of these the latest; one
    that cannot be read is none.
    """
    identities = {job.identity for job in plan.jobs}
    found = []
    for folder in _candidates(plan):
        try:
            record = read_sweep(folder)
        except RunDirectoryError:
            continue
        shared = identities & {identity_of(job.config_hash, job.settings) for job in record.jobs}
        if shared and record.header.get("name") == sweep_name(plan):
            found.append((len(shared), str(record.header.get("timestamp")), folder.name, folder))
    yield from (folder for *_, folder in sorted(found, reverse=True))


def unreadable_sweeps(plan: Plan) -> list[Path]:
    """Those among which the one to go on with may be."""
    return [folder for folder in _candidates(plan) if not _can_be_read(folder)]


def _can_be_read(folder: Path) -> bool:
    try:
        read_sweep(folder)
    except RunDirectoryError:
        return False
    return True


def _candidates(plan: Plan) -> list[Path]:
    chosen = plan.composed.hydra["sweep.dir"]
    if chosen != DEFAULT_SWEEP:
        folder = chosen_folder(plan, "hydra.sweep.dir")
        return [folder] if is_sweep(folder) else []
    parent = Path(DEFAULT_SWEEP).parent
    return [folder for folder in parent.iterdir() if is_sweep(folder)] if parent.is_dir() else []


def _is_empty(folder: Path) -> bool:
    """Whether a sweep was stopped in here before it had written what it was to do."""
    if not folder.is_dir():
        return False
    return all(entry.name.startswith(".") for entry in folder.iterdir())
