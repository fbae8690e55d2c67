"""The page as a browser is given it: all that REPORT.md says, nothing from elsewhere, no text that acts."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from ssvae.runs.config_file import write_config
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.reporting.page import Code, Number, line
from ssvae.runs.reporting.rendering.html_page import line_html
from ssvae.runs.reporting.report import render_html, render_report, write_report
from ssvae.status import ComponentResult, Finding

VOID = {"meta", "link", "img", "br"}
NASTY = """a | b <script>alert(1)</script> " ' onload=x & <img src=x onerror=alert(1)> </style></code> `c` [l](javascript:u)"""


class Seen(HTMLParser):
    """Tags with their attributes, the cells of each table, and the text directly inside each element."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.tables, self._texts, self._open = [], [], [], []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        if tag in ("td", "th"):
            self.tables[-1].append("")
        if tag not in VOID:
            self._open.append(tag)
            self._texts.append([tag, ""])

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self._open):
            self.tables[-1][-1] += data
        if self._open and self._texts[-1][0] == self._open[-1]:
            self._texts[-1][1] += data

    def attributes(self, name):
        return [attrs[name] for _, attrs in self.tags if name in attrs]

    def said(self, tag):
        return [" ".join(text.split()) for kind, text in self._texts if kind == tag]


def markdown_tables(page):
    """The cells of each table, as a reader sees them."""
    tables = []
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            tables.append([])
        if token.type in ("td_open", "th_open"):
            children = tokens[index + 1].children
            tables[-1].append(
                "".join(c.content for c in children if c.type in ("text", "code_inline", "text_special"))
            )
    return tables


@pytest.mark.parametrize("kind", ["completed", "failed"])
def test_its_tables_are_those_of_the_markdown(kind, request):
    run = request.getfixturevalue(kind)
    html = [[" ".join(cell.split()) for cell in table] for table in Seen(render_html(run)).tables]
    assert html == [
        [" ".join(cell.split()) for cell in table] for table in markdown_tables(render_report(run))
    ]
    assert len(html) >= 4


def test_every_component_and_section_is_there_once_and_can_be_reached(completed):
    seen = Seen(render_html(completed))
    anchors = seen.attributes("id")
    assert len(anchors) == len(set(anchors))
    components = {
        f"component-{name}" for name in ("training", "mixture-prior", "tau-classifier", "loss-curves")
    }
    assert {anchor for anchor in anchors if re.fullmatch("component-.*(?<!--title)", anchor)} == components
    inner = {href[1:] for href in seen.attributes("href") if href.startswith("#")}
    assert inner <= set(anchors)
    assert components | {"warnings", "checks", "key-numbers", "settings", "content"} <= inner


def test_it_needs_nothing_else_and_forbids_it(completed):
    page = render_html(completed)
    seen = Seen(page)
    assert all(src.startswith("data:image/png;base64,") for src in seen.attributes("src"))
    outer = {href for href in seen.attributes("href") if not href.startswith("#")}
    assert outer == {"data:,", "figures/loss_curves/all.png"}
    assert all((completed / href).is_file() for href in outer - {"data:,"})
    (policy,) = (
        attrs["content"] for tag, attrs in seen.tags if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttp", content)


def test_pictures_are_in_it_with_their_size_and_what_they_show(completed):
    (picture,) = (attrs for tag, attrs in Seen(render_html(completed)).tags if tag == "img")
    content = base64.b64decode(picture["src"].partition(",")[2])
    assert content == (completed / "figures/loss_curves/all.png").read_bytes()
    assert (picture["alt"], picture["width"], picture["height"]) == ("Loss curves: all", "900", "300")


def test_a_missing_picture_is_told(completed):
    (completed / "figures/loss_curves/all.png").unlink()
    assert "<strong>Missing figure:</strong> <code>figures/loss_curves/all.png</code>" in render_html(
        completed
    )


def test_warnings_say_what_they_mean_and_what_to_try(completed):
    page = render_html(completed)
    assert "<dt>What it means</dt><dd>It costs &lt;KL&gt;.</dd>" in page
    assert "<dt>What to try</dt><dd><code>prior.num_components=10</code></dd>" in page


def test_settings_are_folded_and_those_typed_are_marked_with_their_origin(completed):
    seen = Seen(render_html(completed))
    assert seen.said("mark") == ['name: "abl"', "kl_weight: 1.0"]
    assert [text for text in seen.said("span") if text] == ["from the command", "from the command"]
    assert "details" in {tag for tag, _ in seen.tags}


def test_tables_are_sorted_by_the_exact_numbers(completed):
    values = Seen(render_html(completed)).attributes("data-value")
    assert {"8.33333", "0.90625"} <= set(values)
    assert line_html(line("a ", Number(2.5), Code("<b>"))) == "a 2.5<code>&lt;b&gt;</code>"
    assert line_html(line(Number(float("nan")))) == '<strong class="strange">NaN</strong>'


def test_no_text_acts(recorder, run_dir, header, body):
    body["model"][NASTY] = NASTY
    write_config(
        run_dir, header | {"name": NASTY, "description": NASTY, "command": NASTY, "tags": [NASTY]}, body
    )
    recorder.training({NASTY: NASTY})
    recorder.warning(Finding(NASTY, NASTY, NASTY, NASTY))
    recorder.component("mixture_prior", ComponentResult.failed(NASTY))
    data = {NASTY: NASTY, "metrics": {NASTY: NASTY, f"metric.baseline.{NASTY}.x": 1.0}}
    recorder.component("training", ComponentResult.success(data))
    (run_dir / "logs").mkdir(exist_ok=True)
    (run_dir / "logs/train.log").write_text(f"{NASTY}\n")
    finish_run(run_dir, ValueError(NASTY))
    summary = json.loads((run_dir / "summary.json").read_text())
    summary["components"][NASTY] = summary["components"]["training"] | {"status": NASTY, "title": NASTY}
    summary["components"]["loss_curves"]["data"] = {
        "figures": [NASTY, "../../etc/passwd", "javascript:x.png"]
    }
    summary["run"]["checks"] = {NASTY: {"title": NASTY, "status": NASTY, "reason": NASTY}}
    (run_dir / "summary.json").write_text(json.dumps(summary))
    check_harmless(render_html(run_dir))


def check_harmless(page):
    seen = Seen(page)
    tags = [tag for tag, _ in seen.tags]
    assert (tags.count("script"), tags.count("style"), tags.count("img")) == (1, 1, 0)
    assert not {name for _, attrs in seen.tags for name in attrs if name.startswith("on")}
    assert {href for href in seen.attributes("href") if href[0] != "#"} <= {"data:,", "logs/train.log"}
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)


def test_it_is_always_the_same_and_written_beside_the_markdown(completed):
    write_report(completed)
    assert (completed / "report.html").read_text(encoding="utf-8") == render_html(completed)
