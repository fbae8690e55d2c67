"""Every error this package raises on purpose, and the functions that word them.

    SSVAEError
    ├── ConfigError            what was asked cannot be: names, types, ranges, combinations
    ├── DataError              a data set is absent, damaged or not what was asked
    ├── CheckpointError        a checkpoint cannot be read or does not fit the model
    ├── RunDirectoryError      a run folder cannot be made, claimed or read
    ├── ProvenanceError        the record of a run could not be written, so the run must not go on
    ├── TrainingDiverged       a loss term stopped being a finite number
    └── PoolingError           runs that are not repetitions of one another cannot be averaged

    KeyboardInterrupt
    └── Interrupted            a signal asked the run to stop: no error, and none of the above

A message says where (the path the user typed), what was expected, what came, and what to type instead.
In: nothing. Out: exception types. Not here: catching them. Who may catch everything, and why, stands in
tests/house/test_walls.py.
"""

import difflib
import signal
from collections.abc import Iterable, Sequence

__all__ = [
    "CheckpointError",
    "ConfigError",
    "DataError",
    "Interrupted",
    "PoolingError",
    "ProvenanceError",
    "RunDirectoryError",
    "SSVAEError",
    "TrainingDiverged",
    "did_you_mean",
    "nearest",
    "reason_of",
]


class SSVAEError(Exception):
    """The root of the tree; catch it to catch everything this package raises on purpose."""


class ConfigError(SSVAEError):
    """What was asked cannot be. Carries every problem found, not only the first.

    Attributes:
        problems: One sentence or more per mistake, in the order they were found.
    """

    def __init__(self, problems: str | Sequence[str]):
        self.problems: tuple[str, ...] = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class DataError(SSVAEError):
    """A data set is absent, damaged, or not what was asked."""


class CheckpointError(SSVAEError):
    """A checkpoint cannot be read, or does not fit the model it is read into."""


class RunDirectoryError(SSVAEError):
    """A run folder cannot be made, claimed or read."""


class ProvenanceError(SSVAEError):
    """The record of a run could not be written; a run without a record must not go on."""


class TrainingDiverged(SSVAEError):  # noqa: N818 - the name says what happened, as `StopIteration` does
    """A loss term stopped being a finite number."""


class PoolingError(SSVAEError):
    """Runs that differ in more than what repeats a measurement cannot be averaged."""


class Interrupted(KeyboardInterrupt):
    """A signal asked the run to stop. No `except Exception` catches it, as none catches Ctrl-C.

    Attributes:
        signal: Which one: SIGINT for Ctrl-C, SIGTERM or what a scheduler sends.
    """

    def __init__(self, signal_number: int):
        self.signal = signal.Signals(signal_number)
        super().__init__(self.signal.name)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when nothing is close."""
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`" Did you mean 'mixture'?"` with its leading space, or an empty string when nothing is close."""
    match = nearest(word, known)
    return f" Did you mean '{match}'?" if match else ""


def reason_of(error: BaseException) -> str:
    """Why something ended, as logs and records tell it: our own errors say everything, others need their type."""
    text = str(error)
    if isinstance(error, KeyboardInterrupt):
        number = error.signal if isinstance(error, Interrupted) else signal.SIGINT
        return "Ctrl-C" if number is signal.SIGINT else f"the signal {number.name}"
    if isinstance(error, SSVAEError) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
