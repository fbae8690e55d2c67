"""All that is known of a sweep, gathered once: for the table, the page, the figures and the terminal.

In: the folder of a sweep. Out: an `Answer`. Not here: writing (writing.py), wording (sections/).
"""

import dataclasses
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ssvae.comparison.baseline import difference, partners
from ssvae.comparison.effects import Effect, main_effects, pairs_of_effects
from ssvae.comparison.grouping import Group, group_results
from ssvae.comparison.measures import Choice, choose, headlines
from ssvae.comparison.measuring import Measured, measured
from ssvae.comparison.results import Result, read_results, swept_keys
from ssvae.comparison.statistics import Estimate
from ssvae.runs.sweeps.record import SweepRecord, read_sweep

__all__ = ["DEFAULT_REPLICATES", "Answer", "read_answer"]

DEFAULT_REPLICATES = ("seed", "data.label_seed")
"""What only repeats a measurement, in a sweep that does not say."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """A sweep as it stands."""

    sweep_dir: Path
    record: SweepRecord
    results: tuple[Result, ...]
    """One for each job."""
    replicates: tuple[str, ...]
    groups: tuple[Group, ...]
    choice: Choice
    keys: tuple[str, ...]
    """The metrics to show: the one that chooses first."""
    swept: tuple[str, ...]
    """The settings that differ between jobs."""

    @property
    def header(self) -> Mapping[str, Any]:
        """Of sweep.yaml."""
        return self.record.header

    @property
    def present_source(self) -> str | None:
        """The identity of the code that the last command for this sweep found."""
        resumptions = self.header.get("resumptions")
        last = resumptions[-1] if isinstance(resumptions, list) and resumptions else self.header
        return last.get("source_id") if isinstance(last, Mapping) else None

    @property
    def baseline(self) -> Mapping[str, Any] | None:
        """The settings that name it, if any do."""
        named = self.header.get("baseline")
        return named if isinstance(named, Mapping) and named else None

    @property
    def usable(self) -> tuple[Result, ...]:
        """Those that came to their end and can be read."""
        return tuple(result for result in self.results if result.is_usable)

    @property
    def failures(self) -> tuple[Result, ...]:
        """Those that ended otherwise than they should, or whose files are damaged."""
        quiet = ("completed", "pending", "running")
        return tuple(one for one in self.results if one.job.state not in quiet or one.problems)

    def measured(self, group: Group, key: str | None = None) -> Measured:
        """The numbers of a group; without a key, of the metric that chooses."""
        return measured(group, key or self.choice.key, self.replicates)

    def partner(self, group: Group) -> Group | None:
        """The baseline of a group."""
        return self._partners[id(group)]

    def difference(self, group: Group, key: str | None = None) -> Estimate | None:
        """To the baseline, paired."""
        return difference(group, self.partner(group), key or self.choice.key, self.replicates)

    @cached_property
    def _partners(self) -> Mapping[int, Group | None]:
        found = partners(self.groups, self.baseline)
        return {id(group): other for group, other in zip(self.groups, found, strict=True)}

    @cached_property
    def best(self) -> tuple[Group, ...]:
        """The groups that have a number, the best first."""
        ranked = [(found.mean, group) for group in self.groups if (found := self.measured(group).estimate)]
        sign = -1 if self.choice.is_higher_better else 1
        return tuple(group for _, group in sorted(ranked, key=lambda pair: sign * pair[0]))

    @property
    def ranked(self) -> tuple[Group, ...]:
        """All groups, the best first, those without a number last."""
        return (*self.best, *(group for group in self.groups if group not in self.best))

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Of each setting, the largest first."""
        return main_effects(self.groups, self.choice.key, self.replicates)

    @cached_property
    def interactions(self) -> tuple[Effect, ...]:
        """Of each pair of settings, the strongest first."""
        return pairs_of_effects(self.groups, self.choice.key, self.replicates)


def read_answer(sweep_dir: Path) -> Answer:
    """What the folder of a sweep says by now.

    Raises:
        RunDirectoryError: when it holds no sweep.yaml, or one that cannot be read. Damaged runs are told in the answer.
    """
    record = read_sweep(sweep_dir)
    results = read_results(sweep_dir, record)
    asked = record.header.get("replicates")
    replicates = tuple(map(str, asked)) if isinstance(asked, list) else DEFAULT_REPLICATES
    usable = [result for result in results if result.is_usable]
    choice = choose(record.header.get("metric"), usable)
    return Answer(
        sweep_dir=sweep_dir,
        record=record,
        results=results,
        replicates=replicates,
        groups=group_results(results, replicates),
        choice=choice,
        keys=headlines(choice, usable),
        swept=swept_keys(record),
    )
