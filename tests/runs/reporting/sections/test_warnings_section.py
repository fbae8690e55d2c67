"""What is wrong comes first, and what was looked at is said even where nothing was seen."""

import pytest

from ssvae.runs.reporting.record import read_record
from ssvae.runs.reporting.rendering.markdown_page import block_markdown
from ssvae.runs.reporting.sections.warnings_section import checks_section, warnings_section
from ssvae.status import ComponentResult, Finding


@pytest.fixture
def record(recorder, run_dir, planned):
    """A function that records a finding and answers of checks, and gives what is read back."""

    def make(finding=None, **answers):
        titles = {"merged": "Merged components", "sigma": "σ at its bounds"}
        recorder.start({"run_id": run_dir.name}, planned, titles, epochs=3)
        recorder.checks(answers)
        if finding:
            recorder.warning(finding)
        return read_record(run_dir)

    return make


def shown(section):
    return "\n\n".join(map(block_markdown, section.blocks))


def test_a_warning_has_its_kind_what_was_seen_what_it_means_and_what_to_try(record):
    finding = Finding("merged", "Merged components: 0 and 10.", "They are one.", "prior.num_components=9")
    assert shown(warnings_section(record(finding))) == (
        "- **merged:** 0 and 10.\n  - What it means: They are one.\n  - What to try: `prior.num_components=9`"
    )


def test_what_a_warning_does_not_say_is_not_announced(record):
    assert shown(warnings_section(record(Finding("odd", "It is odd.")))) == "- **odd:** It is odd."


def test_damaged_files_come_first_and_failed_components_are_among_them(record, recorder, run_dir):
    record(Finding("odd", "It is odd."))
    recorder.component("training", ComponentResult.failed("ValueError: no images"))
    (run_dir / "config.yaml").unlink()
    lines = shown(warnings_section(read_record(run_dir))).splitlines()
    assert lines[0].startswith("- **This report is not whole:**")
    assert lines[1:] == ["- **odd:** It is odd.", "- **component failed:** `training`: ValueError: no images"]


def test_every_check_has_a_row(record):
    found = shown(
        checks_section(record(merged=("passed", None), sigma=("not_checked", "likelihood=bernoulli")))
    )
    assert [line.split("|")[3].strip() for line in found.splitlines()[2:]] == ["Passed", "Not checked"]
    assert "| `likelihood=bernoulli` |" in found


def test_without_checks_it_is_said(recorder, run_dir):
    assert shown(checks_section(read_record(run_dir))).startswith(
        "Not recorded: the run ended before its checks"
    )
