import pytest

from ssvae.composition.machine import absent_data, refused_code
from ssvae.runs import git


@pytest.fixture
def facts(monkeypatch):
    """Set what git says."""

    def says(**known):
        monkeypatch.setattr(git, "git_facts", lambda folder: git.GitFacts(**known))

    return says


def test_absent_data_is_told_once_for_all_jobs(tmp_path):
    mnist = {"data": {"name": "mnist", "root": str(tmp_path)}}
    (sentence,) = absent_data([mnist, {"seed": 1, **mnist}, {"data": {"name": "synthetic"}}])
    assert str(tmp_path) in sentence


@pytest.mark.parametrize(
    "data", [None, {}, {"name": "nope"}, {"name": "mnist", "num_train": -1}, {"name": "synthetic"}]
)
def test_what_is_wrong_with_the_settings_is_not_told_twice(data):
    assert list(absent_data([{"data": data}])) == []


def test_changed_code_is_refused_only_when_asked(facts, tmp_path):
    facts(commit="abc1234", is_dirty=True)
    assert refused_code([{"experiment": {"on_dirty_git": "warn"}}, {}], tmp_path) is None
    assert refused_code([{}, {"experiment": {"on_dirty_git": "refuse"}}], tmp_path) == (
        "experiment.on_dirty_git=refuse: the code differs from commit abc1234. "
        "Commit the changes, or set experiment.on_dirty_git=warn."
    )


@pytest.mark.parametrize("known", [{"commit": "abc1234", "is_dirty": False}, {"problem": "no repository"}])
def test_committed_code_and_no_repository_are_not_refused(facts, tmp_path, known):
    facts(**known)
    assert refused_code([{"experiment": {"on_dirty_git": "refuse"}}], tmp_path) is None
