"""What is a secret: the one place that decides, by a name or by how a text looks.

In: the name of a setting, an option, a variable or a file; a text. Out: yes or no; where in the text the secrets are.
Not here: taking them out (redaction.py), telling a person (suspects.py), leaving files out (source/).
"""

import dataclasses
import fnmatch
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["NAMED", "Secret", "is_secret_file", "is_secret_name", "is_secret_pair", "secrets_in"]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_STRONG = {
    *("password", "passwords", "passwd", "passphrase", "passcode", "pwd", "secret", "secrets"),
    *("apikey", "apikeys", "credential", "credentials", "authorization", "accesskey"),
    *("privatekey", "secretkey", "authtoken"),
}
"""Wherever one of these stands in a name, a secret is meant."""
_STRONG_ENDS = ("password", "passwd", "passphrase", "apikey", "credentials")
"""Programs write these to another word without a sign between: PGPASSWORD."""
_AT_THE_END = {"token", "tokens", "auth", "bearer", "pat", "pass", "dbpass", "sshpass", "userpass", "cookie"}
_KEYS = {
    *("api", "access", "private", "secret", "account", "encryption", "ssh", "license", "signing"),
    *("auth", "deploy", "aws", "gcp", "gcloud", "google", "azure", "openai", "wandb", "hf"),
    *("host", "server", "service", "rsa", "sa"),
}
"""A key after one of these opens something."""
_COUNTED = {
    *("num", "n", "max", "min", "per", "first", "last", "mask", "pad", "cls", "sep", "eos", "bos"),
    *("unk", "special", "use", "add", "added", "class", "image", "start", "end", "total", "new"),
    *("vocab", "by", "forward", "backward", "single", "multi", "low", "high", "band", "one"),
    *("two", "second", "third", "all"),
}
"""A token after one of these is a piece of text, a pass a turn or a filter."""

