"""A prior, a metric and a data set from outside the package, used as if they were ours."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PARTS = '''
"""Parts of my own: a recipe each, and the lines that put them into ssvae's tables."""

import dataclasses
from typing import ClassVar

from ssvae.config import setting
from ssvae.data.recipes import DATASETS, AbstractDataConfig
from ssvae.evaluation.component import Component
from ssvae.evaluation.metrics import METRICS
from ssvae.priors.recipes import PRIORS, AbstractPriorConfig
from ssvae.status import ComponentResult


@dataclasses.dataclass(frozen=True)
class ToyPriorConfig(AbstractPriorConfig):
    """Two Gaussians at fixed places."""

    variant: ClassVar[str] = "toy"
    distance: float = setting(4.0, above=0)
    """Between the two, in standard deviations."""

    @property
    def components(self):
        return 2

    def build(self, latent_dim, image_shape, *, rngs):
        from my_prior import ToyPrior  # it brings JAX, so it waits until it is wanted

        return ToyPrior(self.distance, latent_dim)


@dataclasses.dataclass(frozen=True)
class StripesConfig(AbstractDataConfig):
    """Bright rows or bright columns, with noise."""

    variant: ClassVar[str] = "stripes"
    num_labeled: int = setting(20, at_least=0)
    """Training images whose label the model may see."""

    @property
    def image_shape(self):
        return (4, 4, 1)

    @property
    def classes(self):
        return 2

    @property
    def train_size(self):
        return 200

    def load(self):
        import numpy as np

        from ssvae.data.assemble import assemble
        from ssvae.data.dataset import Split
        from ssvae.data.streams import stream

        def make(name, size):
            generator = stream(self.split_seed, name)
            labels = np.arange(size, dtype=np.int32) % 2
            rows = np.where(np.arange(4) % 2, 200, 20)[:, None]
            pattern = np.where(labels[:, None, None] == 1, rows, rows.T) + np.zeros((size, 4, 4))
            noisy = np.clip(pattern + generator.normal(0, 20, pattern.shape), 0, 255)
            return Split(noisy.astype(np.uint8)[..., None], labels)

        return assemble(
            self, train=make("train", 200), validation=make("validation", 20), test=make("test", 20), levels=255
        )


def brightness(context):
    mean = float(context.predictions["test"].mean_images.mean())
    return ComponentResult.success({"brightness": mean, "metrics": {"metric.toy.brightness": mean}})


PRIORS["toy"] = ToyPriorConfig
DATASETS["stripes"] = StripesConfig
METRICS["toy_score"] = Component("Toy score", brightness, meanings={"brightness": "of mean images, from 0 to 1"})
'''

PRIOR = '''
"""The prior itself."""

import jax.numpy as jnp

from ssvae.priors.base import AbstractPrior
from ssvae.probability.gaussian import DiagonalGaussian


class ToyPrior(AbstractPrior):
    """Nothing to learn."""

    def __init__(self, distance, latent_dim):
        self.distance = distance
        self.latent_dim = latent_dim

    def log_weights(self):
        return jnp.full(2, jnp.log(0.5))

    def components(self, encode):
        first = jnp.zeros(self.latent_dim).at[0].set(self.distance / 2)
        return DiagonalGaussian(jnp.stack([first, -first]), jnp.ones((2, self.latent_dim)))
