import dataclasses
import platform
from datetime import datetime

import pytest

import ssvae
from ssvae.experiment import RecordConfig
from ssvae.runs.config_file import HEADER_KEYS
from ssvae.runs.git import GitFacts
from ssvae.runs.provenance import (
    Lineage,
    collect_header,
    config_hash,
    git_notice,
    source_notices,
    write_provenance,
)
from ssvae.runs.source import Source


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
        (
            GitFacts("abc", "abc1", True),
            "The code differs from commit abc: provenance/source.bundle has it exactly",
        ),
        (
            GitFacts("abc", "abc1", True, files=("source.bundle", "uncommitted.diff")),
            "The code differs from commit abc: provenance/source.bundle has it exactly, "
            "provenance/uncommitted.diff shows what differs. Commit first",
        ),
        (
            GitFacts("abc", "abc1", True, role="project", files=("project.bundle", "project.diff")),
            "The project that ssvae is used from differs from its commit abc: provenance/project.bundle has it "
            "exactly, provenance/project.diff shows what differs. Commit first",
        ),
        (
            GitFacts("abc", "abc1", True, files=("source.bundle",)),
            "The code differs from commit abc: provenance/source.bundle has it exactly. Commit first",
        ),
        (GitFacts(problem="git is not installed"), "No git commit is recorded: git is not installed."),
    ],
)
def test_the_log_is_told_when_the_commit_does_not_tell_everything(facts, notice):
    found = git_notice(facts)
    assert found is None if notice is None else found.startswith(notice)


@pytest.fixture
def source():
    facts = {"format": 1, "parts": [{"role": "ssvae", "tree": "abc", "left_out": []}], "problems": []}
    return Source({"source.bundle": b"bundle"}, facts, GitFacts(problem="none"))


def test_the_files_hold_no_secrets(run_dir, source, monkeypatch):
    monkeypatch.setenv("MY_API_KEY", "sesame-open")
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=false")
    write_provenance(run_dir, command="python train.py +login.token=sesame", source=source)
    written = {path.name: path.read_text() for path in (run_dir / "provenance").iterdir()}
    assert set(written) == {"command.txt", "environment.txt", "source.bundle", "source.json"}
    assert written["command.txt"] == "python train.py '+login.token=***'\n"
    assert "# XLA_FLAGS=--xla_cpu_enable_fast_math=false\n" in written["environment.txt"]
    assert "\nnumpy==" in written["environment.txt"]
    assert not any("sesame" in text for text in written.values())


def test_a_resumed_part_has_a_folder_of_its_own(run_dir, source):
    write_provenance(run_dir, command="x", source=source, folder="provenance/resume_01")
    assert (run_dir / "provenance" / "resume_01" / "source.json").is_file()


def test_the_header_says_what_is_continued_and_holds_no_secrets(body):
    header = collect_header(
        {"name": "child", "description": "of https://a:b@c.org, token=abc", "tags": ["password=abc", "x"]},
        body,
        run_id="child",
        now=datetime(2026, 1, 2),
        git=GitFacts(),
        base_config="conf/config.yaml",
        command="ssvae train --token abc",
        choices={},
        cli_overrides={"login.password": "abc", "data.url": "https://a:b@c.org"},
        source_id="tree",
        lineage=Lineage("parent", 7, {"login.token": {"from": "a", "to": "b"}, "seed": {"from": 1, "to": 2}}),
    )
    assert (header["source_id"], header["resumed_from"], header["resumed_epoch"]) == ("tree", "parent", 7)
    assert header["cli_overrides"] == {"login.password": "***", "data.url": "https://c.org"}
    assert header["description"] == "of https://c.org, token=***"
    assert header["tags"] == ["password=***", "x"]
    assert header["command"] == "ssvae train --token '***'"
    assert header["config_changes"] == {
        "login.token": {"from": "***", "to": "***"},
        "seed": {"from": 1, "to": 2},
    }


def test_the_log_is_told_what_is_not_captured():
    items = [{"path": name} for name in ("a", "b", "c", "d", "e", "f")]
    facts = {"parts": [{"left_out": items}, {"left_out": []}], "problems": ["x is damaged"]}
    assert source_notices(Source({}, facts, GitFacts())) == (
        "x is damaged",
        "6 files are not captured with the code: a, b, c, d, e, …. provenance/source.json says why.",
    )
    assert source_notices(Source({}, {"parts": [], "problems": []}, GitFacts())) == ()
