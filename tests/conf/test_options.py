"""Every YAML file in conf/ composes, builds an experiment, and says what the recipes say."""

import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from ssvae.composition.composing import composer
from ssvae.composition.guard import check
from ssvae.composition.names import VARIANTS
from ssvae.composition.plain import question, resolve
from ssvae.composition.sweeps.recipes import SweepConfig, read_sweep_config
from ssvae.composition.words import sort_words
from ssvae.config import Recipe, mapping_from_recipe
from ssvae.errors import ConfigError
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.experiment import Experiment, RecordConfig, mapping_from_experiment, read_experiment
from ssvae.model.recipes import ModelConfig
from ssvae.priors.recipes import MixturePriorConfig
from ssvae.training.recipes import TrainingConfig

CONF = Path(__file__).parents[2] / "conf"
FILES = sorted(path.relative_to(CONF).as_posix() for path in CONF.rglob("*.yaml"))
OPTIONS = [name.removesuffix(".yaml") for name in FILES if "/" in name and not name.startswith("hydra/")]

CANONICAL: dict[str, Recipe] = {
    **{f"{group}/{name}": recipe() for group, table in VARIANTS.items() for name, recipe in table.items()},
    "model/mixture": ModelConfig(),
    "training/default": TrainingConfig(),
    "evaluation/default": EvaluationConfig(),
}
"""The option files that hold exactly a recipe's defaults."""

COMMANDS = {
    "prior/standard": ["prior=standard", "classifier=head"],
    "prior/tied": ["prior=tied", "decoder.conditioning=film"],
    "classifier/component": ["classifier=component", "prior.num_components=10"],
    "routing/gumbel": ["routing=gumbel", "decoder.conditioning=film"],
    "routing/straight_through": ["routing=straight_through", "decoder.conditioning=film"],
}
"""What must be typed beside an option that does not stand alone."""


@pytest.fixture(scope="module")
def made():
    return composer(str(CONF), (), "config")


def content(option: str) -> dict:
    return yaml.safe_load((CONF / f"{option}.yaml").read_text())


def settings_of(option: str) -> dict:
    """The settings an option file holds for its own group."""
    group = option.partition("/")[0]
    found = content(option)
    return found[group] if "defaults" in found else found


def test_the_default_is_the_default_of_the_recipes(made):
    mapping = question(resolve(made.compose(()).task))
    default = mapping_from_experiment(Experiment(record=RecordConfig(name="mixture_digits")))
    assert mapping == default
    assert read_experiment(mapping) == Experiment(record=RecordConfig(name="mixture_digits"))


def test_the_section_of_a_sweep_is_the_default_of_its_recipe(made):
    section = resolve(made.compose(()).task)["sweep"]
    assert section == mapping_from_recipe(SweepConfig())
    assert read_sweep_config(section) == SweepConfig()


def test_the_composed_configuration_has_exactly_the_shape_of_an_experiment(made):
    for words in [(), ("model=standard", "data=mnist"), ("debug=default",), ("study=standard_baseline",)]:
        mapping = question(resolve(made.compose(words).task))
        assert mapping_from_experiment(read_experiment(mapping)).keys() == mapping.keys()
        for group, settings in mapping_from_experiment(read_experiment(mapping)).items():
            if isinstance(settings, dict):
                assert settings.keys() == mapping[group].keys()


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_composes_and_builds_an_experiment(option, made):
    group, _, name = option.partition("/")
    plan = check(sort_words(COMMANDS.get(option, [f"{group}={name}"])), made)
    assert all(isinstance(experiment, Experiment) for experiment in plan.experiments)


def test_every_recipe_has_its_option_file():
    assert set(CANONICAL) <= set(OPTIONS)


@pytest.mark.parametrize("option", CANONICAL)
def test_canonical_options_equal_the_defaults_of_their_recipe(option):
    recipe = CANONICAL[option]
    expected = mapping_from_recipe(recipe)
    assert settings_of(option) == expected
    assert list(settings_of(option)) == list(expected), "in the order of the recipe"
    kinds = {key: type(value) for key, value in settings_of(option).items()}
    assert kinds == {key: type(value) for key, value in expected.items()}


@pytest.mark.parametrize(
    ("option", "recipe"),
    [
        *(
            (f"model/{name}", ModelConfig)
            for name in ("geometric_mog", "m2", "m2_aug", "sdgm", "standard", "vamp")
        ),
        ("prior/tied", MixturePriorConfig),
        ("training/quick", TrainingConfig),
        ("evaluation/quick", EvaluationConfig),
    ],
)
def test_other_options_list_every_setting_too(option, recipe):
    variant = ["name"] if recipe.variant else []
    assert list(settings_of(option)) == variant + [field.name for field in dataclasses.fields(recipe)]


