"""Eight components, each on or off: in all 256 cases every registered component is told of once, everywhere."""

import dataclasses
import itertools
import json
import re
import runpy
from pathlib import Path

import pytest

from ssvae.evaluation.collect import catalog, collect, planned
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.logs import run_log
from ssvae.runs.recorder import PlannedComponent, RunRecorder
from ssvae.status import Status

pytestmark = pytest.mark.slow

EIGHT = (
    "training",
    "classification",
    "bound",
    "reconstruction",
    "latent_code",
    "mixture_prior",
    "clustering",
    "tau_classifier",
)

# A conftest is seen from its own folder only.
build_context = runpy.run_path(str(Path(__file__).parents[1] / "evaluation" / "conftest.py"))["build_context"]


@pytest.fixture(scope="module")
def context():
    return build_context(plots=("none",))


@pytest.fixture(scope="module")
def alone(context):
    """What each of the eight reports when all are on."""
    return {name: result for name, result in collect(context) if name in EIGHT}


def record(context, run_dir: Path) -> None:
    """A run whose training is over."""
    run_dir.mkdir()
    with run_log(run_dir, console=False):
        recorder = RunRecorder(run_dir)
        plan = {
            name: PlannedComponent(catalog()[name].title, "metric", catalog()[name].meanings, result)
            for name, result in planned(context.config, context.settings).items()
        }
        recorder.start({"run_id": run_dir.name}, plan, epochs=5)
        recorder.announce()
        for name, result in collect(context):
            recorder.component(name, result)
        recorder.settle()
        finish_run(run_dir)


@pytest.mark.parametrize("first", list(itertools.product((True, False), repeat=3)))
def test_every_component_is_told_of_once_with_state_reason_and_remedy(context, alone, first, tmp_path):
    for case, rest in enumerate(itertools.product((True, False), repeat=5)):
        is_on = dict(zip(EIGHT, (*first, *rest), strict=True))
        asked = tuple(name for name in EIGHT if is_on[name]) or ("none",)
        settings = EvaluationConfig(metrics=asked, plots=("none",))
        run_dir = tmp_path / str(case)
        record(dataclasses.replace(context, settings=settings), run_dir)
        check(run_dir, is_on, alone)


def check(run_dir: Path, is_on: dict[str, bool], alone) -> None:
    entries = json.loads((run_dir / "summary.json").read_text())["components"]
    report, log = (run_dir / "REPORT.md").read_text(), (run_dir / "logs" / "train.log").read_text()
    assert list(entries) == list(catalog())
    for name, entry in entries.items():
        wanted = Status.SUCCESS if is_on.get(name) else Status.DISABLED
        assert entry["status"] == wanted, name
        (section,) = re.findall(rf"^### .*\(`{name}`\)\n(.*?)(?=^##|\Z)", report, re.MULTILINE | re.DOTALL)
        (line,) = re.findall(rf"(?:ENABLED |DISABLED) {name}(?::.*)?$", log, re.MULTILINE)
        if wanted is Status.SUCCESS:
            assert "**Status:** Success" in section
            assert line.startswith("ENABLED")
            data = {key: value for key, value in alone[name].data.items() if key != "metrics"}
            assert entry["data"] == json.loads(json.dumps(data)), name
        else:
            assert entry["reason"]
            assert entry["remedy"]
            assert "**Status:** Disabled" in section
            assert f"**To enable:** `{entry['remedy']}`" in section
            assert line == f"DISABLED {name}: {entry['reason']}. To enable: {entry['remedy']}"
