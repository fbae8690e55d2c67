"""summary.csv, REPORT.md, report.html and the tables for a terminal: nothing is missing in them without a word."""

import csv
import re

import pytest

from ssvae.comparison import overview, write_answer
from ssvae.comparison.answer import read_answer
from ssvae.comparison.composing import compose_answer
from ssvae.comparison.table_file import summary_csv
from ssvae.errors import RunDirectoryError
from ssvae.runs.lifecycle.state import write_state
from ssvae.runs.reporting.rendering.html_page import page_html
from ssvae.runs.reporting.rendering.markdown_page import page_markdown

FAILED = {
    3: ("failed", "TrainingDiverged: loss.kl.z became NaN in epoch 3"),
    8: ("failed", "SystemExit: 3"),
    9: ("interrupted", "Ctrl-C"),
    11: ("pending", None),
}


def markdown(folder):
    """Without figures, which take a while."""
    return page_markdown(compose_answer(read_answer(folder), {}))


def warnings(folder):
    return markdown(folder).partition("## Warnings")[2].partition("\n## ")[0]


def rows(folder):
    return list(csv.DictReader(summary_csv(read_answer(folder)).splitlines()))


def test_the_files_are_written_and_the_page_shows_its_figures(make_sweep):
    folder = make_sweep(header={"baseline": {"model": "mixture"}})
    write_answer(folder)
    names = {path.relative_to(folder).as_posix() for path in folder.glob("figures/*/*.png")}
    assert names == {
        f"figures/{n}/{n}.png" for n in ("main_effects", "interactions", "heat_map", "learning_curves")
    }
    text, html = (folder / "REPORT.md").read_text(), (folder / "report.html").read_text()
    assert all(f"]({name})" in text for name in names)
    assert html.count("data:image/png;base64,") == 4
    assert len((folder / "summary.csv").read_text().splitlines()) == 13
    write_answer(folder)
    assert (folder / "REPORT.md").read_text() == text


def test_a_sweep_that_has_not_begun_has_an_answer_too(make_sweep):
    folder = make_sweep({"seed": [0, 1]}, states={0: ("pending", None), 1: ("pending", None)})
    write_answer(folder)
    text = (folder / "REPORT.md").read_text()
    assert "0 of 2 jobs finished" in text
    assert "no run has an epoch with a finite number in logs/metrics.csv" in text
    assert overview(folder).metric is None


def test_the_sections_in_their_order(make_sweep):
    titles = re.findall("^## (.*)", markdown(make_sweep(states=FAILED)), re.MULTILINE)
    assert titles == [
        "Warnings",
        "Failures",
        "Best configurations",
        "All configurations",
        "Effects of single settings",
        "Figures",
        "All jobs",
        "Provenance",
        "How to repeat",
    ]


def test_every_failed_job_is_told_everywhere(make_sweep):
    folder = make_sweep(states=FAILED)
    page = compose_answer(read_answer(folder), {})
    shown = overview(folder)
    for text in (page_markdown(page), page_html(page, folder)):
        for number, (state, reason) in FAILED.items():
            if state != "pending":
                assert reason in text
                assert f"{number:03}_job_{number:08x}/logs/train.log" in text
        assert "sweep.resume=" in text
        assert "8 of 12 jobs finished" in text
    assert [(row[0], row[2], row[3]) for row in shown.failures.rows] == [
        (number, state, reason) for number, (state, reason) in FAILED.items() if state != "pending"
    ]
    assert all(str(row[4]).endswith("logs/train.log") for row in shown.failures.rows)
    assert shown.verdict.startswith("8 of 12 jobs finished · 2 failed · 1 interrupted · 1 pending")


def test_a_completed_job_whose_files_are_damaged_is_a_failure(make_sweep):
    folder = make_sweep()
    (folder / "004_job_00000004" / "config.yaml").unlink()
    text = markdown(folder)
    assert "config.yaml cannot be read" in text.partition("## Failures")[2]
    assert [row["state"] for row in rows(folder)] == ["completed"] * 4 + ["damaged"] + ["completed"] * 7
    assert text.count("| damaged ") == 2  # among all jobs and among the failures
    assert (
        rows(folder)[4]["reason"].endswith("is one?")
        or "config.yaml cannot be read" in rows(folder)[4]["reason"]
    )