_SECRET_FILES = (
    *(".env", ".env.*", "*.env", ".envrc", ".netrc", "_netrc", ".pgpass", ".htpasswd", ".pypirc"),
    *(".npmrc", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk"),
    *("*.gpg", "*.asc", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*"),
    *("service[_-]account*.json", "kaggle.json", ".git-credentials", ".boto", ".s3cfg"),
    *(".dockercfg", "rclone.conf", "*.tfstate", "*.tfstate.*", ".my.cnf"),
    *("secrets.toml", "credentials.toml"),  # what streamlit and cargo call theirs
)
_HARMLESS_FILES = (".env.example", ".env.sample", ".env.template", "*.pub")
_PROGRAMS = (
    *("py", "pyi", "pyx", "ipynb", "md", "rst", "sh", "bash", "toml", "c", "h", "cc", "cpp"),
    *("hpp", "cu", "rs", "go", "java", "js", "ts", "jsx", "tsx", "css", "html", "r", "jl", "tex"),
)
"""Files that people write about secrets, not with them."""
_SECRET_FOLDERS = {".ssh", ".aws", ".gnupg", ".azure", ".kube", ".gcloud", "gcloud", "secrets", ".secrets"}
_SECRET_PATHS = (".docker/config.json", ".config/gh/hosts.yml")

# The group `value` is the secret. Every repetition that may fail has a bound, so that no text makes the search slow.
_TEXTS = {
    "a private key": re.compile(
        r"-----BEGIN [A-Z ]{0,30}(?P<value>PRIVATE KEY-----[\s\S]*?(?:-----END|\Z))",
    ),
    "an AWS access key": re.compile(r"\b(?P<value>A[KS]IA[0-9A-Z]{16})\b"),
    "a GitHub token": re.compile(r"\b(?P<value>gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})"),
    "a GitLab token": re.compile(r"\b(?P<value>glpat-[\w-]{16,})"),
    "a Slack token": re.compile(r"\b(?P<value>xox[abeoprs]-[\w-]{10,})"),
    "a Google API key": re.compile(r"\b(?P<value>AIza[\w-]{35})"),
    "a Hugging Face token": re.compile(r"\b(?P<value>hf_[A-Za-z0-9]{20,})"),
    "an API key": re.compile(r"\b(?P<value>sk-(?=[\w-]{0,40}?[A-Za-z0-9]{16})[\w-]{20,})"),
    "a signed token": re.compile(r"\b(?P<value>eyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}(?:\.[\w-]{0,4000})?)"),
    "a bearer's token": re.compile(r"\bBearer\s{1,5}(?P<value>[\w.~+/-]{16,}=*)", re.I),
    "the address of a webhook": re.compile(r"\bhooks\.slack\.com/services/(?P<value>[\w/]+)"),
}
NAMED = "a value that is named as a secret"

_USER = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{0,30}://)(?P<value>[^\s/'\"<>?#]{0,500}@)")
_REMOTE = re.compile(r"(?<![\w./:@-])[\w.+-]{1,64}(?P<value>:[^\s@/:'\"]{1,200})@[\w.-]{1,200}(?=[:/][^\s/])")
"""How ssh and rsync write a place: user:password@host:path."""
_QUERY = re.compile(r"[?&;#]([\w.%-]{1,80})=(?P<value>[^&;\s'\"<>#]+)")
_SIGNATURES = {"sig", "signature", "key", "code"}
"""In the query of an address these are secrets too."""

_KEY = re.compile(r"(?<!\w)([A-Za-z_][\w.-]{0,80})['\"]?\s{0,5}[:=]\s{0,5}")
_OPTION = re.compile(r"(?<![\w-])-{1,2}([A-Za-z][\w-]{0,80})\s{1,5}(?!-)")
_VALUE = re.compile(
    r"(?:(?:Bearer|Basic|Digest|Token|ApiKey)\s{1,5}(?=[^\s]))?"
    r"(?P<value>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\$?\{[^{}]*\}|\[[^\[\]]*\]|[^\s,;&{}\[\]()'\"]+"
    r"|['\"(\[{]\S+)",  # what opens and does not close
    re.I,
)
_NUMBER = re.compile(r"[-+]?[\d_.]+(?:e[-+]?\d+)?", re.I)


@dataclasses.dataclass(frozen=True)
class Secret:
    """A place in a text."""

    kind: str
    start: int
    end: int
    is_needless: bool = False
    """Whether the text says the same without it, as the address of a server does."""


def is_secret_name(key: str) -> bool:
    """Whether a setting, an option or a variable of this name holds a secret; of a dotted key the last part mostly.

    `api_key`, `hf-token`, `db.password` and `PGPASSWORD` do; `tokenizer`, `num_tokens`, `author`, `bypass` and `key`
    do not.
    """
    *above, last = ([word.lower() for word in _WORDS.findall(part)] for part in key.split("."))
    return _is_secret(last) or any(_is_strong(words) or words[-1:] == ["tokens"] for words in above)


def is_secret_pair(key: str, value: Any) -> bool:
    """Whether a setting of this name and value is a secret: `tokens: 5` counts something, and None is nothing."""
    is_count = key.lower().endswith("tokens") and _NUMBER.fullmatch(str(value)) is not None
    return value is not None and not is_count and is_secret_name(key)


def is_secret_file(path: str) -> bool:
    """Whether keys and passwords are kept in files of this name; programs and texts for people never are.

    Args:
        path: With `/` between its parts.
    """
    *folders, name = path.lower().split("/")
    if _matches(name, _HARMLESS_FILES):
        return False
    if _matches(name, _SECRET_FILES):
        return True
    stem, _, ending = name.rpartition(".")
    if stem and ending in _PROGRAMS:
        return False
    if _SECRET_FOLDERS & set(folders) or f"/{path.lower()}".endswith(
        tuple(f"/{end}" for end in _SECRET_PATHS)
    ):
        return True
    words = (_WORDS.findall(part) for part in (name, stem))
    return any(found != ["tokens"] and _is_secret(found) for found in words)


def secrets_in(text: str) -> list[Secret]:
    """The secrets in a text, from its beginning to its end; one may lie in another."""
    found = [*_in_addresses(text), *_named(text)]
    for kind, pattern in _TEXTS.items():
        found += (Secret(kind, *match.span("value")) for match in pattern.finditer(text))
    return sorted(found, key=lambda secret: (secret.start, -secret.end))


def _is_strong(words: list[str]) -> bool:
    return any(word in _STRONG or word.endswith(_STRONG_ENDS) for word in words)


def _is_secret(words: list[str]) -> bool:
    if not words or _is_strong(words):
        return bool(words)
    before, last = words[-2] if len(words) > 1 else None, words[-1]
    if last in ("key", "keys"):
        return before in _KEYS
    return last in _AT_THE_END and before not in _COUNTED


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _in_addresses(text: str) -> Iterator[Secret]:
    for match in _USER.finditer(text):
        is_web = match[1].lower().removesuffix("://").endswith(("http", "https"))
        # The user of ssh is no secret, and without it the address does not work.
        if ":" in match["value"]:
            yield Secret("a password in a URL", *match.span("value"), is_needless=True)
        elif is_web and match["value"] != "@":
            yield Secret("a user in a URL", *match.span("value"), is_needless=True)
    for match in _REMOTE.finditer(text):
        yield Secret("a password in an address", *match.span("value"), is_needless=True)
    for match in _QUERY.finditer(text):
        if _SIGNATURES & {word.lower() for word in _WORDS.findall(match[1])}:
            yield Secret("a signature in a URL", *match.span("value"))


def _named(text: str) -> Iterator[Secret]:
    """The values of pairs such as `token=X`, `"token": "X"`, `{token: X}`, and of options such as `--token X`."""
    for pattern in (_KEY, _OPTION):
        place = 0
        while (match := pattern.search(text, place)) is not None:
            place = match.end()  # a value that is no secret is looked into: it may hold pairs itself
            if not is_secret_name(match[1]) or (value := _VALUE.match(text, place)) is None:
                continue
            start, end = value.span("value")
            if is_secret_pair(match[1], value["value"]) and not value["value"].startswith("${"):
                is_quoted = text[start] in "'\"" and text[start] == text[end - 1]
                yield Secret(NAMED, start + is_quoted, end - is_quoted)
                place = end
