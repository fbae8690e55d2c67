"""The commands of a sweep: those that made it, and what to type for more of it.

In: an `Answer`. Out: text to type. Not here: where the report shows it (sections/).
"""

import itertools
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.comparison.answer import Answer
from ssvae.runs.directory import shown_path

__all__ = ["commands_that_made", "resume_command"]

_RESUME = "sweep.resume="
_FLAGS = ("-m", "--multirun")


def commands_that_made(answer: Answer) -> tuple[str, ...]:
    """The command that began the sweep, and each that asked something new of it, in their order."""
    found: dict[tuple[str, ...], str] = {}
    for command in _commands(answer):
        words = _words(command)[len(_program(command)) :]
        asked = tuple(
            word for word in words if word not in _FLAGS and not word.lstrip("+").startswith(_RESUME)
        )
        # To go on with a sweep in its own words asks nothing new.
        if asked or not found:
            found.setdefault(asked, command)
    return tuple(found.values())


def resume_command(answer: Answer, *words: str) -> str:
    """What to type to go on with the sweep, by the program that began it."""
    program = _program(next(_commands(answer), "")) or ["python", "train.py"]
    return shlex.join([*program, "-m", f"{_RESUME}{shown_path(answer.sweep_dir)}", *words])


def _commands(answer: Answer) -> Iterator[str]:
    """All of them, as the header has kept them."""
    resumptions: Any = answer.header.get("resumptions")
    for entry in (answer.header, *(resumptions if isinstance(resumptions, list) else ())):
        if isinstance(entry, Mapping) and entry.get("command"):
            yield str(entry["command"])


def _program(command: str) -> list[str]:
    """The words before the first flag and the first setting."""
    return [*itertools.takewhile(lambda word: not word.startswith("-") and "=" not in word, _words(command))]


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # edited by hand
        return command.split()
