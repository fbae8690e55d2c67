"""Which runs of a sweep are repetitions of one another, and the refusal to average those that are not.

In: results, the settings that only repeat a measurement. Out: groups; pooled runs or a refusal.
Not here: averages (statistics.py); which numbers there are (measuring.py).
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ssvae.comparison.results import Result, codes_text, identity, shortened
from ssvae.errors import PoolingError
from ssvae.runs.reporting.words import spelled

__all__ = ["Group", "group_results", "pool", "settings_text"]

_DATA = "data."
_MOST_NAMED = 6
"""Settings that a refusal names."""
_OF_SETTINGS = " Or name what only repeats a measurement: sweep.replicates=[seed,…]."


@dataclasses.dataclass(frozen=True)
class Group:
    """The jobs of one configuration."""

    settings: Mapping[str, Any]
    """What was swept over but the replicate keys."""
    results: tuple[Result, ...]
    """All of them, whatever became of them."""
    pooled: tuple[Result, ...] = ()
    """Those that means are taken over: usable, each repetition once."""
    duplicates: tuple[Result, ...] = ()
    """Usable ones that repeat a repetition, which would make errors look smaller than they are."""
    refusal: str | None = None
    """Why they cannot be pooled."""

    @property
    def left_out(self) -> tuple[Result, ...]:
        """Those that did not come to their end, or whose files are damaged."""
        return tuple(result for result in self.results if not result.is_usable)

    @property
    def name(self) -> str:
        """Its settings as they are typed."""
        return settings_text(self.settings)


def settings_text(settings: Mapping[str, Any]) -> str:
    """`model=mixture model.kl_weight=0.5`."""
    return " ".join(f"{key}={spelled(value)}" for key, value in settings.items()) or "all jobs"


def group_results(results: Sequence[Result], replicates: tuple[str, ...]) -> tuple[Group, ...]:
    """The groups in the order of their first jobs; what cannot be pooled says so.

    Args:
        results: Of all jobs.
        replicates: The settings that only repeat a measurement.
    """
    members: dict[str, list[Result]] = {}
    for result in results:
        members.setdefault(identity(_without(result.job.settings, replicates)), []).append(result)
    return tuple(_group(group, replicates) for group in members.values())


def pool(results: Sequence[Result], replicates: tuple[str, ...]) -> tuple[Result, ...]:
    """The results, when they are repetitions of one another.

    Args:
        results: Of runs that came to their end.
        replicates: The settings that may differ.

    Raises:
        PoolingError: when any other setting differs, or the code, or the data. Runs of other label draws have other
            data by intention: of those, only runs with the same values of the replicate keys in `data` are compared.
    """
    for result in results[1:]:
        if differences := _differences(results[0], result, replicates):
            named = "; ".join(differences[:_MOST_NAMED])
            more = len(differences) - _MOST_NAMED
            but = f"but {' and '.join(replicates)} " if replicates else ""
            of_code = int(result.codes != results[0].codes)
            again = " Going on with the sweep by sweep.other_code=rerun does so." if of_code else ""
            raise PoolingError(
                f"{results[0].job.folder} and {result.job.folder} are no repetitions of one another: {named}"
                f"{f'; and {more} more' if more > 0 else ''}. Runs may be averaged when nothing "
                f"{but}differs. Run them again with the same settings, code and data.{again}"
                f"{_OF_SETTINGS if len(differences) > of_code else ''}"
            )
    _check_data(results, replicates)
    return tuple(results)


def _group(results: list[Result], replicates: tuple[str, ...]) -> Group:
    settings = _without(results[0].job.settings, replicates)
    usable = [result for result in results if result.is_usable]
    once: dict[tuple[str, ...], Result] = {}
    for result in usable:
        once.setdefault(result.replicate(replicates), result)
    try:
        pooled, refusal = pool(usable, replicates), None
    except PoolingError as error:
        return Group(settings, tuple(results), refusal=str(error))
    duplicates = tuple(result for result in pooled if once[result.replicate(replicates)] is not result)
    return Group(settings, tuple(results), tuple(once.values()), duplicates, refusal)


def _without(settings: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key not in keys}


def _differences(one: Result, other: Result, replicates: Sequence[str]) -> list[str]:
    """`model.kl_weight is 0.5 and 1.0`, for each setting that may not differ; then the code."""
    keys = [key for key in dict.fromkeys([*one.settings, *other.settings]) if key not in replicates]
    found = [
        f"{key} is {_value(one.settings, key)} and {_value(other.settings, key)}"
        for key in keys
        if key not in one.settings
        or key not in other.settings
        or identity(one.settings[key]) != identity(other.settings[key])
    ]
    if one.codes != other.codes:
        found.append(f"the code (source_id) is {codes_text(one.codes)} and {codes_text(other.codes)}")
    return found


def _check_data(results: Sequence[Result], replicates: Sequence[str]) -> None:
    """Raises:
    PoolingError: when two runs that asked for the same data did not see the same.
    """
    draws = tuple(key for key in replicates if key.startswith(_DATA))
    first: dict[tuple[str, ...], Result] = {}
    for result in results:
        one = first.setdefault(result.replicate(draws), result)
        if one.data_hash != result.data_hash:
            raise PoolingError(
                f"{one.job.folder} and {result.job.folder} asked for the same data and did not see the same: the data "
                f"(data_hash) is {shortened(one.data_hash)} and {shortened(result.data_hash)}. The files of the data "
                "set changed in between: run the older of them again."
            )


def _value(settings: Mapping[str, Any], key: str) -> str:
    return spelled(settings[key]) if key in settings else "absent"
