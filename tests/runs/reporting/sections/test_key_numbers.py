import math

import pytest

from ssvae.runs.reporting.rendering.markdown_page import block_markdown, line_markdown
from ssvae.runs.reporting.sections.key_numbers import key_numbers


def entry(status="success", **changes):
    return {"status": status, "data": {}, "meanings": {}, "metrics": [], **changes}


def page(metrics, **components):
    return "\n\n".join(map(block_markdown, key_numbers(metrics, components).blocks))


def tables(metrics, **components):
    """Of each table, its rows, the head first."""
    shown = [block for block in key_numbers(metrics, components).blocks if hasattr(block, "rows")]
    return [[table.columns, *(tuple(map(line_markdown, row)) for row in table.rows)] for table in shown]


def test_headlines_come_first_in_the_order_of_a_reader():
    metrics = {
        "metric.k_eff": 8.0,
        "metric.other": 1.0,
        "metric.elbo.test": -9.5,
        "metric.accuracy.test": 0.9,
    }
    headlines, others = tables(metrics)
    assert headlines == [
        ("Name", "Value"),
        ("`metric.accuracy.test`", "0.9"),
        ("`metric.elbo.test`", "-9.5"),
        ("`metric.k_eff`", "8"),
    ]
    assert others[1:] == [("`metric.other`", "1")]


def test_the_standard_error_stands_beside_its_number():
    data = {"accuracy_test": 0.9, "accuracy_test_error": 0.0123}
    measured = entry(
        data=data, meanings={"accuracy_test": "share recognized"}, metrics=["metric.accuracy.test"]
    )
    (shown,) = tables({"metric.accuracy.test": 0.9}, classification=measured)
    assert shown[1] == ("`metric.accuracy.test`", "0.9 ± 0.012", "share recognized")
    assert page({"metric.accuracy.test": 0.9}, classification=measured).startswith("± is the standard error")


def test_baselines_stand_beside_the_number_they_belong_to():
    metrics = {
        "metric.baseline.knn.accuracy.test": 0.85,
        "metric.baseline.svm.accuracy.test": math.nan,
        "metric.accuracy.test": 0.9,
        "metric.baseline.knn.elsewhere": 3.0,
    }
    headlines, others = tables(metrics, baselines=entry())
    assert headlines[0] == ("Name", "Value", "Baselines on the same split")
    assert headlines[1:] == [("`metric.accuracy.test`", "0.9", "knn 0.85, svm **NaN**")]
    assert others[1:] == [("`metric.baseline.knn.elsewhere`", "3")]  # nothing is left out
    assert "No baselines" not in page(metrics, baselines=entry())


@pytest.mark.parametrize(
    ("baselines", "said"),
    [
        (
            entry("disabled", reason="evaluation.baselines=none", remedy="evaluation=default"),
            "(disabled): `evaluation.baselines=none`. To enable: `evaluation=default`",
        ),
        (entry("failed", reason="ValueError: no labels"), "(failed): ValueError: no labels"),
        (entry("not_run"), "(not run)"),
    ],
)
def test_where_there_are_none_it_is_said_why(baselines, said):
    found = page({"metric.accuracy.test": 0.9}, baselines=baselines)
    assert found.endswith(f"**No baselines beside them** {said}")


def test_a_run_that_measured_nothing_says_so():
    assert page({}) == "None: no component has measured anything."


def test_nats_say_of_which_likelihood_they_are():
    texts = {
        "likelihood": "bernoulli",
        "binarization": "none: gray pixels",
        "note": "soft Bernoulli.",
        "elbo": 3.0,
    }
    found = page({"metric.elbo.test": -9.5}, bound=entry(data=texts))
    assert found.endswith("**Nats** are of p(x|z) = bernoulli; none: gray pixels; soft Bernoulli.")
    assert "Nats" not in page({"metric.elbo.test": -9.5}, bound=entry("failed", data={"note": 3}))
