"""What the report says to type: every command that made the sweep, by the program that was typed."""

import pytest

from ssvae.comparison.answer import read_answer
from ssvae.comparison.commands import commands_that_made, resume_command

FIRST = "ssvae train -m model=mixture,vamp seed=0,1 experiment.description='two words'"


def answer(make_sweep, *resumptions, command=FIRST):
    entries = [{"command": resumed, "source_id": "c0de"} for resumed in resumptions]
    return read_answer(make_sweep(header={"command": command, "resumptions": entries}))


def test_each_command_that_asked_something_new_stands_once(make_sweep):
    more = "ssvae train -m model=mixture,vamp seed=0,1,2 sweep.resume=true"
    baseline = "ssvae train -m sweep.resume=multirun_outputs/kl sweep.baseline=model=mixture"
    from_file = "ssvae train -m --config mine.yaml ++sweep.resume=multirun_outputs/kl"
    plain = "ssvae train -m sweep.resume=multirun_outputs/kl"
    same = f"{FIRST} sweep.resume=true"
    found = commands_that_made(answer(make_sweep, plain, same, more, plain, more, baseline, from_file))
    assert found == (FIRST, more, baseline, from_file)


@pytest.mark.parametrize(
    ("command", "program"),
    [
        (FIRST, "ssvae train"),
        ("python ../clone/train.py seed=0,1 -m", "python ../clone/train.py"),
        ("python 'my clone/train.py' -m seed=0,1", "python 'my clone/train.py'"),
        (None, "python train.py"),
        ("ssvae train -m name='not closed", "ssvae train"),
    ],
)
def test_to_go_on_the_same_program_is_called(make_sweep, command, program):
    sweep = answer(make_sweep, command=command)
    found = resume_command(sweep, "sweep.other_code=rerun")
    assert found.startswith(f"{program} -m sweep.resume=")
    assert found.endswith(f"{sweep.sweep_dir.name} sweep.other_code=rerun")


def test_a_sweep_that_nobody_commanded_has_no_commands(make_sweep):
    assert commands_that_made(answer(make_sweep, command=None)) == ()
