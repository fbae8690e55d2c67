import math

import pytest

from ssvae.composition.overrides import parse_override
from ssvae.composition.sweeps.points import is_splittable, job_words, sweeper_words
from ssvae.composition.sweeps.ranges import spelled_out
from ssvae.composition.sweeps.recipes import SweepConfig
from ssvae.errors import ConfigError


def words(*overrides: str, **sweep) -> list[list[str]]:
    return job_words([parse_override(override) for override in overrides], SweepConfig(**sweep))


def test_jobs_are_the_product_in_hydras_order():
    assert words("a=1,2", "b=x", "c=3,4") == [
        ["a=1", "b=x", "c=3"],
        ["a=1", "b=x", "c=4"],
        ["a=2", "b=x", "c=3"],
        ["a=2", "b=x", "c=4"],
    ]


def test_a_later_word_for_the_same_key_replaces_the_earlier():
    assert words("a=1,2", "a=3") == [["a=3"]]


def test_settings_that_go_together_are_no_product():
    assert words("a=1,2", "b=3,4", "c=5,6", zip=("a", "c")) == [
        ["a=1", "c=5", "b=3"],
        ["a=1", "c=5", "b=4"],
        ["a=2", "c=6", "b=3"],
        ["a=2", "c=6", "b=4"],
    ]


def test_points_written_out_are_crossed_with_the_rest():
    assert words("seed=0,1", points=("model=vamp a=1", "model=m2 a=2")) == [
        ["seed=0", "model=vamp", "a=1"],
        ["seed=0", "model=m2", "a=2"],
        ["seed=1", "model=vamp", "a=1"],
        ["seed=1", "model=m2", "a=2"],
    ]


def test_intervals_are_drawn_together_and_crossed_with_lists():
    drawn = words("a=interval(0,1)", "b=tag(log,interval(1e-4,1e-2))", "seed=0,1", samples=3)
    assert len(drawn) == 6
    assert len({tuple(job[:2]) for job in drawn}) == 3
    for job in drawn:
        first, second = (float(word.partition("=")[2]) for word in job[:2])
        assert 0 <= first < 1
        assert 1e-4 <= second < 1e-2


def test_more_samples_keep_the_first_ones_and_other_settings_change_nothing():
    few = words("a=interval(0,1)", samples=3)
    assert words("a=interval(0,1)", samples=5)[:3] == few
    assert [job[:1] for job in words("a=interval(0,1)", "b=interval(0,1)", samples=3)] == few
    assert words("a=interval(0,1)", samples=3, seed=1) != few


def test_an_interval_of_whole_numbers_reaches_both_ends():
    drawn = {job[0] for job in words("a=int(interval(2,4))", samples=60)}
    assert drawn == {"a=2", "a=3", "a=4"}


def test_each_whole_number_of_an_interval_is_as_likely_below_zero_too():
    drawn = [job[0] for job in words("a=int(interval(-2,2))", samples=1000)]
    counts = [drawn.count(f"a={value}") for value in range(-2, 3)]
    assert sum(counts) == 1000
    assert min(counts) > 200 - 5 * math.sqrt(1000 * 0.2 * 0.8)


@pytest.mark.parametrize(
    ("typed", "sweep", "message"),
    [
        (["a=interval(0,1)"], {}, r"a=interval\(0,1\) has no list of values\. Name them: a,b,c or range"),
        (["a=1,2"], {"samples": 3}, r"sweep\.samples draws from settings given as an interval"),
        (["a=range(0,3,0)"], {}, r"a=range\(0,3,0\): range\(\) arg 3 must not be zero\. Name the values"),
        ([], {"points": ("a=1 a=2",)}, r"sweep\.points: 'a=1 a=2' says a twice\. Keep one of them\."),
        (["a=interval(1,0)"], {"samples": 3}, r"an interval goes from a number to a larger one"),
        (["a=tag(log,interval(0,1))"], {"samples": 3}, r"from a number above 0 to a larger one"),
        (["a=1,2", "b=1"], {"zip": ("a", "b")}, r"b has no list of values"),
        (["a=1,2", "bb=1,2"], {"zip": ("a", "b")}, r"b has no list of values\. Did you mean 'bb'\?"),
        (["a=1,2"], {"zip": ("a", "a")}, r"sweep\.zip names a twice"),
        (["a=1,2"], {"zip": ("a",)}, r"names at least two settings"),
        (["a=1,2", "b=1,2,3"], {"zip": ("a", "b")}, r"as many values each, and a has 2, b has 3\."),
        ([], {"points": ("a=1", "a=1 b=2")}, r"sweep\.points: 'a=1' does not say b, .* Add b=VALUE\."),
        (["a=1"], {"points": ("a=1", "a=2")}, r"a is given beside sweep\.points.* Keep one of them\."),
        ([], {"points": ("a=1,2",)}, r"'a=1,2' must be the words of one job"),
    ],
)
def test_values_that_make_no_list_of_jobs_are_refused(typed, sweep, message):
    with pytest.raises(ConfigError, match=message):
        words(*typed, **sweep)


def test_ranges_are_spelled_out():
    assert spelled_out("a=logspace(1e-4,1e-2,3)") == "a=0.0001,0.001,0.01"
    assert spelled_out("a=linspace(0, 1, 5)") == "a=0.0,0.25,0.5,0.75,1.0"
    assert spelled_out("a=range(0,3)") == "a=range(0,3)"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("a=logspace(1,2)", r"takes two numbers and a count, as in a=logspace\(1e-4,1e-2,5\)"),
        ("a=logspace(0,2,3)", "two different numbers above 0 and a count from 2 to 1000"),
        ("a=linspace(1,1,3)", "two different numbers and a count from 2 to 1000"),
        ("a=linspace(1,2,1001)", "a count from 2 to 1000"),
        ("a=linspace(1,2,1)", "a count from 2 to 1000"),
    ],
)
def test_a_range_that_is_none_is_refused(word, message):
    with pytest.raises(ConfigError, match=message):
        spelled_out(word)


def test_a_file_may_ask_for_a_sweep(made):
    assert sweeper_words(made.compose(())) == []
    assert sweeper_words(made.compose(("study=label_draws",))) == ["data.label_seed=0,1,2"]
    assert is_splittable(made.compose(()))


def test_a_space_within_quotes_or_brackets_parts_no_words_of_a_point():
    points = ("a='x y' b=[1, 2]", 'a="it\'s  z" b=[]')
    assert words(points=points) == [["a='x y'", "b=[1, 2]"], ['a="it\'s  z"', "b=[]"]]