def test_the_table_has_every_number_exactly(make_sweep):
    folder = make_sweep(
        states=FAILED, metrics={0: {"metric.k_eff": 1 / 3, "metric.information": float("nan")}}
    )
    table = rows(folder)
    assert list(table[0]) == [
        *("number", "folder", "state", "model", "model.kl_weight", "seed"),
        *(
            "metric.accuracy.test",
            "metric.accuracy.val",
            "metric.elbo.val",
            "metric.information",
            "metric.k_eff",
        ),
        *("training.epochs", "training.best_epoch", "seconds", "reason"),
    ]
    assert float(table[0]["metric.k_eff"]) == 1 / 3
    assert (table[0]["metric.information"], table[1]["metric.k_eff"]) == ("nan", "")
    assert [row["reason"] for row in table if row["state"] == "failed"] == [FAILED[3][1], FAILED[8][1]]
    assert table[11]["state"] == "pending"


def test_a_spreadsheet_runs_nothing(make_sweep):
    folder = make_sweep(
        {"model": ["=1+1", "x"], "model.kl_weight": [-0.5]}, states={1: ("failed", "-rf, or\nso")}
    )
    table = list(csv.DictReader(summary_csv(read_answer(folder)).splitlines(keepends=True)))
    assert [row["model"] for row in table] == ["'=1+1", "x"]
    assert table[0]["model.kl_weight"] == "-0.5"
    assert table[1]["reason"] == "'-rf, or\nso"


def test_nothing_in_a_text_becomes_markup(make_sweep):
    hostile = '<script>alert(1)</script>|"quoted"'
    folder = make_sweep(
        {"model": [hostile, "ünï 💡"]}, states={0: ("failed", hostile)}, header={"description": hostile}
    )
    html = page_html(compose_answer(read_answer(folder), {}), folder)
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_a_folder_that_is_no_address_is_no_link(make_sweep):
    folder = make_sweep({"seed": [0]})
    record = (folder / "sweep.yaml").read_text()
    (folder / "sweep.yaml").write_text(record.replace("000_job_00000000", "javascript:alert(1)"))
    html = page_html(compose_answer(read_answer(folder), {}), folder)
    assert 'href="javascript' not in html


def test_the_best_by_the_named_metric_with_all_else_beside_it(make_sweep):
    text = markdown(make_sweep(header={"metric": "metric.elbo.val"}))
    best = text.partition("## Best configurations")[2]
    assert best.partition("| 1 ")[2].strip().startswith("| `model=mixture model.kl_weight=0.5` | 3")
    assert all(
        key in best.partition("\n| ")[2].partition("\n")[0] for key in ("accuracy.val", "accuracy.test")
    )
    assert "`metric.elbo.val`, higher is better" in text


def test_where_lower_is_better_the_lowest_is_the_best(make_sweep):
    changed = {number: {"metric.rmse.val": 0.1 + (number < 6)} for number in range(12)}
    answer = read_answer(make_sweep(header={"metric": "metric.rmse.val"}, metrics=changed))
    assert answer.best[0].settings["model"] == "vamp"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"header": {"metric": "metric.accuracy.test"}}, "the number of the best is an optimistic one"),
        (
            {"header": {"metric": "metric.acuracy.val"}},
            "Did you mean 'metric.accuracy.val'? metric.accuracy.val is used",
        ),
        (
            {"header": {"metric": "metric.k_eff"}, "metrics": {0: {"metric.k_eff": 3.0}}},
            "better neither high nor low",
        ),
        (
            {"header": {"baseline": {"model": "standard"}}},
            "The baseline model=standard is none of the configurations",
        ),
        ({"header": {"source_changed": "Two files changed."}}, "Two files changed."),
        ({"source": {0: "beef"}}, "the code (source_id) is beef… and c0de…"),
        ({"source": {0: "beef"}}, "source beef… by 000_job_00000000; c0de… by 001_job_00000001"),
        ({"source": {0: "beef"}}, "kl_20260102_030405 sweep.other_code=rerun"),
        ({"data": {0: "beef"}}, "data_hash beef… by 000_job_00000000; da7a… by 001_job_00000001"),
        (
            {"header": {"resumptions": [{"source_id": "beef"}]}},
            "ran other code than was there when the sweep was gone on with",
        ),
        ({"states": FAILED}, "3 of 12 jobs have no result and are in no mean"),
        ({"states": FAILED}, "1 of 12 jobs are still to come"),
        ({"states": FAILED}, "Not every configuration has the same repetitions (3, 2, 2, 1 runs)"),
        ({"states": FAILED}, "3 of 4 configurations have fewer than 3 runs"),
        ({"metrics": {2: {"metric.accuracy.val": float("inf")}}}, "is Infinity in"),
        ({"metrics": {2: {"metric.accuracy.val": 1e200}}}, "Left out of the mean: 1 of 3"),
        (
            {"metrics": {2: {"metric.accuracy.val": float("nan")}}},
            "1 of 4 configurations have fewer than 3 runs",
        ),
        ({"metrics": {2: {"metric.accuracy.val": float("nan")}}}, "the same repetitions (2, 3, 3, 3 runs)"),
        ({"metrics": {2: {"metric.accuracy.val": float("inf")}}}, "Left out of the mean: 1 of 3"),
        (
            {"metrics": {2: {"metric.accuracy.val": None}}, "header": {"metric": "metric.accuracy.val"}},
            "1 of 3 runs have no",
        ),
        (
            {"grid": {"model": ["mixture", "vamp"], "seed": [0, 1, 1]}},
            "repeats a repetition that is there already",
        ),
    ],
)
def test_what_a_reader_must_know_comes_first(make_sweep, changes, said):
    assert said in warnings(make_sweep(**changes))


