"""What was called, remembered for the record of each run.

In: the program and its words. Out: `Invocation`. Not here: what the words mean.
"""

import contextlib
import dataclasses
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["Invocation", "command_line", "invoked", "present_invocation", "program"]


@dataclasses.dataclass(frozen=True)
class Invocation:
    """Plain values only: the callback that holds it travels to other processes with a sweep."""

    command: str = ""
    """What to type to do it again."""
    base_config: str = "conf/config.yaml"
    """The primary file, or the `--config FILE`."""
    typed_keys: tuple[str, ...] = ()
    """Groups and dotted keys that were typed."""
    code_folder: str = "."
    """Where git is asked about the code."""
    extras: tuple[str, ...] = ()
    """Files and folders of the user's own that take part: plugins, YAML."""
    resume: str | None = None
    """The folder of the run to go on with."""
    notes: tuple[str, ...] = ()
    """What the log of each run should say, such as a built-in option that a user's file hides."""
    warnings: tuple[str, ...] = ()
    """The same, as warnings."""

    def of(
        self, *, typed_keys: tuple[str, ...], notes: tuple[str, ...], extras: tuple[str, ...]
    ) -> "Invocation":
        """The same command, its words now understood."""
        return dataclasses.replace(self, typed_keys=typed_keys, notes=notes, extras=extras)


_present = Invocation()


def present_invocation() -> Invocation:
    """The invocation this process is working on."""
    return _present


@contextlib.contextmanager
def invoked(invocation: Invocation) -> Iterator[None]:
    """While inside, `present_invocation` gives this one."""
    global _present
    before, _present = _present, invocation
    try:
        yield
    finally:
        _present = before


def program() -> str:
    """What was called, as one types it: `python train.py` or `ssvae train`."""
    called = sys.argv[0]
    return f"python {shlex.quote(called)}" if called.endswith(".py") else f"{Path(called).name} train"


def command_line(arguments: Sequence[str]) -> str:
    """The whole command, quoted so that it can be pasted into a shell."""
    return " ".join((program(), *map(shlex.quote, arguments)))
