import math

import pytest

from ssvae.reproduction.summary import compare_summaries, new_keys


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training/seconds", 99.0),
        ("components/clustering/data/seconds_per_epoch", 99.0),
        ("components/clustering/title", "Clusters"),
        ("run/run_id", "another"),
        ("run/warnings", [{"kind": "collapse", "text": "0.07"}]),
    ],
)
def test_durations_names_and_words_do_not_differ(path, value, summary):
    assert compare_summaries(summary(), summary({path: value})) == ()


@pytest.mark.parametrize(
    ("path", "value", "key", "size"),
    [
        ("metrics/metric.accuracy.test", 0.6, "metrics.metric.accuracy.test", 0.01 / 0.6),
        ("training/best_value", math.nan, "training.best_value", math.inf),
        ("components/clustering/status", "failed", "components.clustering.status", math.inf),
        ("components/clustering/reason", "it broke", "components.clustering.reason", math.inf),
        ("components/clustering/data/nmi", 0.4, "components.clustering.data.nmi", 0.2),
        ("components/clustering/data/usage", [0.25, 0.5], "components.clustering.data.usage", 1 / 3),
        ("components/clustering/data/usage", [1.0], "components.clustering.data.usage", math.inf),
        ("components/clustering/data/usage", [0.25, None], "components.clustering.data.usage", math.inf),
        ("run/warnings", [], "warnings", math.inf),
    ],
)
def test_every_number_status_and_warning_counts(path, value, key, size, summary):
    (difference,) = compare_summaries(summary(), summary({path: value}))
    assert difference.key == key
    assert difference.relative == pytest.approx(size)


def test_lists_with_gaps_are_compared_by_their_numbers(summary):
    was, now = (summary({"components/clustering/data/usage": [None, value]}) for value in (0.5, 0.4))
    (difference,) = compare_summaries(was, now)
    assert difference.relative == pytest.approx(0.2)


def test_a_component_that_is_lost_differs_and_a_new_one_does_not(summary):
    more = summary({"components/extra": {"status": "success", "data": {}}})
    assert {one.change for one in compare_summaries(more, summary())} == {"absent now"}
    assert compare_summaries(summary(), more) == ()
    assert "components.extra.status" in new_keys(summary(), more)


@pytest.mark.parametrize(
    "content", [{}, {"components": [1], "metrics": None, "run": "x"}, {"run": {"warnings": [1]}}]
)
def test_a_file_of_another_kind_is_no_reason_to_fall(content, summary):
    assert len(compare_summaries(summary(), content)) > 5
