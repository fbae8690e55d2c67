import os

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.reading import is_inside, read_inside


@pytest.fixture
def elsewhere(tmp_path):
    path = tmp_path / "secret"
    path.write_text("root:x:0:0")
    return path


def test_a_file_of_the_run_is_read_also_through_links_that_stay_inside(run_dir, tmp_path):
    (run_dir / "logs").mkdir()
    (run_dir / "logs" / "train.log").write_bytes(b"hello")
    (run_dir / "newest.log").symlink_to("logs/train.log")
    (tmp_path / "latest").symlink_to(run_dir)
    assert read_inside(run_dir, "logs/train.log") == b"hello"
    assert read_inside(run_dir, "newest.log") == b"hello"
    assert read_inside(tmp_path / "latest", "logs/train.log") == b"hello"


def test_a_link_to_elsewhere_is_not_followed(run_dir, elsewhere):
    (run_dir / "summary.json").symlink_to(elsewhere)
    (run_dir / "logs").symlink_to(elsewhere.parent)
    for name in ("summary.json", "logs/secret", "../secret", str(elsewhere)):
        with pytest.raises(RunDirectoryError, match=r"leads outside the run's folder. Do not trust it"):
            read_inside(run_dir, name)


def test_more_than_is_wanted_is_refused_before_it_fills_the_memory(run_dir):
    with (run_dir / "summary.json").open("wb") as file:
        file.truncate(10**12)  # a file of holes: it takes no space
    with pytest.raises(
        RunDirectoryError, match=r"it has 1,000,000,000,000 bytes, and ssvae reads no more than 100"
    ):
        read_inside(run_dir, "summary.json", 100)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(run_dir):
    os.mkfifo(run_dir / "state.json")
    with pytest.raises(RunDirectoryError, match="it is no ordinary file"):
        read_inside(run_dir, "state.json")


def test_what_the_system_says_is_passed_on(run_dir):
    with pytest.raises(FileNotFoundError):
        read_inside(run_dir, "state.json")
    (run_dir / "logs").mkdir()
    with pytest.raises(IsADirectoryError):
        read_inside(run_dir, "logs")


@pytest.mark.parametrize("name", ["..", ".", "", "a/../..", "/etc/passwd", "a\0b", "figures/../../x"])
def test_what_is_not_inside(run_dir, name):
    assert not is_inside(run_dir, name)


def test_a_loop_of_links_is_not_inside(run_dir):
    (run_dir / "a").symlink_to(run_dir / "b")
    (run_dir / "b").symlink_to(run_dir / "a")
    with pytest.raises((RunDirectoryError, OSError)):
        read_inside(run_dir, "a")
