import os
from pathlib import Path

import pytest
import yaml

from ssvae.cli.main import main
from ssvae.experiment import RecordConfig, read_experiment


@pytest.fixture
def ssvae(monkeypatch, tmp_path, capfd):
    """`ssvae("check", "seed=1")` → exit code, standard output, standard error; runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["/somewhere/bin/ssvae", *words])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        printed = capfd.readouterr()
        return left.value.code or 0, printed.out, printed.err

    return run


def test_help_lists_the_commands(ssvae):
    code, out, _ = ssvae("--help")
    assert code == 0
    for command in ("train", "check", "report"):
        assert command in out


class TestCheck:
    def test_prints_every_setting_and_runs_nothing(self, ssvae):
        code, out, err = ssvae("check", "model=standard", "seed=3", "--tag", "a")
        assert (code, err) == (0, "")
        experiment = read_experiment(yaml.safe_load(out))
        assert experiment.model.classifier.variant == "head"
        assert experiment.seed == 3
        assert experiment.record == RecordConfig(name="standard_digits", tags=("a",))
        assert os.listdir() == []

    def test_of_a_sweep_prints_the_first_and_says_what_differs(self, ssvae):
        code, out, _ = ssvae("check", "-m", "seed=4,5", "model=mixture,standard")
        assert code == 0
        assert out.startswith("# The first of 4 runs; they differ in seed, model.\n")
        assert yaml.safe_load(out)["seed"] == 4

    def test_tells_every_mistake(self, ssvae):
        code, out, err = ssvae("check", "prior=mixtre", "lr=3")
        assert (code, out) == (2, "")
        assert err.startswith("Nothing was started: 2 mistakes.\n")
        assert "`ssvae train --help` lists the groups" in err

    @pytest.mark.parametrize(
        ("words", "flag", "instead"),
        [
            (("--cfg", "hydra"), "--cfg", "--cfg hydra"),
            (("--cfg=job", "--resolve"), "--cfg and no --resolve", "--cfg job --resolve"),
            (("--info", "defaults-tree"), "--info", "--info defaults-tree"),
            (("--hydra-help",), "--hydra-help", "--hydra-help"),
        ],
    )
    def test_flags_that_show_something_else_are_not_passed_over(self, ssvae, words, flag, instead):
        code, out, err = ssvae("check", *words, "lr=3")
        assert (code, out) == (2, "")
        assert (
            f"• ssvae check shows the settings of a run and takes no {flag}. Use ssvae train {instead}.\n"
            in err
        )
        assert "lr is not a setting." in err

    def test_names_own_options_that_hide_ours(self, ssvae):
        Path("conf.d/prior").mkdir(parents=True)
        Path("conf.d/prior/mixture.yaml").write_text("name: mixture\nnum_components: 11\n")
        code, out, _ = ssvae("check")
        assert code == 0
        assert out.startswith(
            "# conf.d/prior/mixture.yaml is used instead of the built-in conf/prior/mixture.yaml."
        )
        assert yaml.safe_load(out)["prior"]["num_components"] == 11

    def test_has_the_help_of_train(self, ssvae):
        code, out, _ = ssvae("check", "--help")
        assert code == 0
        assert "ssvae check -m seed=0,1,2" in out


class TestTrain:
    def test_is_the_same_program(self, ssvae, monkeypatch):
        import sys
        import types

        seen = []
        order = types.SimpleNamespace(run_experiment=lambda experiment, *_: seen.append(experiment))
        monkeypatch.setitem(sys.modules, "ssvae.pipeline.order", order)
        code, _, err = ssvae("train", "seed=3", "--set", "model.kl_weight=0.5")
        assert (code, err) == (0, "")
        assert seen[0].seed == 3
        (run,) = Path("results").iterdir()
        command = yaml.safe_load((run / "config.yaml").read_text())["experiment"]["command"]
        assert command == "ssvae train seed=3 --set model.kl_weight=0.5"

    def test_every_word_arrives_as_it_was_typed(self, ssvae, monkeypatch):
        from ssvae.composition import app

        seen = []

        def note(arguments):
            seen.extend(arguments)
            raise SystemExit(0)

        monkeypatch.setattr(app, "main", note)
        words = [
            "seed=0,1",
            "-m",
            "-cn",
            "other",
            "~study",
            "--cfg",
            "job",
            "--tag=a b",
            "--unknown",
            "+x={a: 1}",
            "-h",
        ]
        assert ssvae("train", *words)[0] == 0
        assert seen == words

    def test_has_a_help_of_its_own(self, ssvae):
        code, out, _ = ssvae("train", "--help")
        assert code == 0
        assert "ssvae train -m seed=0,1,2" in out

    def test_tells_mistakes_like_train_py(self, ssvae):
        code, _, err = ssvae("train", "modle=standard")
        assert code == 2
        assert "Did you mean model=standard?" in err
