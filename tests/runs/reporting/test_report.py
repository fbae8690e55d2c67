"""The whole page is compared with committed texts, which are also there to be read: expected/*.md."""

import math
import os
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from ssvae.runs.config_file import complete_header, write_config
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.reporting.report import render_report, write_report
from ssvae.status import ComponentResult, Finding

EXPECTED = Path(__file__).parent / "expected"


def tokens(markdown):
    return MarkdownIt("commonmark").enable("table").parse(markdown)


def as_on(host, markdown):
    """What a host that renders Markdown makes of it, as types of tokens; `js-default` knows what GitHub adds."""
    found = MarkdownIt("commonmark").enable("table") if host == "commonmark" else MarkdownIt("js-default")
    return [token.type for token in found.parse(markdown)]


def headings(markdown):
    found = tokens(markdown)
    return [found[index + 1].content for index, token in enumerate(found) if token.type == "heading_open"]


@pytest.mark.parametrize("kind", ["completed", "failed"])
def test_the_page_is_as_committed(kind, request):
    found = render_report(request.getfixturevalue(kind))
    path = EXPECTED / f"{kind}.md"
    if os.environ.get("SSVAE_UPDATE_EXPECTED"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_every_component_has_a_section_with_its_status(completed):
    page = render_report(completed)
    assert [head for head in headings(page) if "`" in head] == [
        "Training (`training`)",
        "Mixture prior (`mixture_prior`)",
        "Tau classifier (`tau_classifier`)",
        "Loss curves (`loss_curves`)",
    ]
    section = page.split("### Tau classifier")[1].split("###")[0]
    assert "**Status:** Disabled" in section
    assert "**Reason:** `classifier=none`" in section
    assert "**To enable:** `classifier=tau`" in section


def test_figures_are_linked_and_a_missing_one_is_told(completed):
    assert "![Loss curves: all](figures/loss_curves/all.png)" in render_report(completed)
    (completed / "figures" / "loss_curves" / "all.png").unlink()
    assert "**Missing figure:** `figures/loss_curves/all.png`" in render_report(completed)


@pytest.mark.parametrize("host", ["commonmark", "js-default"])
def test_hosts_see_every_table_and_no_html(completed, host):
    page = render_report(completed)
    found = as_on(host, page)
    # Checks, key numbers, losses, training, provenance, overview, three of components, chosen settings.
    assert (found.count("table_open"), found.count("fence")) == (10, 2)
    assert "html_block" not in found


def test_a_failed_run_says_where_and_why(failed):
    page = render_report(failed)
    assert "**Where:** while training, after epoch 1" in page
    assert "**Why:** ValueError: loss.kl.z became NaN | \\<epoch> 2 the last good state" in page
    assert "2026-01-02 03:04:40 ERROR   loss.kl.z became NaN\n" in page
    assert page.count("**Status:** Not run") == 3


def test_only_the_last_lines_of_a_long_log_are_shown(failed):
    (failed / "logs" / "train.log").write_text("".join(f"line {number}\n" for number in range(100)))
    page = render_report(failed)
    assert "line 80\n" in page
    assert "line 79\n" not in page


def test_texts_cannot_break_the_page(recorder, run_dir, header, body):
    nasty = "a | b\n# <script>x</script> `c` [l](u) ```"
    write_config(
        run_dir, header | {"name": nasty, "description": nasty, "command": nasty, "tags": [nasty]}, body
    )
    recorder.training({"note": nasty})
    recorder.warning(Finding(nasty, nasty, nasty, nasty))
    recorder.component("mixture_prior", ComponentResult.failed(nasty))
    recorder.component("training", ComponentResult.success({"note": nasty, "metrics": {nasty: nasty}}))
    finish_run(run_dir, ValueError(nasty))
    page = render_report(run_dir)
    found = tokens(page)
    assert "html_block" not in {token.type for token in found}
    inline = [child for token in found if token.type == "inline" for child in token.children]
    assert "html_inline" not in {child.type for child in inline}
    links = {child.attrs["href"] for child in inline if child.type == "link_open"}
    assert links <= {"logs/train.log", "provenance/uncommitted.diff"}
    heads = [
        "What went wrong",
        "Warnings",
        "Checks",
        "Key numbers",
        "Losses at the end",
        "Training",
        "Provenance",
    ]
    heads += ["How to repeat", "Components", "Settings"]
    assert [head for head in headings(page)[1:] if not head.endswith("`)")] == heads
    # Key numbers, training, provenance, overview, the values of one component, the settings that were typed.
    assert [token.type for token in found].count("table_open") == 6


def test_nan_is_seen(recorder, run_dir, row):
    recorder.epoch(row(1, **{"loss.recon": math.nan, "loss.total": math.nan}))
    recorder.component(
        "mixture_prior", ComponentResult.success({"k_eff": math.nan, "metrics": {"metric.k_eff": math.nan}})
    )
    finish_run(run_dir)
    page = render_report(run_dir)
    assert "| `metric.k_eff` | **NaN** |" in " ".join(page.split())
    assert "**NaN** × 1 = **NaN**" in page


def test_it_is_made_from_the_files_alone_and_always_the_same(completed):
    first = render_report(completed)
    write_report(completed)
    assert (completed / "REPORT.md").read_text(encoding="utf-8") == first == render_report(completed)


def test_uncommitted_changes_are_linked(completed):
    assert "provenance/uncommitted.diff" not in render_report(completed)
    (completed / "provenance").mkdir()
    (completed / "provenance" / "uncommitted.diff").write_text("diff")
    assert "(provenance/uncommitted.diff)" in render_report(completed)


def test_without_a_commit_the_command_alone_repeats_it(completed):
    complete_header(completed, git_commit=None, git_commit_full=None)
    page = render_report(completed)
    assert "```sh\npython train.py experiment.name=abl model.kl_weight=1.0\n```" in page
    assert "git checkout" not in page
