import re

import pytest
from omegaconf import OmegaConf, open_dict

from ssvae.composition.resolvers import job_folder, num_classes


@pytest.fixture
def folder_of(made):
    """The folder of a job with these words, as Hydra asks for it."""

    def folder(*words: str, number: int = 3, subdir: str = "${ssvae_job_folder:seed,model.kl_weight}") -> str:
        config = made.compose(words).whole.copy()
        with open_dict(config):
            config.hydra.job.num = number
            config.hydra.sweep.subdir = subdir
        return OmegaConf.select(config, "hydra.sweep.subdir")

    return folder


def test_number_then_what_differs_then_a_hash(folder_of):
    name = folder_of("seed=1", "model.kl_weight=0.5", "data.num_labeled=50")
    assert re.fullmatch(r"003_seed-1_kl_weight-0\.5_[0-9a-f]{8}", name)


def test_without_keys_everything_typed_is_named(folder_of):
    assert folder_of("model=standard", "seed=1", subdir="${ssvae_job_folder:}").startswith(
        "003_model-standard_seed-1_"
    )
    assert re.fullmatch(r"003_[0-9a-f]{8}", folder_of(subdir="${ssvae_job_folder:}"))


def test_equal_settings_have_equal_hashes_however_they_are_typed(folder_of):
    assert folder_of("seed=1", "model.kl_weight=1")[-8:] == folder_of("seed=1", "experiment.name=x")[-8:]
    assert folder_of("seed=1")[-8:] != folder_of("seed=2")[-8:]


def test_any_value_makes_a_short_and_safe_name(made):
    words = (
        "experiment.description=\"a/b 'c' ${seed} β, d\"",
        "evaluation.plots=[loss_curves]",
        f"experiment.name={'n' * 300}",
    )
    config = made.compose(words).whole.copy()
    with open_dict(config):
        config.hydra.job.num = 12
    name = job_folder(_root_=config)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,80}", name)


@pytest.mark.parametrize(
    ("data", "classes"),
    [
        ({"name": "digits"}, 10),
        ({"name": "synthetic", "num_classes": 7}, 7),
        ({"name": "synthetic", "num_classes": 7, "num_labeled": "${seed}"}, 7),
        ({"name": "synthetic", "num_classes": "${nowhere}"}, 1),
        ({"name": "synthetic", "num_classes": -3}, 1),
        ({"name": "nothing"}, 1),
    ],
)
def test_the_number_of_classes_is_that_of_the_data_and_mistakes_are_told_elsewhere(data, classes):
    assert num_classes(_root_=OmegaConf.create({"seed": 20, "data": data})) == classes
