"""Which component measured a key number, and so what it means and how sure it is.

summary.json names the keys of each component. `metric.accuracy.test` of the classification is its `accuracy_test`: the
same value under the same words. A component may also explain `metric.accuracy.test` itself; that goes first.
In: the metrics and components of summary.json. Out: an `Origin` for each metric that has one.
"""

import dataclasses
import math
import re
from collections.abc import Mapping
from typing import Any

from ssvae.config import flatten
from ssvae.runs.reporting.words import meaning_of

__all__ = ["Origin", "origins"]

_SAME = {"validation": "val"}
"""Words that a key shortens."""


@dataclasses.dataclass(frozen=True)
class Origin:
    """Where a key number is from."""

    component: str
    meaning: str
    error: float | None
    """Its standard error."""


def origins(metrics: Mapping[str, Any], components: Mapping[str, Mapping[str, Any]]) -> dict[str, Origin]:
    """Metric key → its origin, for those that a component has measured and explained."""
    found = {}
    for name, entry in components.items():
        data = {part: value for part, value in entry["data"].items() if part != "figures"}
        numbers = {part: value for part, value in flatten(data).items() if _is_number(value)}
        by_value: dict[Any, list[str]] = {}
        for part, value in numbers.items():
            by_value.setdefault(_value_key(value), []).append(part)
        for key in entry["metrics"]:
            alike = by_value.get(_value_key(metrics.get(key)), [])
            if key in metrics and (origin := _origin(name, entry["meanings"], numbers, key, alike)):
                found[key] = origin
    return found


def _origin(
    component: str, meanings: Mapping[str, str], numbers: Mapping[str, Any], key: str, alike: list[str]
) -> Origin | None:
    """The number of the component, among those of the key's value, with most of its words; None when there is none."""
    words = _words(key.removeprefix("metric."))
    fitting = [name for name in alike if _words(name) <= words]
    name = max(fitting, key=lambda name: len(_words(name)), default=None)
    if name is None and key not in meanings:
        return None
    meaning = meanings.get(key) or ("" if name is None else meaning_of(name, meanings))
    first, dot, rest = (name or "").partition(".")
    error = numbers.get(f"{first}_error{dot}{rest}")
    return Origin(component, meaning, error if isinstance(error, float) else None)


def _words(name: str) -> frozenset[str]:
    return frozenset(_SAME.get(word, word) for word in re.split(r"[._]", name))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _value_key(value: Any) -> Any:
    """NaN is no other NaN, except here."""
    return "NaN" if isinstance(value, float) and math.isnan(value) else value if _is_number(value) else None
