"""The sentences are tested with whole commands in test_guard.py; here, what is applied."""

import pytest

from ssvae.composition.reading import typed_override
from ssvae.composition.settings import applied, override_problems, unknown_to_hydra
from ssvae.composition.words import Word


@pytest.fixture
def start(made):
    return made.compose(())


@pytest.mark.parametrize(
    "text",
    [
        "seed=1",
        "++seed=1",
        "model.kl_weight=0.5",
        "model={kl_weight: 1}",
        "experiment.tags=[a]",
        "prior.name=mixture",
    ],
)
def test_what_is_right_has_no_problems(made, start, text):
    assert override_problems(typed_override(Word(0, text), made), start) == []


def test_values_are_set_in_a_copy_later_over_earlier(made, start):
    words = (
        "seed=1",
        "model={kl_weight: 0.5}",
        "seed=2",
        "experiment.tags=[a]",
        "experiment.description=${seed}",
    )
    config = applied(start, [typed_override(Word(0, word), made) for word in words])
    assert config.seed == 2
    assert config.model.kl_weight == 0.5
    assert config.model.latent_dim == start.task.model.latent_dim
    assert config.experiment.tags == ["a"]
    assert config.experiment.description == 2
    assert start.task.seed == 0


def test_only_what_hydra_does_not_know_is_told(made):
    words = (
        "hydra.run.dirr=x",
        "hydra.run.dir=x",
        "hydra.job={chdir: true}",
        "+hydra.job.env_set.A=1",
        "hydra.zzzzzzzzzzzzzz=1",
    )
    problems = unknown_to_hydra([typed_override(Word(0, word), made) for word in words], made.compose(()))
    assert problems == {
        "hydra.run.dirr=x": "hydra.run.dirr is not a setting of Hydra. Did you mean 'hydra.run.dir'?",
        "hydra.zzzzzzzzzzzzzz=1": "hydra.zzzzzzzzzzzzzz is not a setting of Hydra.",
    }
