"""The sentences are tested with whole commands in test_guard.py; here, what is gone on with."""

import pytest

from ssvae.composition.choices import REQUIRED, judge_choice
from ssvae.composition.reading import typed_override
from ssvae.composition.words import Word


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("prior=standard", ("standard",)),
        ("prior=mixtre", ("mixture",)),
        ("prior=qqq", ()),
        ("+prior=standard", ("standard",)),
        ("model=mixture,standart", ("mixture", "standard")),
        ("debug=[default,overfti]", ("default", "overfit")),
        ("~prior", ()),
    ],
)
def test_the_nearest_option_stands_in(made, text, values):
    assert judge_choice(typed_override(Word(0, text), made), made).values == values


def test_every_group_of_an_experiment_is_required(made):
    assert set(REQUIRED) == set(made.groups) - {"study", "sweep", "debug"}
