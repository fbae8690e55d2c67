import json
import logging

import numpy as np
import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs import recorder as recorder_module
from ssvae.runs.checkpoints import load_checkpoint
from ssvae.runs.config_file import read_config, write_config
from ssvae.runs.history import read_history
from ssvae.runs.lifecycle.state import read_state
from ssvae.runs.summary import read_summary
from ssvae.status import ComponentResult, Finding, Status
from ssvae.training.history import EPOCH_KEYS


@pytest.fixture(autouse=True)
def heard(caplog):
    caplog.set_level(logging.INFO, "ssvae")
    return caplog


def test_from_the_start_every_component_is_on_disk(recorder, run_dir):
    summary = read_summary(run_dir)
    assert summary["run"] == {
        "status": "running",
        "run_id": run_dir.name,
        "seed": 3,
        "warnings": [],
        "checks": {},
    }
    assert {name: entry["status"] for name, entry in summary["components"].items()} == {
        "training": "not_run",
        "mixture_prior": "not_run",
        "tau_classifier": "disabled",
        "loss_curves": "not_run",
    }
    assert summary["components"]["tau_classifier"]["remedy"] == "classifier=tau"
    assert (read_state(run_dir)["status"], read_state(run_dir)["phase"]) == ("running", "starting")
    assert (run_dir / "logs" / "metrics.csv").read_text() == ",".join(EPOCH_KEYS) + "\n"


def test_each_component_is_announced_in_one_line(recorder, heard):
    recorder.announce()
    assert heard.messages == [
        "ENABLED  training",
        "ENABLED  mixture_prior",
        "DISABLED tau_classifier: classifier=none. To enable: classifier=tau",
        "ENABLED  loss_curves",
    ]


def test_an_epoch_is_a_row_and_a_line(recorder, run_dir, row, heard):
    recorder.epoch(row(1))
    recorder.epoch(row(2))
    assert read_history(run_dir) == [row(1), row(2)]
    assert heard.messages[0] == (
        "Epoch    1/100 | loss.total: 190.0 | loss.recon: 160.0 | loss.kl.z: 15.2 | loss.kl.c: 2.1 | time: 5.2s"
    )


def test_epochs_before_the_start_are_a_defect(run_dir, row):
    with pytest.raises(AssertionError, match=r"start\(\) comes first"):
        recorder_module.RunRecorder(run_dir).epoch(row(1))


def test_the_phase_is_on_disk(recorder, run_dir):
    recorder.phase("evaluating")
    assert read_state(run_dir)["phase"] == "evaluating"


def test_a_checkpoint_can_be_loaded(recorder, run_dir):
    recorder.checkpoints({"last": ({"a": np.ones(3)}, {"epoch": 2})})
    assert load_checkpoint(run_dir, "last")[1] == {"epoch": 2}
    assert read_state(run_dir)["epoch"] == 2


def test_facts_about_training_add_up(recorder, run_dir):
    recorder.training({"best_epoch": 3})
    recorder.training({"final_loss": np.float64(1.5)})
    assert read_summary(run_dir)["training"] == {"best_epoch": 3, "final_loss": 1.5}


def test_a_success_fills_its_entry_and_the_metrics(recorder, run_dir, heard):
    given = ComponentResult.success({"k_eff": np.float64(8.5), "metrics": {"metric.k_eff": 8.5}})
    assert recorder.component("mixture_prior", given) == given
    summary = read_summary(run_dir)
    assert summary["metrics"] == {"metric.k_eff": 8.5}
    entry = summary["components"]["mixture_prior"]
    assert (entry["status"], entry["data"], entry["title"]) == ("success", {"k_eff": 8.5}, "Mixture prior")
    assert entry["meanings"] == {"k_eff": "components in use, exp of the entropy"}
    assert heard.messages == ["SUCCESS  mixture_prior"]


@pytest.mark.parametrize(("patience", "seen"), [(60.0, {}), (0.0, {"metric.k_eff": 8.5})])
def test_results_that_come_at_once_are_written_together(run_dir, header, body, planned, patience, seen):
    write_config(run_dir, header, body)
    recorder = recorder_module.RunRecorder(run_dir, patience)
    recorder.start({}, planned, epochs=1)
    recorder.component("mixture_prior", ComponentResult.success({"metrics": {"metric.k_eff": 8.5}}))
    assert read_summary(run_dir)["metrics"] == seen
    recorder.settle()
    assert read_summary(run_dir)["metrics"] == {"metric.k_eff": 8.5}


