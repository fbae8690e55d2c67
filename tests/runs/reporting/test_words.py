import pytest

from ssvae.runs.reporting.numbers import shown, sort_value
from ssvae.runs.reporting.rendering.markdown_page import line_markdown
from ssvae.runs.reporting.words import explained, spelled


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("likelihood=bernoulli", "`likelihood=bernoulli`"),
        (
            "a longer annealing.warmup=0.5, or prior=vamp.",
            "a longer `annealing.warmup=0.5`, or `prior=vamp`.",
        ),
        ("encoder.hidden_sizes=[64,64]", "`encoder.hidden_sizes=[64,64]`"),
        (
            "more than loss.kl.z, e.g. a smaller prior.num_components.",
            "more than `loss.kl.z`, e.g. a smaller `prior.num_components`.",
        ),
        ("x == y and a = b", "x == y and a = b"),
        ("", ""),
    ],
)
def test_what_can_be_typed_is_code(sentence, said):
    assert line_markdown(explained(sentence)) == said


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (0.1, "0.1"),
        (3, "3"),
        (1e-300, "1e-300"),
        (True, None),
        (None, None),
        ("3", None),
        (float("inf"), None),
    ],
)
def test_tables_are_sorted_by_what_is_a_number(value, exact):
    assert sort_value(value) == exact


def test_a_number_that_nobody_can_write_down_is_said():
    assert shown(10**5000) == "a number of more than 1000 digits"


def test_a_setting_is_spelled_as_it_is_typed():
    values = (None, True, 0.5, ["all"], [64, 32], "digits")
    assert [*map(spelled, values)] == ["null", "true", "0.5", "[all]", "[64,32]", "digits"]
