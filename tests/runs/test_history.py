import os

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.history import COMPONENTS_FILE, METRICS_FILE, HistoryFiles, copy_history, read_history
from ssvae.training.history import EPOCH_KEYS, component_keys

SHARES = {"usage.0": 0.25, "usage.1": 0.75, "prior_weight.0": 0.5, "prior_weight.1": 0.5}


@pytest.fixture
def two_epochs(run_dir):
    files = HistoryFiles(run_dir, 2, keep=0)
    for epoch in (1, 2):
        files.append({"epoch": epoch, "loss.total": 1 / epoch, **SHARES})
    return run_dir


def lines(run_dir, name):
    return (run_dir / name).read_text().splitlines()


def test_numbers_of_components_have_a_file_of_their_own_and_come_back_as_one_row(two_epochs):
    assert lines(two_epochs, METRICS_FILE)[0] == ",".join(EPOCH_KEYS)
    assert lines(two_epochs, COMPONENTS_FILE) == [
        "epoch,usage.0,usage.1,prior_weight.0,prior_weight.1",
        "1,0.25,0.75,0.5,0.5",
        "2,0.25,0.75,0.5,0.5",
    ]
    assert read_history(two_epochs) == [{"epoch": e, "loss.total": 1 / e, **SHARES} for e in (1, 2)]


def test_one_component_needs_no_file(run_dir):
    HistoryFiles(run_dir, 1, keep=0).append({"epoch": 1, "loss.total": 2.0})
    assert not (run_dir / COMPONENTS_FILE).exists()
    assert component_keys(1) == ()
    assert read_history(run_dir) == [{"epoch": 1, "loss.total": 2.0}]


def test_a_kill_between_the_two_files_loses_the_epoch_in_both(two_epochs):
    path = two_epochs / METRICS_FILE
    path.write_text("\n".join(lines(two_epochs, METRICS_FILE)[:-1]) + "\n")
    assert [row["epoch"] for row in read_history(two_epochs)] == [1]
    HistoryFiles(two_epochs, 2, keep=1).append({"epoch": 2, **SHARES})
    assert len(lines(two_epochs, METRICS_FILE)) == len(lines(two_epochs, COMPONENTS_FILE)) == 3


def test_an_old_run_without_the_file_is_read_as_it_is(two_epochs):
    (two_epochs / COMPONENTS_FILE).unlink()
    assert read_history(two_epochs) == [{"epoch": e, "loss.total": 1 / e} for e in (1, 2)]


def test_rows_that_were_lost_of_either_file_are_told(two_epochs):
    (two_epochs / COMPONENTS_FILE).write_text("\n".join(lines(two_epochs, COMPONENTS_FILE)[:2]) + "\n")
    metrics = (two_epochs / METRICS_FILE).read_bytes()
    with pytest.raises(RunDirectoryError, match=r"components.csv has 1 whole rows, and 2 epochs"):
        HistoryFiles(two_epochs, 2, keep=2)
    (two_epochs / COMPONENTS_FILE).unlink()
    with pytest.raises(RunDirectoryError, match=r"components.csv has 0 whole rows, and 1 epochs"):
        HistoryFiles(two_epochs, 2, keep=1)
    assert (two_epochs / METRICS_FILE).read_bytes() == metrics  # nothing is cut before both are whole


def test_a_child_starts_with_both_files_of_its_parent(two_epochs, tmp_path):
    child = tmp_path / "child"
    child.mkdir()
    copy_history(two_epochs, child, 1, 2)
    assert read_history(child) == read_history(two_epochs)[:1]
    with pytest.raises(RunDirectoryError, match=r"components.csv has other columns"):
        copy_history(two_epochs, child, 1, 3)


def test_the_disk_has_every_row_of_both_when_asked(run_dir, monkeypatch):
    files, synced = HistoryFiles(run_dir, 2, keep=0), []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    files.sync()
    assert synced == [(run_dir / name).stat().st_size for name in (METRICS_FILE, COMPONENTS_FILE)]
