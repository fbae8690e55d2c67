"""What git has stored: the committed or staged content of files that are different, or gone, on the disk.

In: object names. Out: contents. Not here: the files on the disk (worktree.py).
"""

from collections.abc import Collection
from pathlib import Path

from ssvae.runs.git_command import run_git

__all__ = ["read_stored", "stored_sizes"]


def stored_sizes(root: Path, names: Collection[str]) -> dict[str, int]:
    """Bytes of each blob that git has.

    Raises:
        GitError: when git cannot be asked.
    """
    if not names:
        return {}
    asked = "\n".join(sorted(names)).encode() + b"\n"
    answers = run_git(root, "cat-file", "--batch-check", content=asked).decode().splitlines()
    words = (answer.split(" ") for answer in answers)
    return {word[0]: int(word[2]) for word in words if len(word) == 3 and word[1] == "blob"}


def read_stored(root: Path, names: Collection[str], largest: int, budget: int) -> dict[str, bytes]:
    """The content of each blob that git has and that is not too large.

    Args:
        root: Any folder of the repository.
        names: Object names.
        largest: Bytes one may have.
        budget: Bytes all may have together; what does not fit any more is left out.

    Raises:
        GitError: when git cannot be asked.
    """
    wanted = []
    for name, size in sorted(stored_sizes(root, names).items()):
        if size <= min(largest, budget):
            budget -= size
            wanted.append((name, size))
    if not wanted:
        return {}
    answer = run_git(root, "cat-file", "--batch", content="".join(f"{name}\n" for name, _ in wanted).encode())
    found, place = {}, 0
    for name, size in wanted:
        start = answer.index(b"\n", place) + 1
        found[name] = answer[start : start + size]
        place = start + size + 1
    return found
