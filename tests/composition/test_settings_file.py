from pathlib import Path

import pytest

from ssvae.composition.settings_file import read_settings, words_of
from ssvae.errors import ConfigError

OPTIONS = {"prior": ("mixture", "standard"), "model": ("mixture", "standard"), "data": ("digits",)}


def words(settings: dict) -> list[str]:
    return list(words_of(settings, lambda group: OPTIONS.get(group, ())))


def test_nested_and_dotted_settings_mean_the_same():
    assert words({"model": {"kl_weight": 2.0}}) == ["model.kl_weight=2.0"]
    assert words({"model.kl_weight": 2.0}) == ["model.kl_weight=2.0"]


def test_choices_come_before_settings():
    assert words({"seed": 1, "prior": {"name": "mixture", "num_components": 5}, "data": "digits"}) == [
        "prior=mixture",
        "data=digits",
        "seed=1",
        "prior.num_components=5",
    ]


def test_a_name_that_is_no_option_is_a_setting():
    """`model.name` is free; a wrong name elsewhere is found by the recipes."""
    assert words({"model": {"name": "mine"}}) == ['model.name="mine"']


def test_a_wrong_choice_stays_a_choice_so_that_the_guard_can_tell():
    assert words({"prior": "mixtre"}) == ["prior=mixtre"]


def test_numbers_are_read_as_conf_reads_them(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("training: {learning_rate: 1e-3}\nexperiment: {name: '1e-3'}\nx: ${seed}\n")
    settings = read_settings(file)
    assert settings["training"]["learning_rate"] == 0.001
    assert settings["experiment"]["name"] == "1e-3"
    assert settings["x"] == "${seed}"


def test_of_a_recorded_run_its_own_story_is_left_out(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(
        'experiment: {name: "a", tags: ["b"], status: "failed", run_id: "a_1", config_hash: "x"}\nseed: 1\n'
    )
    assert read_settings(file) == {"experiment": {"name": "a", "tags": ["b"]}, "seed": 1}


def test_an_empty_file_has_no_settings(tmp_path):
    (tmp_path / "a.yaml").touch()
    assert read_settings(tmp_path / "a.yaml") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"--config a\.yaml cannot be read: No such file or directory\. Paths start at /"),
        ("a: [1\nb: }", r"--config a\.yaml is not YAML: .* line 2"),
        ("- a\n- b\n", r"--config a\.yaml must hold settings, such as `seed: 1`\."),
        ("3", r"--config a\.yaml cannot be read: it holds no settings, such as `seed: 1`\."),
        ("1: 2", r"--config a\.yaml must hold settings, such as `seed: 1`\."),
    ],
)
def test_what_cannot_be_read_is_said(monkeypatch, tmp_path, text, message):
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("a.yaml").write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_settings(Path("a.yaml"))
