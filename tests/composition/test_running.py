"""Whole runs and sweeps are in test_launch.py."""

import os
import sys

from ssvae.runs.console import say


def test_a_reader_that_has_gone_does_not_make_a_run_fail(monkeypatch, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with (tmp_path / "err").open("w") as err, os.fdopen(writer, "w") as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        monkeypatch.setattr(sys, "stderr", err)
        say("Report: x")
        gone.flush()
    assert (tmp_path / "err").read_text() == "Report: x\n"
