"""From the words of a sweep to the words of each of its jobs.

Every combination of the values, as Hydra's own sweeper splits them, unless the sweep says that some settings go
together (`sweep.zip`), writes points out (`sweep.points`), or has points drawn (`sweep.samples`).
In: overrides, some naming several values. Out: lists of words. Not here: what the words mean, running jobs.
"""

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from ssvae.composition.composing import Composed
from ssvae.composition.overrides import parse_override
from ssvae.composition.sweeps.ranges import drawn, spelled_out
from ssvae.composition.sweeps.recipes import SECTION, SweepConfig
from ssvae.errors import ConfigError, did_you_mean

__all__ = ["apart", "is_splittable", "job_words", "knows_its_jobs", "point_keys", "sweeper_words"]

_SPLITTING = ("grid", "basic")
"""The sweepers whose jobs are known beforehand."""

_MOST = 100_000
"""Jobs of a sweep, each with a folder. More are a slip of the hand, and would be composed for hours."""

Axis = list[list[str]]
"""Bundles of words, one of which each job takes."""


def is_splittable(composed: Composed) -> bool:
    """Whether the jobs are known beforehand; a sweeper that looks at results before it goes on has no such list."""
    return knows_its_jobs(composed.choices)


def knows_its_jobs(choices: Mapping[str, Any]) -> bool:
    """The same, of the options chosen: group → option."""
    return choices.get("hydra/sweeper") in _SPLITTING


def sweeper_words(composed: Composed) -> list[str]:
    """The sweep that a file asks for, as `hydra.sweeper.params`; typed words win over it.

    Raises:
        ConfigError: when the group was typed as a setting.
    """
    sweeper = composed.whole.hydra.sweeper
    if not isinstance(sweeper, Mapping):
        raise ConfigError(
            f"hydra.sweeper={sweeper}: a sweeper is an option of a group. Type hydra/sweeper={sweeper}."
        )
    params: Mapping[str, Any] = sweeper.get("params") or {}
    return [spelled_out(f"{key}={value}") for key, value in params.items()]


def point_keys(sweep: SweepConfig) -> tuple[str, ...]:
    """The settings that the points written out name.

    Raises:
        ConfigError: when a point cannot be read.
    """
    return tuple(
        dict.fromkeys(override.key_or_group for point in sweep.points for override in _words_of(point))
    )


def job_words(overrides: Iterable[Override], sweep: SweepConfig) -> list[list[str]]:
    """One list of `key=value` for each job.

    Raises:
        ConfigError: when the values make no list of jobs; says how to type them.
    """
    # Of two with the same key the last one counts, in the place of the first.
    given = {override.get_key_element(): override for override in overrides}
    together = _zipped(given, sweep.zip)
    sampled = [key for key, override in given.items() if _is_interval(override)]
    _check_samples([given[key] for key in sampled], sweep.samples)
    axes: list[Axis] = []
    for key, override in given.items():
        if key in together:
            axes += [_bundled(together)] if key == next(iter(together)) else []
        elif key in sampled:
            draws = {key: drawn(given[key], sweep.samples, sweep.seed) for key in sampled}
            axes += [_bundled(draws)] if key == sampled[0] else []
        else:
            axes.append([[word] for word in _values(override)])
    if sweep.points:
        axes.append(_points(sweep, given))
    _check_number(math.prod(map(len, axes)))
    return [list(itertools.chain(*bundles)) for bundles in itertools.product(*axes)]


def _values(override: Override) -> list[str]:
    key = override.get_key_element()
    if not override.is_sweep_override():
        return [f"{key}={override.get_value_element_as_str()}"]
    try:
        values = list(itertools.islice(override.sweep_string_iterator(), _MOST + 1))
    except (HydraException, ValueError) as error:  # a step of 0
        raise ConfigError(f"{override.input_line}: {error}. Name the values, as in {key}=a,b.") from error
    if not values:
        raise ConfigError(f"{override.input_line} gives no values. Name them, as in {key}=a,b.")
    _check_number(len(values))
    return [f"{key}={value}" for value in values]


def _check_number(jobs: int) -> None:
    if jobs > _MOST:
        raise ConfigError(
            f"These are more than {_MOST} runs, the most that one sweep may have. Name fewer values."
        )


