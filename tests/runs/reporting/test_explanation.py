"""Why is X missing? Answered from the files of a run, without running it again."""

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.lifecycle.ending import finish_run
from ssvae.runs.logs import run_log
from ssvae.runs.reporting.explanation import explain
from ssvae.status import ComponentResult, Finding

TERMS = (
    "INFO    ENABLED  loss.kl.z",
    "INFO    DISABLED loss.kl.a: auxiliary=none. To enable: auxiliary=skip",
    "INFO    Epoch    1/100 | loss.kl.z: 4.2",
)


@pytest.fixture
def run(recorder, run_dir):
    """A run with a component of each kind, whose log is there."""
    with run_log(run_dir, console=False):
        recorder.announce()
        recorder.component("training", ComponentResult.success({"epochs": 3, "matrix": [[1, 2], [3, 4]]}))
        recorder.component("mixture_prior", ComponentResult.failed("ValueError: no component"))
    with (run_dir / "logs" / "train.log").open("a") as log:
        log.writelines(f"2026-01-02 03:04:05 {line}\n" for line in TERMS)
    return run_dir


def test_a_success_shows_its_single_values(run):
    found = explain(run, "training")
    assert (found["status"], found["reason"], found["values"]) == ("success", None, {"epochs": 3})
    assert [line.split()[3:] for line in found["log"]] == [["ENABLED", "training"], ["SUCCESS", "training"]]


def test_a_failure_gives_its_reason(run):
    found = explain(run, "mixture_prior")
    assert (found["status"], found["reason"]) == ("failed", "ValueError: no component")
    assert found["log"][-1].endswith("FAILED   mixture_prior: ValueError: no component")


def test_what_is_disabled_says_how_to_enable_it(run):
    found = explain(run, "tau_classifier")
    assert (found["status"], found["remedy"]) == ("disabled", "classifier=tau")


def test_what_a_run_never_reached_says_why(run):
    finish_run(run, KeyboardInterrupt())
    found = explain(run, "loss_curves")
    assert (found["status"], found["reason"]) == ("not_run", "the run ended before it: Ctrl-C")


def test_a_loss_term_is_known_from_the_log(run):
    found = explain(run, "loss.kl.a")
    assert (found["status"], found["reason"], found["remedy"]) == (
        "disabled",
        "auxiliary=none",
        "auxiliary=skip",
    )
    assert (explain(run, "loss.kl.z")["status"], len(explain(run, "loss.kl.z")["log"])) == ("enabled", 2)


def test_only_whole_names_are_mentions(run):
    with (run / "logs" / "train.log").open("a") as log:
        log.write("x training_more loss.training training.\n")
    lines = explain(run, "training")["log"]
    assert len(lines) == 3  # the last one for its last word alone
    assert len(explain(run, "loss.kl.z")["log"]) == 2


def test_a_name_that_is_none_is_told_with_the_nearest(run):
    with pytest.raises(
        RunDirectoryError, match=r"'tau_clasifier' is no component .* Did you mean 'tau_classifier'\?"
    ):
        explain(run, "tau_clasifier")
    with pytest.raises(RunDirectoryError, match=r"Known: training, .*, loss\.kl\.z, loss\.kl\.a\."):
        explain(run, "nothing_like_it")


def test_of_a_run_that_was_killed_at_once_nothing_is_known(tmp_path):
    with pytest.raises(RunDirectoryError, match="Known: none; the run ended before it had listed them"):
        explain(tmp_path, "training")


def test_a_check_is_explained_by_the_warning_it_gave(recorder, planned, run_dir):
    recorder.plan(
        planned, {"posterior_collapse": "Posterior collapse", "gradient_clipped": "Clipped gradients"}
    )
    recorder.warning(Finding("posterior_collapse", "It costs 0.1 nats.", "The code is silent.", "a warmup"))
    recorder.checks({"posterior_collapse": ("warned", None), "gradient_clipped": ("not_checked", "no epoch")})
    seen = explain(run_dir, "posterior_collapse")
    assert (seen["status"], seen["reason"]) == ("warned", "It costs 0.1 nats. The code is silent.")
    assert seen["remedy"] == "a warmup"
    unseen = explain(run_dir, "gradient_clipped")
    assert (unseen["status"], unseen["reason"], unseen["remedy"]) == ("not_checked", "no epoch", None)
