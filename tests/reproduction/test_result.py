import dataclasses
import math

import numpy as np
import pytest

from ssvae.reproduction.result import compare_results


def test_equal_records_match_in_every_part(make_record):
    comparison = compare_results(make_record(), make_record())
    assert comparison.differences == ()
    assert comparison.finding.matches == (
        "metrics.csv: 3 epochs, bit for bit",
        "checkpoint best: every array, bit for bit",
        "checkpoint last: every array, bit for bit",
        "summary.json: every metric and component, durations aside",
    )


def test_differences_come_in_the_order_in_which_they_arose(make_record, rows, summary, arrays):
    changed = [row | {"loss.kl.z": 4.3} for row in rows()]
    tree = arrays()
    tree["step"] = np.array(8, np.int32)
    now = make_record(
        rows=tuple(changed),
        checkpoints={"best": (arrays(), {"epoch": 2}), "last": (tree, {"epoch": 3})},
        summary=summary({"metrics/metric.accuracy.test": 0.6}),
    )
    comparison = compare_results(make_record(), now)
    assert [one.place for one in comparison.differences] == [
        "loss.kl.z, epoch 1",
        "loss.kl.z, epoch 2",
        "loss.kl.z, epoch 3",
        "last/step",
        "metrics.metric.accuracy.test",
    ]
    assert comparison.finding.matches == ("checkpoint best: every array, bit for bit",)
    assert comparison.finding.differences[0] == "epoch 1 (loss.kl.z: 4.2 became 4.3)"


def test_of_many_differences_the_first_are_told_and_the_largest(make_record, rows):
    changed = [row | {"loss.total": row["loss.total"] * (1 + 0.01 * row["epoch"])} for row in rows(9)]
    comparison = compare_results(make_record(rows=tuple(rows(9))), make_record(rows=tuple(changed)))
    assert len(comparison.finding.differences) == 6
    assert comparison.finding.differences[-1] == (
        "and 4 more in metrics.csv; relatively largest in loss.total, epoch 9, by 0.083"
    )


def test_of_a_run_that_was_stopped_what_it_had_got_to_is_compared(make_record, rows):
    was = make_record(lifecycle="interrupted", reason="Ctrl-C", rows=tuple(rows(1)), summary={})
    was = dataclasses.replace(
        was, checkpoints={"last": (was.checkpoints["last"][0], {"epoch": 1})}, damage={"best": "absent"}
    )
    comparison = compare_results(was, make_record())
    assert comparison.differences == ()
    assert comparison.finding.matches == ("metrics.csv: 1 epochs, bit for bit",)
    notes = "\n".join(comparison.finding.notes)
    assert "did not complete (interrupted)" in notes
    assert "checkpoint best is not compared: absent" in notes
    assert "checkpoint last is not compared: the run had saved it at another epoch" in notes


def test_a_run_that_had_failed_must_fail_the_same_way(make_record):
    was = make_record(lifecycle="failed", reason="loss.kl.z became NaN\nin epoch 3")
    assert compare_results(was, was).differences == ()
    (difference,) = compare_results(was, make_record()).differences
    assert difference.sentence == "the run's end: failed (loss.kl.z became NaN) became completed"


@pytest.mark.parametrize("which", ["was", "now"])
def test_a_checkpoint_that_cannot_be_read_is_no_match(make_record, which):
    whole = make_record()
    broken = dataclasses.replace(
        whole, checkpoints={"best": whole.checkpoints["best"]}, damage={"last": "it is damaged"}
    )
    pair = (broken, whole) if which == "was" else (whole, broken)
    (difference,) = compare_results(*pair).differences
    assert difference.key == "checkpoint last"
    assert difference.relative == math.inf
    assert "it is damaged" in difference.change


def test_a_completed_run_without_summary_is_no_match(make_record):
    assert [one.key for one in compare_results(make_record(summary={}), make_record()).differences] == [
        "summary.json"
    ]


def test_a_parent_that_was_trained_further_meanwhile_is_told(make_record):
    was, now = (make_record(header={"resumed_epoch": epoch}) for epoch in (2, 4))
    (difference,) = compare_results(was, now).differences
    assert difference.sentence == "the epoch of the run it went on from: 2 became 4"
