"""Going on in the same folder: what is looked at before, and what the record says after."""

import json
import sys
import types

import pytest
from typer.testing import CliRunner

from ssvae.cli.main import application
from ssvae.data.recipes import SyntheticConfig
from ssvae.errors import ConfigError, DataError, RunDirectoryError
from ssvae.experiment import Experiment, mapping_from_experiment
from ssvae.model.recipes import SSVAEConfig
from ssvae.priors.recipes import MixturePriorConfig
from ssvae.resuming import is_completed, ready_to_resume
from ssvae.runs.config_file import read_config, write_config
from ssvae.runs.lifecycle.state import read_state, write_state
from ssvae.runs.provenance import config_hash
from ssvae.runs.software import software_versions

EXPERIMENT = Experiment(
    data=SyntheticConfig(num_train=128, num_validation=20, num_test=20, num_labeled=8, image_size=8),
    model=SSVAEConfig(prior=MixturePriorConfig(num_components=6)),
)


@pytest.fixture
def stopped(tmp_path):
    """The folder of a run that was interrupted before its first checkpoint."""
    folder = tmp_path / "run_1"
    folder.mkdir()
    body = mapping_from_experiment(EXPERIMENT)
    header = {
        "name": "run",
        "status": "keep",
        "run_id": folder.name,
        "config_hash": config_hash(body),
        "data_hash": EXPERIMENT.data.load().fingerprint,
        "versions": software_versions(),
    }
    write_config(folder, header, body)
    write_state(folder, "interrupted", reason="Ctrl-C")
    return folder


@pytest.fixture
def ran(monkeypatch):
    """What the run itself was called with; it does nothing but look at the state."""
    calls = []

    def run_experiment(experiment, run_dir, origin, recorder):
        calls.append((experiment, origin, read_state(run_dir)))

    order = types.SimpleNamespace(run_experiment=run_experiment)
    monkeypatch.setitem(sys.modules, "ssvae.pipeline.order", order)
    return calls


def header_is(folder, **fields):
    config = read_config(folder)
    body = {key: value for key, value in config.items() if key != "experiment"}
    write_config(folder, config["experiment"] | fields, body)


def test_the_same_question_goes_on_in_the_same_folder(stopped, ran):
    ready_to_resume(stopped, "ssvae resume run_1")()
    ((experiment, origin, during),) = ran
    assert experiment.data == EXPERIMENT.data
    assert experiment.model == EXPERIMENT.model
    assert origin.is_in(stopped)
    assert (during["status"], during["phase"], during["reason"]) == ("running", "resuming", None)
    (stretch,) = during["resumptions"]
    assert (stretch["after_epoch"], stretch["differences"]) == (0, [])
    assert read_state(stopped)["status"] == "completed"
    recorded = stopped / "provenance" / "resume_01"
    assert (recorded / "command.txt").read_text() == "ssvae resume run_1\n"
    assert (recorded / "source.json").is_file()


def test_name_and_tags_stay(stopped, ran):
    header_is(stopped, name="abl", tags=["a", "b"], description="hello")
    ready_to_resume(stopped, "")()
    record = ran[0][0].record
    assert (record.name, record.tags, record.description) == ("abl", ("a", "b"), "hello")


def test_each_stretch_has_its_own_provenance_even_if_the_state_was_lost(stopped, ran):
    for number in (1, 2):
        write_state(stopped, "interrupted")
        (stopped / "state.json").write_text('{"status": "interrupted", "resumptions": 3}')
        ready_to_resume(stopped, f"stretch {number}")()
    commands = sorted((stopped / "provenance").glob("resume_*/command.txt"))
    assert [path.read_text() for path in commands] == ["stretch 1\n", "stretch 2\n"]


def test_a_run_that_somebody_else_has_finished_meanwhile_is_left_alone(stopped, ran, capsys):
    go_on = ready_to_resume(stopped, "")
    ready_to_resume(stopped, "")()
    before = {path: path.read_bytes() for path in stopped.rglob("*") if path.is_file()}
    with pytest.raises(RunDirectoryError, match="was gone on with by another process meanwhile"):
        go_on()
    assert {path: path.read_bytes() for path in stopped.rglob("*") if path.is_file()} == before


def test_what_is_different_this_time_is_a_warning_and_in_the_record(stopped, ran):
    header_is(stopped, source_id="f" * 40, versions={**software_versions(), "jax": "0.0.1"})
    ready_to_resume(stopped, "")()
    differences = read_state(stopped)["resumptions"][0]["differences"]
    assert differences[0] == "The code is not that of the run's beginning"
    assert differences[1].startswith("jax was 0.0.1 at the run's beginning and is ")
    assert f"WARNING {differences[0]}, so the numbers may differ from here on." in (
        stopped / "logs" / "train.log"
    ).read_text().replace("  ", " ")


