"""sweep.yaml follows the jobs, also when nothing happens for a long time."""

import time

import pytest

from ssvae.composition.sweeps import book as module
from ssvae.composition.sweeps.book import SweepBook
from ssvae.errors import RunDirectoryError
from ssvae.runs.sweeps.record import Job, SweepRecord, write_sweep


@pytest.fixture
def written(monkeypatch):
    """The states of each record that was written; short intervals between them."""
    found = []

    def write(folder, record: SweepRecord):
        found.append([job.state for job in record.jobs])
        write_sweep(folder, record)

    monkeypatch.setattr(module, "write_sweep", write)
    monkeypatch.setattr(module, "_INTERVAL", 0.2)
    return found


def book_of(tmp_path):
    return SweepBook(tmp_path, {"sweep_id": "s"}, [Job(0, "000_a", "aa", {}), Job(1, "001_b", "bb", {})])


def test_what_was_held_back_is_written_by_itself(tmp_path, written):
    book = book_of(tmp_path)
    book.began(0)
    assert written == [["pending", "pending"]]
    deadline = time.monotonic() + 10
    while len(written) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert written == [["pending", "pending"], ["running", "pending"]]


def test_after_the_end_nothing_is_written_any_more(tmp_path, written):
    book = book_of(tmp_path)
    book.began(0)
    book.ended(0, "failed", "ValueError: x")
    book.close()
    count = len(written)
    time.sleep(0.5)
    assert len(written) == count


def test_a_disk_that_refuses_is_told_by_the_next_write_of_the_sweep_itself(tmp_path, written, monkeypatch):
    book = book_of(tmp_path)
    tried = []

    def refuse(folder, record):
        tried.append(record)
        raise RunDirectoryError("the disk is full")

    monkeypatch.setattr(module, "write_sweep", refuse)
    book.began(0)
    deadline = time.monotonic() + 10
    while not tried and time.monotonic() < deadline:
        time.sleep(0.02)
    with pytest.raises(RunDirectoryError, match="the disk is full"):
        book.close()
