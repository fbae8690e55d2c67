"""What of an earlier run counts for one that goes on with it."""

import numpy as np
import pytest

from ssvae.errors import CheckpointError, RunDirectoryError
from ssvae.runs.checkpoints import discard_uncommitted, save_checkpoints
from ssvae.runs.lifecycle.origin import read_origin


@pytest.fixture
def stopped(recorder, run_dir, row):
    """A run that was killed after its third epoch, its last checkpoint being of the second."""
    for epoch in (1, 2, 3):
        recorder.epoch(row(epoch))
    best = {"best": ({"a": np.ones(1)}, {"epoch": 1})}
    recorder.checkpoints({"last": ({"a": np.ones(2)}, {"epoch": 2, "best_epoch": 1}), **best})
    return run_dir


def test_it_counts_up_to_its_last_checkpoint(stopped, body):
    origin = read_origin(stopped)
    assert (origin.epoch, origin.best_epoch, set(origin.checkpoints)) == (2, 1, {"last", "best"})
    assert origin.body == body
    assert origin.run_id == stopped.name
    assert origin.data_hash is None
    assert origin.is_in(stopped / "logs" / "..")


def test_without_a_checkpoint_nothing_counts(recorder, run_dir):
    origin = read_origin(run_dir)
    assert (origin.epoch, origin.best_epoch, origin.checkpoints) == (0, 0, {})


def test_an_index_that_is_gone_is_a_loss_to_be_told(stopped):
    (stopped / "checkpoints" / "index.json").unlink()
    with pytest.raises(CheckpointError, match=r"index.json is gone: the run had a checkpoint of epoch 2"):
        read_origin(stopped)


def test_a_first_checkpoint_that_was_never_finished_is_none(recorder, run_dir):
    """Killed between the arrays and the index: nothing was lost but this write."""
    (run_dir / "checkpoints").mkdir()
    (run_dir / "checkpoints" / "last-000004.safetensors").write_bytes(b"half")
    assert read_origin(run_dir).checkpoints == {}
    discard_uncommitted(run_dir)
    assert list((run_dir / "checkpoints").iterdir()) == []


def test_the_best_weights_must_be_there_too(stopped):
    (file,) = (stopped / "checkpoints").glob("best-*")
    file.unlink()
    with pytest.raises(CheckpointError, match=r"best-.*cannot be read"):
        read_origin(stopped)


def test_a_run_that_goes_on_meanwhile_is_read_as_it_was_at_one_moment(stopped, monkeypatch):
    """Its files are replaced between two reads: then everything is read again."""
    from ssvae.runs import checkpoints

    real, reads = checkpoints._load, []

    def load(run_dir, records, name):
        reads.append(name)
        if len(reads) == 2:
            new = {"epoch": 3, "best_epoch": 3}
            save_checkpoints(stopped, {"last": ({}, new), "best": ({}, {"epoch": 3})})
        return real(run_dir, records, name)

    monkeypatch.setattr(checkpoints, "_load", load)
    origin = read_origin(stopped)
    assert (origin.epoch, origin.best_epoch, origin.checkpoints["best"][1]["epoch"]) == (3, 3, 3)


def test_edited_settings_are_noticed(stopped):
    path = stopped / "config.yaml"
    path.write_text(
        path.read_text().replace("kl_weight: 1.0", "kl_weight: 2.0", 1).replace("seed: 3", "seed: 4")
    )
    with pytest.raises(
        RunDirectoryError, match=r"are not those the run was started with.*python train.py resume="
    ):
        read_origin(stopped)


def test_a_label_or_a_tag_can_be_edited(stopped):
    path = stopped / "config.yaml"
    path.write_text(path.read_text().replace('status: "exploratory"', 'status: "keep"'))
    assert read_origin(stopped).header["status"] == "keep"


def test_rows_that_are_missing_are_noticed(stopped):
    path = stopped / "logs" / "metrics.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:2]))
    with pytest.raises(CheckpointError, match=r"made after epoch 2, and logs/metrics.csv has 1 rows"):
        read_origin(stopped)


@pytest.mark.parametrize("facts", [{"epoch": 2, "best_epoch": "x"}, {"epoch": 2, "best_epoch": 1.5}])
def test_facts_of_another_kind_are_refused(stopped, facts):
    save_checkpoints(stopped, {"last": ({}, facts)})
    with pytest.raises(
        CheckpointError, match="must say after which epoch it was made, and which was the best"
    ):
        read_origin(stopped)


def test_a_folder_of_no_run_is_told(tmp_path):
    with pytest.raises(RunDirectoryError, match=r"config\.yaml cannot be read"):
        read_origin(tmp_path)
