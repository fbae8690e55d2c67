import pickle

import pytest

from ssvae.composition.callbacks import RecordCallback, assignment_of, end_run
from ssvae.composition.invocation import Invocation, invoked
from ssvae.errors import ProvenanceError
from ssvae.runs.state import read_state


def test_the_callback_travels_to_other_processes_with_what_was_typed():
    with invoked(Invocation("python train.py seed=1", typed_keys=("seed",))):
        callback = RecordCallback()
    there = pickle.loads(pickle.dumps(callback))
    assert there.invocation == Invocation("python train.py seed=1", typed_keys=("seed",))


def test_a_run_nobody_recorded_may_not_go_on(tmp_path):
    with pytest.raises(
        ProvenanceError, match=r"config\.yaml was not written, because the callback that does it is"
    ):
        assignment_of(tmp_path)


def test_closing_again_keeps_the_failure(tmp_path):
    end_run(tmp_path, ValueError("x"))
    end_run(tmp_path, None)
    assert read_state(tmp_path)["status"] == "failed"
