"""Every option of every group, and the settings that open a way of their own: each trains, reports and is loaded again.

Two epochs on made-up images with tiny networks. Slow as a whole; CI runs it.
"""

import csv
import json
import math
import re
from pathlib import Path

import jax
import numpy as np
import pytest

import ssvae
from ssvae.config import read_recipe
from ssvae.data.dataset import Dataset
from ssvae.data.recipes import SyntheticConfig
from ssvae.evaluation.collect import catalog
from ssvae.experiment import Experiment
from ssvae.runs.config_file import read_config
from ssvae.training.session import evaluated_images

pytestmark = pytest.mark.slow

CONF = Path(__file__).parents[2] / "conf"
GROUPS = (*Experiment.GROUPS, "training", "evaluation")
OPTIONS = [f"{group}={path.stem}" for group in GROUPS for path in sorted((CONF / group).glob("*.yaml"))]

BESIDE = {
    "prior=standard": ("classifier=head",),
    "prior=tied": ("decoder.conditioning=film",),
    "classifier=component": ("prior.num_components=4",),
    "routing=gumbel": ("decoder.conditioning=film",),
    "routing=straight_through": ("decoder.conditioning=film", "routing.responsibilities=encoder"),
}
"""What must be typed beside an option that does not stand alone."""

WAYS = [
    # How the decoder is told the component, and where its code comes from.
    "decoder.conditioning=concat",
    "decoder.conditioning=film",
    "decoder.conditioning=cin",
    "decoder=conv decoder.conditioning=concat",
    "decoder=conv decoder.conditioning=film model.latent_layout=per_component",
    "decoder=conv decoder.conditioning=cin",
    "model.latent_layout=per_component",
    "model.latent_layout=per_component decoder.conditioning=cin routing.responsibilities=encoder",
    # Where responsibilities come from, and how they are used.
    "routing.responsibilities=encoder",
    "routing.responsibilities=posterior_z routing.kl_samples=3",
    "routing=top_m decoder.conditioning=film routing.responsibilities=encoder model.labeled_weight=1.0",
    "routing=hard decoder.conditioning=concat model.latent_layout=per_component",
    "routing=gumbel model.latent_layout=per_component",
    "routing=straight_through auxiliary=skip decoder.conditioning=film",
    # Priors.
    "prior=vamp prior.start=kmeans routing.responsibilities=posterior_z routing.kl_samples=2",
    "prior=vamp encoder=conv",
    "prior=geometric_mog prior.arrangement=grid",
    "prior=geometric_mog prior.arrangement=simplex prior.num_components=4",
    "prior.learn_means=false prior.learn_scales=false prior.learn_weights=false",
    "prior.num_components=1 classifier=head",
    # Likelihoods.
    "likelihood.binarization=static",
    "likelihood.binarization=dynamic",
    "likelihood=heteroscedastic likelihood.granularity=pixel decoder.conditioning=film",
    "likelihood=gaussian likelihood.learn_std=false",
    # Terms.
    "model.diversity=penalize model.diversity_weight=0.1",
    "model.free_bits=0.5 annealing=cyclical",
    "augmentation=affine classifier=head",
    "augmentation=affine classifier=none",
    "model.labeled_weight=1.0",
    "classifier=none data.num_labeled=0",
    # Images.
    "data.channels=3 encoder=conv decoder=conv likelihood=heteroscedastic",
    "data.image_size=9 encoder=conv decoder=conv",
]

TINY = {
    "encoder": {"dense": "encoder.hidden_sizes=[8]", "conv": "encoder.channels=[4,4]"},
    "decoder": {"dense": "decoder.hidden_sizes=[8]", "conv": "decoder.channels=[4,4]"},
}


def words_of(way: str) -> list[str]:
    words = [*way.split(), *BESIDE.get(way, ())]
    sizes = [sizes["conv" if f"{part}=conv" in words else "dense"] for part, sizes in TINY.items()]
    plots = [] if way.startswith(("model=", "evaluation=")) else ["evaluation.plots=[loss_curves]"]
    epochs = ["training.epochs=2", "training.batch_size=64"]
    return ["data=synthetic", *words, *epochs, *sizes, *plots, "experiment.name=option"]


@pytest.fixture(autouse=True)
def _forget_programs():
    """Each test compiles programs of its own, and a process may hold only so many."""
    yield
    jax.clear_caches()


@pytest.mark.parametrize("way", [*OPTIONS, *WAYS])
def test_it_trains_reports_and_is_loaded_again(way, main, only_run):
    words = words_of(way)
    assert main(*words) == 0, " ".join(words)
    run = only_run()
    summary = json.loads((run / "summary.json").read_text())
    assert summary["run"]["status"] == "completed"
    states = {name: entry["status"] for name, entry in summary["components"].items()}
    assert set(states) == set(catalog())
    assert set(states.values()) <= {"success", "disabled"}, states
    report = (run / "REPORT.md").read_text()
    for name in states:
        assert len(re.findall(rf"\(`{name}`\)", report)) == 1, name
    for row in csv.DictReader((run / "logs" / "metrics.csv").read_text().splitlines()):
        assert all(math.isfinite(float(value)) for value in row.values() if value), row
    check_what_is_loaded(run, summary)


def check_what_is_loaded(run: Path, summary: dict) -> None:
    """The model read from the folder says of the test images what the run's own evaluation said."""
    model = ssvae.load_run(run)
    dataset = evaluated_images(model.config, data_of(run))
    images = dataset.test.images / np.float32(dataset.levels)
    assert summary["metrics"]["metric.elbo.test"] == pytest.approx(model.elbo(images).mean(), rel=1e-6)
    if model.config.classifier.predicts:
        right = model.classify(images).argmax(axis=1) == dataset.test.labels
        assert summary["metrics"]["metric.accuracy.test"] == right.mean()


def data_of(run: Path) -> Dataset:
    settings = dict(read_config(run)["data"])
    assert settings.pop("name") == "synthetic"
    return read_recipe(SyntheticConfig, settings).load()
