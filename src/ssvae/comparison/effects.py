"""What each swept setting does to a metric, the others averaged out; and what two of them do together.

In: groups, a metric. Out: means per value, with errors. Not here: drawing them (figures/).
"""

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from ssvae.comparison.grouping import Group
from ssvae.comparison.measuring import Measured, measured
from ssvae.comparison.results import identity
from ssvae.comparison.statistics import Estimate, estimate

__all__ = ["Effect", "Level", "effect", "main_effects", "pairs_of_effects", "swept_settings"]


@dataclasses.dataclass(frozen=True)
class Level:
    """One value of the setting, or one pair of values of two."""

    values: tuple[Any, ...]
    mean: float
    error: float | None
    """Standard error over repetitions; None where a combination has one run."""
    runs: int
    combinations: int
    """Of the other settings."""


@dataclasses.dataclass(frozen=True)
class Effect:
    """How a metric depends on one setting or on two."""

    keys: tuple[str, ...]
    levels: tuple[Level, ...]
    """In the order of their values."""
    values: tuple[tuple[Any, ...], ...]
    """Of each setting, those that occur: numbers ascending, words in the order of the jobs."""
    note: str | None = None
    """How the means were formed, when not every combination of settings has a number."""

    @property
    def size(self) -> float:
        """The largest mean minus the smallest; of a pair, how far the means are from adding up at most."""
        means = [level.mean for level in self.levels]
        return _interaction(self.levels) if len(self.keys) > 1 else max(means) - min(means)


@dataclasses.dataclass(frozen=True)
class _Cell:
    settings: Mapping[str, Any]
    numbers: Measured


def main_effects(groups: Sequence[Group], key: str | None, replicates: tuple[str, ...]) -> tuple[Effect, ...]:
    """One per swept setting that has at least two values with a number, the largest first."""
    found = (effect(groups, (name,), key, replicates) for name in swept_settings(groups))
    return tuple(sorted((one for one in found if len(one.levels) > 1), key=lambda one: -one.size))


def pairs_of_effects(
    groups: Sequence[Group], key: str | None, replicates: tuple[str, ...]
) -> tuple[Effect, ...]:
    """One per pair of settings in which a grid was swept, the strongest interaction first.

    Nothing of pairs that hardly ever meet, such as two settings drawn at random.
    """
    found = []
    for names in itertools.combinations(swept_settings(groups), 2):
        one = effect(groups, names, key, replicates)
        counts = [len(values) for values in one.values]
        if min(counts, default=0) > 1 and 2 * len(one.levels) >= math.prod(counts):
            found.append(one)
    return tuple(sorted(found, key=lambda one: -one.size))


def effect(
    groups: Sequence[Group], keys: tuple[str, ...], metric: str | None, replicates: tuple[str, ...]
) -> Effect:
    """The means of a metric per value of `keys`, each combination of the other settings counting as much as any other.

    Where combinations are missing, only those are used that every value has: otherwise a value would look good because
    the others were kind to it. Where there is none that all have, all are used, and the note says so.
    """
    cells = [
        _Cell(group.settings, numbers)
        for group in groups
        if (numbers := measured(group, metric, replicates)).values
    ]
    levels: dict[str, dict[str, _Cell]] = {}
    for cell in cells:
        level = identity([cell.settings.get(key) for key in keys])
        levels.setdefault(level, {})[_rest(cell, keys)] = cell
    common = set.intersection(*(set(level) for level in levels.values())) if levels else set()
    rests = {rest for level in levels.values() for rest in level}
    used = common or rests
    means = (
        _level(keys, [cell for rest, cell in level.items() if rest in used]) for level in levels.values()
    )
    values = tuple(_values(groups, cells, key) for key in keys)
    ranks = [{identity(value): rank for rank, value in enumerate(of_key)} for of_key in values]
    ordered = sorted(
        means, key=lambda level: [r[identity(v)] for r, v in zip(ranks, level.values, strict=True)]
    )
    note = _note(len(common), len(rests), len(cells), len(groups) - len(cells))
    return Effect(keys, tuple(ordered), values, note)


def _note(common: int, rests: int, cells: int, without: int) -> str | None:
    if common == rests:
        return f"{without} combinations have no number and are in no mean." if without else None
    if common:
        return f"Means over {common} of {rests} combinations of other settings: those with a number for every value."
    if rests == cells:
        return "No two values share the other settings: each mean is over combinations of its own, which differ too."
    return "No combination of the other settings has a number for every value: the means are over different ones."


def _level(keys: tuple[str, ...], cells: Sequence[_Cell]) -> Level:
    """Averaged within each repetition first, where all have the same: then errors that they share count rightly."""
    values = tuple(cells[0].settings.get(key) for key in keys)
    columns = [cell.numbers.values for cell in cells]
    runs = sum(map(len, columns))
    if all(column.keys() == columns[0].keys() for column in columns) and len(columns[0]) > 1:
        means = [math.fsum(column[one] for column in columns) / len(columns) for one in columns[0]]
        whole = estimate(means)
        return Level(values, whole.mean, whole.error, runs, len(cells))
    parts = [estimate(list(column.values())) for column in columns]
    mean = math.fsum(part.mean for part in parts) / len(parts)
    return Level(values, mean, _error(parts), runs, len(cells))


def _error(parts: Sequence[Estimate]) -> float | None:
    """Of the mean of independent means."""
    errors = [part.error for part in parts if part.error is not None]
    if len(errors) < len(parts):
        return None
    return math.sqrt(math.fsum(error**2 for error in errors)) / len(parts)


def _interaction(levels: Sequence[Level]) -> float:
    """The largest distance of a mean from the closest sums of a number per row and a number per column.

    By least squares over the cells that are there: of a whole grid these sums are (mean of the row) + (mean of the
    column) - (mean of all), and where cells are missing, averages over different ones would look like an interaction.
    """
    import numpy as np  # here, for a sweep of one setting needs none

    sides = [[identity(level.values[side]) for level in levels] for side in (0, 1)]
    columns = [[value == name for value in side] for side in sides for name in dict.fromkeys(side)]
    design, means = np.array(columns, float).T, np.array([level.mean for level in levels])
    fitted = design @ np.linalg.lstsq(design, means, rcond=None)[0]
    return float(np.abs(means - fitted).max(initial=0.0))


def swept_settings(groups: Sequence[Group]) -> list[str]:
    """Those that differ between groups."""
    return list(dict.fromkeys(key for group in groups for key in group.settings))


def _rest(cell: _Cell, keys: tuple[str, ...]) -> str:
    return identity({key: value for key, value in cell.settings.items() if key not in keys})


def _values(groups: Sequence[Group], cells: Sequence[_Cell], key: str) -> tuple[Any, ...]:
    """In the order of all jobs, those without a number too: a hole must not move the others. Sorting keeps words so."""
    used = {identity(cell.settings.get(key)) for cell in cells}
    found = {identity(value): value for value in (group.settings.get(key) for group in groups)}
    return tuple(sorted((value for name, value in found.items() if name in used), key=_order))


def _order(value: Any) -> float:
    """Numbers ascending, after whatever is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else -math.inf
