import math

import pytest
from markdown_it import MarkdownIt

from ssvae.runs.reporting.rendering.markdown_page import block_markdown
from ssvae.runs.reporting.sections.component_section import data_blocks


def blocks(data, meanings=None, references=None):
    entry = {"data": data, "meanings": meanings or {}, "references": references or {}}
    return [block_markdown(block) for block in data_blocks(entry)]


def cells(markdown):
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    assert tokens[0].type == "table_open"
    rows, row = [], []
    for index, token in enumerate(tokens):
        if token.type in ("td_open", "th_open"):
            row.append(tokens[index + 1].content)
        elif token.type == "tr_close":
            rows.append(row)
            row = []
    return rows


def test_single_values_have_their_meaning():
    (found,) = blocks({"k_eff": 8.33333, "active": 9}, {"k_eff": "components in use"})
    assert cells(found) == [
        ["Name", "Value", "Meaning"],
        ["`k_eff`", "8.3333", "components in use"],
        ["`active`", "9", ""],
    ]


def test_without_meanings_there_is_no_empty_column():
    assert cells(*blocks({"a": math.nan})) == [["Name", "Value"], ["`a`", "**NaN**"]]


def test_groups_are_tables_that_say_their_meaning_once():
    none, head, found = blocks(
        {"recall": {"0": 0.5, "1": 0.25}, "none": {}}, {"recall": "found of the class"}
    )
    assert cells(none)[1:] == [["`none`", "none"]]
    assert head == "`recall`: found of the class"
    assert cells(found) == [["", "Value"], ["`0`", "0.5"], ["`1`", "0.25"]]


def test_groups_of_groups_are_tables_by_name_and_name():
    areas = {"noise": {"elbo": 1.0, "class": 0.75}, "blurred": {"elbo": math.nan, "class": 0.5}}
    _, found = blocks({"auroc": areas})
    assert cells(found) == [
        ["", "elbo", "class"],
        ["`noise`", "1", "0.75"],
        ["`blurred`", "**NaN**", "0.5"],
    ]


def test_groups_of_different_names_are_dotted_and_share_a_meaning():
    (found,) = blocks({"odd": {"a": {"b": 1}, "c": {"d": 2}}}, {"odd": "strange"})
    assert cells(found)[1:] == [["`odd.a.b`", "1", "strange"], ["`odd.c.d`", "2", "strange"]]


def test_a_matrix_is_a_table_of_its_own():
    head, matrix = blocks(
        {"confusion": [[5, 0, 1], [2, 0.12345, math.nan]]}, {"confusion": "row: true | predicted"}
    )
    assert head == "`confusion`: row: true | predicted"
    assert cells(matrix) == [
        ["", "0", "1", "2"],
        ["**0**", "5", "0", "1"],
        ["**1**", "2", "0.123", "**NaN**"],
    ]


def test_a_vector_is_one_row():
    head, vector = blocks({"usage": [0.1, 0.2, 0.3, 0.15, 0.25]})
    assert head == "`usage`"
    assert cells(vector) == [["0", "1", "2", "3", "4"], ["0.1", "0.2", "0.3", "0.15", "0.25"]]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([1, 2], "1, 2"),
        ([], "none"),
        (["a", "b"], "a, b"),
        ([[1, 2], [3]], "2 entries, see summary.json"),
        ([[[1]]], "1 entries, see summary.json"),
        ([[], []], "2 entries, see summary.json"),
        ([[0] * 31], "1 entries, see summary.json"),
        ([[0]] * 101, "101 entries, see summary.json"),
        ([0.5] * 31, "31 entries, see summary.json"),
        ([{"a": 1}], "1 entries, see summary.json"),
    ],
)
def test_other_lists_are_short_or_pointed_to(value, shown):
    (found,) = blocks({"it": value})
    assert cells(found)[1] == ["`it`", shown]


def test_a_reference_has_a_column_of_its_own_when_there_is_any():
    (found,) = blocks({"ece": 0.1, "k": 3}, {"k": "components"}, {"ece": "Guo et al. 2017, eq. 3"})
    assert cells(found) == [
        ["Name", "Value", "Meaning", "Reference"],
        ["`ece`", "0.1", "", "Guo et al. 2017, eq. 3"],
        ["`k`", "3", "components", ""],
    ]
    head, _ = blocks({"tau": [[1, 0], [0, 1]]}, {"tau": "p(y|c)"}, {"tau": "Kingma 2014, eq. 9"})
    assert head.endswith("(Kingma 2014, eq. 9)")


def test_figures_are_not_numbers():
    assert blocks({"figures": ["figures/a/b.png"]}) == []
