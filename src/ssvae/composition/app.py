"""The program behind `python train.py` and `ssvae train`.

In: a command line. Out: an exit code: 0, 1 when a run failed, 2 for mistakes, 130 for Ctrl-C, 143 for other signals.
Not here: everything that happens in between (launch.py). Imports neither Hydra nor JAX by itself.
"""

import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from ssvae.composition.exit_codes import STOPPED, code_of
from ssvae.composition.invocation import Invocation, command_line, program
from ssvae.composition.places import find_places
from ssvae.composition.words import sort_words
from ssvae.runs.console import open_closed_streams
from ssvae.stopping import stop_signals

__all__ = ["leave_at_once", "main", "starting"]


def main(config_directory: str | Path | None = None, arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code.

    Args:
        config_directory: conf/ of the clone that train.py lies in; None for the one that is installed.
        arguments: The command's words; None for those of this process.

    Raises:
        SystemExit: always.
    """
    open_closed_streams()
    atexit.register(gc.freeze)  # else all there is would be looked through once more before it goes
    typed = list(sys.argv[1:] if arguments is None else arguments)
    with stop_signals() as stop:  # from the moment a folder is claimed, whatever ends the run is written down
        try:
            with stop.foremost():
                run = _prepared(typed, Path(config_directory) if config_directory else None)
                stop.check()
                with _collecting_seldom():
                    code = run()
        except KeyboardInterrupt as interruption:
            from ssvae.composition.open_runs import close_open_runs

            close_open_runs(interruption)
            code = code_of(interruption)
    if code in STOPPED:
        leave_at_once(code)
    sys.exit(code)


def _prepared(typed: list[str], config_directory: Path | None) -> Callable[[], int]:
    """What is left to do when the command is understood; it gives the exit code."""
    with starting():
        words = sort_words(typed)
        places = find_places(words, config_directory)
        if "help" in words.switches:
            from ssvae.composition.help import help_text

            sys.stdout.write(help_text(places, program()))
            return lambda: 0
        from ssvae.composition.launch import prepare

        invocation = Invocation(
            command_line(typed),
            places.base_config,
            code_folder=str(places.code_folder),
            resume=str(words.resume.absolute()) if words.resume else None,
            warnings=places.warnings,
        )
        return prepare(words, places, invocation, program())


def leave_at_once(code: int) -> NoReturn:
    """End the process without taking it down piece by piece: after Ctrl-C, XLA may still compute in its threads,
    and crashes when its memory is freed under it. Everything of ours is on disk by then.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@contextlib.contextmanager
def starting() -> Iterator[None]:
    """While inside, nothing is collected as garbage.

    Starting makes hundreds of thousands of objects and hardly any garbage; looking through them again and again
    costs a third of the time until a mistake is told.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextlib.contextmanager
def _collecting_seldom() -> Iterator[None]:
    """While inside, garbage is looked for twenty times less often than Python does by itself.

    JAX, Hydra and what they compile and compose are a million objects that stay, and a run makes little garbage: of a
    sweep of short runs, a twelfth of the time went into looking through them.
    """
    before = gc.get_threshold()
    gc.set_threshold(20 * before[0], *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
