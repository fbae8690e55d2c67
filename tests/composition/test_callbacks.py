import pickle

import pytest
from omegaconf import OmegaConf

from ssvae.composition.callbacks import RecordCallback, assignment_of
from ssvae.composition.invocation import Invocation, invoked
from ssvae.composition.open_runs import close_open_runs, opened
from ssvae.errors import ProvenanceError
from ssvae.runs.lifecycle.state import read_state, write_state


def test_the_callback_travels_to_other_processes_with_what_was_typed():
    with invoked(Invocation("python train.py seed=1", typed_keys=("seed",))):
        callback = RecordCallback()
    there = pickle.loads(pickle.dumps(callback))
    assert there.invocation == Invocation("python train.py seed=1", typed_keys=("seed",))


def test_a_run_nobody_recorded_may_not_go_on(tmp_path):
    with pytest.raises(
        ProvenanceError, match=r"config\.yaml was not written, because the callback that does it is"
    ):
        assignment_of(tmp_path, OmegaConf.create())


@pytest.mark.parametrize("run_dir", [None, "itself"])
def test_a_claimed_folder_that_nobody_closed_is_closed(tmp_path, run_dir):
    opened(tmp_path)
    write_state(tmp_path, "running")
    close_open_runs(ValueError("x"), tmp_path if run_dir else None)
    close_open_runs(ValueError("another"), tmp_path)  # once is enough
    assert (read_state(tmp_path)["status"], read_state(tmp_path)["reason"]) == ("failed", "ValueError: x")


def test_a_folder_of_another_process_is_not_closed_by_this_one(tmp_path):
    opened(tmp_path)
    write_state(tmp_path, **write_state(tmp_path, "running") | {"pid": 1})
    close_open_runs(ValueError("x"))
    assert read_state(tmp_path)["status"] == "running"
