"""What is not captured though it is there, and why: secrets, large files, what cannot be read.

In: names and sizes. Out: reasons, and a list for source.json. Not here: what is a secret (secrets.py); what git
ignores, which is never looked at.
"""

import contextlib
import dataclasses
import hashlib
import os

from ssvae.runs.secrets import is_secret_file

__all__ = ["LARGEST_FILE", "Budget", "LeftOut", "looks_secret", "shown"]

LARGEST_FILE = 10_000_000  # bytes; more than this is data, not code
LARGEST_TOTAL = 50_000_000  # bytes of all files that are new or changed
LARGEST_HASHED = (
    2_000_000_000  # bytes of all files left out; to read more takes longer than one wants to wait
)


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
    return is_secret_file(shown(path))


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
        if digest is None:
            reason += "; its SHA-256 was not computed"
        return LeftOut(path, reason, os.lstat(file).st_size, digest)
