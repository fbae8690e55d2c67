"""One thing that came out differently, and how large the difference is against the size of what is compared.

In: two values. Out: `Difference` or None. Not here: which values are compared.
"""

import dataclasses
import math
from collections.abc import Iterable
from typing import Any

__all__ = ["FLOOR", "Difference", "compare_values", "largest", "one_sided", "relative"]

FLOOR = 1e-3
"""Below this size numbers are held against this size: nats, shares and parameters are of the order of 1, and the
digits of what is nearly 0 mean nothing. A tolerance of 1e-3 so lets 1e-6 pass whatever the number."""

_LONGEST_VALUE = 60
"""Characters of a value that are shown."""


@dataclasses.dataclass(frozen=True)
class Difference:
    """A value that came out differently."""

    key: str
    """`loss.kl.z`, `best/params/encoder/kernel`, `components.clustering.status`."""
    change: str
    """`12.345 became 12.346`, `absent now`."""
    relative: float
    """|now − was| / max(|was|, |now|, FLOOR); infinite where no number says how far the two are apart."""
    epoch: int | None = None
    """The epoch, for what is recorded once per epoch."""

    @property
    def place(self) -> str:
        """`loss.kl.z, epoch 4`."""
        return self.key if self.epoch is None else f"{self.key}, epoch {self.epoch}"

    @property
    def sentence(self) -> str:
        """`epoch 4 (loss.kl.z: 12.345 became 12.346)`."""
        change = f"{self.key}: {self.change}"
        return change if self.epoch is None else f"epoch {self.epoch} ({change})"


def compare_values(key: str, was: Any, now: Any, epoch: int | None = None) -> Difference | None:
    """None when both are the same to the last bit; NaN is the same as NaN."""
    if type(was) is type(now) and repr(was) == repr(
        now
    ):  # for floats: shortest text that gives the same bits
        return None
    return Difference(key, f"{_shown(was)} became {_shown(now)}", _distance(was, now), epoch)


def relative(was: int | float, now: int | float) -> float:
    """How far two numbers are apart, against their size."""
    if was == now:
        return 0.0
    try:
        distance = abs(now - was) / max(abs(was), abs(now), FLOOR)
    except OverflowError:  # whole numbers that no float holds
        return math.inf
    return distance if math.isfinite(distance) else math.inf


def one_sided(key: str, is_lost: bool, epoch: int | None = None) -> Difference:
    """What only one of the two has."""
    return Difference(key, "absent now" if is_lost else "was not there", math.inf, epoch)


def largest(differences: Iterable[Difference]) -> Difference:
    """The one that is relatively largest; of equals the first."""
    return max(differences, key=lambda difference: difference.relative)


def _distance(was: Any, now: Any) -> float:
    if _is_number(was) and _is_number(now):
        return relative(was, now)
    return math.inf


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
