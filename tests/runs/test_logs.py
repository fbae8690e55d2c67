import errno
import io
import logging
import os
import re
import shutil
import sys
import warnings

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs import console
from ssvae.runs.logs import run_log, tail, warnings_logged
from ssvae.runs.progress import epoch_bar

LOGGER = logging.getLogger("ssvae.training")


@pytest.fixture(autouse=True)
def no_memory():
    """The console is remembered for as long as standard output is the same; pytest changes it with every test."""
    console._console.cache_clear()


@pytest.fixture
def fake_terminal(monkeypatch):
    """A function that makes standard output claim to be a terminal (in the test: pytest replaces it before)."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def begin():
        stream = Terminal()
        monkeypatch.setattr(sys, "stdout", stream)
        return stream

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return begin


def log_text(run_dir):
    return (run_dir / "logs" / "train.log").read_text(encoding="utf-8")


def fail():
    raise ValueError("broken")


def test_the_file_has_times_and_levels_and_the_console_has_text(run_dir, capsys):
    with run_log(run_dir):
        LOGGER.info("Epoch    1/10 | β")
        LOGGER.warning("component 3 is empty")
        LOGGER.debug("not shown")
    lines = log_text(run_dir).splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO    Epoch    1/10 \| β", lines[0])
    assert re.fullmatch(r"[-\d]+ [:\d]+ WARNING component 3 is empty", lines[1])
    assert len(lines) == 2
    assert capsys.readouterr().out == "Epoch    1/10 | β\nWARNING: component 3 is empty\n"


def test_a_traceback_is_for_the_file_alone(run_dir, capsys):
    with run_log(run_dir):
        try:
            fail()
        except ValueError:
            LOGGER.exception("The run failed")
    assert "ValueError: broken" in log_text(run_dir)
    assert capsys.readouterr().out == "ERROR: The run failed\n"


def test_a_quiet_run_still_has_its_file(run_dir, capsys):
    with run_log(run_dir, console=False):
        LOGGER.info("hello")
    assert capsys.readouterr() == ("", "")
    assert log_text(run_dir).endswith("INFO    hello\n")


def test_everything_is_as_before_afterwards_also_after_an_error(run_dir):
    logger = logging.getLogger("ssvae")
    before = (logger.level, logger.propagate, list(logger.handlers), warnings.showwarning)
    with pytest.raises(ValueError, match="broken"), run_log(run_dir):
        fail()
    assert (logger.level, logger.propagate, list(logger.handlers), warnings.showwarning) == before
    LOGGER.warning("nobody writes this down")
    assert log_text(run_dir) == ""


def test_a_log_is_continued(run_dir):
    for text in ("first", "second"):
        with run_log(run_dir, console=False):
            LOGGER.info(text)
    assert [line.split()[-1] for line in log_text(run_dir).splitlines()] == ["first", "second"]


def test_others_who_listen_at_the_root_do_not_repeat_it(run_dir, capsys):
    root = logging.getLogger()
    handler = logging.StreamHandler(sys.stdout)
    root.addHandler(handler)
    try:
        with run_log(run_dir):
            LOGGER.info("once")
    finally:
        root.removeHandler(handler)
    assert capsys.readouterr().out == "once\n"


def test_a_warning_that_no_log_would_have_is_shown_as_before():
    with pytest.warns(UserWarning, match="nobody's"), warnings_logged():
        warnings.showwarning(UserWarning("nobody's"), UserWarning, "file.py", 1)


def test_python_warnings_are_logged_once_and_nowhere_else(run_dir, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with run_log(run_dir):
            warnings.warn("step size is odd", UserWarning, stacklevel=1)
    captured = capsys.readouterr()
    assert captured.err == ""
    assert re.fullmatch(r"WARNING: UserWarning: step size is odd \(.*test_logs.py:\d+\)\n", captured.out)
    assert log_text(run_dir).count("step size is odd") == 1


def test_a_warning_of_one_place_is_in_the_log_of_every_run(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # once for each place
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            with run_log(tmp_path / name):
                for _ in range(2):
                    warnings.warn("step size is odd", UserWarning, stacklevel=1)
    logs = [(tmp_path / name / "logs" / "train.log").read_text() for name in ("first", "second")]
    assert [log.count("step size is odd") for log in logs] == [1, 1]


def test_who_reads_only_the_first_lines_does_not_stop_the_run(run_dir, monkeypatch, capsys):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Closed())
    with run_log(run_dir):
        LOGGER.info("one")
        LOGGER.info("two")
    assert capsys.readouterr().err == ""
    assert len(log_text(run_dir).splitlines()) == 2


def test_a_log_that_cannot_be_opened_is_explained(run_dir):
    (run_dir / "logs").write_text("")
    with (
        pytest.raises(RunDirectoryError, match=r"logs could not be written: Not a directory"),
        run_log(run_dir),
    ):
        pass


def test_the_bar_lives_on_the_terminal_and_never_in_the_file(run_dir, fake_terminal):
    stream = fake_terminal()
    with run_log(run_dir), epoch_bar(3) as advance:
        for epoch in range(3):
            LOGGER.info("Epoch %d [bold] %s", epoch, "and a long line " * 6)
            advance(1)
        LOGGER.error("something broke")
    shown = stream.getvalue()
    assert "Training" in shown
    assert "3/3" in shown
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    for epoch in range(3):
        assert (
            f"Epoch {epoch} [bold] {'and a long line ' * 6}".rstrip() in text
        )  # neither wrapped nor read as markup
    assert "ERROR: something broke" in text
    assert "\x1b" not in log_text(run_dir)
    assert "Training" not in log_text(run_dir)
    assert len(log_text(run_dir).splitlines()) == 4


def test_without_a_terminal_there_is_no_bar(capsys):
    with epoch_bar(3) as advance:
        advance(2)
    assert capsys.readouterr() == ("", "")


def test_log_and_bar_share_one_console(fake_terminal):
    fake_terminal()
    assert console.terminal() is console.terminal() is not None


def test_the_tail_is_the_last_lines(run_dir):
    assert tail(run_dir, 5) == []
    with run_log(run_dir, console=False):
        for number in range(500):
            LOGGER.info("line %d", number)
    assert [line.split("INFO")[1].strip() for line in tail(run_dir, 2)] == ["line 498", "line 499"]
    assert len(tail(run_dir, 20)) == 20


@pytest.fixture
def full_disk(monkeypatch):
    """A function that says whether the disk is full from now on."""
    state = {"full": False}
    write = os.write

    def refuse_or_write(descriptor, content):
        if not state["full"]:
            return write(descriptor, content)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", refuse_or_write)
    return lambda full: state.update(full=full)


def test_lines_that_cannot_be_written_are_told_once_and_counted(run_dir, full_disk, capsys):
    with run_log(run_dir, console=False):
        LOGGER.info("one")
        full_disk(True)
        LOGGER.info("two")
        LOGGER.info("three")
        full_disk(False)
        LOGGER.info("four")
        LOGGER.info("five")
    said = capsys.readouterr().err
    assert re.fullmatch(
        r"The log could not be written: .*train.log: No space left on device. The run goes on.*\n", said
    )
    lines = log_text(run_dir).splitlines()
    assert [line.split()[-1] for line in lines] == ["one", "written", "four", "five"]
    assert lines[1] == "2 lines of the log were lost: they could not be written"


def test_half_a_line_is_taken_back(run_dir, monkeypatch, capsys):
    write = os.write
    with run_log(run_dir, console=False):
        LOGGER.info("one")
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda descriptor, content: write(descriptor, content[:5]))
            LOGGER.info("two")
    assert log_text(run_dir).endswith("one\n")
    assert "No space left" in capsys.readouterr().err


def test_a_folder_that_is_deleted_does_not_stop_the_run(run_dir, capsys):
    with run_log(run_dir, console=False):
        shutil.rmtree(run_dir)
        LOGGER.info("into the void")
    assert capsys.readouterr() == ("", "")
    assert not run_dir.exists()


def test_a_log_that_leads_elsewhere_is_neither_written_nor_shown(run_dir, tmp_path):
    (tmp_path / "precious").write_text("mine\n")
    (run_dir / "logs").mkdir()
    (run_dir / "logs" / "train.log").symlink_to(tmp_path / "precious")
    with pytest.raises(RunDirectoryError, match=r"train.log could not be written"), run_log(run_dir):
        pass
    with pytest.raises(RunDirectoryError, match=r"train.log cannot be read: it leads outside"):
        tail(run_dir, 5)
    assert (tmp_path / "precious").read_text() == "mine\n"


def test_a_line_whose_words_do_not_fit_does_not_stop_the_run(run_dir, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    with run_log(run_dir, console=False):
        LOGGER.info("%d", "three")
        LOGGER.info("four")
    assert len(log_text(run_dir).splitlines()) == 1
