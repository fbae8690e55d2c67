"""What a reader must know before believing the tables: failures, few or unlike repetitions, numbers that are none.

In: an `Answer`. Out: sentences; a section. Not here: the failures one by one (failures_section.py).
"""

from collections.abc import Iterator, Sequence

from ssvae.comparison.answer import Answer
from ssvae.comparison.baseline import baseline_problem
from ssvae.comparison.commands import resume_command
from ssvae.comparison.grouping import Group
from ssvae.comparison.measures import is_higher_better
from ssvae.comparison.results import codes_text, identity, shortened
from ssvae.runs.reporting.numbers import shown
from ssvae.runs.reporting.page import Notice, Notices, Paragraph, Section, line

__all__ = ["few_runs", "warning_sentences", "warnings_section"]

_FEW = 3
"""Repetitions below which an error is itself a guess."""
_MOST_NAMED = 6
_MOST_COUNTS = 12


def warnings_section(answer: Answer) -> Section:
    """All of them, the gravest first."""
    notices = tuple(Notice(kind, line(text)) for kind, text in warning_sentences(answer))
    nothing = Paragraph(line("None."))
    return Section("Warnings", "warnings", (Notices(notices) if notices else nothing,))


def warning_sentences(answer: Answer) -> list[tuple[str, str]]:
    """(kind, sentence)."""
    return [*_unfinished(answer), *_groups(answer), *_choice(answer), *_code(answer), *_data(answer)]


def few_runs(answer: Answer) -> list[Group]:
    """The groups with a number whose means rest on fewer than three repetitions."""
    return [group for group in answer.groups if 0 < len(_repetitions_of(answer, group)) < _FEW]


def _repetitions_of(answer: Answer, group: Group) -> set[tuple[str, ...]]:
    """Those that are in its mean; where nothing was measured, those that would be."""
    if answer.choice.key is None:
        return {one.replicate(answer.replicates) for one in group.pooled}
    return set(answer.measured(group).values)


def _unfinished(answer: Answer) -> Iterator[tuple[str, str]]:
    if answer.failures:
        yield (
            "failures",
            f"{len(answer.failures)} of {len(answer.results)} jobs have no result and are in no mean: see Failures.",
        )
    left = [one for one in answer.results if one.job.state in ("pending", "running")]
    if left:
        yield (
            "unfinished",
            f"{len(left)} of {len(answer.results)} jobs are still to come: every mean may change.",
        )


def _groups(answer: Answer) -> Iterator[tuple[str, str]]:
    for group in answer.groups:
        if group.refusal:
            yield "not pooled", f"{group.name}: {group.refusal}"
        if group.duplicates:
            twice = ", ".join(result.job.folder for result in group.duplicates)
            yield (
                "duplicates",
                f"{group.name}: {twice} repeats a repetition that is there already, and is left out.",
            )
        if strange := answer.measured(group).strange:
            named = ", ".join(f"{shown(value)} in {result.job.folder}" for result, value in strange)
            yield (
                "strange numbers",
                f"{group.name}: {answer.choice.key} is {named}. Left out of the mean: "
                f"{len(strange)} of {len(group.pooled)}.",
            )
        absent = answer.measured(group).absent
        if absent and answer.choice.key:
            named = _some([result.job.folder for result in absent])
            yield (
                "not measured",
                f"{group.name}: {len(absent)} of {len(group.pooled)} runs have no {answer.choice.key}: {named}.",
            )
    yield from _repetitions(answer)


def _repetitions(answer: Answer) -> Iterator[tuple[str, str]]:
    repetitions = {group.name: _repetitions_of(answer, group) for group in answer.groups}
    known = [found for found in repetitions.values() if found]
    if any(found != known[0] for found in known):
        sizes = [len(found) for found in repetitions.values()]
        counts = ", ".join(map(str, sizes)) if len(sizes) <= _MOST_COUNTS else f"{min(sizes)} to {max(sizes)}"
        yield (
            "unbalanced",
            f"Not every configuration has the same repetitions ({counts} runs): means are over different "
            f"{' and '.join(answer.replicates)}. Paired differences use only those that both have.",
        )
    if few := few_runs(answer):
        named = "; ".join(group.name for group in few[:_MOST_NAMED]) + "; …" * (len(few) > _MOST_NAMED)
        yield (
            "few repetitions",
            f"{len(few)} of {len(answer.groups)} configurations have fewer than {_FEW} runs, so that their standard "
            f"error is a guess, and of one run there is none: {named}. Sweep over more seeds, as in seed=0,1,2,3,4.",
        )


def _choice(answer: Answer) -> Iterator[tuple[str, str]]:
    choice = answer.choice
    if choice.problem:
        yield "metric", choice.problem
    if choice.is_by_test:
        yield (
            "chosen by test images",
            f"The best are chosen by {choice.key}: the number of the best is an optimistic one, for the same images "
            "chose it and measured it. Choose by validation images: sweep.metric=metric.accuracy.val.",
        )
    if choice.key and is_higher_better(choice.key) is None:
        yield (
            "metric",
            f"{choice.key} is better neither high nor low by itself; the order is from high to low.",
        )
    if problem := baseline_problem(answer.groups, answer.baseline):
        yield "baseline", problem


def _code(answer: Answer) -> Iterator[tuple[str, str]]:
    if changed := answer.header.get("source_changed"):
        yield "code changed", str(changed)
    sources: dict[tuple[str, ...], list[str]] = {}
    for result in answer.usable:
        sources.setdefault(result.codes, []).append(result.job.folder)
    if len(sources) > 1:
        ran = "; ".join(f"{codes_text(codes)} by {_some(folders)}" for codes, folders in sources.items())
        rerun = resume_command(answer, "sweep.other_code=rerun")
        yield (
            "code changed",
            f"The finished jobs ran {len(sources)} versions of the code: source {ran}. "
            f"To run those of other code again with the present one: {rerun}",
        )
    elif sources and answer.present_source is not None and (answer.present_source,) not in sources:
        yield (
            "code changed",
            "The finished jobs ran other code than was there when the sweep was gone on with; see their config.yaml.",
        )


def _data(answer: Answer) -> Iterator[tuple[str, str]]:
    """Runs that asked for the same data and did not see the same, in whatever configuration."""
    seen: dict[str, dict[str | None, list[str]]] = {}
    for result in answer.usable:
        asked = identity({key: value for key, value in result.settings.items() if key.startswith("data.")})
        seen.setdefault(asked, {}).setdefault(result.data_hash, []).append(result.job.folder)
    for hashes in seen.values():
        if len(hashes) > 1:
            saw = "; ".join(f"{shortened(hashed)} by {_some(folders)}" for hashed, folders in hashes.items())
            yield (
                "other data",
                f"Runs that asked for the same data did not see the same: data_hash {saw}. The files of the data set "
                "changed in between, and differences between these runs are not those of their settings alone.",
            )


def _some(folders: Sequence[str]) -> str:
    return ", ".join(folders[:_MOST_NAMED]) + ", …" * (len(folders) > _MOST_NAMED)
