import dataclasses

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.lifecycle.state import STATE_FILE, read_state, write_state
from ssvae.runs.strict_json import dumps
from ssvae.runs.sweeps.record import SWEEP_FILE, Job, SweepRecord, is_sweep, read_sweep, write_sweep

JOBS = (
    Job(
        0, "000_a", "c0de", {"model": "mixture", "model.kl_weight": 0.5, "data.x": [1, 2]}, ("model=mixture",)
    ),
    Job(1, "001_b", "beef", {"model": 'it\'s "ä"\n: #'}, ("a='b c'", 'd="e"'), "failed", "no: #", 1.5, 2),
)


def test_what_is_written_is_read_back(tmp_path):
    assert not is_sweep(tmp_path)
    write_sweep(tmp_path, SweepRecord({"sweep_id": "x", "grid": {"seed": [0, 1]}}, JOBS))
    assert is_sweep(tmp_path)
    record = read_sweep(tmp_path)
    assert record.header == {"sweep_id": "x", "grid": {"seed": [0, 1]}}
    assert [(job.number, job.folder, job.settings, job.words) for job in record.jobs] == [
        (job.number, job.folder, job.settings, job.words) for job in JOBS
    ]


def test_the_state_of_a_job_is_that_of_its_folder(tmp_path):
    write_sweep(tmp_path, SweepRecord({}, JOBS))
    (tmp_path / "000_a").mkdir()
    write_state(tmp_path / "000_a", "interrupted", reason="SIGTERM")
    first, second = read_sweep(tmp_path).jobs
    assert (first.state, first.reason) == ("interrupted", "SIGTERM")
    assert (second.state, second.reason) == ("pending", None)


@pytest.mark.parametrize(
    ("status", "times", "before", "seconds"),
    [
        ("completed", ("12:00:01+00:00", "12:01:03+00:00"), None, 62.0),
        ("completed", ("12:00:01+00:00", "12:01:03+00:00"), 1.5, 1.5),  # timed while it ran
        ("running", ("12:00:01+00:00", "12:01:03+00:00"), None, None),
        ("failed", ("at noon", "12:01:03+00:00"), None, None),
        ("failed", ("12:00:01", "12:01:03+00:00"), None, None),  # one has no time zone
    ],
)
def test_the_seconds_of_a_job_that_nobody_timed_are_those_of_its_folder(
    tmp_path, status, times, before, seconds
):
    write_sweep(tmp_path, SweepRecord({}, (dataclasses.replace(JOBS[0], seconds=before),)))
    (tmp_path / "000_a").mkdir()
    write_state(tmp_path / "000_a", status)
    state = read_state(tmp_path / "000_a")
    began, ended = (f"2026-01-02T{time}" for time in times)
    (tmp_path / "000_a" / STATE_FILE).write_text(dumps(state | {"started": began, "updated": ended}))
    assert read_sweep(tmp_path).jobs[0].seconds == seconds


def test_those_of_one_that_was_gone_on_with_are_not_known(tmp_path):
    write_sweep(tmp_path, SweepRecord({}, JOBS[:1]))
    (tmp_path / "000_a").mkdir()
    write_state(tmp_path / "000_a", "completed", resumptions=[{"command": "x"}])
    assert read_sweep(tmp_path).jobs[0].seconds is None


def test_a_sweep_without_jobs_is_one(tmp_path):
    write_sweep(tmp_path, SweepRecord({"sweep_id": "x"}, ()))
    assert read_sweep(tmp_path).jobs == ()


JOB = "number: 0, folder: x, config_hash: a, words: []"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("sweep: [", "is not YAML any more"),
        ("x: 1\n", "does not begin with 'sweep:'"),
        ("sweep: !!python/object:os.system {}\n", "do not trust it"),
        ("sweep: {}\njobs: [{number: 0}]\n", "a job must have number, folder"),
        ("sweep: {}\n", "has no list of jobs any more"),
        ("sweep: {}\njobs: 5\n", "has no list of jobs any more"),
        ("sweep: {metric: [1]}\njobs: []\n", r"sweep\.metric must be a text, got \[1\]"),
        ("sweep: {tags: 5}\njobs: []\n", r"sweep\.tags must be a list, got 5"),
        ("sweep: {grid: x}\njobs: []\n", r"sweep\.grid must be a mapping, got 'x'"),
        (f"sweep: {{}}\njobs: [{{{JOB}, settings: {{}}, attempts: x}}]\n", "a job must have number"),
        (f"sweep: {{}}\njobs: [{{{JOB}, settings: {{1: 2}}}}]\n", "a job must have number"),
        (
            "sweep: {}\njobs: [{number: 0, folder: '../x', config_hash: a, settings: {}, words: []}]\n",
            "the folder being a name",
        ),
    ],
)
def test_a_damaged_record_is_told(tmp_path, content, message):
    (tmp_path / SWEEP_FILE).write_text(content)
    with pytest.raises(RunDirectoryError, match=message):
        read_sweep(tmp_path)


def test_a_folder_without_a_record_is_told(tmp_path):
    with pytest.raises(RunDirectoryError, match=r"sweep\.yaml cannot be read: No such file"):
        read_sweep(tmp_path)
