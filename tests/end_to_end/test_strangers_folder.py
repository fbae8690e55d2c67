"""A run's folder from somebody who means harm, opened by every command: nothing in it runs, nothing outside it shows.

A command is a line of `COMMANDS`, a trick a line of `TRICKS`; every command meets every trick.
"""

import json
import os
import pickle
import re
import struct

import pytest
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from ssvae.cli import main as cli
from ssvae.cli.runs import runs
from ssvae.errors import SSVAEError
from ssvae.runs.config_file import write_config

SECRET = "the password of somebody else"

BODY = {"seed": 1, "data": {"name": "synthetic"}, "prior": {"name": "mixture"}, "training": {"epochs": 2}}
HEADER = {"name": "gift", "status": "keep", "run_id": "gift", "tags": ["a"], "command": "python train.py"}
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) ../../etc \x1b[2J\u202e"
)


class Payload:
    """Unpickling it makes the canary."""

    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return os.mkdir, (str(self.canary),)


def write(run, name, content):
    path = run / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def plain(run, canary):
    """Nothing bad; what the others begin with."""
    write_config(run, HEADER, BODY)
    write(run, "state.json", json.dumps({"status": "completed", "phase": "done"}))
    sections = {"run": {}, "training": {}, "metrics": {}, "components": {}}
    write(run, "summary.json", json.dumps(sections))
    write(run, "logs/metrics.csv", "epoch,loss.total\n1,2.0\n")
    write(run, "logs/train.log", "hello\n")


def python_tags(run, canary):
    """YAML that asks for a call, in every YAML file."""
    tags = ["!!python/object/apply:os.mkdir", "!!python/object/new:os.mkdir"]
    lines = [f"evil{number}: {tag} [{json.dumps(str(canary))}]\n" for number, tag in enumerate(tags)]
    for name in ("config.yaml", ".hydra/config.yaml", ".hydra/hydra.yaml", ".hydra/overrides.yaml"):
        write(run, name, "experiment: {run_id: gift}\n" + "".join(lines))


def names(run, canary):
    """Markup, paths and control characters wherever a text or a key can stand."""
    header = dict.fromkeys(HEADER, HOSTILE) | {"tags": [HOSTILE], "cli_overrides": {HOSTILE: HOSTILE}}
    header |= {
        "versions": {HOSTILE: HOSTILE},
        "git_commit_full": "abc; touch x\ntouch y",
        "git_commit": HOSTILE,
    }
    write_config(run, header, BODY)
    figures = ["../../secret.png", "/etc/passwd", "javascript:alert(1)", f"figures/{HOSTILE}.png", "secret"]
    entry = dict.fromkeys(("status", "reason", "remedy", "title", "kind"), HOSTILE)
    entry |= {"data": {"figures": figures, HOSTILE: HOSTILE}, "meanings": {HOSTILE: HOSTILE}}
    failed = entry | {"status": "failed"}
    summary = {
        "run": {"name": HOSTILE, "warnings": [{"kind": HOSTILE, "text": HOSTILE}]},
        "training": {HOSTILE: HOSTILE, "best_epoch": HOSTILE},
        "metrics": {HOSTILE: HOSTILE},
        "components": {HOSTILE: entry, "../../x": failed},
    }
    write(run, "summary.json", json.dumps(summary))
    write(
        run,
        "state.json",
        json.dumps({"status": "failed", "phase": HOSTILE, "reason": HOSTILE, "epoch": HOSTILE}),
    )
    write(run, "logs/train.log", HOSTILE)
    (run / "secret").symlink_to(run.parent / "secret")
    parts = [{"role": HOSTILE, "kind": HOSTILE, "paths": HOSTILE, "left_out": [HOSTILE, {"path": HOSTILE}]}]
    write(run, "provenance/source.json", json.dumps({"format": 1, "parts": parts, "problems": [HOSTILE]}))


def links(run, canary):
    """Every file is a link to one outside."""
    for name in (
        "config.yaml",
        "state.json",
        "summary.json",
        "REPORT.md",
        "logs/train.log",
        "logs/metrics.csv",
    ):
        (run / name).unlink(missing_ok=True)
        (run / name).symlink_to(run.parent / "secret")
    (run / "checkpoints").symlink_to(run.parent)
    (run / "provenance").symlink_to(run.parent)


def pickles(run, canary):
    """Python's own format under every name that a checkpoint could have."""
    content = pickle.dumps(Payload(canary))
    for name in (
        "last.pkl",
        "best.pt",
        "last.npz",
        "last-000001.safetensors",
        "best-000001.safetensors",
        "model.pickle",
    ):
        write(run, f"checkpoints/{name}", content)
    record = {"file": "last-000001.safetensors", "sha256": "0" * 64, "facts": {"epoch": 1}, "structure": []}
    others = record | {"file": "../../secret"}
    write(
        run,
        "checkpoints/index.json",
        json.dumps({"format": 2, "checkpoints": {"last": record, "best": others}}),
    )


