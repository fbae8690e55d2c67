"""Whole commands, the training replaced: folders, records, logs, exit codes."""

import json
import logging
import os
import shutil
from pathlib import Path

import pytest
import yaml

from ssvae.composition.callbacks import RecordCallback, assignment_of, folder_is_free
from ssvae.composition.plain import our_part
from ssvae.errors import ConfigError, DataError, RunDirectoryError, TrainingDiverged
from ssvae.experiment import mapping_from_experiment
from ssvae.runs.git import GitFacts
from ssvae.runs.lifecycle.state import read_state
from ssvae.session import Assignment


def only(folder: str) -> Path:
    """The one folder in there."""
    (found,) = Path(folder).iterdir()
    return found


def config_of(run_dir: Path) -> dict:
    return yaml.safe_load((run_dir / "config.yaml").read_text())


def fails(error: BaseException):
    def training(experiment, run_dir):
        raise error

    return training


class TestSingleRuns:
    def test_a_run_has_its_own_folder_a_record_and_a_report(self, train):
        seen = []
        done = train("seed=3", training=lambda experiment, run_dir: seen.append((experiment, run_dir)))
        run_dir = only("results")
        assert done.code == 0
        assert done.err == ""
        (experiment, given) = seen[0]
        assert given.samefile(run_dir)
        body = {
            key: value for key, value in mapping_from_experiment(experiment).items() if key != "experiment"
        }
        assert {key: value for key, value in config_of(run_dir).items() if key != "experiment"} == body
        assert read_state(run_dir)["status"] == "completed"
        assert (run_dir / "REPORT.md").is_file()
        assert (run_dir / ".hydra" / "overrides.yaml").is_file()
        assert f"Run folder: results/{run_dir.name}\n" in done.out
        assert done.out.endswith(f"Report: results/{run_dir.name}/REPORT.md and report.html\n")
        assert "Run folder" in (run_dir / "logs" / "train.log").read_text()

    def test_the_header_says_what_was_typed_and_chosen(self, train):
        train(
            "model=standard", "--set", "model.kl_weight=1", "seed=3", "--tag", "kl", "--tag", "ablation",
            "experiment.name=abl", 'experiment.description="it\'s: a, test"',
        )  # fmt: skip
        run_dir = only("results")
        header = config_of(run_dir)["experiment"]
        assert header["cli_overrides"] == {
            "model": "standard",
            "model.kl_weight": 1.0,
            "seed": 3,
            "experiment.name": "abl",
            "experiment.description": "it's: a, test",
            "experiment.tags": ["kl", "ablation"],
        }
        assert isinstance(header["cli_overrides"]["model.kl_weight"], float)
        assert header["choices"] == {
            "data": "digits", "prior": "standard", "encoder": "dense", "decoder": "dense", "likelihood": "bernoulli",
            "classifier": "head", "routing": "soft", "auxiliary": "none", "augmentation": "none",
            "annealing": "linear", "training": "default", "evaluation": "default", "model": "standard",
            "study": None, "sweep": None, "debug": None,
        }  # fmt: skip
        assert header["base_config"] == "conf/config.yaml"
        assert header["run_id"] == run_dir.name
        assert header["sweep_id"] is None
        assert header["command"].startswith(
            "python train.py model=standard --set model.kl_weight=1 seed=3 --tag kl"
        )
        assert "'experiment.description=\"it'\"'\"'s: a, test\"'" in header["command"]

    def test_both_ways_to_type_leave_the_same_traces(self, train):
        train("experiment.name=abl", "experiment.tags=[ablation,kl]", "model.kl_weight=1.0")
        train("experiment.name=abl", "--set", "model.kl_weight=1.0", "--tag", "ablation", "--tag", "kl")
        texts = [(run_dir / "config.yaml").read_text() for run_dir in Path("results").iterdir()]
        assert len(texts) == 2
        for text in texts:
            for traced in ('"ablation"', 'status: "exploratory"', "kl_weight: 1.0"):
                assert traced in text

    def test_a_settings_file_is_the_base_and_not_typed(self, train, tmp_path):
        (tmp_path / "mine.yaml").write_text("prior: {num_components: 30}\nseed: 4\nexperiment: {tags: [a]}\n")
        assert train("--config", "mine.yaml", "seed=5", "--tag", "b").code == 0
        config = config_of(only("results"))
        assert config["experiment"]["base_config"] == "mine.yaml"
        assert config["experiment"]["cli_overrides"] == {"seed": 5, "experiment.tags": ["a", "b"]}
        assert config["prior"]["num_components"] == 30

    def test_the_folder_the_user_names_is_the_folder(self, train):
        name = "some where/it's, [here]"
        assert train(f'hydra.run.dir="{name}"').code == 0
        assert (Path(name) / "config.yaml").is_file()
        assert not Path("results").exists()
        assert "hydra.run.dir" not in config_of(Path(name))["experiment"]["cli_overrides"]

    def test_a_folder_in_use_is_refused(self, train):
        Path("out").mkdir()
        Path("out/kept.txt").write_text("mine")
        done = train("hydra.run.dir=out")
        assert done.code == 2
        assert "out is not empty" in done.err
        assert sorted(os.listdir("out")) == ["kept.txt"]

    def test_own_options_are_used_and_named_in_the_log(self, train):
        Path("conf.d/prior").mkdir(parents=True)
        Path("conf.d/prior/mixture.yaml").write_text("name: mixture\nnum_components: 11\n")
        done = train()
        note = "conf.d/prior/mixture.yaml is used instead of the built-in conf/prior/mixture.yaml."
        assert note in done.out
        assert note in (only("results") / "logs" / "train.log").read_text()
        assert config_of(only("results"))["prior"]["num_components"] == 11

    def test_the_environment_of_a_debug_option_is_in_force_while_training(self, train):
        seen = []
        assert train("debug=nan", training=lambda *_: seen.append(os.environ["JAX_DEBUG_NANS"])).code == 0
        assert seen == ["1"]

    def test_another_conf_and_another_primary_file_can_be_named(self, train, conf):
        shutil.copytree(conf, "mine")
        Path("mine/config.yaml").rename("mine/other.yaml")
        Path("mine/prior/mixture.yaml").write_text("name: mixture\nnum_components: 12\n")
        done = train("--config-path", "mine", "--config-name", "other")
        assert done.code == 0, done.err
        config = config_of(only("results"))
        assert config["prior"]["num_components"] == 12
        assert config["experiment"]["base_config"] == "mine/other.yaml"


