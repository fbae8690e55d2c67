import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from ssvae.cli.runs import runs
from ssvae.runs.config_file import complete_header, write_config
from ssvae.runs.git import GitFacts
from ssvae.runs.history import METRICS_FILE
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.lifecycle.state import read_state, write_state
from ssvae.runs.provenance import collect_header
from ssvae.runs.rows import RowsFile


@pytest.fixture
def command(caller):
    """`command("show", run)` → exit code, standard output, standard error."""
    return caller(runs)


@pytest.fixture
def run_dir(tmp_path):
    """A run in its second epoch of five."""
    folder = tmp_path / "mixture_20260102_030405"
    folder.mkdir()
    body = {"seed": 3, "data": {"name": "digits"}, "training": {"epochs": 5}}
    header = collect_header(
        {"name": "abl", "tags": ["kl"]},
        body,
        run_id=folder.name,
        now=datetime(2026, 1, 2, 3, 4, 5),
        git=GitFacts("f8b5a17", "f8b5a17" + "0" * 33, True),
        base_config="conf/config.yaml",
        command="python train.py experiment.name=abl",
        choices={},
        cli_overrides={},
    )
    write_config(folder, header, body)
    write_state(folder, "running", phase="training", epoch=2)
    metrics = RowsFile(folder, METRICS_FILE, ("epoch", "loss.total"))
    metrics.append({"epoch": 1, "loss.total": 3.0})
    metrics.append({"epoch": 2, "loss.total": 2.0})
    return folder


def shown(out):
    """What → value."""
    return dict(
        re.split(r"\s{2,}", line, maxsplit=1) for line in out.splitlines() if line.strip() and "  " in line
    )


class TestShow:
    def test_a_run_going_on(self, command, run_dir):
        code, out, err = command("show", run_dir)
        assert (code, err) == (0, "")
        facts = shown(out)
        assert facts["Run"] == "mixture_20260102_030405"
        assert (facts["Label"], facts["Lifecycle"], facts["Phase"]) == ("exploratory", "running", "training")
        assert facts["Epoch"] == "2 of 5"
        assert facts["Checkpoint"] == "of epoch 2"
        assert facts["Code"] == "f8b5a17, with uncommitted changes"
        assert facts["Log"] == f"{run_dir}/logs/train.log"
        assert facts["Next"] == f"tail -f {run_dir}/logs/train.log"

    @pytest.mark.parametrize(
        ("error", "lifecycle", "reason", "following"),
        [
            (None, "completed", "–", "python train.py resume={} training.epochs=10"),
            (ValueError("too soon"), "failed", "ValueError: too soon", "ssvae resume {}"),
            (KeyboardInterrupt(), "interrupted", "Ctrl-C", "ssvae resume {}"),
        ],
    )
    def test_a_run_that_ended(self, command, run_dir, error, lifecycle, reason, following):
        finish_run(run_dir, error)
        facts = shown(command("show", run_dir)[1])
        assert (facts["Lifecycle"], facts["Reason"]) == (lifecycle, reason)
        assert facts["Next"] == following.format(run_dir)

    def test_a_run_that_vanished(self, command, run_dir):
        (run_dir / "state.json").write_text(json.dumps(read_state(run_dir) | {"boot_id": "another"}))
        facts = shown(command("show", run_dir)[1])
        assert facts["Lifecycle"] == "lost"
        assert facts["Reason"] == "the process is gone without a word"
        assert facts["Next"] == f"ssvae resume {run_dir}"

    def test_a_name_with_spaces_can_be_pasted(self, command, run_dir, tmp_path):
        finish_run(run_dir, KeyboardInterrupt())
        other = run_dir.rename(tmp_path / "my run; true")
        assert shown(command("show", other)[1])["Next"] == f"ssvae resume '{other}'"

    def test_as_json(self, command, run_dir):
        code, out, _ = command("show", run_dir, "--json")
        facts = json.loads(out, parse_constant=lambda word: pytest.fail(word))
        assert code == 0
        assert (facts["lifecycle"], facts["epoch"], facts["epochs"], facts["problems"]) == (
            "running",
            2,
            5,
            [
                f"{run_dir}/summary.json cannot be read: [Errno 2] No such file or directory: "
                f"'{run_dir}/summary.json'. Is {run_dir} a run folder?"
            ],
        )

    def test_what_a_terminal_would_obey_is_written_out(self, command, run_dir):
        complete_header(run_dir, name="\x1b[31mred\u202e")
        for words in ((), ("--json",)):
            out = command("show", run_dir, *words)[1]
            assert not {"\x1b", "\u202e"} & set(out)
        assert "\\x1b[31mred\\u202e" in command("show", run_dir)[1]

    def test_damage_is_told(self, command, run_dir):
        (run_dir / "state.json").write_text("{")
        code, out, _ = command("show", run_dir)
        assert code == 0
        assert shown(out)["Lifecycle"] == "unknown"
        assert "Damaged: " in out
        assert "state.json cannot be read: Expecting property name" in out


@pytest.mark.parametrize("word", ["show", "audit"])
@pytest.mark.parametrize("place", ["nowhere", "empty", "file"])
def test_what_is_no_run_is_said(command, tmp_path, word, place):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    code, out, err = command(word, tmp_path / place)
    assert (code, out) == (2, "")
    assert err == f"{tmp_path / place} is not a run's folder. Name one, as in ssvae runs show results/NAME.\n"


