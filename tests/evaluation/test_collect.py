"""Every component answers, whatever its provider does."""

import dataclasses
import logging

import numpy as np
import pytest

from ssvae.errors import ConfigError
from ssvae.evaluation.collect import catalog, collect, planned
from ssvae.evaluation.component import Component
from ssvae.evaluation.metrics import METRICS
from ssvae.evaluation.plots import PLOTS
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.status import ComponentResult, Status


@pytest.fixture
def run_one(monkeypatch, make_context):
    """Collect with `training` replaced by a provider, and no plots; gives the result of `training`."""

    def run(provide):
        monkeypatch.setitem(METRICS, "training", Component(title="Training", provide=provide))
        return dict(collect(make_context(plots=("none",))))["training"]

    return run


def test_metrics_come_first_and_each_name_once():
    assert list(catalog()) == [*METRICS, *PLOTS]


def test_a_name_that_is_a_metric_and_a_plot_is_refused(monkeypatch):
    monkeypatch.setitem(PLOTS, "training", PLOTS["loss_curves"])
    with pytest.raises(ConfigError, match=r"training is the name of a metric and of a plot.*Rename one"):
        catalog()


def test_what_was_not_asked_for_says_how_to_ask(make_context):
    config = make_context().config
    plan = planned(config, EvaluationConfig(metrics=("training",), plots=("none",)))
    assert plan["training"].status is Status.NOT_RUN
    assert plan["training"].reason == "the run has not reached it yet"
    assert plan["classification"] == ComponentResult.disabled(
        "not in evaluation.metrics", "evaluation.metrics=all"
    )
    assert plan["loss_curves"] == ComponentResult.disabled("not in evaluation.plots", "evaluation.plots=all")


def test_all_that_stands_against_a_component_is_told_at_once(make_context):
    plan = planned(make_context(classifier="none").config, EvaluationConfig(plots=("none",)))
    assert plan["tau_heatmap"] == ComponentResult.disabled(
        "classifier=none; not in evaluation.plots", "classifier=tau evaluation.plots=all"
    )


def test_collect_gives_the_disabled_as_planned_and_calls_no_provider_for_them(monkeypatch, make_context):
    def never(context):
        raise AssertionError("a disabled component was run")

    context = make_context(classifier="none", metrics=("all",), plots=("none",))
    for name in ("classification", "tau_classifier", *PLOTS):
        table = PLOTS if name in PLOTS else METRICS
        monkeypatch.setitem(table, name, dataclasses.replace(table[name], provide=never))
    plan = planned(context.config, context.settings)
    results = dict(collect(context))
    assert list(results) == list(plan)
    for name, expected in plan.items():
        if expected.status is Status.DISABLED:
            assert results[name] == expected


def test_results_arrive_one_by_one(monkeypatch, make_context):
    calls = []

    def note(context):
        calls.append("called")
        return ComponentResult.success()

    monkeypatch.setitem(METRICS, "classification", Component(title="", provide=note))
    stream = collect(make_context(plots=("none",)))
    assert next(stream)[0] == "training"
    assert not calls


def test_a_provider_that_raises_fails_alone(monkeypatch, make_context, caplog):
    def broken(context):
        raise ValueError("no such\n  thing")

    context = make_context(plots=("none",))
    before = dict(collect(context))
    monkeypatch.setitem(METRICS, "classification", Component(title="", provide=broken))
    with caplog.at_level(logging.ERROR):
        after = dict(collect(context))
    assert after.pop("classification") == ComponentResult.failed("ValueError: no such thing")
    before.pop("classification")
    assert after == before
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.name.startswith("ssvae.")  # so that the run's log file gets it
    assert "classification failed" in record.getMessage()
    assert record.exc_info is not None


def test_an_error_without_words_still_has_a_reason(run_one):
    def broken(context):
        raise MemoryError

    assert run_one(broken) == ComponentResult.failed("MemoryError")


def test_an_interrupt_is_not_swallowed(run_one):
    def interrupted(context):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_one(interrupted)


def test_an_old_provider_that_returns_a_dict_still_counts(run_one, caplog):
    with pytest.warns(
        DeprecationWarning, match=r"training returned a dict.*ComponentResult\.success\(data\)"
    ):
        result = run_one(lambda context: {"value": 3})
    assert result == ComponentResult.success({"value": 3})
    assert "DeprecationWarning: training returned a dict" in caplog.text


def test_an_old_provider_that_returns_none_is_disabled(run_one, caplog):
    with pytest.warns(DeprecationWarning, match=r"training returned None.*disabled\(reason, remedy\)"):
        result = run_one(lambda context: None)
    assert result.status is Status.DISABLED
    assert result.reason
    assert result.remedy
    assert "DeprecationWarning: training returned None" in caplog.text


def test_any_other_answer_is_a_failure(run_one):
    result = run_one(lambda context: 3.5)
    assert result == ComponentResult.failed(
        "TypeError: the provider must return a ComponentResult, got float."
    )


def test_numpy_values_become_plain_ones(run_one):
    data = {"a": np.float32(0.5), "b": np.arange(3), "c": (np.bool_(True), {"d": np.int64(2)}), 5: None}
    result = run_one(lambda context: ComponentResult.success(data))
    assert result.data == {"a": 0.5, "b": [0, 1, 2], "c": [True, {"d": 2}], "5": None}
    assert type(result.data["a"]) is float
    assert type(result.data["c"][0]) is bool


def test_what_json_has_no_word_for_is_a_failure(run_one):
    result = run_one(lambda context: ComponentResult.success({"a": {1, 2}}))
    assert result == ComponentResult.failed(
        "TypeError: data must hold numbers, texts, lists and dicts, got set."
    )


def test_figures_pass_through_untouched(run_one):
    figure = object()
    assert run_one(lambda context: ComponentResult.success({}, {"stem": figure})).figures == {"stem": figure}
