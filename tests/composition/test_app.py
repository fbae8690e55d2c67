import gc
import os
import signal
import sys

import pytest

from ssvae.composition import app
from ssvae.composition.app import main, starting
from ssvae.stopping import stop_signals


def test_words_are_those_of_the_process_unless_given(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["train.py", "--help"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    assert "Groups and their options" in capsys.readouterr().out


def test_the_collector_pauses_only_while_starting():
    gc.enable()
    with starting():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    with starting():
        pass
    assert not gc.isenabled()
    gc.enable()


def test_while_a_command_runs_garbage_is_looked_for_seldom(monkeypatch):
    def prepared(*_):
        return lambda: seen.append(gc.get_threshold()[0]) or 0

    seen: list[int] = []
    before = gc.get_threshold()
    monkeypatch.setattr(app, "_prepared", prepared)
    with pytest.raises(SystemExit):
        main(arguments=[])
    assert seen == [20 * before[0]]
    assert gc.get_threshold() == before


def test_a_signal_that_had_to_wait_while_a_command_was_understood_ends_it(monkeypatch):
    def prepared(*_):
        with stop_signals() as stop, stop.deaf():
            os.kill(os.getpid(), signal.SIGINT)
        return lambda: pytest.fail("it has begun")

    monkeypatch.setattr(app, "_prepared", prepared)
    monkeypatch.setattr(app, "leave_at_once", sys.exit)
    with pytest.raises(SystemExit) as left:
        main(arguments=[])
    assert left.value.code == 130