def headers(run, canary):
    """A safetensors file whose header claims to be larger than the memory, and one that is nonsense."""
    import hashlib

    records = {}
    for name, content in {
        "last": struct.pack("<Q", 2**62) + b"{}",
        "best": struct.pack("<Q", 2) + b"[]",
    }.items():
        write(run, f"checkpoints/{name}-000001.safetensors", content)
        digest = hashlib.sha256(content).hexdigest()
        file = f"{name}-000001.safetensors"
        records[name] = {"file": file, "sha256": digest, "facts": {"epoch": 1}, "structure": [["a", "b"]]}
    write(run, "checkpoints/index.json", json.dumps({"format": 2, "checkpoints": records}))


def bombs(run, canary):
    """A few bytes that stand for gigabytes, or that break a reader."""
    laughs = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 30)]
    write(run, "config.yaml", "experiment: {}\na0: &a0 [lol]\n" + "\n".join(laughs) + "\n")
    write(run, "state.json", "[" * 200_000)
    write(run, "summary.json", '{"run": ' + "9" * 100_000 + "}")
    with (run / "logs" / "metrics.csv").open("wb") as file:
        file.truncate(10**12)
    write(run, "checkpoints/index.json", '{"a":' * 100_000)
    write(run, "provenance/environment.txt", "password" * 10_000)


TRICKS = {trick.__name__: trick for trick in (plain, python_tags, names, links, pickles, headers, bombs)}

_RUNNER = CliRunner()


def invoke(application, *words):
    """(exit code, what was printed); an exception that is no exit goes on."""
    done = _RUNNER.invoke(application, list(map(str, words)))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def check(run):
    from ssvae.composition.preview import preview

    return preview(["--config", str(run / "config.yaml")]), ""


def train(run):
    from ssvae.composition.app import main

    with pytest.raises(SystemExit) as ended:
        main(arguments=[f"resume={run}", "training.epochs=1"])
    return ended.value.code or 0, ""


def load(run):
    from ssvae import load_run

    try:
        load_run(run, "last")
    except SSVAEError as error:
        return 2, str(error)
    return 0, ""


COMMANDS = {
    "ssvae report": lambda run: invoke(cli.application, "report", run),
    "ssvae why": lambda run: invoke(cli.application, "why", run, "tau_classifier"),
    "ssvae runs show": lambda run: invoke(runs, "show", run),
    "ssvae runs audit": lambda run: invoke(runs, "audit", run),
    "ssvae runs audit --json": lambda run: invoke(runs, "audit", run, "--json"),
    "ssvae check --config": check,
    "ssvae.load_run": load,
    "ssvae resume": lambda run: invoke(cli.application, "resume", run),
    "python train.py resume=RUN": train,
    "ssvae reproduce": lambda run: invoke(cli.application, "reproduce", run),
}
"""What is typed → a function of the folder that gives the exit code and what was printed."""


@pytest.fixture
def gift(tmp_path):
    """A function that makes the folder with one trick in it."""
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret.png").write_text(SECRET)

    def make(trick):
        run = tmp_path / "gift"
        run.mkdir()
        plain(run, tmp_path / "canary")
        TRICKS[trick](run, tmp_path / "canary")
        return run

    return make


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_runs_and_nothing_outside_shows(gift, tmp_path, monkeypatch, capfd, command, trick):
    run = gift(trick)
    monkeypatch.chdir(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    code, printed = COMMANDS[command](run)
    printed += "".join(capfd.readouterr())
    assert code in (0, 2), printed
    assert "Traceback" not in printed
    # `--config FILE` reads the file that the user named, wherever it leads, and tells nobody but the user.
    assert SECRET not in printed or command == "ssvae check --config"
    assert {path.name for path in tmp_path.iterdir()} == before, "something was made outside of the folder"
    assert (tmp_path / "secret").read_text() == SECRET


@pytest.mark.parametrize("trick", TRICKS)
def test_the_report_shows_no_markup_and_links_to_nothing_outside(gift, trick):
    run = gift(trick)
    assert COMMANDS["ssvae report"](run)[0] == 0
    page = (run / "REPORT.md").read_text(encoding="utf-8")
    assert not (run / "REPORT.md").is_symlink()
    assert SECRET not in page
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    inline = [child for token in tokens for child in token.children or ()]
    assert not {"html_block", "html_inline"} & {token.type for token in (*tokens, *inline)}
    targets = {
        child.attrs.get("href") or child.attrs.get("src")
        for child in inline
        if child.type in ("link_open", "image")
    }
    assert targets <= {"logs/train.log", "provenance/uncommitted.diff"}


def test_what_is_wrong_is_said(gift):
    run = gift("python_tags")
    COMMANDS["ssvae report"](run)
    page = (run / "REPORT.md").read_text()
    assert "holds the tag !!python/object/apply:os.mkdir in line 2, which ssvae never writes" in page
    assert COMMANDS["ssvae.load_run"](run)[1].startswith(f"{run}/config.yaml holds the tag !!python/object")


def test_figures_of_others_are_not_linked(gift):
    run = gift("names")
    COMMANDS["ssvae report"](run)
    page = (run / "REPORT.md").read_text()
    assert page.count("**Figure outside the run's folder, not shown:**") == 10
    assert "git checkout" not in page