'''

OPTIONS = {
    "prior/toy": "# Two Gaussians at fixed places.\n\nname: toy\ndistance: 4.0  # Between the two, in standard deviations.\n",
    "data/stripes": "# Bright rows or bright columns.\n\nname: stripes\nnum_labeled: 20  # Training images whose label is seen.\n",
}
WORDS = ("prior=toy", "data=stripes", "--config-dir", "my_conf")
PLUGINS = {"SSVAE_PLUGINS": "my_parts"}


@pytest.fixture
def mine(tmp_path):
    """The folder a user has: two modules, two option files."""
    (tmp_path / "my_parts.py").write_text(PARTS)
    (tmp_path / "my_prior.py").write_text(PRIOR)
    for name, text in OPTIONS.items():
        path = tmp_path / "my_conf" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def python(tmp_path):
    """`python("print(1)")` → the finished process, started in `tmp_path`."""

    def run(code: str, *words: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-c", code, *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "JAX_PLATFORMS": "cpu", **environment},
        )

    return run


CHECK = "import sys; sys.argv[1:1] = ['check']; from ssvae.cli.main import main; main()"

LOAD = """
import sys, numpy, ssvae
model = ssvae.load_run(sys.argv[1])
from my_parts import StripesConfig, ToyPriorConfig
assert isinstance(model.config.prior, ToyPriorConfig)
test = StripesConfig().load().test
print(numpy.mean(model.classify(test.images).argmax(axis=1) == test.labels), model.sample(3).shape)
"""


@pytest.mark.slow
def test_parts_of_ones_own_run_report_and_load(mine, train_py, only_run, python):
    finished = train_py(*WORDS, "training.epochs=2", "evaluation.plots=none", **PLUGINS)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    run = only_run()
    assert f"Plugin my_parts, from {mine / 'my_parts.py'}.\n" in (run / "logs" / "train.log").read_text()
    config = yaml.safe_load((run / "config.yaml").read_text())
    assert config["prior"] == {"name": "toy", "distance": 4.0}
    assert config["experiment"]["choices"]["data"] == "stripes"
    summary = json.loads((run / "summary.json").read_text())
    assert {entry["status"] for entry in summary["components"].values()} <= {"success", "disabled"}
    report = (run / "REPORT.md").read_text()
    assert "### Toy score (`toy_score`)" in report
    assert "of mean images, from 0 to 1" in report
    assert 0 < summary["metrics"]["metric.toy.brightness"] < 1

    loaded = python(LOAD, str(run), **PLUGINS)
    assert loaded.stdout == f"{summary['metrics']['metric.accuracy.test']} (3, 4, 4, 1)\n", loaded.stderr
    unnamed = python(LOAD, str(run))
    assert "prior.name='toy' is not known." in unnamed.stderr
    assert "what plugins add is known when SSVAE_PLUGINS names them" in unnamed.stderr


def test_parts_of_ones_own_are_checked_as_ours_are(mine, python):
    finished = python(CHECK, *WORDS, **PLUGINS)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith(f"# Plugin my_parts, from {mine / 'my_parts.py'}.\n")
    assert yaml.safe_load(finished.stdout)["prior"] == {"name": "toy", "distance": 4.0}
    wrong = python(CHECK, *WORDS, "prior.distance=-1", "prior.distanse=2", **PLUGINS)
    assert wrong.returncode == 2
    assert "prior.distance must be above 0, got -1.0. Try prior.distance=4.0." in wrong.stderr
    assert "Did you mean prior.distance=2?" in wrong.stderr


def test_without_its_plugin_an_option_is_a_mistake(mine, python):
    finished = python(CHECK, *WORDS)
    assert finished.returncode == 2
    assert "prior.name='toy' is not known." in finished.stderr


def test_metrics_of_ones_own_can_be_asked_for_by_name(mine, python):
    finished = python(CHECK, *WORDS, "evaluation.metrics=[toy_score]", **PLUGINS)
    assert (finished.returncode, finished.stderr) == (0, "")


def test_one_of_ours_that_is_replaced_is_noted(mine, python):
    (mine / "my_mixture.py").write_text(
        "import dataclasses\n"
        "from ssvae.priors.recipes import PRIORS, MixturePriorConfig\n"
        "@dataclasses.dataclass(frozen=True)\n"
        "class Mine(MixturePriorConfig):\n"
        "    'The same.'\n"
        "PRIORS['mixture'] = Mine\n"
    )
    finished = python(CHECK, SSVAE_PLUGINS="my_mixture")
    assert finished.returncode == 0, finished.stderr
    note = "# prior=mixture is my_mixture.Mine instead of the built-in MixturePriorConfig.\n"
    assert note in finished.stdout


@pytest.mark.parametrize("command", ["train", "check"])
def test_a_wrong_module_is_a_mistake_and_nothing_is_created(tmp_path, train_py, python, command):
    wrong = {"SSVAE_PLUGINS": "my_prats"}
    (tmp_path / "my_parts.py").write_text("")
    finished = train_py("seed=1", **wrong) if command == "train" else python(CHECK, "seed=1", **wrong)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith(
        "Nothing was started: 1 mistake.\n"
        f"  • SSVAE_PLUGINS=my_prats: there is no module my_prats, neither installed nor in {tmp_path}. "
        "Did you mean 'my_parts'? Correct the name, or unset SSVAE_PLUGINS.\n"
    )
    assert "Traceback" not in finished.stderr
    assert os.listdir(tmp_path) == ["my_parts.py"]


def test_help_needs_no_plugin(train_py, tmp_path):
    finished = train_py("--help", SSVAE_PLUGINS="my_prats")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert not list(Path(tmp_path).iterdir())


@pytest.mark.slow
def test_a_resumed_sweep_notices_an_edit_of_a_plugin_or_of_its_neighbor(mine, train_py):
    sweep = ("-m", *WORDS, "seed=0,1", "training.epochs=1", "evaluation.metrics=none")
    finished = train_py(*sweep, **PLUGINS)
    assert finished.returncode == 0, finished.stdout + finished.stderr

    def left() -> str:
        return train_py(*sweep, "sweep.resume=true", "--dry-run", **PLUGINS).stdout

    assert left().count("is complete") == 2
    (mine / "my_prior.py").write_text(PRIOR.replace("self.distance / 2", "self.distance / 3"))
    assert left().count("begins again, for the code has changed") == 2
