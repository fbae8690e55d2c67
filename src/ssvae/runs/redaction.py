"""Secrets taken out of what is recorded: passwords in addresses, and the values of words that are named like secrets.

In: texts, words typed, settings. Out: the same with `***`, or without user and password. Not here: files whose names
look like secrets (source/left_out.py); environment variables, of which only harmless ones are read (software.py).
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["HIDDEN", "is_secret", "redacted", "redacted_command", "redacted_words", "without_credentials"]

HIDDEN = "***"

_USER = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]*://)([^\s/'\"<>?#]*)@")
_QUERY = re.compile(r"([?&;#])([\w.%-]+)=([^&;\s'\"<>#]+)")
_PAIR = re.compile(r"([A-Za-z_][\w.-]*)(['\"]?\s*[:=]\s*)('[^']*'|\"[^\"]*\"|[^\s,;&{}\[\]()'\"]+)")
_KNOWN_TOKEN = re.compile(
    # GitHub, Hugging Face, GitLab, Slack, Amazon, JSON web tokens, and the `sk-` that several others use.
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|hf_[A-Za-z0-9]{20,}|glpat-[\w-]{20,}|xox[abeprs]-[\w-]{10,}"
    r"|A[KS]IA[0-9A-Z]{16}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+|sk-[\w-]{20,})"
)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_ANYWHERE = {
    *("password", "passwd", "passphrase", "pwd", "secret", "secrets", "apikey", "credential", "credentials"),
    *("authorization", "accesskey", "privatekey", "secretkey"),
}
_AT_THE_END = {"token", "auth", "bearer", "pat"}
_KEYS = {"api", "access", "private", "secret", "account", "encryption", "ssh", "license", "signing", "auth"}
_COUNTED = {
    *(
        "num",
        "n",
        "max",
        "min",
        "per",
        "first",
        "last",
        "mask",
        "pad",
        "cls",
        "sep",
        "eos",
        "bos",
        "unk",
        "special",
    ),
    *("use", "add", "class", "image", "start", "end"),
}
"""A token after one of these is a piece of text."""
_SIGNATURES = {"sig", "signature", "key", "code"}
"""In the query of an address these are secrets too."""


def is_secret(key: str) -> bool:
    """Whether a setting, an option or a variable of this name holds a secret; of a dotted key the last part counts.

    `api_key`, `hf-token` and `db.password` do; `tokenizer`, `num_tokens`, `author` and `key` do not.
    """
    words = [word.lower() for word in _WORDS.findall(key.rpartition(".")[2])]
    if not words:
        return False
    *before, last = words
    if _ANYWHERE & set(words) or (last in ("key", "keys") and before and before[-1] in _KEYS):
        return True
    return last in _AT_THE_END and not (before and before[-1] in _COUNTED)


def without_credentials(text: str) -> str:
    """`text` with every address in it free of user, password, token and signature.

    `git@host:path` and `ssh://git@host/path` name no secret and stay.
    """
    text = _USER.sub(_without_user, text)
    text = _QUERY.sub(_without_value, text)
    return _KNOWN_TOKEN.sub(HIDDEN, text)


def redacted(key: str, value: Any) -> Any:
    """The value of a setting as it may be recorded; mappings and lists are looked into."""
    if value is not None and is_secret(key):
        return HIDDEN
    if isinstance(value, Mapping):
        return {name: redacted(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted("", item) for item in value]
    return _in_text(value) if isinstance(value, str) else value


def redacted_words(arguments: Sequence[str]) -> list[str]:
    """Words of a command line: `a.token=X` and `--token=X` become `a.token=***`; so does the X after `--token`."""
    found: list[str] = []
    is_next_secret = False
    for word in arguments:
        key, equals, value = word.partition("=")
        if is_next_secret and not word.startswith("--"):
            found.append(HIDDEN)
        elif equals and value and is_secret(key):
            found.append(f"{key}={HIDDEN}")
        else:
            found.append(_in_text(word))
        is_next_secret = word.startswith("-") and not equals and is_secret(word)
    return found


def redacted_command(command: str) -> str:
    """A whole command line; exactly as it was when it holds no secret."""
    try:
        words = shlex.split(command)
    except ValueError:  # a quote that does not end
        return _in_text(command)
    clean = redacted_words(words)
    return command if clean == words else shlex.join(clean)


def _in_text(text: str) -> str:
    """Addresses, and pairs such as `{token: X}` anywhere in the text."""
    return _PAIR.sub(_without_pair, without_credentials(text))


def _without_user(found: re.Match[str]) -> str:
    scheme, user = found.groups()
    is_web = scheme.lower().removesuffix("://").endswith(("http", "https"))
    # The user of ssh is no secret, and without it the address does not work.
    return f"{scheme}{user}@" if not is_web and ":" not in user else scheme


def _without_value(found: re.Match[str]) -> str:
    mark, key, value = found.groups()
    is_signed = bool(_SIGNATURES & {word.lower() for word in _WORDS.findall(key)})
    return f"{mark}{key}={HIDDEN if is_signed or is_secret(key) else value}"


def _without_pair(found: re.Match[str]) -> str:
    key, between, _ = found.groups()
    return f"{key}{between}{HIDDEN}" if is_secret(key) else found.group()
