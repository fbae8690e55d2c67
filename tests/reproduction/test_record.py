import json

import pytest

from ssvae.reproduction.record import Stretch, read_record


@pytest.fixture
def stretches(tmp_path):
    """`stretches(resumptions)`: what is read of this content of state.json."""

    def read(resumptions):
        (tmp_path / "config.yaml").write_text("experiment: {name: a}\nseed: 1\n")
        (tmp_path / "state.json").write_text(json.dumps({"status": "completed", "resumptions": resumptions}))
        return read_record(tmp_path).stretches

    return read


def test_a_stretch_is_read_with_the_folder_it_names(stretches):
    entry = {"after_epoch": 7, "source_id": "a", "differences": ["x"], "provenance": "provenance/resume_05"}
    assert stretches([entry]) == (Stretch("provenance/resume_05", 7, "a", ("x",)),)


@pytest.mark.parametrize("name", ["../elsewhere", "/etc", "provenance", None, 3, "provenance/resume_01/.."])
def test_a_folder_that_no_run_names_is_found_by_its_number(stretches, name):
    found = stretches([{"after_epoch": 7, "provenance": name}])
    assert found == (Stretch("provenance/resume_01", 7, None, ()),)


@pytest.mark.parametrize("resumptions", [None, 3, {}, [None, 3, {}, {"after_epoch": "x"}]])
def test_what_no_run_writes_is_passed_over(stretches, resumptions):
    assert stretches(resumptions) == ()
