"""A whole reproduction with the new run made up: the recorded folder once more, with one thing changed."""

import dataclasses
import json
import re
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
import yaml

from ssvae.data.recipes import SyntheticConfig
from ssvae.errors import DataError, Interrupted, ProvenanceError, RunDirectoryError
from ssvae.experiment import Experiment, mapping_from_experiment
from ssvae.reproduction import code as code_room
from ssvae.reproduction import order
from ssvae.reproduction import present as present_room
from ssvae.reproduction.order import reproduce
from ssvae.reproduction.rerun import Ended
from ssvae.runs.checkpoints import save_checkpoints
from ssvae.runs.config_file import complete_header, read_config, write_config
from ssvae.runs.history import METRICS_FILE
from ssvae.runs.lifecycle.state import write_state
from ssvae.runs.provenance import config_hash
from ssvae.runs.rows import RowsFile
from ssvae.runs.summary import write_summary

ENVIRONMENT = {
    "python": "3.12",
    "platform": "Linux",
    "machine": "m",
    "cpu": "x",
    "cores": "2",
    "packages": {"jax": "1"},
    "variables": {},
}


@pytest.fixture
def run_dir(tmp_path, arrays, rows, summary, part):
    """The folder of a completed run."""
    folder = tmp_path / "results" / "a_run"
    folder.mkdir(parents=True)
    data = SyntheticConfig(num_train=150, num_labeled=8)
    body = mapping_from_experiment(Experiment(data=data, seed=3))
    header = {
        "name": "a_run",
        "run_id": "a_run",
        "resumed_from": None,
        "config_hash": config_hash(body),
        "data_hash": data.load().fingerprint,
        "device": "cpu",
        "host": "lab",
    }
    write_config(folder, header, body)
    metrics = RowsFile(folder, METRICS_FILE, tuple(rows()[0]))
    for row in rows():
        metrics.append(row)
    save_checkpoints(folder, {"best": (arrays(), {"epoch": 2}), "last": (arrays(), {"epoch": 3})})
    write_summary(folder, summary())
    write_state(folder, "completed")
    (folder / "provenance").mkdir()
    (folder / "provenance" / "environment.txt").write_text(json.dumps(ENVIRONMENT))
    facts = {"format": 1, "parts": [part], "problems": []}
    (folder / "provenance" / "source.json").write_text(json.dumps(facts))
    return folder


@pytest.fixture(autouse=True)
def _software(monkeypatch):
    """Environments as JSON, and code that is always restored."""

    @dataclasses.dataclass
    class Restored:
        code: Path
        project: Path | None = None
        extra: Path | None = None
        notes: tuple[str, ...] = ()

    monkeypatch.setattr(order, "environment_text", lambda: json.dumps(ENVIRONMENT))
    monkeypatch.setattr(order, "read_environment", json.loads)

    def restore(provenance, target, repositories):
        (target / "ssvae").mkdir()
        (target / "ssvae" / "__init__.py").touch()
        return Restored(target)

    monkeypatch.setattr(code_room, "restore_source", restore)


@pytest.fixture
def rerun(run_dir):
    """`rerun(change)`: what stands for running again; `change(folder)` is what comes out differently."""

    def make(change=lambda folder: None, ended=Ended(0)):  # noqa: B008 - frozen
        def run(task, tell):
            shutil.copytree(run_dir, task.run_dir)
            change(task.run_dir)
            return ended

        return run

    return make


def differing(verdict):
    """The headings under which something differs."""
    return [finding.heading for finding in verdict.findings if finding.differences]


def edit(path, pattern, replacement):
    text = path.read_text()
    assert re.search(pattern, text)
    path.write_text(re.sub(pattern, replacement, text, count=1))


def test_what_comes_out_the_same_is_reproduced_and_nothing_stays(run_dir, rerun):
    tasks = []
    verdict = reproduce(run_dir, rerun=lambda task, tell: tasks.append(task) or rerun()(task, tell))
    assert verdict.text().startswith("Reproduced bit for bit\nCode\n")
    assert [finding.heading for finding in verdict.findings] == [
        "Code",
        "Environment",
        "Data",
        "Seed",
        "Hardware",
        "Result",
    ]
    assert differing(verdict) == []
    assert verdict.again is None
    assert not tasks[0].run_dir.exists()