class TestAudit:
    def test_every_file_is_listed_with_what_it_is(self, command, run_dir):
        (run_dir / "notes.txt").write_text("mine")
        (run_dir / "elsewhere").symlink_to("/etc")
        code, out, err = command("audit", run_dir)
        assert (code, err) == (0, "")
        lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
        assert lines["config.yaml"].endswith("where the run came from, and every setting")
        assert re.search(r"logs/metrics.csv\s+\d+\s+the numbers of each epoch", lines["logs/metrics.csv"])
        assert lines["notes.txt"].endswith("not written by ssvae")
        assert lines["elsewhere"].endswith("not written by ssvae: a link to /etc, not followed")
        assert "Nothing looks like a secret." in out
        assert read_state(run_dir)["host"] in out

    def test_what_looks_like_a_secret_is_shown_masked(self, command, run_dir):
        (run_dir / "logs" / "train.log").write_text("fine\nhttps://me:hunter2hunter2@git.example/x\n")
        code, out, _ = command("audit", run_dir)
        assert code == 0
        assert re.search(r"logs/train.log:2\s+a password in a URL\s+hun… \(14 characters\)", out)
        assert "hunter2hunter2" not in out
        assert command("audit", run_dir, "--strict")[0] == 1

    def test_strict_without_findings(self, command, run_dir):
        assert command("audit", run_dir, "--strict")[0] == 0

    def test_as_json(self, command, run_dir):
        found = json.loads(command("audit", run_dir, "--json")[1])
        assert {"path", "bytes", "what", "is_file"} == set(found["files"][0])
        assert "command" in found["header"]
        assert found["machine"]["process"]["pid"] == os.getpid()

    def test_the_source_is_told_part_by_part(self, command, run_dir):
        (run_dir / "provenance").mkdir()
        part = {
            "role": "ssvae",
            "kind": "bundle",
            "file": "source.bundle",
            "root": "code",
            "commit": "ab" * 20,
            "remotes": ["https://git.example/x"],
            "paths": {"changed": ["src/x.py", "deploy/.env"], "deleted": [], "untracked": ["a"]},
            "left_out": [{"path": "data.bin", "bytes": 10**8, "sha256": "00", "reason": "too large"}],
            "passed_over": {"folders of runs": 4},
        }
        facts = {"format": 1, "parts": [part], "problems": ["git was slow"]}
        (run_dir / "provenance" / "source.json").write_text(json.dumps(facts))
        (run_dir / "provenance" / "environment.txt").write_text(
            "# SSVAE_PLUGINS=mine\nnumpy==2.0\njax==0.10\n"
        )
        out = command("audit", run_dir)[1]
        assert re.search(
            r"ssvae: code\s+bundle\s+abababababab\s+2 changed, 1 untracked\s+https://git.example/x", out
        )
        assert re.search(r"data.bin\s+100000000\s+too large", out)
        assert re.search(r"4 folders of runs\s+–\s+no part of the code", out)
        assert re.search(r"Captured, though no commit has it\na\ndeploy/.env\nsrc/x.py\n", out)
        assert "Note: provenance/source.json: git was slow" in out
        assert re.search(r"provenance/source.bundle: deploy/.env\s+a file that usually holds secrets", out)
        assert re.search(r"packages\s+2\n", out)
        assert re.search(r"variables recorded\s+SSVAE_PLUGINS", out)

    def test_of_many_captured_files_the_first_are_shown(self, command, run_dir):
        (run_dir / "provenance" / "resume_01").mkdir(parents=True)
        part = {"role": "ssvae", "root": "code", "paths": {"untracked": [f"{n:02}.py" for n in range(25)]}}
        facts = {"format": 1, "parts": [part], "problems": []}
        (run_dir / "provenance" / "resume_01" / "source.json").write_text(json.dumps(facts))
        out = command("audit", run_dir)[1]
        assert "19.py\nand 5 more: --json lists all\n" in out
        assert "ssvae: code (resume_01)" in out
        assert len(json.loads(command("audit", run_dir, "--json")[1])["captured"]) == 25


def test_a_terminal_gets_the_same_words(run_dir, monkeypatch, tmp_path):
    from ssvae.cli import runs as module
    from ssvae.runs import console

    stream = (tmp_path / "out").open("w+", encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(console, "terminal", lambda: console._console(stream))
    module.show(run_dir)
    stream.seek(0)
    assert "exploratory" in stream.read()
    stream.close()


def test_asking_for_help_brings_nothing_heavy():
    code = (
        "import sys, ssvae.cli.runs, ssvae.runs.auditing.audit, ssvae.runs.reporting.overview\n"
        "print([name for name in ('jax', 'flax', 'matplotlib', 'rich.table') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_it_runs_in_the_folder_it_is_asked_about(command, run_dir, monkeypatch):
    monkeypatch.chdir(run_dir.parent)
    assert shown(command("show", Path(run_dir.name))[1])["Run"] == run_dir.name
    monkeypatch.chdir(run_dir)
    assert shown(command("show", ".")[1])["Run"] == run_dir.name
