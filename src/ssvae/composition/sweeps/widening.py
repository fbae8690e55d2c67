"""A sweep that is gone on with by other words: what its jobs differ in by now, and what each of them has there.

A job notes the settings that differed when it was planned. When a later command fixes another one, or leaves one out,
the earlier jobs differ from the new in that one too, and no table could tell them apart without it.
In: recorded jobs, planned ones. Out: keys; jobs with their values. Not here: which jobs are the same (matching.py).
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ssvae.composition.sweeps.asked import NO_FIGURES
from ssvae.composition.sweeps.planned import PlannedJob
from ssvae.config import flatten
from ssvae.errors import RunDirectoryError
from ssvae.runs.config_file import CONFIG_FILE, read_config
from ssvae.runs.redaction import redacted
from ssvae.runs.strict_json import dumps
from ssvae.runs.sweeps.record import Job

__all__ = ["left_out", "widened"]

_UNKNOWN = object()


def widened(
    folder: Path, swept: Iterable[str], recorded: Sequence[Job], planned: Sequence[PlannedJob]
) -> tuple[tuple[str, ...], tuple[Job, ...]]:
    """The settings that recorded and planned jobs differ in, names left out, and the recorded ones with their values.

    Args:
        folder: The sweep's.
        swept: The settings that earlier commands swept; they stay.
        recorded: The jobs so far. One that has not begun and is not planned again may lack a value.
        planned: Those of the present command.
    """
    swept = tuple(swept)
    apart = [key for key in _typed_differently(recorded, planned) if key not in swept]
    has_holes = any(key not in job.settings for job in recorded for key in swept)
    final = [_final(folder / job.folder) if apart or has_holes else {} for job in recorded]
    differing = [key for key in apart if _differs(key, recorded, final, planned)]
    keys = (*swept, *differing)
    jobs = (_with_settings(job, has, keys) for job, has in zip(recorded, final, strict=True))
    return keys, tuple(jobs)


def left_out(recorded: Sequence[Job], new: Sequence[PlannedJob]) -> list[str]:
    """The settings that every recorded job was told and no new one is."""
    if not new:
        return []
    before = [dict(map(_split, job.words)) for job in recorded]
    now = {key for job in new for key, _ in map(_split, job.words)}
    now.add(NO_FIGURES.partition("=")[0])  # nobody typed it
    return [key for key in before[0] if key not in now and all(key in words for words in before)]


def _typed_differently(recorded: Sequence[Job], planned: Sequence[PlannedJob]) -> list[str]:
    """In the order they were typed."""
    typed = [dict(map(_split, job.words)) for job in (*recorded, *planned)]
    keys = dict.fromkeys(key for words in typed for key in words if not key.startswith("experiment."))
    return [key for key in keys if len({words.get(key) for words in typed}) > 1]


def _split(word: str) -> tuple[str, str]:
    key, _, value = word.partition("=")
    return key.lstrip("+~"), value


def _final(run_dir: Path) -> Mapping[str, Any]:
    """Group → option, dotted key → value, of a run; nothing before it has begun."""
    try:
        config = read_config(run_dir) if (run_dir / CONFIG_FILE).is_file() else {}
    except RunDirectoryError:  # told by whoever needs the file
        return {}
    header = config.pop("experiment", {})
    choices = header.get("choices")
    return {**(choices if isinstance(choices, Mapping) else {}), **flatten(config)}


def _differs(
    key: str, recorded: Sequence[Job], final: Sequence[Mapping[str, Any]], planned: Sequence[PlannedJob]
) -> bool:
    """Whether not all have the same value, as far as it is known: the default may have been typed."""
    values = [{**has, **job.settings}.get(key, _UNKNOWN) for job, has in zip(recorded, final, strict=True)]
    values += [job.setting(key) for job in planned]
    return len({dumps(value) for value in values if value is not _UNKNOWN}) > 1


def _with_settings(job: Job, final: Mapping[str, Any], keys: Iterable[str]) -> Job:
    found = {key: redacted(key, final[key]) for key in keys if key in final}
    return dataclasses.replace(job, settings={**found, **job.settings})
