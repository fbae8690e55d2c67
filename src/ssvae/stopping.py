"""Stopping a run when a signal asks for it: Ctrl-C, `kill`, a scheduler that takes the machine back.

While training, a first signal is noted and training stops after the epoch, with a checkpoint; a second one stops at
once. Everywhere else, every signal stops at once. What was finished is on disk either way.
In: signals. Out: `Interrupted`. Not here: what is written before the run ends (session.py).
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
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
    """What was asked so far. Made by `stop_signals`."""

    def __init__(self) -> None:
        self.previous: dict[int, Any] = {}
        """Signal → who took care of it before."""
        self._asked: int | None = None
        self._can_wait = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """A signal has come.

        Raises:
            Interrupted: unless it can wait for the end of the epoch.
        """
        if not self._can_wait or self._asked is not None:
            raise Interrupted(number)
        self._asked = number
        # Not through the log, which this very moment may have interrupted.
        with contextlib.suppress(OSError):
            os.write(2, _NOTICE.format(name=signal.Signals(number).name).encode())

    @contextlib.contextmanager
    def waiting(self) -> Iterator[Callable[[], Interrupted | None]]:
        """While inside, a first signal waits until it is asked for.

        Yields:
            What gives the interruption that was asked for, or None.

        Raises:
            Interrupted: at the end, when one was asked for and nobody raised it.
        """
        self._can_wait = True
        try:
            yield self._interruption
        finally:
            self._can_wait = False
        if (interruption := self._interruption()) is not None:
            raise interruption

    def _interruption(self) -> Interrupted | None:
        return None if self._asked is None else Interrupted(self._asked)

    def hand_back(self, interruption: Interrupted) -> None:
        """Let whoever took care of this signal before do so: a launcher, for one, puts the job back in line."""
        before = self.previous.get(interruption.signal)
        if callable(before) and before is not signal.default_int_handler:
            before(interruption.signal, None)


@contextlib.contextmanager
def stop_signals() -> Iterator[StopRequest]:
    """While inside, signals that end a job become `Interrupted`; those that were ignored stay ignored, as under nohup.

    Inside another such block it is that one's request. Outside the main thread, where Python hears no signals, nothing
    is ever asked.
    """
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    present = signal.getsignal(signal.SIGINT)
    if isinstance(present, StopRequest):
        yield present
        return
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
            request.previous[number] = signal.signal(number, request)
    try:
        yield request
    finally:
        for number, before in request.previous.items():
            signal.signal(number, before)
