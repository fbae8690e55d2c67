import os

import pytest

from ssvae.runs.lifecycle.state import lifecycle, write_state
from ssvae.runs.reporting.rendering.markdown_page import line_markdown
from ssvae.runs.reporting.verdict import verdict, where

HISTORY = [{"epoch": 1}, {"epoch": 2}]
COMPONENTS = {"a": {"status": "success"}, "b": {"status": "disabled"}, "c": {"status": "not_run"}}


def state(status, **changes):
    times = {"started": "2026-01-02T03:04:05", "updated": "2026-01-02T03:05:15"}
    return {"status": status, "phase": "training", **times, **changes}


@pytest.mark.parametrize(
    ("given", "training", "expected"),
    [
        (
            state("completed"),
            {"best_epoch": 1},
            "**Completed** · 2 epochs, best 1 · 1 min 10 s · 3 components: 1 success, 1 disabled, 1 not run",
        ),
        (
            state("failed", updated="2026-01-02T05:04:05"),
            {},
            "**Failed** · while training, after epoch 2 · 2 h 0 min · 3 components: 1 success, 1 disabled, 1 not run",
        ),
        (
            state("completed", resumptions=[{"after_epoch": 1}]),
            {},
            "**Completed** · 2 epochs · 1 min 10 s from its first start · "
            "3 components: 1 success, 1 disabled, 1 not run",
        ),
        (
            state("interrupted", started=None),
            {},
            "**Interrupted** · while training, after epoch 2 · 3 components: 1 success, 1 disabled, 1 not run",
        ),
    ],
)
def test_the_first_line_says_how_it_went(given, training, expected):
    assert line_markdown(verdict(given, COMPONENTS, HISTORY, training)) == expected


def test_a_run_going_on_and_a_run_that_vanished(run_dir):
    alive = write_state(run_dir, "running", phase="training")
    assert line_markdown(verdict(alive, {}, HISTORY, {})) == (
        "**Running** · this report is of a run still going (while training, after epoch 2) · 0 s"
    )
    dead = alive | {"boot_id": "another"}
    assert lifecycle(dead) == "lost"
    assert line_markdown(verdict(dead, {}, [], {})).startswith(
        "**Lost** · the process ended without a word, while training, before the first epoch ended; killed"
    )
    assert alive["pid"] == os.getpid()


def test_without_a_state_nothing_is_claimed():
    assert (
        line_markdown(verdict({}, {}, [], {}))
        == "**Unknown** · before it had begun, before the first epoch ended"
    )
    assert where({}, HISTORY) == "after epoch 2"


@pytest.mark.parametrize("status", [None, "resting", ["failed"], {}, 3])
def test_a_status_that_nobody_knows_is_unknown(status):
    assert lifecycle({"status": status}) == "unknown"


def test_components_and_times_of_any_kind_are_counted_not_obeyed():
    components = {"a": {"status": "success"}, "b": {"status": "<b>"}, "c": {}}
    times = {"started": "2026-01-02T03:04:05", "updated": "2026-01-02T03:04:05+00:00"}
    assert line_markdown(verdict({"status": "completed", **times}, components, [], {})) == (
        r"**Completed** · 3 components: 1 success, 1 unknown (\<b>), 1 unknown (none)"
    )
