"""One `key=value` at a time: read with Hydra's own grammar, or refused in plain words; and written again.

In: words. Out: Hydra's `Override`s, or sentences. Not here: whether the key exists (guard.py).
"""

import re
import shlex
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, Quote, QuotedString
from hydra.errors import HydraException

from ssvae.errors import ConfigError

__all__ = ["parse_override", "shown_value", "written"]

_PAIRS = {"[": "]", "{": "}", "(": ")"}
_KEY = re.compile(r"(~|\+{0,2})[A-Za-z_$][\w$-]*([./][\w$-]+)*(@[\w.$:-]*)?")
_QUOTED = re.compile(r"""\"(?:\\.|[^"\\])*\"|'(?:\\.|[^'\\])*'""")
_PARTS = re.compile(rf"(?:{_QUOTED.pattern}|\\.|[^,])+")
"""What stands between commas that are not within quotes."""
_parser = OverridesParser.create()


def parse_override(text: str) -> Override:
    """Read one word.

    Raises:
        ConfigError: in plain words, with a spelling that can be read where one is known.
    """
    key, equals, value = text.partition("=")
    if not key:
        raise ConfigError(
            f"'{text}' has no key: nothing stands before the =. Settings are typed without spaces."
        )
    if not equals and not key.startswith("~"):
        raise ConfigError(f"'{text}' is not of the form key=value.")
    if not _KEY.fullmatch(key):
        raise ConfigError(
            f"'{key}' cannot be the name of a setting, which is dotted words, as in model.kl_weight."
        )
    try:
        return _parser.parse_override(text)
    except HydraException as error:
        raise ConfigError(_unreadable(key, value)) from error


def shown_value(override: Override) -> str:
    """What stood after the `=`, as typed."""
    return (override.input_line or "").partition("=")[2]


def written(key: str, value: Any) -> str:
    """`key=value` such that Hydra's grammar reads exactly `value` back; texts are always quoted."""
    return f"{key}={_element(value)}"


def _element(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return QuotedString(value, Quote.double).with_quotes()
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_element, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_element(item)}" for key, item in value.items()) + "}"
    return repr(value)


def _unreadable(key: str, value: str) -> str:
    """Why Hydra's grammar refuses a value, and how to type it."""
    reason, repaired = _reason(value)
    retry = f"{key}={repaired}" if repaired is not None and _is_readable(f"{key}={repaired}") else None
    if retry is None:
        retry = f"{key}={QuotedString(value, Quote.double).with_quotes()}"
    return f"{key}={value} cannot be read: {reason}. Try {shlex.quote(retry)}."


def _reason(value: str) -> tuple[str, str | None]:
    """What is wrong, and the value repaired where that is obvious."""
    bare = re.sub(r"\\.", "", _QUOTED.sub("x", value))
    if quote := re.search("[\"']", bare):
        return f"a {quote[0]} is not closed", None
    for opening, closing in _PAIRS.items():
        missing = bare.count(opening) - bare.count(closing)
        if missing > 0:
            return f"a {opening} is not closed", value + closing * missing
        if missing < 0:
            return f"a {closing} was never opened", None
    if bare.strip(", ") != bare:
        return "a comma stands where a value is missing", value.strip(", ")
    return "a text with some of its characters must stand in quotes", _each_in_quotes(value, bare)


def _each_in_quotes(value: str, bare: str) -> str | None:
    """Of several values those in quotes that need them; None of a single one, and of lists."""
    parts = [part.strip() for part in _PARTS.findall(value)]
    if len(parts) < 2 or set(bare) & {*_PAIRS}:
        return None
    return ",".join(part if _is_readable(f"x={part}") else _element(part) for part in parts)


def _is_readable(text: str) -> bool:
    try:
        _parser.parse_override(text)
    except HydraException:
        return False
    return True
