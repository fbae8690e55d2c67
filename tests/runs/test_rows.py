import math
import os
import shutil
import signal
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.rows import RowsFile, copy_rows, read_rows

NAME = "logs/metrics.csv"
COLUMNS = ("epoch", "loss.total", "loss.kl.c")


def test_the_header_is_there_before_the_first_row(run_dir):
    RowsFile(run_dir, NAME, COLUMNS)
    assert (run_dir / "logs" / "metrics.csv").read_text() == "epoch,loss.total,loss.kl.c\n"
    assert read_rows(run_dir, NAME) == []


def test_numbers_come_back_bit_for_bit(run_dir):
    values = [
        0.1,
        1 / 3,
        1e-300,
        5e-324,
        1.0,
        -0.0,
        float(np.float32(0.1)),
        math.inf,
        -math.inf,
        123456789.123456789,
    ]
    metrics = RowsFile(run_dir, NAME, COLUMNS)
    for epoch, value in enumerate(values):
        metrics.append({"epoch": epoch, "loss.total": value})
    rows = read_rows(run_dir, NAME)
    assert [row["epoch"] for row in rows] == list(range(len(values)))
    assert [np.float64(row["loss.total"]).tobytes() for row in rows] == [
        np.float64(v).tobytes() for v in values
    ]
    assert all("loss.kl.c" not in row for row in rows)


def test_numpy_numbers_nan_and_none(run_dir):
    metrics = RowsFile(run_dir, NAME, COLUMNS)
    metrics.append({"epoch": np.int64(1), "loss.total": np.float32(0.5), "loss.kl.c": math.nan})
    metrics.append({"epoch": 2, "loss.total": None, "loss.kl.c": np.array(2.5)})
    assert (run_dir / "logs" / "metrics.csv").read_text().splitlines()[1:] == ["1,0.5,nan", "2,,2.5"]
    assert isinstance(read_rows(run_dir, NAME)[0]["epoch"], int)


def test_a_key_that_is_no_column_is_a_defect(run_dir):
    with pytest.raises(
        ValueError, match=r"'loss.totl' is no column of metrics.csv. Did you mean 'loss.total'\?"
    ):
        RowsFile(run_dir, NAME, COLUMNS).append({"loss.totl": 1.0})


def test_a_row_is_on_disk_at_once_and_in_one_write(run_dir, monkeypatch):
    metrics = RowsFile(run_dir, NAME, COLUMNS)
    calls = []
    write = os.write
    monkeypatch.setattr(
        os, "write", lambda descriptor, content: calls.append(content) or write(descriptor, content)
    )
    metrics.append({"epoch": 1, "loss.total": 2.0, "loss.kl.c": 3.0})
    assert calls == [b"1,2.0,3.0\n"]
    assert len(read_rows(run_dir, NAME)) == 1


def test_a_killed_process_leaves_whole_rows(run_dir):
    code = (
        "from pathlib import Path; from ssvae.runs.rows import RowsFile; import itertools\n"
        f"metrics = RowsFile(Path({str(run_dir)!r}), {NAME!r}, {COLUMNS!r})\n"
        "for epoch in itertools.count():\n"
        "    metrics.append({'epoch': epoch, 'loss.total': 1 / 3, 'loss.kl.c': 2 / 3})\n"
        "    if epoch == 50: print('enough', flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (run_dir / "logs" / "metrics.csv").read_bytes().endswith(b"\n")
    rows = read_rows(run_dir, NAME)
    assert len(rows) > 50
    assert rows == [{"epoch": epoch, "loss.total": 1 / 3, "loss.kl.c": 2 / 3} for epoch in range(len(rows))]


def test_a_full_disk_is_explained_and_no_half_row_stays(run_dir, monkeypatch):
    metrics = RowsFile(run_dir, NAME, COLUMNS)
    metrics.append({"epoch": 1})
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: write(descriptor, content[:3]))
    with pytest.raises(
        RunDirectoryError, match=r"metrics.csv could not be written: No space .* free some space"
    ):
        metrics.append({"epoch": 2})
    monkeypatch.undo()
    metrics.append({"epoch": 3})
    assert [row["epoch"] for row in read_rows(run_dir, NAME)] == [1, 3]


def test_a_file_is_continued_and_its_torn_end_is_cut(run_dir):
    RowsFile(run_dir, NAME, COLUMNS).append({"epoch": 1})
    path = run_dir / "logs" / "metrics.csv"
    path.write_bytes(path.read_bytes() + b"2,0.123")
    assert [row["epoch"] for row in read_rows(run_dir, NAME)] == [1]
    RowsFile(run_dir, NAME, COLUMNS).append({"epoch": 2})
    assert path.read_text() == "epoch,loss.total,loss.kl.c\n1,,\n2,,\n"


def test_other_columns_are_refused(run_dir):
    RowsFile(run_dir, NAME, COLUMNS)
    with pytest.raises(RunDirectoryError, match=r"metrics.csv has other columns.*Start a new run"):
        RowsFile(run_dir, NAME, ("epoch",))


def test_no_file_is_no_history_and_a_damaged_one_is_named(run_dir):
    assert read_rows(run_dir, NAME) == []
    (run_dir / "logs").mkdir()
    (run_dir / "logs" / "metrics.csv").write_text("epoch,loss.total\n1,x\n")
    with pytest.raises(RunDirectoryError, match=r"metrics.csv cannot be read: .*'x'"):
        read_rows(run_dir, NAME)
    (run_dir / "logs" / "metrics.csv").write_text("epoch,loss.total\n1\n")
    with pytest.raises(RunDirectoryError, match=r"metrics.csv cannot be read"):
        read_rows(run_dir, NAME)


