import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from ssvae.composition.overrides import parse_override
from ssvae.errors import Interrupted, ProvenanceError, RunDirectoryError
from ssvae.reproduction import rerun
from ssvae.reproduction.code import Code
from ssvae.reproduction.findings import CODE, Finding
from ssvae.reproduction.rerun import Task, plan_task, run_task


@pytest.fixture
def clone(tmp_path):
    """Restored code of a clone."""
    (tmp_path / "code" / "src" / "ssvae").mkdir(parents=True)
    (tmp_path / "code" / "train.py").touch()
    return Code(tmp_path / "code", Finding(CODE))


@pytest.fixture
def plan(make_record, tmp_path):
    """`plan(code, **changes of the record)` → the task."""
    return lambda code, **changes: plan_task(make_record(**changes), code, tmp_path / "new", "python")


def child(tmp_path, *words):
    return Task((sys.executable, "-c", *words), tmp_path, dict(os.environ), tmp_path / "new")


def test_the_restored_clone_runs_with_the_runs_own_settings(plan, clone, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "mine")
    task = plan(clone)
    assert task.command == (
        "python",
        str(tmp_path / "code" / "train.py"),
        f"--config={tmp_path / 'run' / 'config.yaml'}",
        "experiment.on_dirty_git=ignore",
        f"hydra.run.dir={tmp_path / 'new'}",
    )
    assert task.folder == tmp_path / "code"
    # The run's own code first; what was relative stays where it was.
    assert task.variables["PYTHONPATH"].split(os.pathsep) == [
        str(tmp_path / "code" / "src"),
        str(Path("mine").absolute()),
    ]
    assert task.variables["PYTHONDONTWRITEBYTECODE"] == "1"


def test_a_package_runs_in_the_users_project_and_sees_their_plugins(plan, tmp_path, monkeypatch):
    monkeypatch.setenv("SSVAE_PLUGINS", "my_parts")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    task = plan(Code(tmp_path / "code", Finding(CODE), project=tmp_path / "project"))
    assert task.command[1:4] == ("-c", "from ssvae.cli.main import main; main()", "train")
    assert task.folder == tmp_path / "project"
    assert task.variables["PYTHONPATH"].split(os.pathsep) == [
        str(tmp_path / "code"),
        str(tmp_path / "project"),
        os.getcwd(),
    ]


def test_the_present_code_runs_where_the_person_is(plan, clone, monkeypatch):
    monkeypatch.delenv("SSVAE_PLUGINS", raising=False)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    here = Code(clone.folder, Finding(CODE), is_here=True)
    assert plan(here).folder == Path.cwd()
    assert plan(here).variables["PYTHONPATH"] == str(clone.folder / "src")
    # An installed package is found without being told where.
    assert "PYTHONPATH" not in plan(Code(clone.folder / "src", Finding(CODE), is_here=True)).variables


def test_a_relative_place_of_the_data_stays_the_same_place(plan, clone, tmp_path):
    assert (
        f"data.root={Path('my_data').absolute()}" in plan(clone, body={"data": {"root": "my_data"}}).command
    )
    for root in ("/data", "~/data", None):
        assert not [
            word
            for word in plan(clone, body={"data": {"root": root}}).command
            if word.startswith("data.root")
        ]


def test_a_run_that_went_on_begins_with_its_parent(plan, clone, tmp_path):
    (tmp_path / "parent").mkdir()
    (tmp_path / "parent" / "config.yaml").touch()
    assert f"resume={tmp_path / 'parent'}" in plan(clone, header={"resumed_from": "parent"}).command


@pytest.mark.parametrize("parent", ["gone", "../elsewhere", "/etc", "..", 3])
def test_a_parent_that_is_not_beside_it_is_told(plan, clone, parent):
    with pytest.raises(RunDirectoryError, match="is not beside it"):
        plan(clone, header={"resumed_from": parent})


