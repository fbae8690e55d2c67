"""Every mistake in a command, told at once, before anything is created.

What can be understood is repaired and checked further, so that one wrong word hides no other mistake, and
causes none. In: sorted words. Out: a `Plan`, or one `ConfigError` with all problems. Imports no JAX.
Not here: how each kind of mistake is found (reading.py, choices.py, settings.py, names.py, machine.py).
"""

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ssvae.composition.choices import judge_choice
from ssvae.composition.composing import Composed, Composer
from ssvae.composition.machine import absent_data, refused_code
from ssvae.composition.mistakes import ELSEWHERE, Findings
from ssvae.composition.names import meant
from ssvae.composition.plain import plain_mapping, question, resolve
from ssvae.composition.reading import read_overrides, typed_override, with_tags
from ssvae.composition.settings import applied, list_without_multirun, override_problems, unknown_to_hydra
from ssvae.composition.sweeps.asked import NO_FIGURES, SweepWords, without_figures
from ssvae.composition.sweeps.planned import PlannedJob, swept_settings
from ssvae.composition.sweeps.points import is_splittable, job_words, point_keys, sweeper_words
from ssvae.composition.sweeps.recipes import SECTION, SweepConfig
from ssvae.composition.typed import FILE, Typed
from ssvae.composition.words import FLAGS, Word, Words
from ssvae.errors import ConfigError, nearest
from ssvae.experiment import Experiment, read_experiment, setting_problems

__all__ = ["Plan", "check"]


@dataclasses.dataclass(frozen=True)
class Plan:
    """A command without mistakes: what it will run."""

    experiments: tuple[Experiment, ...]
    """One for each job; for a sweep that has no list of jobs, what they start from."""
    words: tuple[str, ...]
    """The overrides for Hydra."""
    typed_keys: tuple[str, ...]
    """Groups and dotted keys that were typed, not those of a file."""
    swept_keys: tuple[str, ...]
    """Those that differ between the jobs."""
    is_multirun: bool
    composed: Composed
    """The configuration all jobs start from."""
    sweep: SweepConfig = dataclasses.field(default_factory=SweepConfig)
    """What is asked of the sweep as a whole."""
    jobs: tuple[PlannedJob, ...] = ()
    """Of a sweep whose jobs are known beforehand."""
    shared_words: tuple[str, ...] = ()
    """Of `words`, those that all jobs of such a sweep share."""


def check(words: Words, composer: Composer, *, code_folder: Path | None = None) -> Plan:
    """Find every mistake.

    Args:
        words: The command.
        composer: What can be chosen and set.
        code_folder: Where the code is, for a command that will run: then this machine is looked at too.

    Raises:
        ConfigError: with all problems, in the order of the words they are about.
    """
    findings = Findings(words.mistakes)
    try:
        plan = _plan(words, composer, code_folder, findings)
    except ConfigError as error:  # what lies behind this point could not be looked at
        findings.add(ELSEWHERE, error.problems)
        plan = None
    if findings or plan is None:
        raise ConfigError(findings.in_order())
    return plan


@dataclasses.dataclass(frozen=True)
class _Job:
    """The words of one job, and the configuration they give as far as they can be understood."""

    part: list[Typed]
    composed: Composed
    values: list[Typed]
    """Those of its words that set values and can be applied."""
    configuration: dict[str, Any]

    @property
    def words(self) -> str:
        """As they are told in a message."""
        return _told(self.part)


