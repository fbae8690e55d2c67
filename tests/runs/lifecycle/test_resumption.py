"""Which code trained a run: that of its beginning, and that of each stretch since."""

import pytest

from ssvae.runs.lifecycle.resumption import codes_of


def stretch(code, after_epoch):
    return {"source_id": code, "after_epoch": after_epoch}


@pytest.mark.parametrize(
    ("stretches", "codes"),
    [
        ([], ("a",)),
        ([stretch("a", 3)], ("a",)),
        ([stretch("b", 3)], ("a", "b")),
        ([stretch("b", 3), stretch("a", 5)], ("a", "b", "a")),
        ([stretch("b", 0)], ("b",)),
        ([stretch("b", 2), stretch("c", 0), stretch("c", 4)], ("c",)),
        ([stretch(None, 3)], ("a",)),
        ("damaged", ("a",)),
        (["damaged"], ("a",)),
    ],
)
def test_the_codes_of_a_run_one_after_another(stretches, codes):
    assert codes_of({"source_id": "a"}, {"resumptions": stretches}) == codes


def test_of_a_run_without_a_record_nothing_is_known():
    assert codes_of({}, {}) == ()
