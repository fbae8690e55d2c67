"""What is not captured though it is there, and why: secrets, large files, what cannot be read.

In: names and sizes. Out: reasons, and a list for source.json. Not here: what git ignores; it is never looked at.
"""

import contextlib
import dataclasses
import fnmatch
import hashlib
import os

__all__ = ["LARGEST_FILE", "Budget", "LeftOut", "looks_secret", "shown"]

LARGEST_FILE = 10_000_000  # bytes; more than this is data, not code
LARGEST_TOTAL = 50_000_000  # bytes of all files that are new or changed
LARGEST_HASHED = (
    2_000_000_000  # bytes of all files left out; to read more takes longer than one wants to wait
)

_SECRET_NAMES = (
    *(".env", ".env.*", "*.env", ".envrc", ".netrc", "_netrc", ".pgpass", ".htpasswd", ".pypirc", ".npmrc"),
    *("*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk", "*.gpg", "*.asc"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "credentials", "credentials.*", "*credentials*.json"),
    *("client_secret*.json", "service[_-]account*.json", "secret", "secrets", "secret.*", "secrets.*"),
    *("kaggle.json", ".git-credentials", "*.token", "token.txt", "*api[_-]key*", "passwords.*", "password.*"),
)
_HARMLESS_NAMES = (".env.example", ".env.sample", ".env.template", "*.pub", "*.py", "*.md", "*.rst")
_SECRET_FOLDERS = (".ssh", ".aws", ".gnupg", ".azure", ".kube")


@dataclasses.dataclass(frozen=True)
class LeftOut:
    """A file that is not in the capture."""

    path: bytes
    reason: str
    bytes: int | None = None
    sha256: str | None = None

    def fact(self) -> dict[str, object]:
        """For source.json."""
        return {"path": shown(self.path), "bytes": self.bytes, "sha256": self.sha256, "reason": self.reason}


def shown(path: bytes) -> str:
    """A path as text; bytes that are no UTF-8 as escapes."""
    return path.decode("utf-8", "backslashreplace")


def looks_secret(path: bytes) -> bool:
    """Whether the name is one that keys and passwords are kept under; source code never is."""
    *folders, name = shown(path).lower().split("/")
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in _HARMLESS_NAMES):
        return False
    is_secret = any(fnmatch.fnmatchcase(name, pattern) for pattern in _SECRET_NAMES)
    return is_secret or any(folder in _SECRET_FOLDERS for folder in folders)


class Budget:
    """How much may still be captured, and still be hashed."""

    def __init__(self) -> None:
        self._captured = LARGEST_TOTAL
        self._hashed = LARGEST_HASHED

    def refusal(self, size: int) -> str | None:
        """Why a file of this size is left out; None when it is taken, and counts from now on."""
        if size > LARGEST_FILE:
            return f"it has more than {LARGEST_FILE:,} bytes"
        if size > self._captured:
            return f"the files that are new or changed have more than {LARGEST_TOTAL:,} bytes together"
        self._captured -= size
        return None

    def left_out(self, path: bytes, file: bytes, size: int, reason: str) -> LeftOut:
        """The file with its hash, as long as that takes no age."""
        digest = None
        if size <= self._hashed:
            self._hashed -= size
            with contextlib.suppress(OSError), open(file, "rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
        return LeftOut(path, reason, os.lstat(file).st_size, digest)
