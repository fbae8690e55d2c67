"""What a run recorded against what came out now: epochs, parameters, summary.

In: two records. Out: differences in the order in which they arose, and sentences. Not here: each comparison.
"""

import dataclasses
import math
from collections.abc import Iterator

from ssvae.reproduction.arrays import compare_arrays
from ssvae.reproduction.differences import Difference, compare_values, largest
from ssvae.reproduction.epochs import compare_epochs
from ssvae.reproduction.findings import RESULT, Finding
from ssvae.reproduction.record import CHECKPOINTS, Record
from ssvae.reproduction.summary import compare_summaries, new_keys

__all__ = ["Comparison", "compare_results"]

_SHOWN = 5
"""Differences listed; where there is one, there often are hundreds."""


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What became of the results."""

    finding: Finding
    differences: tuple[Difference, ...]


def compare_results(was: Record, now: Record) -> Comparison:
    """Compare everything that both recorded; of a run that ended early, what it had got to."""
    parts = {
        "the start": tuple(_start(was, now)),
        "metrics.csv": compare_epochs(was.rows, now.rows, is_complete=was.is_complete),
        **{f"checkpoint {name}": tuple(_checkpoint(name, was, now)) for name in CHECKPOINTS},
        "the end": tuple(_ending(was, now)),
        "summary.json": tuple(_summary(was, now)),
    }
    finding = Finding(
        RESULT,
        matches=tuple(_matches(was, now, parts)),
        differences=tuple(line for name, found in parts.items() for line in _lines(name, found)),
        notes=tuple(_notes(was, now)),
    )
    return Comparison(finding, tuple(difference for found in parts.values() for difference in found))


def _start(was: Record, now: Record) -> Iterator[Difference]:
    """A run that went on from another one: that one may have been trained further meanwhile."""
    epochs = (record.header.get("resumed_epoch") for record in (was, now))
    if difference := compare_values("the epoch of the run it went on from", *epochs):
        yield difference


def _checkpoint(name: str, was: Record, now: Record) -> Iterator[Difference]:
    if name not in was.checkpoints and was.is_complete:
        yield Difference(f"checkpoint {name}", f"of the run cannot be read: {was.damage[name]}", math.inf)
        return
    if not _is_comparable(name, was, now):
        return
    if name not in now.checkpoints:
        yield Difference(f"checkpoint {name}", f"cannot be read now: {now.damage.get(name)}", math.inf)
        return
    (before, facts), (after, present) = was.checkpoints[name], now.checkpoints[name]
    if difference := compare_values(f"{name}/epoch", facts.get("epoch"), present.get("epoch")):
        yield difference
    yield from compare_arrays(before, after, f"{name}/")


def _is_comparable(name: str, was: Record, now: Record) -> bool:
    """Whether the run saved this checkpoint; one that ended early may have saved it at another epoch."""
    if name not in was.checkpoints:
        return False
    if was.is_complete or name not in now.checkpoints:
        return True
    return was.checkpoints[name][1].get("epoch") == now.checkpoints[name][1].get("epoch")


def _summary(was: Record, now: Record) -> Iterator[Difference]:
    """Written to the end only by a run that completed."""
    if was.is_complete and not was.summary:
        yield Difference("summary.json", "of the run cannot be read", math.inf)
    elif was.is_complete and not was.has_other_evaluation:
        yield from compare_summaries(was.summary, now.summary)


def _ending(was: Record, now: Record) -> Iterator[Difference]:
    """A run that was stopped from outside may go further now; one that ended by itself must end the same way."""
    if was.lifecycle in ("completed", "failed") and (
        difference := compare_values("the run's end", _end(was), _end(now))
    ):
        yield difference


def _end(record: Record) -> str:
    return f"{record.lifecycle} ({_first_line(record.reason)})" if record.reason else record.lifecycle


def _first_line(text: str) -> str:
    return str(text).strip().partition("\n")[0]


def _matches(was: Record, now: Record, parts: dict[str, tuple[Difference, ...]]) -> Iterator[str]:
    if was.rows and not parts["metrics.csv"]:
        yield f"metrics.csv: {len(was.rows)} epochs, bit for bit"
    for name in CHECKPOINTS:
        if not parts[f"checkpoint {name}"] and name in was.checkpoints and _is_comparable(name, was, now):
            yield f"checkpoint {name}: every array, bit for bit"
    if was.is_complete and not was.has_other_evaluation and not parts["summary.json"]:
        yield "summary.json: every metric and component, durations aside"


def _lines(name: str, found: tuple[Difference, ...]) -> Iterator[str]:
    """The first few, then how many more, and the largest of all."""
    yield from (difference.sentence for difference in found[:_SHOWN])
    if len(found) > _SHOWN:
        most = largest(found)
        size = f"by {most.relative:.2g}" if math.isfinite(most.relative) else "beyond any tolerance"
        yield f"and {len(found) - _SHOWN} more in {name}; relatively largest in {most.place}, {size}"


def _notes(was: Record, now: Record) -> Iterator[str]:
    if not was.is_complete:
        yield (
            f"The run did not complete ({was.lifecycle}): compared is what it had got to, {len(was.rows)} epochs, "
            "and not summary.json"
        )
    for name in CHECKPOINTS:
        if name not in was.checkpoints and not was.is_complete:
            yield f"checkpoint {name} is not compared: {was.damage[name]}"
        elif name in was.checkpoints and not _is_comparable(name, was, now):
            yield f"checkpoint {name} is not compared: the run had saved it at another epoch"
    if was.has_other_evaluation:
        yield (
            "summary.json is not compared: it was measured again later, with settings of the evaluation that are not "
            "those of the run"
        )
    elif was.is_complete and (new := new_keys(was.summary, now.summary)):
        yield f"summary.json has {len(new)} keys that the run had not, such as {new[0]}"
