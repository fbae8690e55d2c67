"""What is found out about a run that was run again, and how it is told.

In: lines under headings, differences. Out: `Finding`, `Verdict`, plain text. Not here: finding it out.
"""

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

from ssvae.reproduction.differences import Difference, largest
from ssvae.runs.printable import one_line

__all__ = ["CODE", "DATA", "ENVIRONMENT", "HARDWARE", "RESULT", "SEED", "Finding", "Verdict"]

CODE, ENVIRONMENT, DATA, SEED, HARDWARE, RESULT = (
    "Code",
    "Environment",
    "Data",
    "Seed",
    "Hardware",
    "Result",
)

_LONGEST_LINE = 400
"""Characters; a folder from somewhere else may hold texts of any length."""

_MARKS = {"matches": "  = ", "differences": "  ≠ ", "notes": "    "}


@dataclasses.dataclass(frozen=True)
class Finding:
    """What one look found, one sentence a line."""

    heading: str
    matches: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be compared, or is worth knowing and no difference."""

    def lines(self) -> Iterator[str]:
        """The heading, then each sentence behind its mark: `=` matches, `≠` differs."""
        yield self.heading
        for kind, mark in _MARKS.items():
            yield from (mark + line for line in getattr(self, kind))


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Whether a run was reproduced, and all that was looked at."""

    run: str
    """The folder of the run."""
    findings: tuple[Finding, ...]
    """One for each heading, in their order."""
    differences: tuple[Difference, ...] = ()
    """Between what the run recorded and what came out now; those of epochs first, the earliest epoch first."""
    tolerance: float | None = None
    """The relative difference that was allowed; None for bit for bit."""
    failure: str | None = None
    """Why there is nothing to compare with: running again failed."""
    again: str | None = None
    """The folder of the new run, where it was kept."""
    turned_after: int | None = None
    """The epoch after which the run itself had gone on with other code or software; None when it never did."""

    @property
    def is_exact(self) -> bool:
        """Whether all that the run had recorded came out again, to the last bit."""
        return self.failure is None and not self.differences

    @property
    def is_within(self) -> bool:
        """Whether it came out within the tolerance that was asked for."""
        if self.failure is not None or self.tolerance is None:
            return self.is_exact
        return all(difference.relative <= self.tolerance for difference in self.differences)

    @property
    def is_reproduced(self) -> bool:
        """What the exit code says."""
        return self.is_exact or self.is_within

    def headline(self) -> str:
        """The verdict in one sentence."""
        if self.failure is not None:
            return f"Not reproduced: {self.failure}"
        if self.is_exact:
            return "Reproduced bit for bit"
        if self.is_within:
            most = largest(self.differences)
            where = f"largest difference {most.relative:.2g} in {most.place}"
            return f"Reproduced within a relative tolerance of {self.tolerance:g} ({where})"
        return f"Not reproduced: first difference in {self._refused()[0].sentence}"

    def explanation(self) -> str | None:
        """Of a difference that arose after the run had gone on with something else; None for any other."""
        if self.is_reproduced or self.failure is not None or self.turned_after is None:
            return None
        if any(one.epoch is not None and one.epoch <= self.turned_after for one in self._refused()):
            return None
        return (
            f"After epoch {self.turned_after} the run had gone on with other code or software, and up to there nothing "
            "differs. Run again was what it began with, which explains differences after that epoch."
        )

    def text(self) -> str:
        """All of it as plain lines, without any control character."""
        lines = [self.headline(), *(line for finding in self.findings for line in finding.lines())]
        lines += filter(None, (self.explanation(), self._advice()))
        if self.again:
            lines.append(f"The new run is kept in {self.again}")
        return "\n".join(map(_shown, lines)) + "\n"

    def mapping(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "run": self.run,
            "verdict": self.headline(),
            "is_reproduced": self.is_reproduced,
            "is_exact": self.is_exact,
            "tolerance": self.tolerance,
            "failure": self.failure,
            "explanation": self.explanation(),
            "findings": {one.heading: _plain(one) for one in self.findings},
            "first_difference": _plain(self.differences[0]) if self.differences else None,
            "largest_difference": _plain(largest(self.differences)) if self.differences else None,
            "again": self.again,
        }

    def _refused(self) -> list[Difference]:
        """Those that the tolerance does not allow."""
        allowed = -1.0 if self.tolerance is None else self.tolerance
        return [one for one in self.differences if one.relative > allowed]

    def _advice(self) -> str | None:
        """Another machine or other versions round differently; then a tolerance is the right question."""
        if self.is_reproduced or self.failure is not None:
            return None
        elsewhere = [
            one.heading for one in self.findings if one.heading in (ENVIRONMENT, HARDWARE) and one.differences
        ]
        most = largest(self.differences).relative
        if not elsewhere or not 0 < most < 1:
            return None
        enough = 10.0 ** math.ceil(math.log10(most))
        return (
            f"{' and '.join(elsewhere)} differ, and then the last digits may. The largest relative difference is "
            f"{most:.2g}: --tolerance {enough:g} accepts it."
        )


def _shown(text: str) -> str:
    """In one line that a terminal shows as it is: texts of a stranger's folder may hold commands for it."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    line = indent + one_line(text)
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def _plain(value: Any) -> dict[str, Any]:
    """A dataclass as a mapping; a difference brings its sentence."""
    return dataclasses.asdict(value) | ({"sentence": value.sentence} if isinstance(value, Difference) else {})
