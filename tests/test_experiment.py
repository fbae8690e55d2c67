"""The whole question: what fits together, what does not, and that every setting says what it is for."""

import dataclasses
import typing

import pytest

from ssvae.classifiers.recipes import AbstractClassifierConfig, HeadConfig, NoClassifierConfig, TauConfig
from ssvae.config import Recipe, field_docs
from ssvae.data.recipes import DATASETS, AbstractDataConfig, DigitsConfig, SyntheticConfig
from ssvae.errors import ConfigError
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.experiment import (
    Experiment,
    RecordConfig,
    mapping_from_experiment,
    read_experiment,
)
from ssvae.likelihoods.recipes import AbstractLikelihoodConfig
from ssvae.model.recipes import SSVAEConfig
from ssvae.priors.recipes import AbstractPriorConfig, MixturePriorConfig, StandardPriorConfig
from ssvae.training.recipes import TrainingConfig


def test_the_mapping_of_an_experiment_gives_it_back():
    experiment = Experiment(
        RecordConfig(name="abl", tags=("a", "b")),
        seed=3,
        data=SyntheticConfig(),
        training=TrainingConfig(patience=4),
    )
    assert read_experiment(mapping_from_experiment(experiment)) == experiment


def test_the_default_is_the_main_job():
    assert read_experiment({}) == Experiment()
    assert Experiment().data == DigitsConfig()
    assert Experiment().data.num_labeled == 100
    assert Experiment().model.prior.variant == "mixture"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"model": SSVAEConfig(prior=MixturePriorConfig(num_components=5))},
            r"classifier=tau needs at least one component per class: the prior has 5, the data has 10 classes\. "
            r"Try prior\.num_components=10\.",
        ),
        (
            {"model": SSVAEConfig(prior=StandardPriorConfig())},
            r"classifier=tau needs at least one component per class: .* Try prior=mixture or classifier=head\.",
        ),
        (
            {"data": DigitsConfig(num_labeled=0)},
            r"classifier=tau learns from labels, and data\.num_labeled is 0\. "
            r"Try data\.num_labeled=100 or classifier=none\.",
        ),
        (
            {"data": DigitsConfig(num_labeled=5000)},
            r"data\.num_labeled is 5000, but there are only 1257 training images",
        ),
        (
            {"training": TrainingConfig(batch_size=2000)},
            r"training\.batch_size is 2000, but there are only 1257 .* Try training\.batch_size=1257",
        ),
        (
            {"training": TrainingConfig(monitor="loss.totl.val")},
            r"training\.monitor='loss\.totl\.val' is not measured\. Did you mean 'loss\.total\.val'\?",
        ),
        (
            {"evaluation": EvaluationConfig(plots=("loss_curve",))},
            r"evaluation\.plots: 'loss_curve' is not a component\. Did you mean 'loss_curves'\? Known: all, none, ",
        ),
        (
            {"evaluation": EvaluationConfig(shifts=("inverse",))},
            r"evaluation\.shifts: 'inverse' is not a change of images\. Did you mean 'inverted'\? Known: all, none, ",
        ),
        (
            {"evaluation": EvaluationConfig(baselines=("svm",))},
            r"evaluation\.baselines: 'svm' is not a classical baseline\. Known: all, none, logistic_regression, ",
        ),
        (
            {"evaluation": EvaluationConfig(metrics=("all", "training"))},
            r"evaluation\.metrics: 'all' stands alone, got \[all,training\]\. Try evaluation\.metrics=all\.",
        ),
    ],
)
def test_parts_that_do_not_fit_say_why_and_what_to_type(parts, message):
    with pytest.raises(ConfigError, match=message):
        Experiment(**parts)


def test_every_misfit_is_told_at_once():
    with pytest.raises(ConfigError) as caught:
        Experiment(
            data=DigitsConfig(num_labeled=0),
            model=SSVAEConfig(prior=StandardPriorConfig()),
            training=TrainingConfig(batch_size=2000, monitor="x"),
        )
    assert len(caught.value.problems) == 4


def test_mistakes_in_several_groups_are_told_together():
    with pytest.raises(ConfigError) as caught:
        read_experiment({"model": {"kl_wieght": 2}, "data": {"name": "digits", "num_labeled": -1}, "sed": 1})
    text = str(caught.value)
    assert "Did you mean 'model.kl_weight'?" in text
    assert "data.num_labeled must be at least 0, got -1" in text
    assert "Did you mean 'seed'?" in text


def all_recipes(recipe_class: type[Recipe]) -> set[type[Recipe]]:
    """A recipe class, all that can stand inside it, and so on."""
    found = {recipe_class}
    for field in dataclasses.fields(recipe_class):
        kind = typing.get_type_hints(recipe_class)[field.name]
        inner = field.metadata.get("choice", {}).values() or [kind]
        for candidate in inner:
            if isinstance(candidate, type) and issubclass(candidate, Recipe):
                found |= all_recipes(candidate)
    return found


RECIPES = {TrainingConfig, EvaluationConfig, RecordConfig, *DATASETS.values(), *all_recipes(SSVAEConfig)} - {
    SSVAEConfig
}


@pytest.mark.parametrize("recipe_class", sorted(RECIPES, key=lambda c: c.__name__), ids=lambda c: c.__name__)
def test_every_setting_says_what_it_is(recipe_class):
    docs = field_docs(recipe_class)
    assert [field.name for field in dataclasses.fields(recipe_class) if field.name not in docs] == []


@pytest.mark.parametrize("classifier", [TauConfig(), HeadConfig(), NoClassifierConfig()])
def test_experiments_can_be_keys(classifier):
    model = SSVAEConfig(classifier=classifier)
    assert hash(Experiment(model=model)) == hash(Experiment(model=model))


@pytest.mark.parametrize(
    "abstract", [AbstractPriorConfig, AbstractDataConfig, AbstractLikelihoodConfig, AbstractClassifierConfig]
)
def test_an_abstract_recipe_cannot_be_made(abstract):
    with pytest.raises(TypeError, match="abstract"):
        abstract()
