"""A mistake in what was typed, and the one message that tells all of them.

In: sentences, each with the place of the word it is about. Out: text for standard error.
Not here: finding mistakes (guard.py and the rooms beside it).
"""

import dataclasses
from collections.abc import Iterable

__all__ = ["ELSEWHERE", "Mistake", "in_order", "message"]

ELSEWHERE = 1_000_000
"""The place of a mistake that no typed word is to blame for; after every word."""


@dataclasses.dataclass(frozen=True)
class Mistake:
    """One thing that must be changed before a run can start."""

    place: int
    """Which word of the command line it is about, counted from 0."""
    text: str
    """Where, what was expected, what came, what to type instead."""


def in_order(mistakes: Iterable[Mistake]) -> tuple[str, ...]:
    """The sentences in the order the words were typed, each once."""
    ordered = sorted(mistakes, key=lambda mistake: mistake.place)
    return tuple(dict.fromkeys(mistake.text for mistake in ordered))


def message(problems: Iterable[str], program: str) -> str:
    """The whole message: how many mistakes, one bullet for each, where to look.

    Args:
        problems: One sentence or more each; lines after the first are indented under the bullet.
        program: What was called, such as `python train.py`.
    """
    bullets = ["  • " + "\n    ".join(problem.splitlines()) for problem in problems]
    count = "1 mistake" if len(bullets) == 1 else f"{len(bullets)} mistakes"
    footer = f"`{program} --help` lists the groups and their options, `ssvae check` prints every setting."
    return "\n".join((f"Nothing was started: {count}.", *bullets, footer))
