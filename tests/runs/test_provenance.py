import dataclasses
import platform

import pytest

import ssvae
from ssvae.experiment import RecordConfig
from ssvae.runs.config_file import HEADER_KEYS
from ssvae.runs.git import GitFacts
from ssvae.runs.provenance import config_hash, git_notice, write_provenance


def test_the_header_has_every_field_in_the_order_of_the_file(header):
    assert tuple(header) == HEADER_KEYS
    assert header["on_dirty_git"] == "ignore"
    assert header["timestamp"] == "2026-01-02T03:04:05"
    assert (header["git_commit"], header["git_dirty"]) == ("f8b5a17", True)
    assert header["cli_overrides"]["model.kl_weight"] == 1.0
    assert header["versions"]["python"] == platform.python_version()
    assert header["versions"]["ssvae"] == ssvae.__version__
    assert {"jax", "jaxlib", "flax", "optax", "numpy", "hydra", "omegaconf"} < set(header["versions"])


def test_the_header_holds_every_setting_that_the_body_leaves_to_it(header):
    assert {field.name for field in dataclasses.fields(RecordConfig)} <= set(header)


def test_a_run_that_continues_no_other_says_so(header):
    assert (header["resumed_from"], header["resumed_epoch"], header["config_changes"]) == (None, None, {})


def test_the_hash_ignores_order_and_name_and_nothing_else(body):
    shuffled = {"experiment": {"name": "other"}} | {key: body[key] for key in reversed(body)}
    assert config_hash(shuffled) == config_hash(body)
    assert len(config_hash(body)) == 64
    assert config_hash(body | {"seed": 4}) != config_hash(body)
    assert config_hash(body | {"seed": 3.0}) != config_hash(body)
    assert config_hash(body | {"seed": "3"}) != config_hash(body)


@pytest.mark.parametrize(
    ("facts", "notice"),
    [
        (GitFacts("abc", "abc1", False), None),
        (GitFacts("abc", "abc1", True), "The code differs from commit abc: see provenance/uncommitted.diff."),
        (GitFacts(problem="git is not installed"), "No git commit is recorded: git is not installed."),
    ],
)
def test_the_log_is_told_when_the_commit_does_not_tell_everything(facts, notice):
    found = git_notice(facts)
    assert found is None if notice is None else found.startswith(notice)


def test_the_files_hold_no_secrets(run_dir, tmp_path, monkeypatch):
    monkeypatch.setenv("MY_API_KEY", "sesame-open")
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=false")
    write_provenance(run_dir, command="python train.py", git=GitFacts(problem="none"), folder=tmp_path)
    written = {path.name: path.read_text() for path in (run_dir / "provenance").iterdir()}
    assert set(written) == {"command.txt", "environment.txt"}
    assert written["command.txt"] == "python train.py\n"
    assert "# XLA_FLAGS=--xla_cpu_enable_fast_math=false\n" in written["environment.txt"]
    assert "\nnumpy==" in written["environment.txt"]
    assert "sesame" not in written["environment.txt"]


def test_a_dirty_tree_leaves_its_diff(run_dir, tmp_path):
    write_provenance(run_dir, command="x", git=GitFacts("abc", "abc1", True), folder=tmp_path)
    assert (run_dir / "provenance" / "uncommitted.diff").read_bytes().startswith(b"# No patch:")
