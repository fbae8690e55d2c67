import json

from ssvae.runs.reporting.overview import is_run_folder, overview
from ssvae.runs.reporting.record import read_record


def test_a_whole_run_has_no_problems(recorder, header, row):
    recorder.epoch(row(1))
    record = read_record(recorder.run_dir)
    assert record.problems == []
    assert record.header == header
    assert record.history[0]["epoch"] == 1
    assert record.components["tau_classifier"]["status"] == "disabled"


def test_an_empty_folder_is_all_problems(run_dir):
    record = read_record(run_dir)
    assert [record.config, record.header, record.state, record.components, record.history] == [
        {},
        {},
        {},
        {},
        [],
    ]
    assert [problem.split()[0].rpartition("/")[2] for problem in record.problems] == [
        "config.yaml",
        "state.json",
        "summary.json",
    ]


def test_what_is_of_the_wrong_kind_is_left_out_and_told(recorder):
    path = recorder.run_dir / "summary.json"
    summary = json.loads(path.read_text())
    summary["components"]["training"] |= {"title": ["x"], "data": [1], "meanings": {"a": 1, "b": "x"}}
    summary["run"]["warnings"] = ["plain", {"kind": "k", "text": "t", "meaning": "m"}]
    summary["run"]["checks"] = {"a": {"title": "A", "status": "passed", "reason": ["x"]}, "b": 3}
    path.write_text(json.dumps(summary))
    record = read_record(recorder.run_dir)
    entry = record.components["training"]
    assert (entry["title"], entry["data"], entry["meanings"]) == (None, {}, {"b": "x"})
    assert record.problems == [
        "summary.json: run.checks: 'b' must be a mapping, got int",
        "summary.json: run.checks.a: 'reason' must be a single value, got list",
        "summary.json: components.training: 'title' must be a single value, got list",
        "summary.json: components.training: 'data' must be a mapping, got list",
    ]
    assert record.run["warnings"] == [
        {"kind": "warning", "text": "plain", "meaning": None, "remedy": None},
        {"kind": "k", "text": "t", "meaning": "m", "remedy": None},
    ]
    assert record.run["checks"] == {"a": {"title": "A", "status": "passed", "reason": None}, "b": {}}


def test_numbers_that_make_no_sense_are_not_shown(recorder):
    path = recorder.run_dir / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"epoch": "<b>", "status": ["x"]}))
    facts = overview(recorder.run_dir)
    assert (facts["checkpoint"], facts["lifecycle"], facts["next"]) == (None, "unknown", None)


def test_what_is_a_run(run_dir, tmp_path):
    assert not is_run_folder(run_dir)
    assert not is_run_folder(tmp_path / "nowhere")
    (run_dir / "state.json").write_text("")
    assert is_run_folder(run_dir)


def test_rows_that_a_completed_run_has_lost_are_told(completed):
    path = completed / "logs" / "metrics.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:2]) + "\n")
    assert any(
        "has 1 rows, and the best epoch was 2: rows are missing" in said
        for said in read_record(completed).problems
    )


def test_a_damaged_components_file_leaves_the_epochs(completed):
    (completed / "logs" / "components.csv").write_text("epoch,usage.0\n1,x\n")
    record = read_record(completed)
    assert len(record.history) == 3
    assert any("components.csv cannot be read" in said for said in record.problems)