def test_a_plot_is_saved(recorder, run_dir, make_figure):
    recorder.component("loss_curves", ComponentResult.success(figures={"all": make_figure()}), dpi=50)
    assert read_summary(run_dir)["components"]["loss_curves"]["data"] == {
        "figures": ["figures/loss_curves/all.png"]
    }
    assert (run_dir / "figures" / "loss_curves" / "all.png").is_file()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("loss_curves", {}, "it reported success and drew no figure"),
        ("mixture_prior", {"k_eff": object()}, "A object cannot be written as JSON"),
    ],
)
def test_a_success_that_is_none_becomes_a_failure(recorder, run_dir, heard, name, data, reason):
    result = recorder.component(name, ComponentResult.success(data))
    assert result.status is Status.FAILED
    assert result.reason.startswith(reason)
    assert read_summary(run_dir)["components"][name]["status"] == "failed"
    assert [record.levelname for record in heard.records] == ["ERROR", "INFO"]


def test_a_failure_keeps_its_reason_and_spares_the_others(recorder, run_dir, heard):
    recorder.component("mixture_prior", ComponentResult.failed("ValueError: x"))
    statuses = {name: entry["status"] for name, entry in read_summary(run_dir)["components"].items()}
    assert statuses["mixture_prior"] == "failed"
    assert statuses["training"] == "not_run"
    assert heard.messages == ["FAILED   mixture_prior: ValueError: x"]


def test_a_disabled_component_is_not_announced_twice(recorder, heard):
    recorder.component("tau_classifier", ComponentResult.disabled("classifier=none", "classifier=tau"))
    assert heard.messages == []


def test_a_warning_is_logged_and_kept_once(recorder, run_dir, heard):
    finding = Finding("collapse", "Component 3 is empty.", "It is of no use.", "prior.num_components=9")
    for _ in range(2):
        recorder.warning(finding)
    assert read_summary(run_dir)["run"]["warnings"] == [
        {
            "kind": "collapse",
            "text": "Component 3 is empty.",
            "meaning": "It is of no use.",
            "remedy": "prior.num_components=9",
        }
    ]
    assert [(record.levelname, record.message) for record in heard.records] == [
        ("WARNING", "Component 3 is empty. It is of no use. Try prior.num_components=9.")
    ]


def test_a_check_is_not_checked_until_it_is(recorder, planned, run_dir):
    def checks():
        return read_summary(run_dir)["run"]["checks"]

    recorder.plan(planned, {"collapse": "Component collapse", "clip": "Clipped gradients"})
    assert checks()["clip"] == {
        "title": "Clipped gradients",
        "status": "not_checked",
        "reason": "the run has not reached it yet",
    }
    recorder.checks({"collapse": ("warned", None), "clip": ("not_checked", "no gradient")})
    assert checks()["collapse"] == {"title": "Component collapse", "status": "warned", "reason": None}
    assert checks()["clip"]["reason"] == "no gradient"


def test_what_checks_warn_of_is_kept_logged_and_written_with_their_answers(
    recorder, planned, run_dir, heard, monkeypatch
):
    recorder.plan(planned, {"collapse": "Component collapse"})
    written = []
    monkeypatch.setattr("ssvae.runs.recorder.write_summary", lambda *given: written.append(given[1]))
    recorder.checks({"collapse": ("warned", None)}, [Finding("collapse", "Component 3 is empty.")] * 2)
    (summary,) = written
    assert [entry["text"] for entry in summary["run"]["warnings"]] == ["Component 3 is empty."]
    assert summary["run"]["checks"]["collapse"]["status"] == "warned"
    assert heard.messages == ["Component 3 is empty."]


def test_a_disk_that_refuses_stops_the_run_with_a_reason(recorder, run_dir, monkeypatch):
    def refuse(*arguments):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(RunDirectoryError, match=r"summary.json could not be written: Read-only file system"):
        recorder.training({"best_epoch": 1})
    assert json.loads((run_dir / "summary.json").read_text())["training"] == {}


def test_the_machine_is_recorded_and_the_header_completed_once(recorder, run_dir, tmp_path):
    recorder.machine({"fingerprint": "ab12"}, {"backend": "cpu"}, device="cpu", data_hash="ab12")
    recorder.machine({}, {}, device="another", data_hash="ab12")  # gone on with elsewhere
    experiment = read_config(run_dir)["experiment"]
    assert (experiment["device"], experiment["data_hash"]) == ("cpu", "ab12")
    recorder_module.RunRecorder(tmp_path).machine({"fingerprint": "ab12"}, {}, device="cpu")
    assert not (tmp_path / "config.yaml").exists()
    assert json.loads((tmp_path / "provenance" / "data.json").read_text()) == {"fingerprint": "ab12"}


def test_rows_after_the_checkpoint_come_again(recorder, run_dir, planned, row):
    for epoch in (1, 2, 3):
        recorder.epoch(row(epoch))
    again = recorder_module.RunRecorder(run_dir)
    again.start({"run_id": run_dir.name}, planned, epochs=100, rows=2)
    assert [one["epoch"] for one in read_history(run_dir)] == [1, 2]
