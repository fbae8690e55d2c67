"""A single value as people read it: few digits, and what is no number for everybody to see.

In: plain values. Out: text, not yet Markdown or HTML.
"""

import math
from typing import Any

__all__ = ["is_strange", "shown", "sort_value"]


def shown(value: Any, digits: int = 5) -> str:
    """The value in few digits; a dash for None."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return _whole(value)
    if not isinstance(value, float):
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "−Infinity"
    # Whole digits are never rounded away; beyond that 1e+15 reads better.
    is_long = 10**digits <= abs(value) < 1e15
    return f"{value:.0f}" if is_long else f"{value:.{digits}g}"


def is_strange(value: Any) -> bool:
    """Whether it is NaN or infinite, which nobody may overlook."""
    return isinstance(value, float) and not math.isfinite(value)


def sort_value(value: Any) -> str | None:
    """The exact number, as JavaScript reads it; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or is_strange(value):
        return None
    return repr(value) if isinstance(value, float) else _whole(value)


_LONGEST = 10**1000
"""Python refuses to write down whole numbers of more than 4300 digits."""


def _whole(value: int) -> str:
    return str(value) if abs(value) < _LONGEST else "a number of more than 1000 digits"
