"""What the tests of this room share: a run as it would be told to the recorder."""

from datetime import datetime

import pytest

from ssvae.runs.config_file import write_config
from ssvae.runs.git import GitFacts
from ssvae.runs.provenance import collect_header
from ssvae.runs.recorder import PlannedComponent, RunRecorder
from ssvae.status import ComponentResult
from ssvae.training.history import EPOCH_KEYS


@pytest.fixture
def run_dir(tmp_path):
    folder = tmp_path / "mixture_20260102_030405"
    folder.mkdir()
    return folder


@pytest.fixture
def body():
    """The settings of a run, as composed."""
    return {
        "seed": 3,
        "data": {"name": "digits", "num_labeled": 100},
        "model": {"name": "mixture", "latent_dim": 8, "kl_weight": 1.0},
        "encoder": {"name": "dense", "hidden_sizes": [256, 256]},
        "training": {"epochs": 100, "learning_rate": 1e-5, "patience": None},
    }


@pytest.fixture
def header(body):
    return collect_header(
        {
            "name": "abl",
            "description": "Less KL?",
            "tags": ["ablation", "kl"],
            "status": "exploratory",
            "on_dirty_git": "ignore",
        },
        body,
        run_id="mixture_20260102_030405",
        now=datetime(2026, 1, 2, 3, 4, 5),
        git=GitFacts("f8b5a17", "f8b5a17" + "0" * 33, True),
        base_config="conf/config.yaml",
        command="python train.py experiment.name=abl model.kl_weight=1.0",
        choices={"model": "mixture", "prior": "mixture"},
        cli_overrides={"experiment.name": "abl", "model.kl_weight": 1.0},
    )


@pytest.fixture
def row():
    """A function that gives the metrics of an epoch, losses falling."""

    def make(epoch, **changes):
        values = dict.fromkeys(EPOCH_KEYS, 0.0) | {"epoch": epoch, "time": 5.25, "learning_rate": 2e-3}
        values |= {
            "loss.total": 180.0 / epoch + 10.0,
            "loss.recon": 160.0 / epoch,
            "loss.kl.z": 15.2,
            "loss.kl.c": 2.1,
        }
        values |= {
            "weight.recon": 1.0,
            "weight.kl.z": 0.5,
            "weight.kl.c": 1.0,
            "loss.total.val": 30.0 / epoch,
        }
        return values | changes

    return make


@pytest.fixture
def planned():
    """Four components: two that apply, one that does not, one plot."""
    waiting = ComponentResult.not_run("the run has not reached it yet")
    return {
        "training": PlannedComponent("Training", "metric", {}, waiting),
        "mixture_prior": PlannedComponent(
            "Mixture prior",
            "metric",
            {"k_eff": "components in use, exp of the entropy"},
            waiting,
        ),
        "tau_classifier": PlannedComponent(
            "Tau classifier",
            "metric",
            {},
            ComponentResult.disabled("classifier=none", "classifier=tau"),
        ),
        "loss_curves": PlannedComponent("Loss curves", "plot", {}, waiting),
    }


@pytest.fixture
def recorder(run_dir, header, body, planned):
    """A recorder whose run has begun."""
    write_config(run_dir, header, body)
    recorder = RunRecorder(run_dir, patience=0.0)
    recorder.start({"run_id": run_dir.name, "seed": 3}, planned, epochs=100)
    return recorder


@pytest.fixture
def make_figure():
    """A function that gives a stand-in for a matplotlib Figure, which writes what it is told to."""

    class Drawn:
        def __init__(self, content):
            self.content = content

        def savefig(self, target, *, format, dpi, pil_kwargs):  # noqa: A002 - matplotlib's own name
            if isinstance(self.content, Exception):
                raise self.content
            target.write(self.content)

    return lambda content=b"\x89PNG": Drawn(content)
