"""The data set a run saw against the one that is here now.

In: the settings and fingerprints. Out: a finding. Not here: reading data sets (data/).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.errors import ConfigError, DataError
from ssvae.experiment import read_experiment
from ssvae.plugins import load_plugins
from ssvae.reproduction.findings import DATA, Finding

__all__ = ["check_data", "present_fingerprint"]


def present_fingerprint(body: Mapping[str, Any]) -> str | None:
    """The fingerprint of the data set as it is read now; None when this version does not know the data set.

    Raises:
        DataError: when the data are absent or damaged: then running again would be in vain.
    """
    try:
        load_plugins()
        recipe = read_experiment(body).data
    except ConfigError:
        return None
    try:
        return recipe.load().fingerprint
    except DataError as error:
        raise DataError(f"Data: the run cannot be repeated without its data set. {error}") from error


def check_data(recorded: Any, present: str | None, new: Any) -> Finding:
    """Compare fingerprints.

    Args:
        recorded: In the run's header; None when it ended before its data were read.
        present: As this version reads the data.
        new: In the header of the new run; None when that one ended before its data were read.
    """
    if recorded is None:
        return Finding(DATA, notes=("the run ended before it had recorded the fingerprint of its data",))
    looks = {"as they are read here": present, "as the new run read them": new}
    known = {where: value for where, value in looks.items() if value is not None}
    return Finding(
        DATA,
        matches=tuple(
            f"fingerprint {_short(recorded)}, {where}" for where, value in known.items() if value == recorded
        ),
        differences=tuple(_changes(recorded, known)),
        notes=() if present is not None else ("this version of ssvae cannot read the data set by itself",),
    )


def _changes(recorded: Any, known: Mapping[str, Any]) -> Iterator[str]:
    for where, value in known.items():
        if value != recorded:
            yield f"the data changed: fingerprint {_short(recorded)} then, {_short(value)} {where}"


def _short(value: Any) -> str:
    """Twelve of the digits tell any two apart."""
    return f"{str(value)[:12]}…"
