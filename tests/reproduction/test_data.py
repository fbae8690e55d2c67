import re

import pytest

from ssvae.data.recipes import SyntheticConfig
from ssvae.errors import DataError
from ssvae.experiment import Experiment, mapping_from_experiment
from ssvae.reproduction.data import check_data, present_fingerprint


def body(data):
    return mapping_from_experiment(Experiment(data=data))


def test_the_fingerprint_is_that_of_the_data():
    data = SyntheticConfig(num_train=150, num_labeled=8)
    assert present_fingerprint(body(data)) == data.load().fingerprint


def test_absent_data_are_told_before_anything_runs(tmp_path):
    settings = body(SyntheticConfig()) | {"data": {"name": "mnist", "root": str(tmp_path)}}
    with pytest.raises(
        DataError, match="^Data: the run cannot be repeated without its data set.*" + re.escape(str(tmp_path))
    ):
        present_fingerprint(settings)


def test_settings_this_version_does_not_know_are_left_to_the_new_run():
    assert present_fingerprint({"prior": {"name": "of another time"}}) is None


def test_the_same_data_match_in_both_looks():
    finding = check_data("a" * 64, "a" * 64, "a" * 64)
    assert finding.matches == (
        "fingerprint aaaaaaaaaaaa…, as they are read here",
        "fingerprint aaaaaaaaaaaa…, as the new run read them",
    )
    assert finding.differences == ()


def test_other_data_differ():
    finding = check_data("a" * 64, "b" * 64, None)
    assert finding.differences == (
        "the data changed: fingerprint aaaaaaaaaaaa… then, bbbbbbbbbbbb… as they are read here",
    )


def test_a_run_that_never_read_its_data_claims_nothing():
    assert check_data(None, "b" * 64, "b" * 64).notes