class TestMistakes:
    def test_nothing_is_created_and_all_is_told(self, train, tmp_path):
        done = train("prior=mixtre", "model.kl_wieght=2", "data.num_labeled=-1")
        assert done.code == 2
        assert done.out == ""
        assert done.err == (
            "Nothing was started: 3 mistakes.\n"
            "  • prior='mixtre' is not known. Did you mean 'mixture'? Known: geometric_mog, mixture, standard, tied, vamp.\n"
            "  • model.kl_wieght is not a setting. Did you mean model.kl_weight=2?\n"
            "  • data.num_labeled must be at least 0, got -1. Try data.num_labeled=100.\n"
            "`python train.py --help` lists the groups and their options, `ssvae check` prints every setting.\n"
        )
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize(
        "error", [ConfigError("a is wrong. Try b."), DataError("data=mnist: file.gz is damaged.")]
    )
    def test_those_only_a_job_can_find_end_alike_but_leave_a_record(self, train, error):
        done = train(training=fails(error))
        assert done.code == 2
        assert f"ERROR: {error}\n" in done.out
        assert "Traceback" not in done.out + done.err
        assert read_state(only("results"))["status"] == "failed"


class TestFailures:
    def test_an_unexpected_error_is_one_line_and_a_traceback_in_the_log(self, train):
        done = train(training=fails(ZeroDivisionError("division by zero")))
        run_dir = only("results")
        assert done.code == 1
        log = f"results/{run_dir.name}/logs/train.log"
        assert f"ERROR: ZeroDivisionError: division by zero. The traceback is in {log}.\n" in done.out
        assert "Traceback" not in done.out + done.err
        assert "HYDRA_FULL_ERROR" not in done.err
        assert "Traceback (most recent call last)" in Path(log).read_text()
        assert read_state(run_dir)["reason"] == "ZeroDivisionError: division by zero"
        assert config_of(run_dir)["experiment"]["status"] == "failed"
        assert "division by zero" in (run_dir / "REPORT.md").read_text()

    def test_our_own_errors_say_what_to_do_and_nothing_more(self, train):
        done = train(training=fails(TrainingDiverged("loss.kl.z became NaN in epoch 3.")))
        assert done.code == 1
        assert "ERROR: loss.kl.z became NaN in epoch 3.\n" in done.out

    def test_a_call_of_exit_is_a_failure(self, train):
        assert train(training=fails(SystemExit(0))).code == 1
        assert read_state(only("results"))["status"] == "failed"

    def test_an_interruption_is_recorded_as_one(self, train):
        done = train(training=fails(KeyboardInterrupt()))
        run_dir = only("results")
        assert done.code == 130
        folder = f"results/{run_dir.name}"
        told = (
            f"WARNING: Stopped by Ctrl-C. What was finished is in {folder}. To go on: ssvae resume {folder}\n"
        )
        assert told in done.out
        assert read_state(run_dir)["status"] == "interrupted"
        assert (run_dir / "REPORT.md").is_file()

    def test_components_that_were_not_reached_say_why(self, train):
        from ssvae.runs.recorder import PlannedComponent, RunRecorder
        from ssvae.status import ComponentResult

        def training(experiment, run_dir):
            waiting = ComponentResult.not_run("the run has not reached it yet")
            planned = {"some": PlannedComponent("Some", "metric", {}, waiting)}
            RunRecorder(run_dir).start({"run_id": run_dir.name}, planned, epochs=1)
            raise ValueError("too soon")

        train(training=training)
        summary = json.loads((only("results") / "summary.json").read_text())
        assert summary["components"]["some"]["reason"] == "the run ended before it: ValueError: too soon"


