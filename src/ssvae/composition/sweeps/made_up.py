"""The jobs of a sweeper that makes them up as it goes, such as Optuna's: their folders tell which there were.

In: the folder of a sweep that has ended. Out: `Job`s. Not here: jobs that are known beforehand (planned.py).
"""

import re
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ssvae.errors import RunDirectoryError
from ssvae.runs.config_file import CONFIG_FILE, read_config
from ssvae.runs.lifecycle.state import STATE_FILE
from ssvae.runs.strict_json import dumps
from ssvae.runs.sweeps.record import Job

__all__ = ["made_up_jobs"]


def made_up_jobs(folder: Path, swept_keys: Collection[str]) -> list[Job]:
    """A job for each run in the folder, in the order of their numbers; without settings where it failed before they
    were recorded.

    Args:
        folder: The sweep's.
        swept_keys: Settings that the command gives several values. Of all others, which such a sweeper hands to every
            job alike, those are settings of a job that differ from one to another.
    """
    runs = sorted((path.parent for path in folder.glob(f"*/{STATE_FILE}")), key=_place)
    headers = [_header(run) for run in runs]
    typed = [dict(header.get("cli_overrides") or {}) for header in headers]
    keys = {*swept_keys, *_differing(typed)}
    return [
        Job(
            number,
            run.name,
            str(header.get("config_hash", "")),
            {k: v for k, v in words.items() if k in keys},
        )
        for number, (run, header, words) in enumerate(zip(runs, headers, typed, strict=True))
    ]


def _place(run: Path) -> tuple[int, str]:
    """Names begin with the number of the job, which is written with three digits or more."""
    number = re.match(r"\d+", run.name)
    return (int(number[0]) if number else sys.maxsize), run.name


def _header(run: Path) -> Mapping[str, Any]:
    try:
        return read_config(run)["experiment"] if (run / CONFIG_FILE).is_file() else {}
    except RunDirectoryError:  # told in the answer, which names the job
        return {}


def _differing(typed: Collection[Mapping[str, Any]]) -> set[str]:
    values = {key: {dumps(words.get(key)) for words in typed} for words in typed for key in words}
    return {key for key, found in values.items() if len(found) > 1}
