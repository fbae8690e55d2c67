"""What every metric and every plot owes a run, whoever wrote it; a new entry of either table is tested by itself."""

import dataclasses
import json
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ssvae.config import mapping_from_recipe, read_recipe
from ssvae.evaluation.collect import catalog, collect, planned
from ssvae.evaluation.component import Component
from ssvae.evaluation.metrics import METRICS
from ssvae.evaluation.plots import PLOTS
from ssvae.model.recipes import SSVAEConfig
from ssvae.runs.reporting.sections.metric_origins import origins
from ssvae.runs.summary import component_entry, metrics_of
from ssvae.status import ComponentResult, Status

# A conftest is seen from its own folder only, and this contract wants the same made-up model.
_made_up = runpy.run_path(str(Path(__file__).parents[1] / "evaluation" / "conftest.py"))
build_context, permuted = _made_up["build_context"], _made_up["permuted"]

MODELS = {
    "τ": {"num_components": 6},
    "head": {"num_components": 3, "classifier": "head", "likelihood": "gaussian", "latent_dim": 2},
    "one component": {"num_components": 1, "classifier": "head", "latent_dim": 1, "channels": 3},
    "σ per image": {"likelihood": "heteroscedastic", "channels": 3},
    "no classifier": {"num_components": 5, "classifier": "none", "epochs": 1, "is_binary": True},
}


@pytest.fixture(scope="module", params=MODELS)
def context(request):
    return build_context(**MODELS[request.param])


@pytest.fixture(scope="module")
def results(context):
    return dict(collect(context))


def test_every_component_answers_once_in_order(context, results):
    assert list(results) == list(catalog()) == list(planned(context.config, context.settings))
    assert all(isinstance(result, ComponentResult) for result in results.values())
    assert {result.status for result in results.values()} <= {Status.SUCCESS, Status.DISABLED}


def test_what_was_planned_is_what_happened(context, results):
    for name, plan in planned(context.config, context.settings).items():
        if plan.status is Status.DISABLED:
            assert results[name] == plan
        else:
            assert plan.status is Status.NOT_RUN
            assert results[name].status is Status.SUCCESS


def test_data_survives_strict_json(results):
    """Every value is one JSON can hold. A NaN would stay a float, which runs/ spells as a text; here there is none."""
    for result in results.values():
        assert json.loads(json.dumps(result.data, allow_nan=False)) == result.data
        _check_plain(result.data)


def _check_plain(value):
    if isinstance(value, dict):
        assert all(type(key) is str for key in value)
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _check_plain(item)
    else:
        assert type(value) in (int, float, str, bool, type(None)), value


def test_providers_return_plain_values_themselves(context):
    """The collector would forgive numpy's numbers; who calls a provider in a notebook gets plain ones too."""
    for component in catalog().values():
        if component.absence(context.config) is None:
            _check_plain(component.provide(context).data)


def test_every_number_has_a_meaning(results):
    for name, result in results.items():
        if result.status is Status.SUCCESS:
            flat = result.data.get("metrics", {}).keys()
            assert result.data.keys() - {"metrics"} == catalog()[name].meanings.keys() - flat, name


def test_the_report_finds_a_meaning_for_every_flat_metric(results):
    entries = {
        name: component_entry(result, title="", kind="", meanings=catalog()[name].meanings, references={})
        for name, result in results.items()
    }
    metrics = {key: value for result in results.values() for key, value in metrics_of(result).items()}
    found = origins(metrics, entries)
    assert [key for key in metrics if key not in found or not found[key].meaning] == []


def test_meanings_are_one_line_each():
    for component in catalog().values():
        assert component.title
        for meaning in component.meanings.values():
            assert meaning.strip() == meaning != ""
            assert "\n" not in meaning


def test_flat_metrics_are_numbers_under_hierarchical_keys_and_no_two_components_claim_one(results):
    seen: set[str] = set()
    for name, result in results.items():
        for key, value in result.data.get("metrics", {}).items():
            assert key.startswith("metric."), (name, key)
            assert type(value) in (int, float)
            assert key not in seen, key
            seen.add(key)


def test_plots_and_only_plots_have_figures(results):
    for name, result in results.items():
        if result.status is Status.SUCCESS:
            assert bool(result.figures) == (name in PLOTS), name
        for stem, figure in result.figures.items():
            assert stem.replace("_", "").isalnum()
            assert hasattr(figure, "savefig")


def test_what_is_disabled_says_why_and_what_to_type(results):
    for result in results.values():
        if result.status is Status.DISABLED:
            assert result.reason
            assert "=" in str(result.remedy)
            assert result.figures == {}


def test_typing_the_remedy_enables_the_component(context):
    for name, component in catalog().items():
        absence = component.absence(context.config)
        if absence is None:
            continue
        mapping = mapping_from_recipe(context.config)
        for override in absence[1].split():
            group, option = override.split("=")
            mapping[group] = {"name": option}
        assert component.absence(read_recipe(SSVAEConfig, mapping)) is None, name


@pytest.mark.parametrize("name", [*METRICS, *PLOTS])
def test_a_component_that_raises_fails_alone(monkeypatch, name):
    def broken(context):
        raise RuntimeError("out of order")

    context = build_context()
    enabled = dataclasses.replace(
        catalog()[name], provide=broken, absence=lambda config: None, not_asked=lambda settings: None
    )
    others = {
        key: Component(title=key, provide=lambda context: ComponentResult.success({"value": 1}))
        for key in catalog()
    }
    for key, component in (others | {name: enabled}).items():
        monkeypatch.setitem(METRICS if key in METRICS else PLOTS, key, component)
    results = dict(collect(context))
    assert results.pop(name) == ComponentResult.failed("RuntimeError: out of order")
    assert results.keys() == catalog().keys() - {name}
    assert all(result == ComponentResult.success({"value": 1}) for result in results.values())


def test_how_components_are_numbered_changes_no_flat_metric():
    context = build_context()
    other = permuted(context, np.array([4, 2, 0, 5, 1, 3]))
    for name, component in METRICS.items():
        if component.absence(context.config) is None:
            one, shuffled = (component.provide(made).data.get("metrics", {}) for made in (context, other))
            assert shuffled == pytest.approx(one, abs=1e-7), name  # float32 sums in another order


def test_providers_leave_the_context_as_it_was():
    context = build_context()
    arrays = [context.tau, *vars(context.prior).values()]
    for found in context.predictions.values():
        arrays += [array for array in vars(found).values() if array is not None]
    for array in arrays:
        array.setflags(write=False)  # writing to one would make its component fail
    assert not [name for name, result in collect(context) if result.status is Status.FAILED]


def test_the_tables_are_cheap_to_import():
    """Mistakes in a command are told before JAX or matplotlib is loaded; pyplot never is."""
    code = """
import sys
import ssvae.experiment, ssvae.evaluation.collect
heavy = {"jax", "flax", "optax", "matplotlib", "sklearn", "scipy"} & sys.modules.keys()
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_plot_imports_pyplot():
    code = f"""
import runpy, sys
build_context = runpy.run_path({_made_up["__file__"]!r})["build_context"]
from ssvae.evaluation.plots import PLOTS
contexts = [build_context(shifts=("all",)), build_context(likelihood="heteroscedastic")]
for component in PLOTS.values():
    context = next(context for context in contexts if component.absence(context.config) is None)
    assert component.provide(context).figures
assert "matplotlib.figure" in sys.modules
assert "matplotlib.pyplot" not in sys.modules
assert "jax" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
