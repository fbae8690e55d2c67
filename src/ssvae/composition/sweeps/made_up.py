"""The jobs of a sweeper that makes them up as it goes, such as Optuna's: their folders tell which there were.

In: the folder of a sweep that has ended. Out: `Job`s. Not here: jobs that are known beforehand (planned.py).
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ssvae.runs.config_file import CONFIG_FILE, read_config
from ssvae.runs.strict_json import dumps
from ssvae.runs.sweeps.record import Job

__all__ = ["made_up_jobs"]


def made_up_jobs(folder: Path, swept_keys: Collection[str]) -> list[Job]:
    """A job for each run in the folder, in the order of their names.

    Args:
        folder: The sweep's.
        swept_keys: Settings that the command gives several values. Of all others, which such a sweeper hands to every
            job alike, those are settings of a job that differ from one to another.

    Raises:
        RunDirectoryError: when the record of a run is damaged.
    """
    runs = sorted(path.parent for path in folder.glob(f"*/{CONFIG_FILE}"))
    headers = [read_config(run)["experiment"] for run in runs]
    typed = [dict(header.get("cli_overrides") or {}) for header in headers]
    keys = {*swept_keys, *_differing(typed)}
    return [
        Job(number, run.name, str(header.get("config_hash")), {k: v for k, v in words.items() if k in keys})
        for number, (run, header, words) in enumerate(zip(runs, headers, typed, strict=True))
    ]


def _differing(typed: Collection[Mapping[str, Any]]) -> set[str]:
    values = {key: {dumps(words.get(key)) for words in typed} for words in typed for key in words}
    return {key for key, found in values.items() if len(found) > 1}
