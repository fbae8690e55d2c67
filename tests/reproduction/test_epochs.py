import math

import pytest

from ssvae.reproduction.epochs import compare_epochs


@pytest.fixture
def changed(rows):
    """Rows of which one has other cells."""
    return lambda epoch, **cells: [row | (cells if row["epoch"] == epoch else {}) for row in rows()]


def test_equal_rows_do_not_differ_whatever_their_times(rows, changed):
    assert compare_epochs(rows(), changed(2, time=99.0)) == ()


def test_one_bit_of_one_cell_is_found_with_its_epoch(rows, changed):
    now = changed(2, **{"loss.kl.z": math.nextafter(4.2, 5)})
    (difference,) = compare_epochs(rows(), now)
    assert (difference.epoch, difference.key) == (2, "loss.kl.z")
    assert difference.sentence == "epoch 2 (loss.kl.z: 4.2 became 4.200000000000001)"
    assert 0 < difference.relative < 1e-15


def test_the_earliest_epoch_comes_first(rows):
    now = [row | {"loss.total": 0.0} for row in rows()]
    assert [difference.epoch for difference in compare_epochs(rows()[::-1], now[::-1])] == [1, 2, 3]


def test_nan_that_became_a_number_differs(rows, changed):
    (difference,) = compare_epochs(rows(), changed(1, **{"metric.k_eff": 4.0}))
    assert difference.change == "nan became 4.0"


@pytest.mark.parametrize(("was", "now", "change"), [(3, 2, "absent now"), (2, 3, "was not there")])
def test_a_missing_or_additional_row_differs(was, now, change, rows):
    (difference,) = compare_epochs(rows(was), rows(now))
    assert (difference.epoch, difference.change) == (3, change)


def test_a_run_that_was_stopped_may_go_further_now(rows):
    assert compare_epochs(rows(1), rows(3), is_complete=False) == ()
    assert len(compare_epochs(rows(3), rows(1), is_complete=False)) == 2


def test_a_column_that_is_lost_differs_and_a_new_one_does_not(rows):
    without = [{key: value for key, value in row.items() if key != "loss.kl.z"} for row in rows()]
    assert {one.change for one in compare_epochs(rows(), without)} == {"4.2 became nothing"}
    assert compare_epochs(without, rows()) == ()
