"""The jobs that others are compared with, as `sweep.baseline` names them.

In: what was typed. Out: settings. Not here: whether a job has them (judging.py, opening.py).
"""

from typing import Any

from ssvae.composition.overrides import parse_override
from ssvae.composition.sweeps.points import apart
from ssvae.composition.sweeps.recipes import SweepConfig
from ssvae.errors import ConfigError

__all__ = ["baseline_settings"]


def baseline_settings(sweep: SweepConfig) -> dict[str, Any]:
    """Setting → value; empty without a baseline.

    Raises:
        ConfigError: when the words cannot be read, or name what only repeats.
    """
    try:
        overrides = [parse_override(word) for word in apart(sweep.baseline or "")]
    except ConfigError as error:
        problems = " ".join(error.problems)
        raise ConfigError(
            f"sweep.baseline={sweep.baseline} must be settings of a job, as in 'model=standard model.kl_weight=1.0', "
            f"with quotes around a text that has spaces: {problems}"
        ) from error
    if repeated := [one.key_or_group for one in overrides if one.key_or_group in sweep.replicates]:
        raise ConfigError(
            f"sweep.baseline={sweep.baseline}: {repeated[0]} only repeats a measurement (sweep.replicates), and a "
            "baseline is compared over all repetitions. Leave it out."
        )
    return {override.key_or_group: override.value() for override in overrides}