def _plan(words: Words, composer: Composer, code_folder: Path | None, findings: Findings) -> Plan:
    typed = read_overrides(words, composer, findings)
    findings.places = {one.key: one.place for one in typed}
    understood = [chosen for one in typed if (chosen := _chosen(one, composer, findings)) is not None]
    of_sweep = SweepWords.among(understood)
    ours = [one for one in understood if not one.is_for_hydra and one not in of_sweep.words]
    choices = [one.text for one in ours if one.group and not one.is_swept]
    for_hydra = [one for one in understood if one.is_for_hydra]
    hydra_words = [one.text for one in _accepted_by_hydra(for_hydra, choices, composer, findings)]
    start = composer.compose((*hydra_words, *choices))
    _judge_flags(words, start, composer, findings)
    is_multirun = "multirun" in words.switches or "MULTIRUN" in str(start.hydra["mode"]) or of_sweep.resumes
    sweep = of_sweep.config(start, findings, is_multirun=is_multirun)
    ours = with_tags(ours, words.tags, plain_mapping(start.task.experiment).get("tags"), composer)
    if not is_multirun:
        ours = list(_single(ours, start, findings))
    else:
        ours = [*ours, *(typed_override(word, composer) for word in without_figures(ours, start))]
    parts = _split(ours, start, composer, sweep) if is_multirun else [ours]
    sweep = sweep or SweepConfig()
    jobs = _jobs(parts, hydra_words, composer, findings)
    swept = _swept_keys(ours, start, sweep) if is_multirun else ()
    experiments = _experiments(jobs, swept, findings)
    is_known = is_multirun and is_splittable(start) and not findings
    if code_folder is not None:
        # Files that are missing matter only for data that was asked for, not for data that was guessed.
        is_data_meant = all(one in understood for one in typed if one.group == "data")
        _judge_machine(jobs, code_folder, findings, is_data_meant=is_data_meant)
    return Plan(
        experiments=tuple(experiments),
        words=(*hydra_words, *(one.text for one in ours)),
        typed_keys=tuple(key for one in ours if one.place != FILE for key in one.sets()),
        swept_keys=swept,
        is_multirun=is_multirun,
        composed=start,
        sweep=sweep,
        jobs=tuple(_planned(jobs, experiments, swept)) if is_known else (),
        shared_words=(*hydra_words, *(one.text for one in ours if not one.is_swept)),
    )


def _planned(jobs: list[_Job], experiments: list[Experiment], swept: tuple[str, ...]) -> Iterator[PlannedJob]:
    for job, experiment in zip(jobs, experiments, strict=True):
        words = tuple(one.text for one in job.part)
        settings = swept_settings(job.part, swept, experiment)
        yield PlannedJob(words, settings, experiment, job.composed, tuple(job.values))


def _chosen(one: Typed, composer: Composer, findings: Findings) -> Typed | None:
    """The override itself, a choice repaired, or None when there is nothing to go on with."""
    if one.is_for_hydra and one.is_swept:
        findings.add(
            one.place, [f"{one.text}: settings of Hydra itself cannot be swept over. Give one value."]
        )
        return None
    if one.group is None:
        return one
    if one.group == SECTION and one.is_swept:
        findings.add(one.place, [f"{one.text}: one command is one sweep. Choose one of them."])
        return None
    judged = judge_choice(one, composer)
    findings.add(one.place, judged.problems)
    if not judged.problems:
        return one
    if not judged.values or one.parsed.package:
        return None
    values = ",".join(judged.values)
    word = f"{one.group}=[{values}]" if isinstance(one.value, list) else f"{one.group}={values}"
    return typed_override(Word(one.place, word), composer)


def _accepted_by_hydra(
    for_hydra: list[Typed], choices: list[str], composer: Composer, findings: Findings
) -> Iterator[Typed]:
    """Hydra stops at the first word it does not know; so when it does, each is looked at by itself."""
    problems: dict[str, str] = {}
    try:
        composer.compose((*(one.text for one in for_hydra), *choices))
    except ConfigError:
        groups = [one.text for one in for_hydra if one.group]
        problems = unknown_to_hydra(for_hydra, composer.compose((*groups, *choices)))
    for one in for_hydra:
        if one.text in problems:
            findings.add(one.place, [problems[one.text]])
        else:
            yield one


