"""Secrets taken out of what is recorded: they become `***`, and addresses lose user and password.

In: texts, words typed, settings. Out: the same without secrets. Not here: what is a secret (secrets.py).
"""

import functools
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from ssvae.runs.secrets import is_secret_name, is_secret_pair, secrets_in

__all__ = ["HIDDEN", "redacted", "redacted_command", "redacted_words", "without_secrets"]

HIDDEN = "***"


@functools.lru_cache(maxsize=10_000)  # the jobs of a sweep repeat almost all of each other's texts
def without_secrets(text: str) -> str:
    """`text` with every secret in it masked.

    `git@host:path` and `ssh://git@host/path` name no secret and stay.
    """
    pieces, place = [], 0
    for secret in secrets_in(text):
        if secret.start >= place:  # the others lie, or begin, in one that is masked
            pieces += [text[place : secret.start], "" if secret.is_needless else HIDDEN]
        place = max(place, secret.end)
    return "".join([*pieces, text[place:]])


def redacted(key: str, value: Any) -> Any:
    """The value of a setting as it may be recorded; mappings and lists are looked into."""
    if is_secret_pair(key, value):
        return HIDDEN
    if isinstance(value, Mapping):
        return {name: redacted(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted("", item) for item in value]
    return without_secrets(value) if isinstance(value, str) else value


def redacted_words(arguments: Sequence[str]) -> list[str]:
    """Words of a command line: `a.token=X` and `--token=X` become `a.token=***`; so does the X after `--token`."""
    found: list[str] = []
    is_next_secret = False
    for word in arguments:
        key, equals, value = word.partition("=")
        if is_next_secret and not word.startswith("--"):
            found.append(HIDDEN)
        elif equals and value and " " not in key and is_secret_pair(key, value):
            found.append(f"{key}={HIDDEN}")
        else:
            found.append(without_secrets(word))
        is_next_secret = word.startswith("-") and not equals and is_secret_name(word)
    return found


def redacted_command(command: str) -> str:
    """A whole command line; exactly as it was when it holds no secret."""
    try:
        words = shlex.split(command)
    except ValueError:  # a quote that does not end
        return without_secrets(command)
    clean = redacted_words(words)
    return command if clean == words else shlex.join(clean)
