import json
import math

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.summary import component_entry, metrics_of, read_summary, write_summary
from ssvae.status import ComponentResult


def test_it_has_its_four_sections_in_order_whatever_is_given(run_dir):
    write_summary(run_dir, {"components": {}, "run": {"status": "running"}})
    assert list(json.loads((run_dir / "summary.json").read_text())) == [
        "run",
        "training",
        "metrics",
        "components",
    ]


def test_nan_is_a_text_on_disk_and_a_number_when_read(run_dir):
    write_summary(run_dir, {"metrics": {"metric.accuracy.val": math.nan, "metric.k_eff": math.inf}})
    text = (run_dir / "summary.json").read_text()
    assert '"metric.accuracy.val": "NaN"' in text
    assert '"metric.k_eff": "Infinity"' in text
    assert math.isnan(read_summary(run_dir)["metrics"]["metric.accuracy.val"])


@pytest.mark.parametrize(
    ("result", "status", "reason", "remedy"),
    [
        (ComponentResult.success({"k_eff": 8.3}), "success", None, None),
        (
            ComponentResult.disabled("classifier=none", "classifier=tau"),
            "disabled",
            "classifier=none",
            "classifier=tau",
        ),
        (ComponentResult.failed("ValueError: x"), "failed", "ValueError: x", None),
        (ComponentResult.not_run("later"), "not_run", "later", None),
    ],
)
def test_every_status_has_an_entry_that_survives_json(run_dir, result, status, reason, remedy):
    entry = component_entry(
        result,
        title="Prior",
        kind="metric",
        meanings={"k_eff": "components in use"},
        references={"k_eff": "Hill 1973"},
    )
    write_summary(run_dir, {"components": {"prior": entry}})
    assert read_summary(run_dir)["components"]["prior"] == entry
    assert (entry["status"], entry["reason"], entry["remedy"]) == (status, reason, remedy)
    assert set(entry) == {
        "status",
        "reason",
        "remedy",
        "data",
        "title",
        "kind",
        "meanings",
        "references",
        "metrics",
    }


def test_metrics_move_out_of_the_data():
    result = ComponentResult.success({"k_eff": 8.3, "metrics": {"metric.k_eff": 8.3}})
    assert component_entry(result, title="Prior", kind="metric", meanings={}, references={})["data"] == {
        "k_eff": 8.3
    }
    assert metrics_of(result) == {"metric.k_eff": 8.3}
    assert metrics_of(ComponentResult.failed("x")) == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"summary.json cannot be read: .*No such file.* Is .* a run folder\?"),
        ('{"run": {', r"summary.json cannot be read: "),
        ("[]", r"summary.json must hold a mapping, got list"),
        ('{"run": []}', r"summary.json: 'run' must be a mapping, got list. Undo the last edit"),
        ('{"metrics": null}', r"summary.json: 'metrics' must be a mapping, got NoneType"),
        ('{"components": {"a": 1}}', r"summary.json: 'components.a' must be a mapping, got int"),
    ],
)
def test_a_damaged_file_is_named(run_dir, content, message):
    if content is not None:
        (run_dir / "summary.json").write_text(content)
    with pytest.raises(RunDirectoryError, match=message):
        read_summary(run_dir)