def _judge_flags(words: Words, start: Composed, composer: Composer, findings: Findings) -> None:
    """`--epochs=5`: a setting with dashes, or a flag misspelled."""
    choices = {group: str(option) for group, option in start.choices.items()}
    for word in words.unknown_flags:
        flag, _, value = word.text.partition("=")
        name = flag.strip("-").replace("-", "_")
        keys = [name] if name in (*start.keys, *composer.groups) else meant(name, start.keys, choices)
        if match := nearest(flag, FLAGS) if not keys else None:
            findings.add(word.place, [f"{flag} is not a flag. Did you mean '{match}'?"])
        else:
            typed = " or ".join(f"{key}={value or 'VALUE'}" for key in keys or ["key"])
            findings.add(word.place, [f"{flag} is not a flag. Settings are typed without dashes: {typed}."])


def _single(ours: list[Typed], start: Composed, findings: Findings) -> Iterator[Typed]:
    """Without -m, several values for one setting are a mistake."""
    for one in ours:
        if one.is_swept:
            findings.add(one.place, [list_without_multirun(one, start)])
        else:
            yield one


def _split(
    ours: list[Typed], start: Composed, composer: Composer, sweep: SweepConfig | None
) -> list[list[Typed]]:
    """The overrides of each job of a sweep; for a sweeper that makes up its jobs as it goes, those they share."""
    shared = [[one for one in ours if not one.is_swept]]
    if not is_splittable(start):
        return shared
    swept = [typed_override(Word(ELSEWHERE, word), composer) for word in sweeper_words(start)]
    try:
        jobs = job_words([one.parsed for one in (*swept, *ours)], sweep or SweepConfig())
    except ConfigError:
        if sweep is None:  # its own words are wrong, which is told; what follows from that is no mistake
            return shared
        raise
    read = {
        word: typed_override(Word(ELSEWHERE, word), composer)
        for word in {word for job in jobs for word in job}
    }
    return [[read[word] for word in job] for job in jobs]


def _swept_keys(ours: list[Typed], start: Composed, sweep: SweepConfig) -> tuple[str, ...]:
    params = [word.partition("=")[0] for word in sweeper_words(start)] if is_splittable(start) else []
    typed = (one.key for one in ours if one.is_swept)
    return tuple(dict.fromkeys((*params, *typed, *point_keys(sweep))))


def _jobs(
    parts: list[list[Typed]], hydra_words: list[str], composer: Composer, findings: Findings
) -> list[_Job]:
    jobs = []
    with findings.over_jobs(len(parts)) as found:
        for part in parts:
            words = _told(part)
            composed = composer.compose((*hydra_words, *(one.text for one in part if one.group)))
            good = []
            for one in part:
                problems = [] if one.group else override_problems(one, composed)
                found.add(problems, words, one.key)
                if not problems and not one.group:
                    good.append(one)
            try:
                jobs.append(_Job(part, composed, good, question(resolve(applied(composed, good)))))
            except ConfigError as error:
                found.add(error.problems, words)
    return jobs


def _told(part: list[Typed]) -> str:
    """The words of a job without what nobody typed."""
    return " ".join(one.text for one in part if one.text != NO_FIGURES)


def _experiments(jobs: list[_Job], swept_keys: Iterable[str], findings: Findings) -> list[Experiment]:
    """All experiments. Whether settings fit together is asked only when each is right by itself."""
    is_clean = not findings
    experiments = []
    with findings.over_jobs(len(jobs), named=tuple(swept_keys)) as found:
        for job in jobs:
            try:
                if is_clean:
                    experiments.append(read_experiment(job.configuration))
                else:
                    found.add(setting_problems(job.configuration), job.words)
            except ConfigError as error:
                found.add(error.problems, job.words)
    return experiments


def _judge_machine(jobs: list[_Job], code_folder: Path, findings: Findings, *, is_data_meant: bool) -> None:
    configurations = [job.configuration for job in jobs]
    if is_data_meant:
        findings.add_by_key(absent_data(configurations))
    if (problem := refused_code(configurations, code_folder)) is not None:
        findings.add_by_key([problem])
