"""What a sweep in progress notices of its runs."""

from unittest.mock import Mock

from ssvae.composition.outcome import Outcome
from ssvae.composition.sweeps.book import SweepBook
from ssvae.composition.sweeps.display import AbstractDisplay
from ssvae.composition.sweeps.in_progress import SweepInProgress
from ssvae.composition.sweeps.matching import Slot
from ssvae.composition.sweeps.recipes import OnFailure
from ssvae.runs.summary import SUMMARY_FILE, write_summary
from ssvae.runs.sweeps.record import Job


def test_a_metric_that_is_missing_is_told_of_the_first_run_that_can_be_read_and_once(tmp_path):
    jobs = [Job(number, f"run_{number}", "", {}, state="completed") for number in range(3)]
    for job in jobs:
        (tmp_path / job.folder).mkdir()
        write_summary(tmp_path / job.folder, {})
    (tmp_path / "run_0" / SUMMARY_FILE).write_text("{")
    book, display = Mock(SweepBook), Mock(AbstractDisplay)
    book.ended.side_effect = lambda number, *_: jobs[number]
    sweep = SweepInProgress(tmp_path, (), OnFailure(), book, display, metric="metric.foo")
    for job in jobs:
        sweep.ended(Mock(Slot, job=job), Outcome(tmp_path / job.folder))
    (told,) = display.tell.call_args_list
    assert told.args[0].startswith("WARNING: run_1 has no number sweep.metric=metric.foo.")
