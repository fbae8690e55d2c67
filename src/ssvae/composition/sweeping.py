"""From the words of a sweep to the words of each of its jobs, exactly as Hydra's own sweeper splits them.

In: overrides, some naming several values. Out: lists of words. Not here: running jobs.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from ssvae.composition.composing import Composed
from ssvae.errors import ConfigError

__all__ = ["is_splittable", "job_words", "sweeper_words"]


def is_splittable(composed: Composed) -> bool:
    """Whether the jobs are known beforehand; a sweeper that looks at results before it goes on has no such list."""
    return composed.choices.get("hydra/sweeper") == "basic"


def sweeper_words(composed: Composed) -> list[str]:
    """The sweep that a file asks for, as `hydra.sweeper.params`; typed words win over it."""
    params: Mapping[str, Any] = composed.whole.hydra.sweeper.get("params") or {}
    return [f"{key}={value}" for key, value in params.items()]


def job_words(overrides: Iterable[Override]) -> list[list[str]]:
    """One list of `key=value` for each job.

    Raises:
        ConfigError: for a sweep that has no list of values, such as `interval(0,1)`.
    """
    listed = list(overrides)
    for override in listed:
        if override.is_sweep_override() and not override.is_discrete_sweep():
            raise ConfigError(f"{override.input_line} has no list of values. Name them: a,b,c or range(0,3).")
    try:
        return BasicSweeper.split_arguments(listed, None)[0]
    except HydraException as error:
        raise ConfigError(str(error)) from error
