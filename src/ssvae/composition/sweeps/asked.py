"""The words of a command that are about the sweep as a whole, and what a sweep leaves out unless it is asked for.

In: overrides, the configuration they are for. Out: `SweepConfig`; words that turn figures off. Not here: the jobs.
"""

import dataclasses
from collections.abc import Iterable, Sequence

from ssvae.composition.composing import Composed
from ssvae.composition.mistakes import Findings
from ssvae.composition.plain import plain_mapping, resolve
from ssvae.composition.settings import applied, override_problems
from ssvae.composition.sweeps.recipes import SECTION, SweepConfig, read_sweep_config
from ssvae.composition.typed import FILE, Typed
from ssvae.composition.words import Word
from ssvae.errors import ConfigError

__all__ = ["NO_FIGURES", "SweepWords", "without_figures"]

_PLOTS = "evaluation.plots"

NO_FIGURES = f"{_PLOTS}=[none]"
"""What a sweep adds to the words of its jobs."""


@dataclasses.dataclass(frozen=True)
class SweepWords:
    """The overrides of `sweep.…`; `sweep=NAME`, which chooses a sweep written in conf/, is not one of them."""

    words: tuple[Typed, ...]

    @classmethod
    def among(cls, typed: Iterable[Typed]) -> "SweepWords":
        """Those of a command."""
        return cls(tuple(one for one in typed if not one.group and one.key.partition(".")[0] == SECTION))

    @property
    def resumes(self) -> bool:
        """Whether the sweep of a folder is to be gone on with, which needs no `-m` to be understood."""
        return any(
            one.key == f"{SECTION}.resume" and one.value not in (None, False, True) for one in self.words
        )

    def config(self, start: Composed, findings: Findings, *, is_multirun: bool) -> SweepConfig | None:
        """What they ask; None where they are mistaken.

        Args:
            start: The configuration all jobs start from.
            findings: Gets what is wrong.
            is_multirun: Whether there is a sweep at all.
        """
        good = []
        for one in self.words:
            problems = [*self._problems(one, is_multirun=is_multirun), *override_problems(one, start)]
            findings.add(one.place, problems)
            good += [] if problems else [one]
        try:
            config = read_sweep_config(plain_mapping(applied(start, good)[SECTION]))
        except ConfigError as error:
            findings.add_by_key(error.problems)
            return None
        return config if len(good) == len(self.words) else None

    def _problems(self, one: Typed, *, is_multirun: bool) -> list[str]:
        if one.is_swept:
            return [f"{one.text}: how a sweep is run cannot be swept over. Give one value."]
        if not is_multirun and one.place != FILE:
            return [f"{one.text} is about a sweep, and this is a single run. Add -m, or leave it out."]
        return []


def without_figures(ours: Sequence[Typed], start: Composed) -> list[Word]:
    """Figures take longer than a small training: a sweep draws those of single runs when it is asked to.

    Asked is who chooses an `evaluation`, in words or in a study, or says anything about its plots.
    """
    is_asked = any(
        one.group == "evaluation" or _PLOTS in one.sets() or one.key == "evaluation" for one in ours
    )
    if is_asked or start.choices.get("evaluation") != "default" or not _draws_all(start):
        return []
    return [Word(FILE, NO_FIGURES)]


def _draws_all(start: Composed) -> bool:
    """Whether the plots are those of conf/evaluation/default.yaml, so that nobody has said anything about them."""
    return list(resolve(start.task)["evaluation"]["plots"]) == ["all"]
