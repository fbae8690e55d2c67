"""Mistakes in what was typed, each beside the word it is about, and the one message that tells all of them.

What is wrong with a sweep is told once for all its jobs. In: sentences. Out: the same in the order of the words;
text for standard error. Not here: finding mistakes (guard.py and the rooms beside it).
"""

import contextlib
import dataclasses
import re
from collections.abc import Iterable, Iterator

__all__ = ["ELSEWHERE", "Findings", "JobFindings", "Mistake", "message"]

ELSEWHERE = 1_000_000
"""The place of a mistake that no typed word is to blame for; after every word."""


@dataclasses.dataclass(frozen=True)
class Mistake:
    """One thing that must be changed before a run can start."""

    place: int
    """Which word of the command line it is about, counted from 0."""
    text: str
    """Where, what was expected, what came, what to type instead."""


class Findings:
    """A heap of mistakes; true when there is any."""

    def __init__(self, mistakes: Iterable[Mistake] = ()):
        self._mistakes = list(mistakes)
        self.places: dict[str, int] = {}
        """Key → the word that set it."""

    def __bool__(self) -> bool:
        return bool(self._mistakes)

    def add(self, place: int, problems: Iterable[str]) -> None:
        """Add sentences about the word at `place`."""
        self._mistakes.extend(Mistake(place, problem) for problem in problems)

    def add_by_key(self, problems: Iterable[str]) -> None:
        """Add sentences that begin with the key they are about."""
        for problem in problems:
            self.add(self._place(_key(problem)), [problem])

    def in_order(self) -> tuple[str, ...]:
        """The sentences in the order of the words they are about, each once."""
        ordered = sorted(self._mistakes, key=lambda mistake: mistake.place)
        return tuple(dict.fromkeys(mistake.text for mistake in ordered))

    @contextlib.contextmanager
    def over_jobs(self, count: int, named: tuple[str, ...] = ()) -> "Iterator[JobFindings]":
        """Collect what is found in `count` jobs; a sentence about some of them says in which.

        Args:
            count: How many jobs there are.
            named: Keys whose sentences need no such hint, for they name the value that is wrong.
        """
        found = JobFindings()
        yield found
        for (problem, key), words in found.where.items():
            about = key or _key(problem)
            is_some = len(words) < count and about not in named
            hint = f" (In {len(words)} of {count} runs, the first: {words[0]})" if is_some else ""
            self.add(self._place(about), [problem + hint])

    def _place(self, key: str) -> int:
        """Where the word was typed that set `key`, a part of it, or its group."""
        places = [
            place
            for name, place in self.places.items()
            if key == name or key.startswith(f"{name}.") or name.startswith(f"{key}.")
        ]
        return max(places, default=ELSEWHERE)


class JobFindings:
    """Sentences, and the jobs each was found in."""

    def __init__(self) -> None:
        self.where: dict[tuple[str, str], list[str]] = {}

    def add(self, problems: Iterable[str], words: str, key: str = "") -> None:
        """Add sentences about the job with these words; `key` where they do not begin with it."""
        for problem in problems:
            self.where.setdefault((problem, key), []).append(words)


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


def _key(problem: str) -> str:
    match = re.match(r"[\w.]+", problem)
    return match.group().rstrip(".") if match else ""
