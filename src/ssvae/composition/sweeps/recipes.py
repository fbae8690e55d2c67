"""The settings of a sweep as a whole, `sweep.…`: they choose no experiment, and no job records them as its own.

In: declarations. Out: `SweepConfig`, `OnFailure`. Not here: what is done with them.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.config import Recipe, read_recipe, setting
from ssvae.errors import did_you_mean

__all__ = ["SECTION", "OnFailure", "SweepConfig", "count_problem", "launcher_problems", "read_sweep_config"]

SECTION = "sweep"
"""Its key in conf/config.yaml."""

_RETRY = "retry="


_MODES = ("auto", "sequential", "vmap")
"""What `hydra.launcher.mode` may be; see the launcher (src/hydra_plugins/)."""


@dataclasses.dataclass(frozen=True)
class OnFailure:
    """What a failed job means for the others."""

    stops: bool = False
    """No further job begins."""
    retries: int = 0
    """How often a job that failed is gone on with before the next begins."""


@dataclasses.dataclass(frozen=True)
class SweepConfig(Recipe):
    """How the jobs are made from the values, what happens when one fails, and what is asked of all of them."""

    on_failure: str = "continue"
    """`continue`, `stop`, or `retry=N`."""
    resume: str | None = None
    """`true` for the last sweep that has one of these jobs, or the folder of a sweep."""
    other_code: str = setting("rerun", one_of=("rerun", "keep"))
    """When a sweep goes on with other code: what becomes of the jobs that were run with the code of before."""
    zip: tuple[str, ...] = ()
    """Settings that take their first values together, then their second values, …"""
    points: tuple[str, ...] = ()
    """Points written out, each with the words of one."""
    samples: int = setting(0, at_least=0)
    """How many points are drawn at random from the settings given as `interval(…)`."""
    seed: int = setting(0, at_least=0)
    """Of these draws."""
    metric: str | None = None
    """What the best are the best by; None for the first of a list that all jobs have."""
    baseline: str | None = None
    """The jobs that the others are compared with, as `model=standard`."""
    replicates: tuple[str, ...] = ("seed", "data.label_seed")
    """Settings that only repeat a measurement: means are taken over them."""

    def problems(self, prefix: str) -> Iterator[str]:
        """A policy that nobody knows, a folder without a name."""
        if self.resume == "":
            yield f"{prefix}resume must be true or the folder of a sweep, got ''. Try {prefix}resume=true."
        if self.on_failure not in ("continue", "stop") and self._retries() is None:
            yield (
                f"{prefix}on_failure must be continue, stop or retry=N, as in retry=2, got '{self.on_failure}'. "
                f"Try {prefix}on_failure=continue."
            )

    @property
    def policy(self) -> OnFailure:
        """`on_failure`, understood."""
        return OnFailure(stops=self.on_failure == "stop", retries=self._retries() or 0)

    def _retries(self) -> int | None:
        count = self.on_failure.removeprefix(_RETRY)
        return int(count) if self.on_failure.startswith(_RETRY) and count.isdecimal() and int(count) else None


def read_sweep_config(section: Mapping[str, Any]) -> SweepConfig:
    """The settings of a sweep.

    Raises:
        ConfigError: with every problem.
    """
    resume = section.get("resume")
    if isinstance(resume, bool):  # true without quotes is no text in YAML, nor in a shell
        section = {**section, "resume": "true" if resume else None}
    return read_recipe(SweepConfig, section, SECTION)


def launcher_problems(mode: Any, max_lanes: Any) -> list[str]:
    """What is wrong with the settings of our launcher.

    Args:
        mode: `hydra.launcher.mode`.
        max_lanes: `hydra.launcher.max_lanes`.
    """
    problems = []
    if mode not in _MODES:
        problems.append(
            f"hydra.launcher.mode must be one of {', '.join(_MODES)}, got '{mode}'.{did_you_mean(str(mode), _MODES)} "
            "Try hydra.launcher.mode=auto."
        )
    lanes = count_problem("hydra.launcher.max_lanes", max_lanes, "as many as memory holds")
    return problems if lanes is None else [*problems, lanes]


def count_problem(key: str, value: Any, default: str) -> str | None:
    """What is wrong with a count; None when nothing is.

    Args:
        key: Its dotted name.
        value: What was given; None is right.
        default: What None means.
    """
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return None
    return f"{key} must be a whole number above 0, got '{value}'. Leave it out for {default}."