@pytest.fixture
def code_is(monkeypatch):
    """A function that sets what git knows about the code; gives the list of folders it is asked about."""
    from ssvae.composition import recording
    from ssvae.runs.source import Source

    def set_facts(git: GitFacts) -> list[Path]:
        asked = []
        source = Source(
            {}, {"parts": [{"role": "ssvae", "tree": "f" * 40, "left_out": []}], "problems": []}, git
        )
        monkeypatch.setattr(
            recording, "capture_source", lambda code_folder, *_: asked.append(code_folder) or source
        )
        return asked

    return set_facts


class TestRecords:
    """A run without a record is not allowed, and Hydra swallows what callbacks raise."""

    @pytest.mark.parametrize("words", [["hydra/callbacks=[]"], ["~hydra.callbacks.record"]])
    def test_a_run_whose_callback_is_switched_off_does_not_start(self, train, words):
        seen = []
        done = train(*words, training=lambda *_: seen.append(1))
        assert done.code == 1
        assert not seen
        assert "config.yaml was not written, because the callback that does it is switched off" in done.out
        assert "Leave out what you typed about hydra/callbacks" in done.out

    def test_a_record_that_cannot_be_written_stops_the_run(self, train, monkeypatch):
        from ssvae.composition import recording

        def refuse(*_, **__):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(recording, "write_config", refuse)
        seen = []
        done = train(training=lambda *_: seen.append(1))
        assert done.code == 1
        assert not seen
        assert "config.yaml could not be written: OSError: [Errno 28] No space left on device" in done.out
        assert only("results").is_dir()

    def test_what_runs_is_what_was_written_even_with_a_clock_in_it(self, train):
        seen = []
        train("experiment.description=${now:%f}", training=lambda experiment, _: seen.append(experiment))
        assert seen[0].record.description == config_of(only("results"))["experiment"]["description"]

    def test_a_report_that_cannot_be_written_is_a_failure(self, train, monkeypatch):
        from ssvae.runs.lifecycle import ending

        def refuse(*_, **__):
            raise RunDirectoryError("REPORT.md could not be written: No space left on device.")

        monkeypatch.setattr(ending, "write_report", refuse)
        done = train()
        assert done.code == 1
        assert "ERROR: REPORT.md could not be written: No space left on device." in done.out
        assert read_state(only("results"))["status"] == "failed"

    def test_a_log_that_cannot_be_opened_is_told(self, train, monkeypatch):
        from ssvae import session
        from ssvae.errors import RunDirectoryError

        def refuse(run_dir):
            raise RunDirectoryError("logs/train.log could not be written: Permission denied.")

        monkeypatch.setattr(session, "run_log", refuse)
        seen = []
        done = train(training=lambda *_: seen.append(1))
        assert done.code == 1
        assert not seen
        assert done.err == "ERROR: logs/train.log could not be written: Permission denied.\n"
        assert read_state(only("results"))["status"] == "failed"

    def test_the_state_of_the_code_is_in_the_log(self, train, code_is):
        code_is(GitFacts("abc1234", "abc1234" + 33 * "0", True))
        assert "WARNING: The code differs from commit abc1234" in train().out
        assert "differs from commit" not in train("experiment.on_dirty_git=ignore").out
        assert config_of(only_named("mixture"))["experiment"]["git_dirty"] is True

    def test_a_clone_whose_code_does_not_run_is_warned_of(self, train, monkeypatch, code_is, tmp_path):
        import ssvae

        asked = code_is(GitFacts())
        monkeypatch.setattr(ssvae, "__file__", str(tmp_path / "site-packages" / "ssvae" / "__init__.py"))
        assert f"WARNING: ssvae runs from {tmp_path}/site-packages/ssvae, not from this clone;" in train().out
        assert asked == [tmp_path / "site-packages" / "ssvae"]

    def test_outside_a_repository_the_log_says_so(self, train, code_is):
        code_is(GitFacts(problem="x is not in a git repository"))
        assert "WARNING: No git commit is recorded: x is not in a git repository." in train().out
        assert config_of(only("results"))["experiment"]["git_commit"] is None