@pytest.mark.parametrize(
    "name",
    [
        "plain",
        "with space",
        "a,b=c",
        'quo"te',
        "it's",
        "{brace}",
        "back\\slash",
        "end\\",
        "${now:}",
        "\\${x}",
    ],
)
def test_hydra_reads_the_folders_name_as_it_is(make_record, clone, tmp_path, name):
    word = plan_task(make_record(), clone, tmp_path / name, "python").command[-1]
    value = str(parse_override(word).value())
    assert OmegaConf.create({"folder": value}).folder == str(tmp_path / name)


def test_every_line_is_passed_on_and_the_last_are_kept(tmp_path):
    heard = []
    ended = run_task(child(tmp_path, "import sys\nfor n in range(40): print(n)\nsys.exit(3)"), heard.append)
    assert heard == [str(number) for number in range(40)]
    assert (ended.code, ended.lines[-1], len(ended.lines)) == (3, "39", 15)


def test_an_interruption_ends_the_process_too(tmp_path, monkeypatch):
    monkeypatch.setattr(rerun, "_GRACE", 0.1)
    pids = []

    def interrupt(line):
        pids.append(int(line))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_task(
            child(tmp_path, "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)"), interrupt
        )
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


def test_an_interpreter_that_is_not_there_is_told(tmp_path):
    task = Task((str(tmp_path / "python"),), tmp_path, {}, tmp_path)
    with pytest.raises(RunDirectoryError, match="cannot be started"):
        run_task(task, print)


def test_a_process_that_would_import_other_code_is_not_started(tmp_path):
    task = dataclasses.replace(child(tmp_path, "print(1)"), package=tmp_path / "ssvae")
    with pytest.raises(ProvenanceError, match="nothing was run"):
        run_task(task, lambda line: pytest.fail("it was started"))


STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, lambda *words: print("told", flush=True))
print(os.getpid(), flush=True)
while True: time.sleep(60)
"""


def test_a_process_that_will_not_end_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(rerun, "_GRACE", 0.1)
    monkeypatch.setattr(rerun, "_PATIENCE", 0.2)
    pids = []

    def interrupt(line):
        pids.append(int(line))
        raise Interrupted(signal.SIGTERM)

    with pytest.raises(Interrupted):
        run_task(child(tmp_path, STUBBORN), interrupt)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


PARENT = """
import os, sys
from pathlib import Path
from ssvae.errors import Interrupted
from ssvae.reproduction import rerun
from ssvae.reproduction.rerun import Task, run_task
from ssvae.runs.scratch import scratch_folder
from ssvae.stopping import stop_signals
rerun._GRACE = 0.5
try:
    with stop_signals(), scratch_folder("ssvae-test") as scratch:
        print(scratch.path, flush=True)
        task = Task((sys.executable, "-c", sys.argv[1]), scratch.path, dict(os.environ), scratch.path)
        run_task(task, lambda line: print(line, flush=True))
except Interrupted as error:
    print(error.signal.name, flush=True)
"""

CHILD = """
import os, signal, sys, time
def stop(number, frame):
    with open(LOG, "a") as log:
        log.write("x")
    time.sleep(0.1)  # it closes its record
    sys.exit(1)
for name in ("SIGTERM", "SIGINT", "SIGHUP"): signal.signal(getattr(signal, name), stop)
print(os.getpid(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("to_all", [False, True], ids=["to ssvae alone", "to both"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_process_and_removes_the_folder(tmp_path, number, to_all):
    """A real tree of processes, in a group of their own."""
    log = tmp_path / "told"
    program = CHILD.replace("LOG", repr(str(log)))
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, program], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with parent:
        folder, pid = Path(parent.stdout.readline().strip()), int(parent.stdout.readline())
        assert folder.is_dir()
        (os.killpg if to_all else os.kill)(parent.pid, number)
        said, _ = parent.communicate(timeout=30)
    assert said.split()[-1] == number.name
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not folder.exists()
    assert log.read_text() == "x"  # told once