def test_a_failed_run_gets_its_label_back(stopped, ran):
    header_is(stopped, status="failed")
    write_state(stopped, "failed", reason="x", label_before="keep")
    ready_to_resume(stopped, "")()
    assert read_config(stopped)["experiment"]["status"] == "keep"


def test_left_overs_of_the_killed_process_go(stopped, ran):
    (stopped / ".summary.json.123.4.tmp").write_text("half")
    ready_to_resume(stopped, "")()
    assert not list(stopped.glob("*.tmp"))


class TestRefusals:
    """None of them changes a byte of the folder."""

    @pytest.fixture(autouse=True)
    def _nothing_changes(self, tmp_path):
        yield
        assert not list(tmp_path.rglob("resume_01"))

    def test_a_folder_of_no_run(self, tmp_path):
        with pytest.raises(RunDirectoryError, match=r"holds no config.yaml: .* ssvae resume results/NAME"):
            ready_to_resume(tmp_path, "")

    def test_a_run_that_is_still_going(self, stopped):
        write_state(stopped, "running")
        with pytest.raises(RunDirectoryError, match=r"is still running, as process \d+ on .* Wait until"):
            ready_to_resume(stopped, "")

    def test_settings_that_were_edited(self, stopped):
        path = stopped / "config.yaml"
        path.write_text(path.read_text().replace("seed: 0", "seed: 1", 1))
        with pytest.raises(RunDirectoryError, match=r"python train.py resume=\S+ key=value"):
            ready_to_resume(stopped, "")

    def test_settings_of_another_version(self, stopped):
        config = read_config(stopped)
        body = {key: value for key, value in config.items() if key != "experiment"} | {"unknown": 1}
        header = config["experiment"] | {"config_hash": config_hash(body), "versions": {"ssvae": "9.9"}}
        write_config(stopped, header, body)
        with pytest.raises(ConfigError, match=r"config\.yaml: unknown .* made with ssvae 9\.9"):
            ready_to_resume(stopped, "")

    def test_other_data(self, stopped):
        header_is(stopped, data_hash="ab" * 32)
        with pytest.raises(DataError, match=r"are not those of run_1: .*abababababab…. Put the files back"):
            ready_to_resume(stopped, "")

    def test_data_that_are_not_there(self, stopped, monkeypatch):
        monkeypatch.setattr(SyntheticConfig, "absence", lambda self: "the data are not there")
        with pytest.raises(DataError, match="the data are not there"):
            ready_to_resume(stopped, "")


class TestCommand:
    def invoke(self, *words):
        return CliRunner().invoke(application, ["resume", *map(str, words)])

    def test_a_complete_run_is_left_alone(self, stopped):
        write_state(stopped, "completed")
        assert is_completed(stopped)
        done = self.invoke(stopped)
        assert done.exit_code == 0
        assert "is complete: there is nothing to resume" in done.output
        assert f"python train.py resume={stopped} training.epochs=EPOCHS" in done.output

    def test_a_mistake_is_one_line_and_exit_code_2(self, tmp_path):
        done = self.invoke(tmp_path / "nowhere")
        assert done.exit_code == 2
        assert "is no folder" in done.output

    def test_the_exit_code_is_that_of_the_run(self, stopped, ran):
        assert self.invoke(stopped).exit_code == 0
        assert json.loads((stopped / "state.json").read_text())["status"] == "completed"

    def test_a_run_that_fails_again_is_a_failure(self, stopped, monkeypatch):
        def fails(*_):
            raise ValueError("again")

        order = types.SimpleNamespace(run_experiment=fails)
        monkeypatch.setitem(sys.modules, "ssvae.pipeline.order", order)
        assert self.invoke(stopped).exit_code == 1
        assert read_state(stopped)["reason"] == "ValueError: again"

    def test_an_interruption_leaves_at_once(self, stopped, monkeypatch):
        def interrupts(*_):
            raise KeyboardInterrupt

        order = types.SimpleNamespace(run_experiment=interrupts)
        monkeypatch.setitem(sys.modules, "ssvae.pipeline.order", order)
        monkeypatch.setattr("ssvae.composition.app.leave_at_once", sys.exit)
        assert self.invoke(stopped).exit_code == 130
