"""The mistakes found so far, each beside the word it is about; of a sweep, each once for all its jobs.

In: sentences. Out: the same in the order of the words. Not here: finding them (guard.py).
"""

import contextlib
import re
from collections.abc import Iterable, Iterator

from ssvae.composition.mistakes import ELSEWHERE, Mistake, in_order

__all__ = ["Findings", "JobFindings"]


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
        return in_order(self._mistakes)

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


def _key(problem: str) -> str:
    match = re.match(r"[\w.]+", problem)
    return match.group().rstrip(".") if match else ""
