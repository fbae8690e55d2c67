"""Stopping a run when a signal asks for it: Ctrl-C, `kill`, a scheduler that takes the machine back.

While training, a first signal is noted and training stops after the epoch, with a checkpoint; a second one stops at
once. Everywhere else, every signal stops at once, but for the moment in which a compiled module is loaded. What was
finished is on disk either way.
In: signals. Out: `Interrupted`. Not here: what is written before the run ends (session.py).
"""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from ssvae.errors import Interrupted

__all__ = ["StopRequest", "stop_signals"]

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGXCPU")
"""Those that a person or a scheduler sends to end a job; which of the last four differs between schedulers."""

_NOTICE = (
    "\n{name}: the run stops after this epoch, with a checkpoint. The same again stops it at once; "
    "it then goes on from the checkpoint before.\n"
)


class StopRequest:
    """What was asked so far. Made by `stop_signals`.

    A signal is noted before anything is raised: raised inside a callback of somebody else's, an exception can be
    swallowed there, and inside a compiled module that is being loaded it takes the process down. Whoever works long, or
    brings in such modules, asks `check` now and then.
    """

    def __init__(self) -> None:
        self.previous: dict[int, Any] = {}
        """Signal → who took care of it before."""
        self._asked: int | None = None
        self._waiting = 0
        self._is_deaf = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """A signal has come.

        Raises:
            Interrupted: unless it can wait for the end of the epoch or for the last words of the run, or must wait
                until a compiled module is loaded.
        """
        is_first, self._asked = self._asked is None, self._asked or number
        if self._is_deaf:
            return
        if self._waiting and is_first:
            # Not through the log, which this very moment may have interrupted.
            with contextlib.suppress(OSError):
                os.write(2, _NOTICE.format(name=signal.Signals(number).name).encode())
        elif not _is_in_a_loader(frame):
            raise Interrupted(number)

    def check(self) -> None:
        """A place where stopping does no harm.

        Raises:
            Interrupted: when it was asked for.
        """
        if (interruption := self.interruption()) is not None:
            raise interruption

    def interruption(self) -> Interrupted | None:
        """What was asked for, to be raised; None when nothing was."""
        return None if self._asked is None else Interrupted(self._asked)

    @contextlib.contextmanager
    def foremost(self) -> Iterator[None]:
        """While inside, what was asked outweighs an error: an interruption that passes through code of others can be
        swallowed there, or become some error of theirs.

        Raises:
            Interrupted: at the end, when it was asked for.
        """
        try:
            yield
        finally:
            self.check()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """While inside, a first signal waits until somebody asks.

        Raises:
            Interrupted: at the beginning and at the end, when it was asked for.
        """
        self.check()
        self._waiting += 1  # counted, for runs that are trained together wait at once
        try:
            yield
        finally:
            self._waiting -= 1
        self.check()

    @contextlib.contextmanager
    def deaf(self) -> Iterator[None]:
        """While inside, signals are noted and nothing is raised: what is begun here must be finished."""
        before, self._is_deaf = self._is_deaf, True
        try:
            yield
        finally:
            self._is_deaf = before

    def hand_back(self, interruption: Interrupted) -> None:
        """Let whoever took care of this signal before do so: a launcher, for one, puts the job back in line.

        Outside the main thread nothing happens: who is in the main thread hands it back, once.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        before = self.previous.get(interruption.signal)
        if callable(before) and before is not signal.default_int_handler:
            before(interruption.signal, None)


def _is_in_a_loader(frame: FrameType | None) -> bool:
    """Whether a compiled module is being loaded: while jaxlib makes its types, it calls Python and cannot bear that an
    exception comes back.
    """
    while frame is not None:
        if frame.f_code.co_qualname.startswith("ExtensionFileLoader."):
            return True
        frame = frame.f_back
    return False


_present: StopRequest | None = None


@contextlib.contextmanager
def stop_signals() -> Iterator[StopRequest]:
    """While inside, signals that end a job become `Interrupted`; those that were ignored stay ignored, as under nohup.

    Inside another such block it is that one's request. Outside the main thread Python hears no signals: there it is the
    request of a block that the main thread is in, or one that is never asked anything.
    """
    global _present
    if _present is not None:
        yield _present
        return
    if threading.current_thread() is not threading.main_thread():
        yield StopRequest()
        return
    _present = request = StopRequest()
    try:
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                request.previous[number] = signal.signal(number, request)
        yield request
    finally:
        for number, before in request.previous.items():
            signal.signal(number, before)
        _present = None
