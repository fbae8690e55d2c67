import pytest

from ssvae.composition.composing import composer
from ssvae.errors import ConfigError


def test_groups_and_options_are_those_of_conf(made, conf):
    folders = {folder.name for folder in conf.iterdir() if folder.is_dir()} - {"hydra", "__pycache__"}
    assert set(made.groups) == folders
    assert made.options("prior") == ("geometric_mog", "mixture", "standard", "tied", "vamp")
    assert "basic" in made.options("hydra/launcher")
    assert made.options("not_there") == ()
    assert made.groups_with("mixture") == ["model", "prior"]


def test_the_same_words_are_composed_once(made):
    assert made.compose(["model=standard"]) is made.compose(("model=standard",))


def test_what_is_composed_keeps_ours_and_hydras_apart(made):
    start = made.compose(())
    assert "hydra" not in start.task
    assert "experiment.name" in start.keys
    assert "model.kl_weight" in start.keys
    assert not any(key.startswith("hydra") for key in start.keys)
    assert start.choices["model"] == "mixture"
    assert start.hydra["job.chdir"] is False
    assert start.hydra["run.dir"].endswith("${experiment.name}")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["prior=mixtre"],
            r"asks for prior/mixtre\.yaml, which does not exist\. Did you mean 'mixture'\? Known: geometric_mog, mixture, ",
        ),
        (["model.foo=1"], r"Could not override 'model\.foo'"),
        (["hydra.verbse=1"], r"Could not override 'hydra\.verbse'"),
    ],
)
def test_what_hydra_has_to_say_becomes_one_line(made, words, message):
    with pytest.raises(ConfigError, match=message) as caught:
        made.compose(words)
    assert "\n" not in str(caught.value)


def test_a_primary_file_that_is_not_there(conf):
    with pytest.raises(ConfigError, match=r"the command asks for my_config\.yaml, which does not exist\."):
        composer(str(conf), (), "my_config").compose(())


def test_a_package_is_composed_like_a_folder(made):
    installed = composer("pkg://ssvae.conf", (), "config")
    assert installed.compose(()).task == made.compose(()).task
