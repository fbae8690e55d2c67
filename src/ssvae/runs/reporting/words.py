"""The words that several parts of the report share: states, what a number means, settings within a sentence.

In: values of summary.json. Out: texts and lines. Not here: where they stand.
"""

import functools
import re
from collections.abc import Mapping
from typing import Any

from ssvae.runs.reporting.page import Code, Line, Words, line

__all__ = ["STATUS_WORDS", "explained", "meaning_of", "reason_line", "spelled", "status_word"]

STATUS_WORDS = {"success": "Success", "disabled": "Disabled", "failed": "Failed", "not_run": "Not run"}

_SETTING = re.compile(r"(?<![\w.=/])([a-z_][\w.]*=[\w.,\[\]+-]*[\w\]]|[a-z]\w{2,}(?:\.\w+)+)")
"""`prior.num_components=20` or `loss.kl.z` in a sentence: something to type, or a name."""


def status_word(status: Any) -> str:
    """A status as the report says it; one that nobody knows is shown as it is."""
    return STATUS_WORDS.get(status) or f"Unknown ({status})"


def meaning_of(name: str, meanings: Mapping[str, Any]) -> str:
    """What `name` means; `recall.3` takes the meaning of `recall`. Empty when nobody says."""
    return str(meanings.get(name) or meanings.get(name.split(".")[0]) or "")


@functools.lru_cache(maxsize=10_000)  # the reports of a sweep share almost all of their texts
def explained(sentence: str) -> Line:
    """A sentence whose settings are code."""
    pieces = _SETTING.split(sentence) if sentence else []
    parts = [Code(piece) if number % 2 else Words(piece) for number, piece in enumerate(pieces)]
    return tuple(part for part in parts if part.text)


def reason_line(entry: Mapping[str, Any]) -> Line:
    """Why a component is as it is. The message of an error stays as it is in the log, so that searching finds both."""
    reason = str(entry.get("reason") or "")
    return explained(reason) if entry.get("status") == "disabled" else line(reason)


def spelled(value: Any) -> str:
    """The value of a setting as it is typed."""
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(spelled, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
