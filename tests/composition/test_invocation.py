import shlex

import pytest

from ssvae.composition.invocation import Invocation, command_line, invoked, present_invocation, program


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        ("train.py", "python train.py"),
        ("../my clone/train.py", "python '../my clone/train.py'"),
        ("/usr/local/bin/ssvae", "ssvae train"),
    ],
)
def test_the_program_is_shown_as_one_types_it(monkeypatch, called, shown):
    monkeypatch.setattr("sys.argv", [called])
    assert program() == shown


def test_the_command_can_be_pasted_into_a_shell(monkeypatch):
    monkeypatch.setattr("sys.argv", ["train.py"])
    arguments = ["-m", "seed=0,1", "experiment.description=it's new", "experiment.tags=[a,b]", "name=${x}"]
    assert shlex.split(command_line(arguments)) == ["python", "train.py", *arguments]


def test_the_present_invocation_ends_with_its_block():
    before = present_invocation()
    with invoked(Invocation("a")), invoked(Invocation("b")):
        assert present_invocation().command == "b"
    assert present_invocation() == before