def test_one_cell_is_found_and_the_new_run_stays(run_dir, rerun):
    verdict = reproduce(
        run_dir,
        rerun=rerun(lambda new: edit(new / "logs/metrics.csv", r"(?<=\n2,).*", "0.5,33.407,4.3,5,nan")),
    )
    assert verdict.headline() == "Not reproduced: first difference in epoch 2 (loss.kl.z: 4.2 became 4.3)"
    assert differing(verdict) == ["Result"]
    assert Path(verdict.again, "config.yaml").is_file()
    shutil.rmtree(Path(verdict.again).parent)


def test_one_bit_of_a_parameter_is_found(run_dir, rerun, arrays):
    def change(new):
        tree = arrays()
        tree["params"]["encoder"]["kernel"].reshape(-1).view(np.uint32)[0] ^= 1
        save_checkpoints(new, {"best": (tree, {"epoch": 2})})

    verdict = reproduce(run_dir, rerun=rerun(change), output=run_dir.parent / "new")
    assert verdict.differences[0].key == "best/params/encoder/kernel"
    assert verdict.again == str(run_dir.parent / "new")
    assert reproduce(run_dir, rerun=rerun(change), tolerance=1e-6).is_within


PLANTED = {
    "Environment": lambda run: edit(run / "provenance/environment.txt", '"jax": "1"', '"jax": "2"'),
    "Data": lambda run: complete_header(run, data_hash="0" * 64),
    "Seed": lambda run: edit(run / "config.yaml", r"(?m)^seed: 3", "seed: 4"),
    "Hardware": lambda run: complete_header(run, host="elsewhere", device="NVIDIA H100"),
}


@pytest.mark.parametrize("heading", PLANTED)
def test_each_thing_that_differs_stands_under_its_own_heading(run_dir, rerun, heading):
    fresh = rerun()
    copied = run_dir.parent / "copied"
    shutil.copytree(run_dir, copied)
    PLANTED[heading](copied)
    # What runs again is the run as it was.
    assert differing(reproduce(copied, rerun=fresh)) == [heading]


def test_the_present_code_that_differs_is_told_under_code(run_dir, rerun, monkeypatch):
    monkeypatch.setattr(present_room, "capture_source", lambda code_folder, working_folder: None)
    monkeypatch.setattr(
        present_room, "source_changes", lambda provenance, now, repositories: ("M src/ssvae/model/bound.py",)
    )
    verdict = reproduce(run_dir, here=True, rerun=rerun())
    assert differing(verdict) == ["Code"]
    assert "M src/ssvae/model/bound.py" in verdict.text()
    assert verdict.is_exact


def test_a_run_that_fails_when_it_is_run_again_tells_its_last_lines(run_dir, rerun):
    broken = rerun(lambda new: write_state(new, "failed", reason="it broke"), Ended(1, ("ERROR it broke",)))
    verdict = reproduce(run_dir, rerun=broken, tolerance=1.0, output=run_dir.parent / "new")
    assert not verdict.is_reproduced
    assert verdict.headline() == "Not reproduced: running it again ended with exit code 1 (failed: it broke)"
    assert "ERROR it broke" in verdict.text()
    assert verdict.again


def test_a_run_that_never_began_again_tells_that(run_dir):
    verdict = reproduce(run_dir, rerun=lambda task, tell: Ended(2, ("Nothing was started: 1 mistake.",)))
    assert "exit code 2, before it had recorded anything" in verdict.headline()
    assert "Nothing was started" in verdict.text()
    assert verdict.again is None


def test_keeping_is_possible(run_dir, rerun):
    verdict = reproduce(run_dir, rerun=rerun(), keep=True)
    assert Path(verdict.again, "config.yaml").is_file()
    shutil.rmtree(Path(verdict.again).parent)


def never(task, tell):
    raise AssertionError("nothing must run")


