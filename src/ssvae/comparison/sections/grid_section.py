"""The configurations of a sweep, averaged over repetitions: the best, all of them, and what each differs by.

In: an `Answer`. Out: sections. Not here: single jobs (jobs_section.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from ssvae.comparison.answer import Answer
from ssvae.comparison.grouping import Group
from ssvae.comparison.measures import is_higher_better
from ssvae.comparison.sections.cells import INTERVAL, estimated, interval, setting
from ssvae.comparison.statistics import Estimate, paired_difference
from ssvae.runs.reporting.page import Block, Code, Line, Number, Paragraph, Section, Table, Words, line

__all__ = ["best_section", "differences_section", "grid_section"]

T = TypeVar("T")

_MOST = 5
"""Configurations among the best."""

_ERRORS = "± is the standard error of the mean over repetitions; of a single run there is none."


def best_section(answer: Answer) -> Section:
    """The few best, what they measured on all splits, and how sure the first place is."""
    if not answer.best or answer.choice.key is None:
        said = Paragraph(line("None: no finished job has measured anything that could order them."))
        return Section("Best configurations", "best", (said,))
    rows = [
        (
            line(Number(rank)),
            line(Code(group.name)),
            *_inserted(_numbers(answer, group), interval(answer.measured(group).estimate)),
        )
        for rank, group in enumerate(answer.best[:_MOST], 1)
    ]
    columns = ("Place", "Configuration", *_inserted(("Runs", *answer.keys), INTERVAL))
    blocks: tuple[Block, ...] = (
        Paragraph(_order(answer)),
        Table(columns, tuple(rows), "Best configurations", is_sortable=True),
        Paragraph(_lead(answer)),
        *_command(answer),
    )
    return Section("Best configurations", "best", blocks)


def grid_section(answer: Answer) -> Section:
    """Every configuration in the order of the jobs."""
    names = list(dict.fromkeys(key for group in answer.groups for key in group.settings))
    with_baseline = answer.baseline is not None and any(map(answer.partner, answer.groups))
    columns = ("Runs", *answer.keys)
    columns = _inserted(columns, "Difference to the baseline") if with_baseline else columns
    rows = []
    for group in answer.groups:
        numbers = tuple(_numbers(answer, group))
        numbers = _inserted(numbers, _difference(answer, group)) if with_baseline else numbers
        rows.append(
            (*(setting(group.settings[name]) if name in group.settings else () for name in names), *numbers)
        )
    said = [_ERRORS] + ([f" The difference is of {answer.choice.key}."] if with_baseline else [])
    table = Table(
        (*names, *columns), tuple(rows), "All configurations", is_sortable=True, has_row_heads=bool(names)
    )
    return Section("All configurations", "configurations", (Paragraph(line(*said)), table))


def differences_section(answer: Answer) -> Section | None:
    """Of every metric shown, to the baseline; None without one."""
    rows = [
        (line(Code(group.name)), line(key), *_compared(answer.difference(group, key), key))
        for group in answer.groups
        for key in answer.keys
        if answer.difference(group, key) is not None
    ]
    if not rows:
        return None
    said = (
        f"Paired: the run of each repetition minus the baseline's run of the same {' and '.join(answer.replicates)}. "
        "A difference is clear when its interval is to one side of zero; of many that are looked at, one in twenty "
        "is so by chance."
    )
    columns = ("Configuration", "Metric", "Difference", INTERVAL, "Pairs", "Clear")
    table = Table(columns, tuple(rows), "Differences to the baseline", is_sortable=True)
    return Section("Differences to the baseline", "differences", (Paragraph(line(said)), table))


def _numbers(answer: Answer, group: Group) -> Iterator[Line]:
    """How many runs, then a mean per metric. What is missing is said in the cell."""
    pooled, whole = len(group.pooled), len(group.results)
    yield line(Number(pooled), f" of {whole}") if pooled < whole else line(Number(pooled))
    for key in answer.keys:
        found = answer.measured(group, key)
        mean = estimated(found.estimate, is_strong=key == answer.choice.key)
        if group.refusal:
            mean = line("not pooled")
        elif found.strange:
            mean = (*mean, Words(f" (left out: {len(found.strange)} not finite)"))
        yield mean


def _inserted(cells: Iterable[T], cell: T) -> tuple[T, ...]:
    """After the runs and the metric that chooses, where nobody has to scroll to see it."""
    whole = tuple(cells)
    return (*whole[:2], cell, *whole[2:])


def _difference(answer: Answer, group: Group) -> Line:
    other = answer.partner(group)
    if other is group:
        return line("the baseline")
    found = answer.difference(group)
    return estimated(found) if found else line("no pair")


def _compared(found: Estimate | None, key: str) -> Sequence[Line]:
    assert found is not None  # the rows are of those
    return estimated(found), interval(found), line(Number(found.n)), line(_clear(found, key))


def _clear(found: Estimate, key: str) -> str:
    if found.interval is None:
        return "one pair tells nothing"
    if not found.is_clear:
        return "no"
    is_higher = is_higher_better(key)
    if is_higher is None:
        return "yes"
    return "yes, better" if (found.mean > 0) == is_higher else "yes, worse"


def _order(answer: Answer) -> Line:
    ways = {True: "higher is better", False: "lower is better", None: "from high to low"}
    way = ways[is_higher_better(answer.choice.key)]
    count = len(answer.best)
    return line(
        "By ",
        Code(str(answer.choice.key)),
        f", {way}; {count} configurations have a number. {_ERRORS}",
    )


def _lead(answer: Answer) -> Line:
    """Whether the first is ahead of the second by more than chance would do."""
    if len(answer.best) < 2:
        return line("There is nothing to compare it with.")
    first, second = (answer.measured(group).values for group in answer.best[:2])
    found = paired_difference(first, second)
    if found is None:
        return line(
            "The first and the second share no repetition, so that nothing is known of the difference."
        )
    if found.error is None:
        return line("The first and the second share one repetition, so that the difference may be chance.")
    word = "is more than" if found.is_clear else "may well be"
    ahead = line(
        "The first minus the second, paired: ", *estimated(found), f" ({found.n} pairs), {INTERVAL} "
    )
    return (*ahead, *interval(found), Words(f": the difference {word} chance."))


def _command(answer: Answer) -> Iterator[Block]:
    """The words of the first run of the best, without its repetition."""
    words = [
        word
        for word in answer.best[0].results[0].job.words
        if word.partition("=")[0] not in answer.replicates
    ]
    if words:
        yield Paragraph(line("The settings of the best, to go on from: ", Code(" ".join(words))))
