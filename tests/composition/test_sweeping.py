import pytest

from ssvae.composition.overrides import parse_override
from ssvae.composition.sweeps.points import is_splittable, job_words, sweeper_words
from ssvae.composition.sweeps.recipes import SweepConfig
from ssvae.errors import ConfigError


def words(*overrides: str) -> list[list[str]]:
    return job_words([parse_override(override) for override in overrides], SweepConfig())


def test_jobs_are_the_product_in_hydras_order():
    assert words("a=1,2", "b=x", "c=3,4") == [
        ["a=1", "b=x", "c=3"],
        ["a=1", "b=x", "c=4"],
        ["a=2", "b=x", "c=3"],
        ["a=2", "b=x", "c=4"],
    ]


def test_a_later_word_for_the_same_key_replaces_the_earlier():
    assert words("a=1,2", "a=3") == [["a=3"]]


def test_a_sweep_without_a_list_has_no_jobs():
    with pytest.raises(
        ConfigError, match=r"a=interval\(0,1\) has no list of values\. Name them: a,b,c or range"
    ):
        words("a=interval(0,1)")


def test_a_file_may_ask_for_a_sweep(made):
    assert sweeper_words(made.compose(())) == []
    assert sweeper_words(made.compose(("study=label_draws",))) == ["data.label_seed=0,1,2"]
    assert is_splittable(made.compose(()))