def test_the_primary_file_lists_every_setting_of_the_record():
    assert list(content("config")["experiment"]) == [field.name for field in dataclasses.fields(RecordConfig)]


def test_a_model_chooses_all_its_parts():
    parts = {field.name for field in dataclasses.fields(Experiment().model)} - {"model"}
    for option in [option for option in OPTIONS if option.startswith("model/")]:
        chosen = {key.removeprefix("override /") for entry in content(option)["defaults"] for key in entry}
        assert chosen == parts


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["model=mixture"], ("mixture", "tau")),
        (["model=standard"], ("standard", "head")),
        (["model=standard", "prior=mixture"], ("mixture", "head")),
        (["model=standard", "prior=standard", "classifier=head"], ("standard", "head")),
        (["model=mixture", "prior=standard", "classifier=head"], ("standard", "head")),
        (["classifier=none"], ("mixture", "none")),
        (["study=standard_baseline", "classifier=none"], ("standard", "none")),
        (["model=m2"], ("mixture", "component")),
        (["model=m2", "prior=mixture", "classifier=tau"], ("mixture", "tau")),
        (["model=vamp", "classifier=head"], ("vamp", "head")),
    ],
)
def test_the_command_line_wins_over_the_model_and_the_model_over_the_defaults(words, parts, made):
    (experiment,) = check(sort_words(words), made).experiments
    assert (experiment.model.prior.variant, experiment.model.classifier.variant) == parts


@pytest.mark.parametrize(
    ("words", "classes"), [(["data=synthetic"], 4), (["data=synthetic", "data.num_classes=7"], 7), ([], 10)]
)
def test_a_component_per_class_follows_the_data(words, classes, made):
    (experiment,) = check(sort_words(["model=m2", *words]), made).experiments
    assert experiment.model.prior.components == classes


def test_a_mistake_in_the_data_is_told_once_where_the_number_of_components_follows_it(made):
    with pytest.raises(ConfigError) as caught:
        check(sort_words(["model=m2", "data=synthetic", "data.num_classes=1"]), made)
    (problem,) = caught.value.problems
    assert problem.startswith("data.num_classes must be at least 2")


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_what_it_is_and_every_setting_is_explained(name):
    lines = (CONF / name).read_text().splitlines()
    start = 1 if lines[0].startswith("# @package") else 0
    assert re.match(r"# \S.{8,}", lines[start]), "the first comment appears in --help"
    for number, line in enumerate(lines):
        if name.startswith("hydra/") or re.match(r"\s*- |defaults:$|hydra:$", line):
            continue
        is_setting = re.match(r"\s*[\w.]+: +\S", line)
        if is_setting and not line.lstrip().startswith("#"):
            inline = re.search(r"\S +# \S", line)
            above = number and lines[number - 1].lstrip().startswith("#")
            assert inline or above or _is_hydra(lines, number), f"{name}: {line}"


def _is_hydra(lines: list[str], number: int) -> bool:
    """Inside config.yaml's `hydra:` block, where the names are Hydra's."""
    top = [line for line in lines[: number + 1] if re.match(r"\w", line)]
    return top[-1] == "hydra:"


@pytest.mark.parametrize("name", FILES)
def test_no_line_is_too_long_to_read(name):
    assert max(map(len, (CONF / name).read_text().splitlines())) <= 110


@pytest.mark.parametrize("name", FILES)
def test_no_clock_in_the_configuration(name):
    """It would read differently where it is recorded and where it is used."""
    assert "${now:" not in (CONF / name).read_text()


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.startswith("study/")])
def test_a_study_begins_with_its_question(option, made):
    lines = [line for line in (CONF / f"{option}.yaml").read_text().splitlines() if line.startswith("#")][1:]
    assert lines[0].endswith("?")
    text = "\n".join(lines)
    for word in ("command:", "time:", "expected:"):
        assert word in text
    assert "TODO" not in text
    command = re.search(r"command: +python train\.py (.+)", text)
    assert command
    check(sort_words(command.group(1).split()), made)
    assert content(option)["experiment"]["description"] == lines[0].removeprefix("# ")


def test_debug_options_say_so_and_do_not_ask_for_an_accelerator(made):
    for option in ("default", "overfit"):
        composed = made.compose((f"debug={option}",))
        assert composed.hydra["job.env_set.JAX_PLATFORMS"] == "cpu"
    nan = made.compose(('debug="nan"',)).hydra
    assert (nan["job.env_set.JAX_DEBUG_NANS"], nan["job.env_set.JAX_DISABLE_JIT"]) == ("1", "1")
    for option in made.options("debug"):
        assert made.compose((f'debug="{option}"',)).task.experiment.tags == ["debug"]
