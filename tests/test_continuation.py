"""Which settings may change between a run and one that goes on with its weights."""

import dataclasses
from pathlib import Path

import pytest

from ssvae.config import flatten, mapping_from_recipe
from ssvae.continuation import adopted, config_changes, data_mismatch, refusals
from ssvae.experiment import Experiment, mapping_from_experiment, read_experiment
from ssvae.runs.lifecycle.origin import Origin
from ssvae.training.recipes import TrainingConfig

RUN = Path("results/before")
BEFORE = Experiment()


def origin(experiment=BEFORE, epoch=10, best_epoch=8, has_checkpoint=True, header=None):
    checkpoints = {"last": ({}, {"epoch": epoch, "best_epoch": best_epoch})} if has_checkpoint else {}
    return Origin(RUN, header or {}, mapping_from_experiment(experiment), checkpoints)


def changed(**settings):
    """The question of before with `group__key=value` changed."""
    body = mapping_from_experiment(BEFORE)
    for path, value in settings.items():
        *groups, key = path.split("__")
        inner = body
        for group in groups:
            inner = inner[group]
        inner[key] = value
    return read_experiment(body)


SAFE = {
    "training__epochs": 200,
    "training__learning_rate": 1e-4,
    "training__schedule": "constant",
    "training__batch_size": 64,
    "training__gradient_clip": None,
    "training__patience": 50,
    "training__on_nan": "restore",
    "model__kl_weight": 0.5,
    "model__name": "mine",
    "model__diversity": "penalize",
    "annealing__warmup": 0.0,
    "prior__concentration": 3.0,
    "prior__learning_rate_scale": 0.5,
    "classifier__decay": 0.9,
    "evaluation__dpi": 60,
    "seed": 7,
    "experiment__name": "child",
}


@pytest.mark.parametrize(("key", "value"), SAFE.items())
def test_what_changes_no_weight_is_allowed_and_recorded(key, value):
    experiment = changed(**{key: value})
    assert refusals(origin(), experiment) == []
    changes = config_changes(origin().body, mapping_from_experiment(experiment))
    dotted = key.replace("__", ".")
    if key.startswith("experiment"):
        assert changes == {}
    else:
        assert list(changes) == [dotted]
        assert changes[dotted]["to"] == value


STRUCTURAL = {
    "model__latent_dim": 3,
    "model__latent_layout": "per_component",
    "prior__num_components": 30,
    "encoder__hidden_sizes": [16],
    "encoder__activation": "tanh",
    "decoder__hidden_sizes": [16],
    "decoder__conditioning": "film",
    "likelihood__binarization": "static",
    "routing__responsibilities": "encoder",
    "data__num_labeled": 200,
    "data__label_seed": 1,
}


@pytest.mark.parametrize(("key", "value"), STRUCTURAL.items())
def test_what_changes_weights_or_data_is_refused_with_its_reason(key, value):
    (problem,) = refusals(origin(), changed(**{key: value}))
    assert problem.startswith(f"{key.replace('__', '.')} was ")
    assert f"would be {value}: " in problem
    assert (
        "training has seen images" if "data" in key or "binar" in key else "the weights would have"
    ) in problem
    assert f"train anew without resume={RUN}" in problem


def test_every_structural_difference_is_listed():
    problems = refusals(origin(), changed(model__latent_dim=3, data__label_seed=1, model__kl_weight=0.1))
    assert [problem.split()[0] for problem in problems] == ["data.label_seed", "model.latent_dim"]


def test_another_part_is_one_difference_and_not_one_for_each_of_its_settings():
    body = mapping_from_experiment(BEFORE) | {"decoder": {"name": "conv"}}
    (problem,) = refusals(origin(), read_experiment(body))
    assert problem.startswith("decoder.name was dense and would be conv: ")


def test_every_setting_of_a_part_is_structural_unless_it_is_known_to_be_safe():
    """A setting that somebody adds to a part is refused until somebody says that it is safe."""
    from ssvae.continuation import _why_fixed

    parts = ("encoder", "decoder", "prior", "likelihood", "classifier", "auxiliary")
    settings = flatten({part: mapping_from_recipe(getattr(BEFORE.model, part)) for part in parts})
    free = {key for key in settings if _why_fixed(key) is None}
    assert free == {
        "prior.concentration",
        "prior.init_radius",
        "prior.learning_rate_scale",
        "classifier.block_confidence",
        "classifier.block_count",
        "classifier.decay",
        "classifier.smoothing",
    }
    assert _why_fixed("prior.new_setting") is not None


def test_there_must_be_epochs_to_come():
    (problem,) = refusals(origin(epoch=100), BEFORE)
    assert problem == (
        "training.epochs=100 is reached already: before has 100 epochs. Type training.epochs=200 for as many more."
    )


def test_there_must_be_patience_left():
    tried = dataclasses.replace(BEFORE, training=TrainingConfig(patience=2))
    (problem,) = refusals(origin(), tried)
    assert "training.patience=2 is used up already: the best epoch of before is 8 of 10." in problem
    assert "Type training.patience=null, or more than 2" in problem


@pytest.mark.parametrize("key", ["training__epochs", "training__learning_rate", "evaluation__dpi"])
def test_the_best_epoch_stays_the_best_while_its_number_means_the_same(key):
    before = origin()
    assert adopted(before, changed(**{key: SAFE[key]})) is before


@pytest.mark.parametrize("key", ["model__kl_weight", "annealing__warmup", "seed"])
def test_no_epoch_with_another_objective_is_the_best(key):
    """A smaller weight makes every loss smaller, and the best epoch of before might never be beaten, or always."""
    after = adopted(origin(), changed(**{key: SAFE[key]}))
    assert after.checkpoints == {"last": ({}, {"epoch": 10, "best_epoch": None, "incomparable": 10})}
    assert (after.epoch, after.best_epoch) == (10, 0)


def test_patience_begins_anew_with_another_objective():
    impatient = dataclasses.replace(changed(model__kl_weight=0.5), training=TrainingConfig(patience=2))
    assert refusals(origin(), impatient) == []


def test_there_must_be_a_checkpoint():
    (problem,) = refusals(origin(epoch=0, best_epoch=0, has_checkpoint=False), BEFORE)
    assert "that run has no checkpoint" in problem
    assert f"ssvae resume {RUN}" in problem


def test_data_must_be_those_of_the_run():
    before = origin(header={"data_hash": "ab" * 32})
    assert data_mismatch(before, "digits", "ab" * 32) is None
    assert data_mismatch(origin(), "digits", "ab" * 32) is None  # a run that ended before it had read any
    problem = data_mismatch(before, "digits", "cd" * 32)
    assert (
        "are not those of before: their fingerprint is cdcdcdcdcdcd…, that run has abababababab…." in problem
    )
