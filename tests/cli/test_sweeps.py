import json
import shutil

import pytest

from ssvae.cli.sweeps import sweep
from ssvae.runs.config_file import write_config
from ssvae.runs.lifecycle.state import write_state
from ssvae.runs.summary import write_summary
from ssvae.runs.sweeps.record import Job, SweepRecord, write_sweep

ENDS = {1: ("completed", None), 2: ("completed", None), 3: ("failed", "ValueError: too \x1b[31mmuch")}

ABSENT = "No such file or directory"


@pytest.fixture
def command(caller):
    """`command("show", folder)` → exit code, standard output, standard error."""
    return caller(sweep)


@pytest.fixture
def sweep_dir(tmp_path):
    """Of four jobs two have finished, the second being the better, one has failed, and one has not begun."""
    folder = tmp_path / "kl_20260102_030405"
    folder.mkdir()
    jobs = []
    for number, kl_weight in enumerate((0.1, 0.5, 1.0, 2.0), start=1):
        settings = {"model.kl_weight": kl_weight}
        jobs.append(Job(number, f"{number:03}_kl", f"{number:064x}", settings, seconds=1.5))
        if number not in ENDS:
            continue
        state, reason = ENDS[number]
        run_dir = folder / jobs[-1].folder
        run_dir.mkdir()
        write_config(run_dir, {"name": "kl"}, {"seed": 0, "model": {"kl_weight": kl_weight}})
        write_state(run_dir, state, reason=reason, is_durable=False)
        if state == "completed":
            write_summary(run_dir, {"metrics": {"metric.accuracy.val": 0.7 + 0.1 * number}})
    write_sweep(folder, SweepRecord({"sweep_id": folder.name, "name": "kl \u202e"}, tuple(jobs)))
    return folder


def files(folder):
    """Path → content and time of change, of every file."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


class TestShow:
    def test_the_verdict_and_what_to_be_wary_of_come_first(self, command, sweep_dir):
        code, out, err = command("show", sweep_dir)
        verdict, warning, *_ = out.splitlines()
        assert (code, err) == (0, "")
        assert verdict.startswith("kl \\u202e: 2 of 4 jobs finished · 1 failed · 1 pending · best by ")
        assert warning.startswith("WARNING: 1 of 4 jobs have no result")

    def test_the_best_configuration_stands_on_top_and_every_job_in_its_place(self, command, sweep_dir):
        out = command("show", sweep_dir)[1]
        best, *others = out.partition("\nConfigurations\n")[2].splitlines()[1:5]
        assert best.split() == ["model.kl_weight=0.5", "1", "0.9"]
        assert [line.split()[0][-3:] for line in others] == ["0.1", "1.0", "2.0"]
        jobs = [line.split()[:3] for line in out.partition("\nJobs\n")[2].splitlines()[1:5]]
        assert jobs[:2] == [["1", "0.1", "completed"], ["2", "0.5", "completed"]]
        assert jobs[2:] == [["3", "1.0", "failed"], ["4", "2.0", "pending"]]

    def test_a_failure_is_told_with_its_reason_and_its_log_and_moves_no_cursor(self, command, sweep_dir):
        out = command("show", sweep_dir)[1]
        row = out.partition("\nFailures\n")[2].splitlines()[1]
        assert row.split()[:3] == ["3", "model.kl_weight=1.0", "failed"]
        assert "ValueError: too \\x1b[31mmuch" in row
        assert row.endswith(str(sweep_dir / "003_kl" / "logs" / "train.log"))
        assert not {"\x1b", "\u202e"} & set(out)

    def test_without_failures_there_is_no_table_of_them(self, command, sweep_dir):
        shutil.rmtree(sweep_dir / "003_kl")
        out = command("show", sweep_dir)[1]
        assert "2 of 4 jobs finished · 2 pending" in out
        assert "Failures" not in out

    def test_as_json(self, command, sweep_dir):
        code, out, err = command("show", sweep_dir, "--json")
        found = json.loads(out, parse_constant=lambda word: pytest.fail(word))
        assert (code, err, out.isascii()) == (0, "", True)
        assert (found["name"], found["metric"]) == ("kl \u202e", "metric.accuracy.val")
        assert [job["settings"]["model.kl_weight"] for job in found["jobs"]] == [0.1, 0.5, 1.0, 2.0]
        assert [job["state"] for job in found["jobs"]] == ["completed", "completed", "failed", "pending"]
        assert [job["number"] for job in found["jobs"] if job["reason"]] == [3]
        best = found["configurations"][0]
        assert best["metrics"]["metric.accuracy.val"]["n"] == len(best["jobs"]) == 1

    @pytest.mark.parametrize("more", [(), ("--json",)])
    def test_nothing_is_changed(self, command, sweep_dir, more):
        before = files(sweep_dir)
        command("show", sweep_dir, *more)
        assert files(sweep_dir) == before


def test_a_report_is_written_again_and_no_run_is_changed(command, sweep_dir):
    before = files(sweep_dir)
    (sweep_dir / "REPORT.md").write_text("old")
    code, out, err = command("report", sweep_dir)
    answer = [sweep_dir / name for name in ("summary.csv", "REPORT.md", "report.html")]
    assert (code, err, out.split()) == (0, "", list(map(str, answer)))
    assert all("model.kl_weight" in path.read_text(encoding="utf-8") for path in answer)
    assert {path: told for path, told in files(sweep_dir).items() if path in before} == before


@pytest.mark.parametrize("word", ["show", "report"])
@pytest.mark.parametrize(
    ("place", "why"),
    [("nowhere", ABSENT), ("empty", ABSENT), ("file", "Not a directory")],
)
def test_what_is_no_sweep_is_said(command, tmp_path, word, place, why):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    folder = tmp_path / place
    expected = f"{folder}/sweep.yaml cannot be read: {why}. The folder of a sweep always holds it; is {folder} one?\n"
    assert command(word, folder) == (2, "", expected)
    assert {path.name for path in tmp_path.iterdir()} == {"empty", "file"}


@pytest.mark.parametrize("word", ["show", "report"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "sweep: [",
            "is not YAML any more: did not find expected node content in line 2. Undo the last edit of it.",
        ),
        ("jobs: []", "does not begin with 'sweep:'. Undo the last edit of it."),
        ("sweep: &a [*a]", "holds the alias *a in line 1"),
        ("sweep: {}\njobs: [{number: 0}]", "a job must have number, folder, config_hash, settings, words"),
    ],
)
def test_a_damaged_record_is_said_and_left_as_it_is(command, sweep_dir, word, text, message):
    (sweep_dir / "sweep.yaml").write_text(text)
    before = files(sweep_dir)
    code, out, err = command(word, sweep_dir)
    assert (code, out) == (2, "")
    assert err.startswith(f"{sweep_dir}/sweep.yaml")
    assert message in err
    assert files(sweep_dir) == before


def test_what_the_disk_refuses_is_said(command, sweep_dir):
    (sweep_dir / "summary.csv").unlink(missing_ok=True)
    (sweep_dir / "summary.csv").mkdir()
    code, out, err = command("report", sweep_dir)
    assert (code, out) == (2, "")
    assert (
        "summary.csv could not be written: Is a directory. A folder of that name is in the way: move it."
        in err
    )
