"""What each group is compared with: the baseline, repetition by repetition.

In: groups, the settings that name the baseline. Out: the partner of each group, paired differences.
Not here: the formula (statistics.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ssvae.comparison.grouping import Group, settings_text
from ssvae.comparison.measuring import measured
from ssvae.comparison.results import identity
from ssvae.comparison.statistics import Estimate, paired_difference

__all__ = ["baseline_problem", "baselines", "difference", "has_settings", "partners"]


def baselines(groups: Sequence[Group], named: Mapping[str, Any] | None) -> tuple[Group, ...]:
    """The groups whose settings equal those named."""
    return tuple(group for group in groups if named and has_settings(group.settings, named))


def baseline_problem(groups: Sequence[Group], named: Mapping[str, Any] | None) -> str | None:
    """Why nothing, or not everything, can be compared with the baseline; None when all is well."""
    if not named:
        return None
    chosen = baselines(groups, named)
    if not chosen:
        known = "; ".join(group.name for group in groups[:8])
        return (
            f"The baseline {settings_text(named)} is none of the configurations of this sweep, so nothing is compared "
            f"with it. There are: {known}."
        )
    found = partners(groups, named)
    alone = [group.name for group, other in zip(groups, found, strict=True) if other is None]
    if alone:
        return (
            f"{settings_text(named)} names {len(chosen)} configurations, and none of them is like "
            f"{'; '.join(alone[:8])} in all other settings: those are compared with nothing. Name more settings, as in "
            f"'sweep.baseline={chosen[0].name}'."
        )
    return None


def partners(groups: Sequence[Group], named: Mapping[str, Any] | None) -> tuple[Group | None, ...]:
    """The baseline that each group is compared with.

    That is the only one there is; of several, the one that equals the group in all settings which do not name the
    baseline, so that nothing but those settings differs.
    """
    chosen = baselines(groups, named)
    if len(chosen) == 1:
        return chosen * len(groups)
    by_rest = {_rest(one, named): one for one in reversed(chosen)}
    return tuple(by_rest.get(_rest(group, named)) for group in groups)


def difference(
    group: Group, other: Group | None, key: str | None, replicates: tuple[str, ...]
) -> Estimate | None:
    """The metric of a group minus that of its baseline, paired; None for the baseline itself and without a pair."""
    if other is None or other is group:
        return None
    return paired_difference(measured(group, key, replicates).values, measured(other, key, replicates).values)


def has_settings(settings: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    """Whether they hold all that are named."""
    return all(key in settings and _same(settings[key], value) for key, value in named.items())


def _rest(group: Group, named: Mapping[str, Any] | None) -> frozenset[tuple[str, str]]:
    """The settings that do not name the baseline; a whole number is the float it equals."""
    rest = ((key, value) for key, value in group.settings.items() if key not in (named or {}))
    return frozenset((key, identity(float(value) if type(value) is int else value)) for key, value in rest)


def _same(one: Any, other: Any) -> bool:
    """1 and 1.0 are the same weight, however it was typed; true and 1 are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other or identity(one) == identity(other)
