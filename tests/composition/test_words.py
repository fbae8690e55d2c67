import pytest

from ssvae.composition import words as words_module
from ssvae.composition.words import Word, sort_words
from ssvae.runs import config_file


def texts(words: tuple[Word, ...]) -> list[str]:
    return [word.text for word in words]


def test_the_words_of_the_first_design_are_overrides_like_any_other():
    words = sort_words(
        ["seed=1", "--set", "model.kl_weight=1.0", "--set=seed=2", "--tag", "kl", "--tag=ablation"]
    )
    assert texts(words.overrides) == ["seed=1", "model.kl_weight=1.0", "seed=2"]
    assert texts(words.tags) == ["kl", "ablation"]
    assert not words.mistakes


def test_a_run_is_known_by_the_file_it_writes():
    assert words_module.CONFIG_FILE == config_file.CONFIG_FILE


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("flag", ["-m", "--multirun"])
def test_multirun_may_stand_anywhere(place, flag):
    arguments = ["seed=0,1", "model=standard"]
    arguments.insert(place, flag)
    words = sort_words(arguments)
    assert words.switches == {"multirun"}
    assert texts(words.overrides) == ["seed=0,1", "model=standard"]


def test_each_override_keeps_its_place_in_the_command():
    words = sort_words(["-m", "seed=1", "--tag", "a", "data=digits"])
    assert words.overrides == (Word(1, "seed=1"), Word(4, "data=digits"))


def test_flags_of_hydra_are_passed_on_with_their_values():
    words = sort_words(["seed=1", "--cfg", "job", "--package=model", "--resolve"])
    assert words.passed_on == ("--cfg", "job", "--package", "model", "--resolve")
    assert words.is_inspection


def test_another_primary_file_is_ours_to_find(tmp_path):
    words = sort_words(["-cn", "other", f"--config-path={tmp_path}"])
    assert (words.config_name, words.config_path) == ("other", str(tmp_path))
    assert words.passed_on == ()


@pytest.mark.parametrize(
    "arguments", [["--info"], ["-i"], ["--info", "all"], ["--info=all"], ["--info", "seed=1"]]
)
def test_the_value_of_info_may_be_left_out(arguments):
    words = sort_words(arguments)
    assert words.passed_on == ("--info", "all")
    assert not words.mistakes


@pytest.mark.parametrize("word", ["--hydra-help", "--version", "--shell-completion", "-sc"])
def test_what_is_about_hydra_is_not_about_a_run(word):
    words = sort_words([word])
    assert words.is_about_hydra
    assert words.as_typed == (word,)


def test_a_double_dash_means_nothing():
    assert sort_words(["--", "seed=1"]).overrides == (Word(1, "seed=1"),)


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [(["--epochs", "5"], "--epochs=5"), (["--epochs=5"], "--epochs=5"), (["--amp", "seed=1"], "--amp=")],
)
def test_an_unknown_flag_keeps_its_value(arguments, flag):
    words = sort_words(arguments)
    assert texts(words.unknown_flags) == [flag]
    assert texts(words.overrides) == arguments[2:] or texts(words.overrides) == ["seed=1"]


def test_folders_of_ones_own_may_be_several(tmp_path):
    words = sort_words(["--config-dir", str(tmp_path), f"-cd={tmp_path}"])
    assert texts(words.config_dirs) == [str(tmp_path)] * 2
    assert not words.mistakes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set"], "--set needs a value, as in --set model.kl_weight=1.0."),
        (["--set", "--tag", "a"], "--set needs a value, as in --set model.kl_weight=1.0."),
        (["--tag="], "--tag needs a value, as in --tag ablation."),
        (["--config"], "--config needs a value, as in --config my_settings.yaml."),
        (
            ["--cfg", "jb"],
            "--cfg jb is not known. Did you mean 'job'? Known: job (the settings of a run), hydra, all.",
        ),
        (["--info", "searchpth"], "--info searchpth is not known. Did you mean 'searchpath'? Known: all, "),
        (["--cfg", "job", "-m"], "--cfg and --multirun cannot be used together. Keep one of them."),
        (["--cfg", "job", "--info"], "--cfg and --info cannot be used together. Keep one of them."),
        (["--resolve"], "--resolve goes with --cfg, as in --cfg job --resolve."),
        (["--config-dir", "nowhere"], "--config-dir nowhere: there is no such folder. Paths start at /"),
        (["--config-path", "nowhere"], "--config-path nowhere: there is no such folder. Paths start at /"),
        (["--experimental-rerun", "old"], "Type --config RUN/config.yaml to run it anew."),
        (["seed", "=", "5"], "'seed = 5' has spaces around the =. Type seed=5."),
        (["seed", "=5"], "'seed =5' has spaces around the =. Type seed=5."),
        (["seed=", "5"], "'seed= 5' has spaces around the =. Type seed=5."),
        (["seed", "="], "'seed =' has spaces around the =. Type seed=VALUE."),
    ],
)
def test_what_cannot_be_sorted_is_a_mistake(arguments, message):
    words = sort_words(arguments)
    assert len(words.mistakes) == 1
    assert message in words.mistakes[0].text