@pytest.fixture
def three_rows(run_dir):
    metrics = RowsFile(run_dir, NAME, COLUMNS)
    for epoch in (1, 2, 3):
        metrics.append({"epoch": epoch, "loss.total": 1 / epoch})
    return run_dir


def epochs(run_dir):
    return [row["epoch"] for row in read_rows(run_dir, NAME)]


def test_a_run_goes_on_from_its_checkpoint(three_rows):
    path = three_rows / "logs" / "metrics.csv"
    path.write_bytes(path.read_bytes() + b"4,0.")
    first = path.read_bytes().splitlines(keepends=True)[:3]
    metrics = RowsFile(three_rows, NAME, COLUMNS, keep=2)
    assert path.read_bytes() == b"".join(first)
    metrics.append({"epoch": 3})
    assert epochs(three_rows) == [1, 2, 3]
    RowsFile(three_rows, NAME, COLUMNS, keep=0)
    assert epochs(three_rows) == []


def test_rows_that_the_checkpoint_has_and_the_file_has_not_are_told(three_rows, tmp_path):
    before = (three_rows / "logs" / "metrics.csv").read_bytes()
    with pytest.raises(
        RunDirectoryError, match=r"metrics.csv has 3 whole rows, and 4 epochs are in the checkpoint"
    ):
        RowsFile(three_rows, NAME, COLUMNS, keep=4)
    assert (three_rows / "logs" / "metrics.csv").read_bytes() == before
    with pytest.raises(RunDirectoryError, match=r"metrics.csv has 0 whole rows, and 1 epochs"):
        RowsFile(tmp_path, NAME, COLUMNS, keep=1)


def test_cutting_is_whole_or_not_at_all(three_rows, monkeypatch):
    def refuse(*arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        with pytest.raises(RunDirectoryError, match=r"metrics.csv could not be written: No space"):
            RowsFile(three_rows, NAME, COLUMNS, keep=1)
    assert epochs(three_rows) == [1, 2, 3]


def test_a_child_starts_with_the_rows_of_its_parent(three_rows, tmp_path):
    child = tmp_path / "child"
    child.mkdir()
    copy_rows(three_rows, child, NAME, 2, COLUMNS)
    RowsFile(child, NAME, COLUMNS, keep=2).append({"epoch": 3})
    assert epochs(child) == epochs(three_rows) == [1, 2, 3]
    with pytest.raises(RunDirectoryError, match=r"metrics.csv has 3 whole rows, and 9 epochs"):
        copy_rows(three_rows, child, NAME, 9, COLUMNS)
    with pytest.raises(RunDirectoryError, match=r"metrics.csv has other columns"):
        copy_rows(three_rows, child, NAME, 1, ("epoch",))
    with pytest.raises(RunDirectoryError, match=r"metrics.csv has other columns"):
        copy_rows(tmp_path, child, NAME, 0, COLUMNS)


def test_the_disk_has_every_row_when_asked(three_rows, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    RowsFile(three_rows, NAME, COLUMNS).sync()
    assert synced == [(three_rows / "logs" / "metrics.csv").stat().st_size]


def test_a_run_that_was_deleted_does_not_come_back_to_life(three_rows):
    metrics = RowsFile(three_rows, NAME, COLUMNS)
    shutil.rmtree(three_rows / "logs")
    for write in (metrics.sync, lambda: metrics.append({"epoch": 4})):
        with pytest.raises(
            RunDirectoryError, match=r"metrics.csv could not be written: .*The folder is gone"
        ):
            write()
    shutil.rmtree(three_rows)
    with pytest.raises(RunDirectoryError, match=r"logs could not be written: .*The folder is gone"):
        RowsFile(three_rows, NAME, COLUMNS)
    assert not three_rows.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"epoch,loss.total\n1,\0\n",
        b"epoch,loss.total\n\xff\xfe\n",
        b"epoch,epoch\n1,1\n",
        b"epoch\n" + b"9" * 5000 + b"\n",
        b"epoch,loss.total\n1,2,3\n",
        b"epoch\n<script>\n",
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_hostile_file_is_a_sentence(run_dir, content):
    (run_dir / "logs").mkdir()
    (run_dir / "logs" / "metrics.csv").write_bytes(content)
    with pytest.raises(RunDirectoryError, match=r"metrics.csv cannot be read: "):
        read_rows(run_dir, NAME)


def test_a_whole_number_of_many_digits_is_one_that_can_be_computed_with(run_dir):
    (run_dir / "logs").mkdir()
    (run_dir / "logs" / "metrics.csv").write_text(f"epoch,loss.total\n1,{'9' * 399}\n2,{10**18}\n")
    assert [row["loss.total"] for row in read_rows(run_dir, NAME)] == [math.inf, 10**18]


def test_a_link_to_elsewhere_is_neither_read_nor_written(run_dir, tmp_path):
    (tmp_path / "precious").write_text("epoch,loss.total,loss.kl.c\n1,2,3\n")
    (run_dir / "logs").mkdir()
    (run_dir / "logs" / "metrics.csv").symlink_to(tmp_path / "precious")
    for use in (partial(read_rows, name=NAME), lambda folder: RowsFile(folder, NAME, COLUMNS)):
        with pytest.raises(RunDirectoryError, match="leads outside the run's folder"):
            use(run_dir)
