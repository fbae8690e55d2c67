import json
import math

import pytest

from ssvae.reproduction.differences import Difference
from ssvae.reproduction.findings import CODE, ENVIRONMENT, HARDWARE, RESULT, Finding, Verdict

SMALL = Difference("loss.recon", "1.0 became 1.000003", 3e-6, 4)
LARGE = Difference("loss.kl.z", "12.345 became 12.346", 8e-5, 5)


def verdict(*differences, tolerance=None, findings=(), **more):
    return Verdict("results/a", tuple(findings), differences, tolerance, **more)


def test_bit_for_bit():
    found = verdict()
    assert found.headline() == "Reproduced bit for bit"
    assert found.is_exact
    assert found.is_reproduced


def test_within_a_tolerance():
    found = verdict(SMALL, LARGE, tolerance=1e-3)
    assert found.headline() == (
        "Reproduced within a relative tolerance of 0.001 (largest difference 8e-05 in loss.kl.z, epoch 5)"
    )
    assert not found.is_exact
    assert found.is_reproduced


@pytest.mark.parametrize("tolerance", [None, 0.0, 1e-9])
def test_not_reproduced_names_the_first_difference(tolerance):
    found = verdict(SMALL, LARGE, tolerance=tolerance)
    assert not found.is_reproduced
    assert found.headline() == "Not reproduced: first difference in epoch 4 (loss.recon: 1.0 became 1.000003)"


def test_the_first_difference_named_is_one_that_the_tolerance_refuses():
    found = verdict(SMALL, LARGE, tolerance=1e-5)
    assert "epoch 5 (loss.kl.z: 12.345 became 12.346)" in found.headline()


def test_a_run_that_failed_again_is_not_reproduced_whatever_the_tolerance():
    found = verdict(tolerance=1.0, failure="running it again ended with exit code 1")
    assert not found.is_reproduced
    assert not found.is_exact
    assert found.headline().startswith("Not reproduced: running it again")


@pytest.mark.parametrize("heading", [ENVIRONMENT, HARDWARE])
def test_elsewhere_a_tolerance_is_proposed(heading):
    found = verdict(LARGE, findings=[Finding(heading, differences=("another",))])
    assert "--tolerance 0.0001 accepts it" in found.text()


@pytest.mark.parametrize(
    ("difference", "heading"),
    [(LARGE, CODE), (Difference("x", "success became failed", math.inf), HARDWARE)],
)
def test_otherwise_none_is(difference, heading):
    assert (
        "--tolerance" not in verdict(difference, findings=[Finding(heading, differences=("another",))]).text()
    )


def test_the_text_has_every_heading_and_a_mark_for_each_line():
    finding = Finding(RESULT, ("equal",), ("not equal",), ("by the way",))
    assert verdict(LARGE, findings=[finding], again="/tmp/x").text().splitlines()[1:] == [
        "Result",
        "  = equal",
        "  ≠ not equal",
        "    by the way",
        "The new run is kept in /tmp/x",
    ]


def test_what_a_strangers_folder_says_cannot_command_the_terminal():
    finding = Finding(CODE, notes=("\x1b[2Jgone\nReproduced bit for bit\u202e",))
    (line,) = verdict(findings=[finding]).text().splitlines()[2:]
    assert "\x1b" not in line
    assert "\u202e" not in line
    assert len(verdict(findings=[Finding(CODE, notes=("a" * 10**6,))]).text()) < 1000


def test_for_programs():
    mapping = verdict(SMALL, LARGE, findings=[Finding(CODE, ("equal",))]).mapping()
    assert json.loads(json.dumps(mapping)) == mapping | {
        "findings": {"Code": {"heading": "Code", "matches": ["equal"], "differences": [], "notes": []}}
    }
    assert mapping["first_difference"]["sentence"].startswith("epoch 4")
    assert mapping["largest_difference"]["key"] == "loss.kl.z"
    assert not mapping["is_reproduced"]


def test_a_difference_after_the_run_had_gone_on_with_other_code_is_explained():
    assert "After epoch 3 the run had gone on" in verdict(SMALL, LARGE, turned_after=3).text()
    assert verdict(SMALL, LARGE, turned_after=3).mapping()["explanation"]


@pytest.mark.parametrize(
    "unexplained",
    [
        verdict(SMALL, LARGE, turned_after=4),
        verdict(SMALL, LARGE),
        verdict(turned_after=3),
        verdict(turned_after=3, failure="it failed"),
    ],
)
def test_no_other_difference_is(unexplained):
    assert unexplained.explanation() is None
