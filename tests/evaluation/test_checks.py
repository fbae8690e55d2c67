import dataclasses

import pytest

from ssvae.evaluation import checks as checks_module
from ssvae.evaluation.checks import check_all
from ssvae.evaluation.collect import catalog
from ssvae.evaluation.detectors import DETECTORS
from ssvae.status import ComponentResult


@pytest.fixture
def results():
    return {name: ComponentResult.disabled("not asked", "evaluation=full") for name in catalog()}


def test_every_detector_answers_once_in_order(make_context, results):
    answers = list(check_all(make_context(), results))
    assert [name for name, _ in answers] == list(DETECTORS)
    assert {check.status for _, check in answers} <= {"warned", "passed", "not_checked"}
    assert all((check.reason is not None) == (check.status == "not_checked") for _, check in answers)


def test_what_was_seen_is_told_with_its_meaning_and_what_to_try(make_context, results):
    context = dataclasses.replace(make_context(), best_epoch=1)
    finding = dict(check_all(context, results))["best_epoch_first"].finding
    assert finding.kind == "best_epoch_first"
    assert finding.text.startswith("Best epoch first: Of 5 epochs the first was the best")
    assert finding.meaning == DETECTORS["best_epoch_first"].meaning
    assert finding.sentences().endswith("Try a smaller training.learning_rate, or another training.monitor.")


def test_what_a_model_cannot_have_is_not_checked_and_says_why(make_context, results):
    check = dict(check_all(make_context(num_components=1, classifier="head"), results))["component_collapse"]
    assert (check.status, check.reason) == ("not_checked", "cannot happen here: the prior has one component")


def test_a_detector_that_breaks_touches_no_other(make_context, results, monkeypatch, caplog):
    def broken(context, results):
        raise ZeroDivisionError("by nothing")

    before = dict(check_all(make_context(), results))
    other = dataclasses.replace(DETECTORS["low_information"], look=broken)
    monkeypatch.setitem(checks_module.DETECTORS, "low_information", other)
    after = dict(check_all(make_context(), results))
    assert after.pop("low_information").reason == "ZeroDivisionError: by nothing"
    before.pop("low_information")
    assert after == before
    assert "the detector low_information failed" in caplog.text


def test_every_detector_says_what_its_fault_means():
    for detector in DETECTORS.values():
        assert detector.title
        assert detector.meaning.endswith(".")
