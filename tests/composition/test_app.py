import gc

import pytest

from ssvae.composition.app import main, starting


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
