"""What was asked, override by override: where it was typed, what it chooses or sets, and what becomes of it.

In: sorted words. Out: `Typed`, one each. Not here: judging them (choices.py, settings.py).
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

from hydra.core.override_parser.types import Override

from ssvae.config import flatten

__all__ = ["FILE", "Typed"]

FILE = -1
"""The place of everything that came from `--config FILE`: before the first word."""


@dataclasses.dataclass(frozen=True)
class Typed:
    """One override that could be read."""

    place: int
    """Which word of the command line, or `FILE`."""
    text: str
    parsed: Override
    group: str | None
    """The group it chooses from; None when it sets a value."""

    @property
    def key(self) -> str:
        """The dotted key, or the group, without `+` or `~`."""
        return self.parsed.key_or_group

    @property
    def is_for_hydra(self) -> bool:
        """Whether it is about Hydra itself; those words are Hydra's to judge, its groups excepted."""
        return self.parsed.is_hydra_override()

    @property
    def is_swept(self) -> bool:
        """Whether it names several values."""
        return self.parsed.is_sweep_override()

    @property
    def sign(self) -> str:
        """`+`, `++`, `~` or nothing."""
        if self.parsed.is_delete():
            return "~"
        return "++" if self.parsed.is_force_add() else "+" if self.parsed.is_add() else ""

    @property
    def value(self) -> Any:
        """The value; for a sweep, see `values`."""
        return self.parsed.value()

    def values(self) -> list[str]:
        """The values as texts: all of a sweep, else the one."""
        if self.parsed.is_discrete_sweep():
            return list(self.parsed.sweep_string_iterator())
        return [] if self.is_swept else [str(self.value)]

    def sets(self) -> Iterator[str]:
        """Every dotted key it sets: several when the value is a mapping."""
        if isinstance(self.value, dict) and self.value and not self.is_swept:
            yield from flatten(self.value, f"{self.key}.")
        else:
            yield self.key