def test_what_is_no_run_is_told(tmp_path):
    with pytest.raises(RunDirectoryError, match="is not a folder"):
        reproduce(tmp_path / "nowhere", rerun=never)
    with pytest.raises(RunDirectoryError, match=r"no run's folder: it holds no config\.yaml"):
        reproduce(tmp_path, rerun=never)


def test_a_run_that_left_nothing_to_compare_is_told(run_dir):
    (run_dir / "logs/metrics.csv").unlink()
    write_state(run_dir, "interrupted", reason="Ctrl-C")
    with pytest.raises(RunDirectoryError, match=r"before its first epoch \(interrupted\).*Train it anew"):
        reproduce(run_dir, rerun=never)


def test_without_its_data_nothing_runs(run_dir, tmp_path):
    config = read_config(run_dir)
    config["data"] = {"name": "mnist", "root": str(tmp_path / "nowhere")}
    (run_dir / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    with pytest.raises(DataError, match="Data: the run cannot be repeated"):
        reproduce(run_dir, rerun=never)


def test_without_its_code_nothing_runs(run_dir):
    (run_dir / "provenance/source.json").unlink()
    with pytest.raises(ProvenanceError, match="--here"):
        reproduce(run_dir, rerun=never)


def test_an_output_that_holds_something_is_refused(run_dir):
    with pytest.raises(RunDirectoryError, match=r"--output .* not empty"):
        reproduce(run_dir, output=run_dir, rerun=never)


def test_nothing_in_the_runs_folder_changes(run_dir, rerun):
    def content():
        return {path: path.read_bytes() for path in run_dir.rglob("*") if path.is_file()}

    before = content()
    reproduce(run_dir, rerun=rerun())
    assert content() == before


@pytest.mark.parametrize("name", ["inside", "checkpoints/deep"])
def test_an_output_in_the_runs_own_folder_is_refused(run_dir, name):
    with pytest.raises(RunDirectoryError, match="lies in the folder of the run"):
        reproduce(run_dir, output=run_dir / name, rerun=never)


def test_an_output_that_settings_would_read_as_a_reference_is_refused(run_dir, tmp_path):
    with pytest.raises(RunDirectoryError, match=r"holds \$\{"):
        reproduce(run_dir, output=tmp_path / "${y}", rerun=never)


def test_the_environment_is_that_of_the_new_run(run_dir, rerun, monkeypatch):
    monkeypatch.setattr(order, "environment_text", lambda: json.dumps(ENVIRONMENT | {"python": "2.7"}))
    assert differing(reproduce(run_dir, rerun=rerun())) == []
    change = rerun(lambda new: edit(new / "provenance/environment.txt", "3.12", "3.11"))
    assert differing(reproduce(run_dir, rerun=change)) == ["Environment"]


def test_a_run_that_went_on_with_other_code_says_where(run_dir, rerun):
    complete_header(run_dir, source_id="a" * 40)
    stretch = {"after_epoch": 1, "source_id": "b" * 40, "differences": ["jax was 1 at first and is 2 now"]}
    write_state(run_dir, "completed", resumptions=[stretch])
    change = rerun(lambda new: edit(new / "logs/metrics.csv", r"(?<=\n2,).*", "0.5,33.407,4.3,5,nan"))
    verdict = reproduce(run_dir, rerun=change, output=run_dir.parent / "new")
    assert differing(verdict) == ["Code", "Environment", "Result"]
    assert "  ≠ after epoch 1 the run went on with other code (provenance/resume_01)" in verdict.text()
    assert "other software (provenance/resume_01): jax was 1 at first" in verdict.text()
    assert "After epoch 1 the run had gone on with other code" in verdict.text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_removes_the_folders(run_dir, number):
    folders = []

    def stopped(task, tell):
        folders.extend((task.package.parent, task.run_dir.parent))
        assert all(folder.is_dir() for folder in folders)
        signal.raise_signal(number)

    with pytest.raises(Interrupted, match=number.name):
        reproduce(run_dir, rerun=stopped)
    assert not any(folder.exists() for folder in folders)
