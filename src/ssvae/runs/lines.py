"""The lines of the log whose form people and scripts rely on.

In: a row of metrics, a component's result. Out: text. Not here: writing it (logs.py).
"""

import math
from collections.abc import Mapping
from typing import Any

from ssvae.status import ComponentResult, Status

__all__ = ["component_line", "epoch_line"]

_SHOWN = ("loss.total", "loss.recon", "loss.kl.z", "loss.kl.c")

_WORDS = {
    Status.NOT_RUN: "ENABLED",
    Status.SUCCESS: "SUCCESS",
    Status.DISABLED: "DISABLED",
    Status.FAILED: "FAILED",
}


def epoch_line(row: Mapping[str, Any], epochs: int) -> str:
    """`Epoch   10/100 | loss.total: 198.3 | loss.recon: 180.5 | loss.kl.z: 15.2 | loss.kl.c: 2.1 | time: 5.2s`.

    Args:
        row: The epoch's metrics; `time` in seconds. A term that is not there shows as nan.
        epochs: How many were asked for.
    """
    terms = [f"{key}: {row.get(key, math.nan):.1f}" for key in _SHOWN]
    return " | ".join((f"Epoch {int(row['epoch']):4d}/{epochs}", *terms, f"time: {row['time']:.1f}s"))


def component_line(name: str, result: ComponentResult) -> str:
    """`ENABLED  mixture_prior`, or `DISABLED tau_classifier: classifier=none. To enable: classifier=tau`."""
    line = f"{_WORDS[result.status]:<8} {name}"
    if result.status is Status.NOT_RUN or result.reason is None:
        return line
    line += ": " + " ".join(result.reason.split())  # one line, whatever the reason holds
    return f"{line}. To enable: {result.remedy}" if result.remedy else line
