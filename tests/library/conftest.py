"""Small models of every kind, with random numbers for parameters: what is tested is how they answer, not how well."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.auxiliaries.recipes import SkipAuxiliaryConfig
from ssvae.classifiers.recipes import ComponentConfig, HeadConfig, NoClassifierConfig, TauConfig
from ssvae.data.recipes import SyntheticConfig
from ssvae.library.trained_model import TrainedModel
from ssvae.likelihoods.recipes import GaussianConfig, HeteroscedasticConfig
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.networks.recipes import (
    ConvDecoderConfig,
    ConvEncoderConfig,
    DenseDecoderConfig,
    DenseEncoderConfig,
)
from ssvae.priors.recipes import MixturePriorConfig, StandardPriorConfig, VampPriorConfig
from ssvae.routing.recipes import SoftRoutingConfig

CONF = Path(__file__).parents[2] / "conf"

TINY_RUN = (
    "data=synthetic",
    "training.epochs=3",
    "training.batch_size=64",
    "encoder.hidden_sizes=[16]",
    "decoder.hidden_sizes=[16]",
    "evaluation=quick",
    "evaluation.plots=none",
)
"""A run of a moment; most of it is compiling."""

CLASSES = 4
LATENT = 3
SHAPE = (8, 8, 1)


def config(*, layout: str = "shared", conditioning: str = "none", **parts) -> SSVAEConfig:
    """A recipe of tiny networks."""
    small = {
        "encoder": DenseEncoderConfig(hidden_sizes=(8,)),
        "decoder": DenseDecoderConfig(hidden_sizes=(8,), conditioning=conditioning),
    }
    return SSVAEConfig(model=ModelConfig(latent_dim=LATENT, latent_layout=layout), **(small | parts))


TIED = MixturePriorConfig(
    num_components=CLASSES, learn_means=False, learn_scales=False, learn_weights=False, init_radius=0.0
)
M2 = {
    "layout": "per_component",
    "conditioning": "concat",
    "prior": TIED,
    "classifier": ComponentConfig(),
    "routing": SoftRoutingConfig(responsibilities="encoder"),
}

CONFIGS = {
    "mixture": config(prior=MixturePriorConfig(num_components=6), classifier=TauConfig()),
    "standard": config(
        prior=StandardPriorConfig(), classifier=HeadConfig(hidden_sizes=(8,)), likelihood=GaussianConfig()
    ),
    "m2": config(**M2),
    "sdgm": config(**M2, auxiliary=SkipAuxiliaryConfig(dim=2, hidden_sizes=(8,))),
    "vamp": config(
        prior=VampPriorConfig(num_components=5),
        classifier=TauConfig(),
        routing=SoftRoutingConfig(responsibilities="posterior_z", kl_samples=2),
    ),
    "heteroscedastic": config(
        prior=MixturePriorConfig(num_components=5),
        classifier=NoClassifierConfig(),
        likelihood=HeteroscedasticConfig(),
        encoder=ConvEncoderConfig(channels=(4,), hidden_size=8),
        decoder=ConvDecoderConfig(channels=(4,), hidden_size=8, conditioning="film"),
    ),
}
"""One of each kind that a preset is."""


def model_of(recipe: SSVAEConfig) -> TrainedModel:
    """A model of a recipe. Every number is random, those too that start at 0, so that components differ."""
    structure = Structure.of(recipe, SHAPE, CLASSES)
    generator = np.random.default_rng(3)
    params = jax.tree.map(
        lambda leaf: jnp.asarray(0.4 * generator.standard_normal(leaf.shape), leaf.dtype),
        structure.param_shapes(),
    )
    statistics = structure.initial_statistics()
    return TrainedModel(structure, params, statistics, temperature=1.0, config=recipe, epoch=1)


@pytest.fixture(scope="session")
def models():
    """Name of a kind → a model of it."""
    return {name: model_of(recipe) for name, recipe in CONFIGS.items()}


@pytest.fixture(scope="session")
def images():
    """Seven images, as floats."""
    return np.random.default_rng(0).random((7, *SHAPE), np.float32)


@pytest.fixture(scope="session")
def dataset():
    return SyntheticConfig(num_train=96, num_validation=30, num_test=30, num_labeled=20).load()


@pytest.fixture(scope="session")
def run_of(tmp_path_factory):
    """`run_of("model=m2")` → the folder of such a run, made once by the command line's own program in this process."""
    from ssvae.composition.app import main

    made: dict[tuple[str, ...], Path] = {}

    def run(*words: str) -> Path:
        if words not in made:
            folder = tmp_path_factory.mktemp("run")
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                with pytest.raises(SystemExit) as ended:
                    main(config_directory=CONF, arguments=(*TINY_RUN, *words))
            assert not ended.value.code
            (made[words],) = (folder / "results").iterdir()
        return made[words]

    return run
