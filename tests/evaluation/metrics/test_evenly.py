import numpy as np
import pytest

from ssvae.evaluation.metrics.evenly import evenly


@pytest.mark.parametrize("count", [0, 1, 5])
def test_few_rows_are_all_taken(count):
    np.testing.assert_array_equal(evenly(count, 5), np.arange(count))


@pytest.mark.parametrize(("count", "most"), [(6, 5), (10_000, 1000), (1999, 1000)])
def test_of_many_rows_the_gaps_are_even(count, most):
    rows = evenly(count, most)
    assert len(rows) == most
    assert rows[0] == 0
    assert rows[-1] < count
    assert np.ptp(np.diff(rows)) <= 1