def test_a_run_that_went_on_with_other_code_is_no_repetition_of_one_that_did_not(make_sweep):
    folder = make_sweep()
    stretch = {"source_id": "beef", "after_epoch": 1}
    write_state(next(folder.glob("000_*")), "completed", resumptions=[stretch])
    answer = read_answer(folder)
    assert "the code (source_id) is c0de…, then beef… and c0de…" in str(answer.groups[0].refusal)
    assert "sweep.replicates" not in str(answer.groups[0].refusal)


def test_two_settings_of_which_too_little_has_come_are_told_so(make_sweep):
    lost = {number: ("failed", "FloatingPointError: nan") for number in range(12) if number % 6 > 2}
    answer = read_answer(make_sweep(states=lost))
    write_answer(answer.sweep_dir)
    report = (answer.sweep_dir / "REPORT.md").read_text()
    assert "no two settings have a number for at least half of the combinations of their values" in report
    assert "no two settings were swept" not in report
    assert (
        "model.kl\\_weight" in report or "`model.kl_weight`: only one of its values has a number." in report
    )


def test_a_question_for_each_job_is_not_that_of_the_sweep(make_sweep):
    folder = make_sweep(grid={"experiment.description": ["why?", "how?"], "seed": [0, 1]})
    write_answer(folder)
    report = (folder / "REPORT.md").read_text()
    assert "one for each job: see `experiment.description` in All jobs" in report
    assert "Does less KL help?" not in report


def test_a_sweep_without_blemish_warns_of_nothing(make_sweep):
    assert warnings(make_sweep()).strip() == "None."


def test_differences_to_the_baseline_are_paired(make_sweep):
    text = markdown(make_sweep(header={"baseline": {"model": "mixture"}}))
    section = text.partition("## Differences to the baseline")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if "metric.accuracy.val" in line]
    assert len(lines) == 2
    assert all("-0.1 " in line and "yes, worse" in line and "| 3 " in line for line in lines)


def test_the_terminal_sees_the_best_first(make_sweep):
    shown = overview(make_sweep(header={"baseline": {"model": "mixture"}}))
    assert shown.groups.columns == (
        "configuration",
        "runs",
        "metric.accuracy.val",
        "difference to the baseline",
    )
    assert [row[0] for row in shown.groups.rows][:2] == [
        "model=mixture model.kl_weight=0.5",
        "model=mixture model.kl_weight=1.0",
    ]
    assert [row[3] for row in shown.groups.rows][:2] == ["the baseline", "the baseline"]
    assert shown.jobs.columns == (
        "job",
        "model",
        "model.kl_weight",
        "seed",
        "state",
        "metric.accuracy.val",
        "seconds",
    )
    assert len(shown.jobs.rows) == 12


def test_a_folder_without_a_record_is_no_sweep(tmp_path):
    with pytest.raises(RunDirectoryError, match="The folder of a sweep always holds it"):
        write_answer(tmp_path)
