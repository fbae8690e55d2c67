"""The machine a run stood on against this one.

In: the headers and environments of both runs. Out: a finding. Not here: the software (environment.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.reproduction.findings import HARDWARE, Finding

__all__ = ["check_hardware"]

_FACTS = {"machine": "machine", "processor": "cpu", "processor cores": "cores"}
"""What it is called → its key in an environment. The number of cores decides in which order sums are taken."""


def check_hardware(
    header: Mapping[str, Any],
    environment: Mapping[str, Any] | None,
    new_header: Mapping[str, Any],
    present: Mapping[str, Any],
) -> Finding:
    """Compare host, device and processor.

    Args:
        header: Of the run.
        environment: The run's; None when it was not recorded.
        new_header: Of the new run, which knows what it computed on.
        present: This environment.
    """
    pairs = {
        "device": (header.get("device"), new_header.get("device")),
        **{what: ((environment or {}).get(key), present.get(key)) for what, key in _FACTS.items()},
        "host": (header.get("host"), new_header.get("host")),
    }
    known = {what: pair for what, pair in pairs.items() if None not in pair}
    return Finding(
        HARDWARE,
        matches=tuple(f"{what}: {was}" for what, (was, now) in known.items() if was == now),
        differences=tuple(
            f"{what}: {was} then, {now} now" for what, (was, now) in known.items() if was != now
        ),
        notes=tuple(_unknown(pairs)),
    )


def _unknown(pairs: Mapping[str, tuple[Any, Any]]) -> Iterator[str]:
    for what, (was, now) in pairs.items():
        if was is None:
            yield f"{what}: not recorded by the run"
        elif now is None:
            yield f"{what}: not known of the new run"
