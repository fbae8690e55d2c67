"""Signals: which become an interruption, which wait, which stay what they were."""

import contextlib
import os
import signal
import subprocess
import sys
import threading

import pytest

from ssvae.errors import Interrupted, reason_of
from ssvae.stopping import stop_signals


def send(number):
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGXCPU"])
def test_a_signal_that_ends_a_job_interrupts_at_once(name):
    with pytest.raises(Interrupted, match=name) as interrupted, stop_signals():
        send(getattr(signal, name))
    assert isinstance(interrupted.value, KeyboardInterrupt)
    assert reason_of(interrupted.value) == ("Ctrl-C" if name == "SIGINT" else f"the signal {name}")


def test_the_handlers_of_before_come_back():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with stop_signals():
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_first_signal_waits_and_a_second_does_not(capfd):
    def train(request):
        send(signal.SIGINT)
        assert request.interruption().signal is signal.SIGINT
        send(signal.SIGTERM)
        pytest.fail("the second signal was ignored")

    with stop_signals() as request, pytest.raises(Interrupted, match="SIGTERM"), request.waiting():
        train(request)
    assert "SIGINT: the run stops after this epoch, with a checkpoint" in capfd.readouterr().err


def test_what_nobody_raised_is_raised_at_the_end():
    with stop_signals() as request, pytest.raises(Interrupted, match="SIGUSR2"), request.waiting():
        send(signal.SIGUSR2)


def test_an_exception_that_somebody_swallowed_is_raised_where_it_does_no_harm():
    """Inside a callback of the garbage collector, Python prints an exception and goes on."""
    with stop_signals() as request:
        with contextlib.suppress(KeyboardInterrupt):
            send(signal.SIGTERM)
        with pytest.raises(Interrupted, match="SIGTERM"):
            request.check()
        with pytest.raises(Interrupted, match="SIGTERM"), request.waiting():
            pytest.fail("training has begun")


def test_an_interruption_that_became_another_error_is_one_all_the_same():
    def fails():
        try:
            send(signal.SIGTERM)
        finally:
            raise ValueError("half done")

    with stop_signals() as request:
        with pytest.raises(ValueError, match="nobody asked"), request.foremost():
            raise ValueError("nobody asked")
        with pytest.raises(Interrupted, match="SIGTERM"), request.foremost():
            fails()
        with pytest.raises(Interrupted, match="SIGTERM"), request.foremost():
            pass


def test_last_words_are_not_cut_short():
    with stop_signals() as request:
        with request.deaf():
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
                send(number)
        with pytest.raises(Interrupted, match="SIGTERM"):
            request.check()


def test_without_a_request_nothing_is_raised():
    with stop_signals() as request:
        with request.waiting():
            assert request.interruption() is None
        request.check()


def test_an_ignored_signal_stays_ignored():
    """`nohup` starts a program so, and the end of the terminal must not end it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_signals() as request:
            send(signal.SIGHUP)
            assert request.interruption() is None
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_whoever_took_care_before_is_handed_the_signal():
    """A launcher that puts the job back in line has its own handler."""
    heard = []
    before = signal.signal(signal.SIGUSR2, lambda number, frame: heard.append(number))
    try:
        with stop_signals() as request:
            with pytest.raises(Interrupted) as interrupted:
                send(signal.SIGUSR2)
            assert heard == []
            request.hand_back(interrupted.value)
            request.hand_back(Interrupted(signal.SIGINT))  # Python's own handler would only raise again
    finally:
        signal.signal(signal.SIGUSR2, before)
    assert heard == [signal.SIGUSR2]


def test_a_block_inside_another_is_the_same_request():
    with stop_signals() as outer, stop_signals() as inner:
        assert inner is outer


def test_another_thread_hears_nothing_and_breaks_nothing():
    found = []

    def work():
        with stop_signals() as request, request.waiting():
            found.append(request.interruption())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [None]


def test_another_thread_is_told_what_the_main_thread_heard():
    """Runs that are trained together have threads of their own; a launcher that took care before is told once."""
    heard, found = [], []
    before = signal.signal(signal.SIGUSR2, lambda number, frame: heard.append(number))

    def work():
        with stop_signals() as request:
            found.append(request)
            request.hand_back(request.interruption())

    try:
        with stop_signals() as outer:
            with outer.deaf():
                send(signal.SIGUSR2)
                thread = threading.Thread(target=work)
                thread.start()
                thread.join()
            assert found == [outer]
            assert heard == []
            outer.hand_back(outer.interruption())
    finally:
        signal.signal(signal.SIGUSR2, before)
    assert heard == [signal.SIGUSR2]


def test_waiting_in_several_runs_ends_with_the_last(capfd):
    with stop_signals() as request, contextlib.ExitStack() as second:
        with request.waiting():
            second.enter_context(request.waiting())
        send(signal.SIGINT)
        assert request.interruption().signal is signal.SIGINT
        with pytest.raises(Interrupted, match="SIGINT"):
            second.close()
    assert "stops after this epoch" in capfd.readouterr().err


_LOADING = """
import os, signal, sys
from ssvae.stopping import stop_signals

def send(frame, event, argument):
    is_called_by_a_loader = frame.f_back is not None and frame.f_back.f_code.co_name == "_call_with_frames_removed"
    if event == "call" and is_called_by_a_loader and frame.f_code.co_filename.endswith("enum.py"):
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)

with stop_signals() as stop:
    sys.setprofile(send)
    import jax
    print(jax.numpy.ones(2).sum(), stop.interruption())
"""


def test_a_signal_waits_until_a_compiled_module_is_loaded():
    """Jaxlib calls Python while it makes its enumerations, and crashes when that raises."""
    command = [sys.executable, "-c", _LOADING]
    ended = subprocess.run(
        command, env={**os.environ, "JAX_PLATFORMS": "cpu"}, capture_output=True, text=True, timeout=120
    )
    assert (ended.returncode, ended.stdout) == (0, "2.0 SIGINT\n"), ended.stderr


def test_a_signal_does_not_wait_for_other_modules(tmp_path, monkeypatch):
    (tmp_path / "sends_a_signal.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(Interrupted, match="SIGTERM"), stop_signals():
        import sends_a_signal  # noqa: F401  # pyright: ignore[reportMissingImports]
