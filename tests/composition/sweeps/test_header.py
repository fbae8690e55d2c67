import copy
from datetime import datetime

import pytest

from ssvae.composition.invocation import Invocation
from ssvae.composition.sweeps.header import header_of, resumed_header
from ssvae.runs.git import GitFacts
from ssvae.runs.source import Source

FIRST, LATER = datetime(2026, 1, 2, 3, 4, 5, 678), datetime(2026, 2, 3, 4, 5, 6)
SECRET = "hunter2hunter2"


def source(tree="c0de"):
    git = GitFacts("f8b5a17", "f8b5a17" + "0" * 33, True)
    return Source({}, {"parts": [{"role": "ssvae", "tree": tree}]}, git)


def invocation(words):
    return Invocation(command=" ".join(("python train.py -m", *words)))


@pytest.fixture
def header(plan_of):
    """Of a new sweep."""
    return lambda *words: header_of(
        plan_of("-m", *words), invocation(words), source(), words, "kl_20260102_030405", FIRST
    )


@pytest.fixture
def resumed(plan_of):
    """Of a sweep that is gone on with, with other code."""
    return lambda before, *words: resumed_header(
        before, plan_of("-m", *words), invocation(words), source("new"), words, LATER, has_other_jobs=True
    )


def test_a_new_sweep_says_what_was_asked_and_where_it_came_from(header):
    words = ("seed=0,1", "experiment.name=kl", "experiment.description=Why?", "experiment.tags=[a,b]")
    found = header(*words)
    facts = {
        "sweep_id": "kl_20260102_030405",
        "name": "kl",
        "description": "Why?",
        "tags": ["a", "b"],
        "timestamp": "2026-01-02T03:04:05",
        "command": " ".join(("python train.py -m", *words)),
        "words": list(words),
        "git_commit": "f8b5a17",
        "git_dirty": True,
        "source_id": "c0de",
        "source_changed": None,
        "resumptions": [],
        "superseded": [],
    }
    assert {key: found[key] for key in facts} == facts
    assert found["versions"]["python"]


def test_the_grid_has_each_value_once_in_the_order_given_and_in_its_final_type(header):
    found = header("model.kl_weight=1,0.5", "prior=vamp,mixture", "training.patience=null,3")["grid"]
    assert str(found) == str(
        {"model.kl_weight": [1.0, 0.5], "prior": ["vamp", "mixture"], "training.patience": [None, 3]}
    )


def test_the_grid_of_points_written_out_has_what_they_set(header):
    points = "sweep.points=['prior=vamp seed=1','prior=mixture seed=2','prior=mixture seed=1']"
    assert header(points)["grid"] == {"prior": ["vamp", "mixture"], "seed": [1, 2]}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("seed=0,1",), "mixture_digits"),
        (("model=mixture,vamp", "model.kl_weight=0.5,1"), "sweep_model_kl_weight"),
        (("model=mixture,vamp", "experiment.name=mine"), "mine"),
    ],
)
def test_a_sweep_has_the_name_its_jobs_share_or_is_called_by_what_differs(header, words, name):
    assert header(*words)["name"] == name


def test_what_is_asked_of_the_sweep_as_a_whole(header):
    found = header("seed=0,1")
    asked = ("on_failure", "metric", "replicates", "baseline")
    assert [found[key] for key in asked] == ["continue", None, ["seed", "data.label_seed"], None]
    words = ("sweep.on_failure=retry=2", "sweep.metric=metric.k_eff", "sweep.replicates=[seed]")
    found = header("seed=0,1", "prior=vamp,mixture", *words, "sweep.baseline='prior=vamp model.kl_weight=1'")
    expected = ["retry=2", "metric.k_eff", ["seed"], {"prior": "vamp", "model.kl_weight": 1}]
    assert [found[key] for key in asked] == expected


@pytest.mark.parametrize(
    "word",
    [
        f"experiment.description='token={SECRET}'",
        f"experiment.description='see https://me:{SECRET}@example.org/x'",
        f"experiment.tags=['https://me:{SECRET}@example.org/x']",
        f"experiment.name='api_key={SECRET}'",
    ],
)
def test_a_secret_is_kept_nowhere_and_then_the_words_must_be_typed_again(header, resumed, word):
    found = header("seed=0,1", word)
    assert SECRET not in str(found)
    assert found["words"] is None
    assert found["command"].startswith("python train.py -m seed=0,1 ")
    again = resumed({}, "seed=0,1", word)
    assert SECRET not in str(again)
    assert again["words"] is None


class TestResumed:
    def test_the_beginning_stays_and_each_resumption_is_added(self, header, resumed):
        first = header("seed=0,1")
        before = copy.deepcopy(first)
        second = resumed(first, "seed=1,2", "sweep.on_failure=stop")
        third = resumed(second, "seed=3")
        assert first == before
        kept = ("sweep_id", "name", "timestamp", "command", "source_id", "git_commit", "superseded")
        assert {key: third[key] for key in kept} == {key: first[key] for key in kept}
        resumption = {"timestamp": "2026-02-03T04:05:06", "source_id": "new"}
        assert third["resumptions"] == [
            resumption | {"command": "python train.py -m seed=1,2 sweep.on_failure=stop"},
            resumption | {"command": "python train.py -m seed=3"},
        ]
        assert (second["words"], third["words"]) == (["seed=1,2", "sweep.on_failure=stop"], ["seed=3"])
        assert (second["on_failure"], third["on_failure"]) == ("stop", "continue")

    def test_new_values_stand_behind_the_old_ones(self, header, resumed):
        found = resumed(header("seed=1,3", "prior=vamp,mixture"), "seed=0,1,2", "model.latent_dim=2,4")
        grid = {"seed": [1, 3, 0, 2], "prior": ["vamp", "mixture"], "model.latent_dim": [2, 4]}
        assert found["grid"] == grid

    def test_a_record_with_holes_is_completed(self, resumed):
        found = resumed({"grid": None, "resumptions": "none"}, "seed=2,3")
        assert found["grid"] == {"seed": [2, 3]}
        assert len(found["resumptions"]) == 1
