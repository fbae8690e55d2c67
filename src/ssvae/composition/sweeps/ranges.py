"""Values that are computed: `linspace`, `logspace`, and draws from an `interval`.

In: words as typed, intervals as Hydra reads them. Out: plain words. Not here: combining the values (points.py).
"""

import hashlib
import math
import re
from collections.abc import Iterator

from hydra.core.override_parser.types import IntervalSweep, Override

from ssvae.errors import ConfigError

__all__ = ["drawn", "spelled_out"]

_SPACE = re.compile(r"(?P<key>[^=]+)=(?P<kind>linspace|logspace)\((?P<arguments>[^()]*)\)")

_MOST = 1000
"""Values of a range: more are a slip of the hand."""

_DIGITS = 6
"""Of a computed value: enough to tell any two apart, few enough to type again."""


def spelled_out(text: str) -> str:
    """`key=logspace(1e-4,1e-2,3)` as `key=0.0001,0.001,0.01`; any other word as it is.

    Raises:
        ConfigError: when the numbers make no range.
    """
    match = _SPACE.fullmatch(text.strip())
    if match is None:
        return text
    key, kind = match["key"], match["kind"]
    try:
        start, stop, count = (part.strip() for part in match["arguments"].split(","))
        first, last, number = float(start), float(stop), int(count)
    except ValueError as error:
        raise ConfigError(
            f"{text}: {kind} takes two numbers and a count, as in {key}={_example(kind)}."
        ) from error
    is_right = 2 <= number <= _MOST and math.isfinite(first) and math.isfinite(last) and first != last
    if not is_right or (kind == "logspace" and min(first, last) <= 0):
        above = " above 0" if kind == "logspace" else ""
        raise ConfigError(
            f"{text}: {kind} takes two different numbers{above} and a count from 2 to {_MOST}, "
            f"as in {key}={_example(kind)}."
        )
    return f"{key}={','.join(_spread(kind, first, last, number))}"


def drawn(override: Override, count: int, seed: int) -> list[str]:
    """`count` values of `key=interval(a,b)`, or of `key=tag(log,interval(a,b))`, as words of their own.

    The first values stay the same when more are asked for, and those of a setting do not depend on other settings.

    Args:
        override: The interval. With whole numbers at both ends, as `int(interval(8,64))`, whole numbers are drawn.
        count: How many.
        seed: Of the draws.

    Raises:
        ConfigError: when nothing can be drawn from it.
    """
    interval = override.value()
    assert isinstance(interval, IntervalSweep)
    start, end = interval.start, interval.end
    is_log = "log" in interval.tags
    if start is None or end is None or not start < end or (is_log and start <= 0):
        above = " above 0" if is_log else ""
        raise ConfigError(f"{override.input_line}: an interval goes from a number{above} to a larger one.")
    is_whole = isinstance(start, int) and isinstance(end, int)
    key = override.get_key_element()
    return [f"{key}={_drawn(share, start, end, is_log, is_whole)}" for share in _shares(key, count, seed)]


def _drawn(share: float, start: int | float, end: int | float, is_log: bool, is_whole: bool) -> str:
    low, high = (start, end + 1) if is_whole else (start, end)
    value = low * (high / low) ** share if is_log else low + share * (high - low)
    return str(min(math.floor(value), int(end))) if is_whole else _short(value)


def _shares(key: str, count: int, seed: int) -> Iterator[float]:
    """Numbers in [0, 1) that depend on setting, seed and place alone. NumPy's would cost a command its import."""
    for place in range(count):
        digest = hashlib.sha256(f"{seed}/{key}/{place}".encode()).digest()
        yield int.from_bytes(digest[:7]) / 2**56


def _spread(kind: str, first: float, last: float, number: int) -> Iterator[str]:
    for place in range(number):
        share = place / (number - 1)
        yield _short(
            first * (last / first) ** share if kind == "logspace" else first + share * (last - first)
        )


def _short(value: float) -> str:
    """Few digits, and always a floating-point number: 1.0 stays 1.0."""
    return repr(float(f"{value:.{_DIGITS}g}"))


def _example(kind: str) -> str:
    return "linspace(0.5,2.0,4)" if kind == "linspace" else "logspace(1e-4,1e-2,5)"