def only_named(start: str) -> Path:
    return sorted(path for path in Path("results").iterdir() if path.name.startswith(start))[0]


def test_no_secret_that_was_typed_or_set_reaches_any_file(train, monkeypatch):
    # Not as one word, for the record holds this very file when it was changed.
    planted = "".join(("plan", "ted_73"))
    monkeypatch.setenv("JAX_TOKEN", planted)
    monkeypatch.setenv("MY_PASSWORD", planted)
    words = (
        "experiment.name=abl",
        f"experiment.description='see https://me:{planted}@host/x, token={planted}'",
        f"experiment.tags=['password: {planted}']",
        f"+hydra.job.env_set={{MY_TOKEN:{planted}}}",
    )
    assert train(*words).code == 0
    run_dir = only("results")
    files = [path for path in run_dir.rglob("*") if path.is_file()]
    assert len(files) > 12
    assert [path.name for path in files if planted.encode() in path.read_bytes()] == []
    assert config_of(run_dir)["experiment"]["description"] == "see https://host/x, token=***"


class TestGoingOn:
    """A launcher that starts the same job once more, as a scheduler makes it that took the machine back."""

    @pytest.fixture
    def again(self, train, monkeypatch):
        """A function that starts the interrupted job once more; gives what it is assigned."""
        started = []
        real = RecordCallback.on_job_start

        def remember(self, config, **kwargs):
            started.append((self, config))
            real(self, config, **kwargs)

        monkeypatch.setattr(RecordCallback, "on_job_start", remember)
        assert train(training=fails(KeyboardInterrupt())).code == 130

        def start() -> Assignment:
            callback, config = started[0]
            real(callback, config)
            folder_is_free(only("results"), our_part(config))
            return assignment_of(only("results"), our_part(config))

        return start

    def test_the_same_job_goes_on(self, again):
        assignment = again()
        assert assignment.origin.is_in(only("results"))
        assert read_state(only("results"))["resumptions"][0]["after_epoch"] == 0

    def test_another_question_is_refused(self, again):
        path = only("results") / "config.yaml"
        path.write_text(path.read_text().replace("config_hash: ", "config_hash: other # ", 1))
        before = {file: file.read_bytes() for file in only("results").rglob("*") if file.is_file()}
        with pytest.raises(RunDirectoryError, match="is the folder of a run with other settings"):
            again()
        assert {file: file.read_bytes() for file in only("results").rglob("*") if file.is_file()} == before

    def test_a_run_that_was_stopped_before_it_had_begun_is_started_anew(self, again, train):
        run_dir = only("results")
        (run_dir / "config.yaml").unlink()
        assert train(f"hydra.run.dir={run_dir}").code == 0
        assert read_state(run_dir)["status"] == "completed"