def _bundled(columns: Mapping[str, Sequence[str]]) -> Axis:
    return [list(bundle) for bundle in zip(*columns.values(), strict=True)]


def _zipped(given: Mapping[str, Override], keys: Sequence[str]) -> dict[str, list[str]]:
    """The values of the settings that go together, in the order they were given in."""
    if not keys:
        return {}
    if twice := next((key for place, key in enumerate(keys) if key in keys[:place]), None):
        raise ConfigError(f"sweep.zip names {twice} twice. Name it once.")
    single = [key for key in keys if key not in given or not given[key].is_discrete_sweep()]
    if single or len(keys) < 2:
        swept = [key for key, override in given.items() if override.is_discrete_sweep()]
        what = (
            f"{single[0]} has no list of values.{did_you_mean(single[0], swept)}"
            if single
            else "it names one."
        )
        raise ConfigError(
            f"sweep.zip names at least two settings that each have a list of values, as in sweep.zip=[seed,"
            f"data.label_seed] seed=0,1 data.label_seed=0,1; {what}"
        )
    columns = {key: _values(given[key]) for key in given if key in keys}
    lengths = {key: len(column) for key, column in columns.items()}
    if len(set(lengths.values())) > 1:
        counts = ", ".join(f"{key} has {length}" for key, length in lengths.items())
        raise ConfigError(f"sweep.zip: settings that go together have as many values each, and {counts}.")
    return columns


def _check_samples(intervals: Sequence[Override], samples: int) -> None:
    if intervals and not samples:
        word = intervals[0].input_line
        raise ConfigError(
            f"{word} has no list of values. Name them: a,b,c or range(0,3) or logspace(1e-4,1e-2,5); or say how "
            "many points to draw, as in sweep.samples=10."
        )
    if samples and not intervals:
        raise ConfigError(
            "sweep.samples draws from settings given as an interval, and there is none. Type one, as in "
            "'training.learning_rate=tag(log,interval(1e-4,1e-2))'."
        )


def _is_interval(override: Override) -> bool:
    return override.is_sweep_override() and not override.is_discrete_sweep()


def _points(sweep: SweepConfig, given: Mapping[str, Override]) -> Axis:
    """The points written out; all of them name the same settings, or jobs could not be told apart by them."""
    points = [_words_of(point) for point in sweep.points]
    keys = point_keys(sweep)
    for text, point in zip(sweep.points, points, strict=True):
        if missing := [key for key in keys if key not in {override.key_or_group for override in point}]:
            raise ConfigError(
                f"sweep.points: '{text}' does not say {missing[0]}, as another point does. Add {missing[0]}=VALUE."
            )
    if twice := [key for key in keys if key in given]:
        raise ConfigError(f"{twice[0]} is given beside sweep.points, which sets it too. Keep one of them.")
    return [[str(override.input_line) for override in point] for point in points]


def _words_of(point: str) -> list[Override]:
    words = [parse_override(word) for word in apart(point)]
    if about := [word for word in words if re.match(rf"{SECTION}\b|hydra\b", word.key_or_group)]:
        raise ConfigError(
            f"sweep.points: '{point}' says {about[0].key_or_group}, which is about the whole sweep. Type it beside the "
            "points."
        )
    keys = [word.key_or_group for word in words]
    if twice := next((key for place, key in enumerate(keys) if key in keys[:place]), None):
        raise ConfigError(f"sweep.points: '{point}' says {twice} twice. Keep one of them.")
    if not words or any(word.is_sweep_override() for word in words):
        raise ConfigError(
            f"sweep.points: '{point}' must be the words of one job, each with one value, as in 'model=vamp seed=1'."
        )
    return words


def apart(point: str) -> list[str]:
    """The words of a point, apart at spaces; those within quotes or brackets belong to a value."""
    words, quote, depth = [""], "", 0
    for character in point:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        depth += 0 if quote else (character in "[{(") - (character in "]})")
        is_apart = character.isspace() and not quote and depth <= 0
        words = [*words, ""] if is_apart else [*words[:-1], words[-1] + character]
    return [word for word in words if word]
