"""Any value of any file of a run in turn becomes one that nobody expects: the report tells, and never breaks or obeys."""

import copy
import json
import math
import re

import pytest
import yaml
from markdown_it import MarkdownIt

from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.reporting.overview import overview
from ssvae.runs.reporting.report import render_html, render_report
from ssvae.status import ComponentResult, Finding


def deep(levels):
    return [deep(levels - 1)] if levels else []


SCRIPT = "<script>alert(1)</script>"

HOSTILE = (
    None,
    [],
    {},
    True,
    -1,
    10**400,
    math.inf,
    SCRIPT,
    f"x\n\n{SCRIPT}\n\n# a | b `",
    "../../etc/passwd",
    "\x1b[31m\u202e\ud800",
    deep(30),
    {SCRIPT: [SCRIPT]},
    [{"kind": [SCRIPT]}, [[1], [2, 3]], SCRIPT],
)


def places(value, path=()):
    """The path of every branch and leaf."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def replaced(value, path, new):
    changed = copy.deepcopy(value)
    inside = changed
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = new
    return changed


@pytest.fixture
def ended(recorder, run_dir, row, make_figure):
    recorder.epoch(row(1))
    recorder.training({"best_epoch": 1})
    recorder.warning(Finding("collapse", "Component 7 took no image.", "It costs KL.", "prior=standard"))
    data = {"confusion": [[5, 1], [0, 6]], "recall": {"3": 0.5}, "metrics": {"metric.k_eff": 8.3}}
    recorder.component("training", ComponentResult.success(data))
    recorder.component("loss_curves", ComponentResult.success(figures={"all": make_figure()}))
    finish_run(run_dir, ValueError("too soon"))
    return run_dir


FILES = {
    "summary.json": (json.loads, json.dumps),
    "state.json": (json.loads, json.dumps),
    "config.yaml": (yaml.safe_load, yaml.safe_dump),
}


def look_at(run_dir, what):
    """The page says what is there, as text."""
    page = render_report(run_dir)
    assert not {"\x1b", "\u202e", "\ud800"} & set(page), what
    assert "](../" not in page, what
    if "<script" in page:  # in code, which only a reader of Markdown can tell
        tokens = MarkdownIt("commonmark").enable("table").parse(page)
        inline = [child for token in tokens for child in token.children or ()]
        assert not {"html_block", "html_inline"} & {token.type for token in (*tokens, *inline)}, what
    overview(run_dir)


def look_at_html(run_dir, what):
    page = render_html(run_dir)
    assert page.count("<script") == 1, what
    assert page.count("<style") == 1, what
    assert not {"\x1b", "\u202e", "\ud800"} & set(page), what
    assert not re.search(r'(href|src)="(?!#|data:|logs/train\.log|figures/loss_curves/all\.png")', page), what


def look_at_each(run_dir, file, values, look):
    """`values` gives the values to try, for the number of a place; `look` looks."""
    read, write = FILES[file]
    content = read((run_dir / file).read_text())
    for number, place in enumerate(places(content)):
        for value in values(number):
            (run_dir / file).write_text(write(replaced(content, place, value)))
            look(run_dir, (place, value))


@pytest.mark.parametrize("file", FILES)
def test_one_value_at_each_place(ended, file):
    look_at_each(ended, file, lambda number: [HOSTILE[number % len(HOSTILE)]], look_at)


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_every_value_at_each_place(ended, file):
    look_at_each(ended, file, lambda number: HOSTILE, look_at)


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES)
def test_every_value_at_each_place_as_html(ended, file):
    look_at_each(ended, file, lambda number: HOSTILE, look_at_html)