@pytest.mark.slow
class TestSweeps:
    def test_every_job_is_a_complete_run(self, train):
        done = train("-m", "seed=0,1", "model.kl_weight=0.5", "--tag", "a")
        sweep = only("multirun_outputs")
        assert done.code == 0
        assert done.err == ""
        runs = sorted(path for path in sweep.iterdir() if path.is_dir())
        assert [run.name[:11] for run in runs] == ["000_seed-0_", "001_seed-1_"]
        for number, run in enumerate(runs):
            header = config_of(run)["experiment"]
            assert header["sweep_id"] == sweep.name
            assert header["run_id"] == run.name
            assert header["config_hash"].startswith(run.name[-8:])
            assert header["cli_overrides"] == {
                "seed": number,
                "model.kl_weight": 0.5,
                "experiment.tags": ["a"],
            }
            assert (run / "REPORT.md").is_file()
        assert f"Sweep of 2 runs: multirun_outputs/{sweep.name}\n" in done.out

    def test_a_failed_job_takes_no_other_down_and_is_listed(self, train):
        def training(experiment, run_dir):
            if experiment.seed == 1:
                raise ValueError("seed 1 is unlucky")

        done = train("-m", "seed=0,1,2", training=training)
        sweep = only("multirun_outputs")
        (failed,) = sweep.glob("001_*")
        assert done.code == 1
        assert [read_state(run)["status"] for run in sorted(sweep.glob("00*"))] == [
            "completed",
            "failed",
            "completed",
        ]
        assert done.err == (
            "1 of 3 runs failed:\n"
            f"  • {failed.name}: ValueError: seed 1 is unlucky\n"
            f"    {failed}/logs/train.log\n"
            f"To go on: python train.py -m sweep.resume={sweep}\n"
        )

    def test_ctrl_c_ends_the_sweep_and_says_what_was_not_started(self, train):
        def training(experiment, run_dir):
            if experiment.seed == 1:
                raise KeyboardInterrupt

        done = train("-m", "seed=0,1,2", training=training)
        assert done.code == 130
        assert "1 of 3 runs were not begun this time." in done.err
        states = [read_state(run)["status"] for run in sorted(only("multirun_outputs").glob("00*"))]
        assert states == ["completed", "interrupted"]

    def test_each_log_holds_its_own_run_alone(self, train):
        log = logging.getLogger("ssvae.pipeline")
        train("-m", "seed=0,1", training=lambda experiment, _: log.info("training seed %d", experiment.seed))
        first, second = sorted(only("multirun_outputs").glob("00*/logs/train.log"))
        assert "training seed 0" in first.read_text()
        assert "training seed 1" not in first.read_text()
        assert second.read_text().count("training seed 1") == 1
        assert not logging.getLogger("ssvae").handlers

    def test_a_mistake_in_one_job_starts_none(self, train, tmp_path):
        done = train("-m", "model=mixture,standard", "prior=mixture,standard", "seed=0,-1")
        assert done.code == 2
        assert "Nothing was started" in done.err
        assert os.listdir(tmp_path) == []

    def test_a_study_that_is_a_sweep_needs_no_flag(self, train):
        assert train("study=label_draws").code == 0
        sweep = only("multirun_outputs")
        assert sweep.name.startswith("label_draws_mixture_")
        runs = sorted(sweep.glob("00*"))
        assert [run.name[:17] for run in runs] == [f"00{seed}_label_seed-{seed}_" for seed in range(3)]
        assert config_of(runs[1])["experiment"]["cli_overrides"] == {"study": "label_draws"}
        assert config_of(runs[1])["data"]["label_seed"] == 1

    def test_jobs_with_values_no_file_name_can_hold(self, train):
        name = "x" * 300
        done = train("-m", f"experiment.description={name},'a/b'", "seed=0")
        assert done.code == 0
        assert len(list(only("multirun_outputs").glob("00*"))) == 2


class TestInspection:
    def test_the_configuration_is_shown_and_nothing_created(self, train, tmp_path):
        done = train("--cfg", "job", "model=standard", "--tag", "a", "--set", "seed=3", "data=mnist")
        assert done.code == 0
        shown = yaml.safe_load(done.out)
        assert shown["prior"] == {"name": "standard"}
        assert shown["seed"] == 3
        assert shown["experiment"]["tags"] == ["a"]
        assert "hydra" not in shown
        assert os.listdir(tmp_path) == []

    def test_mistakes_are_told_instead(self, train):
        done = train("--cfg", "job", "modle=standard")
        assert done.code == 2
        assert "Did you mean model=standard?" in done.err

    @pytest.mark.parametrize("words", [["--info", "searchpath"], ["--info", "defaults"], ["--hydra-help"]])
    def test_what_hydra_tells_about_itself_is_passed_through(self, train, words, tmp_path):
        done = train(*words)
        assert done.code == 0
        assert done.out
        assert os.listdir(tmp_path) == []

    def test_help_looks_at_no_other_word(self, train):
        done = train("model=mistake", "--help")
        assert done.code == 0
        assert done.err == ""
        assert "Groups and their options" in done.out
