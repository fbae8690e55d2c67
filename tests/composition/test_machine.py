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


def test_without_a_repository_of_the_code_that_of_the_project_is_asked(monkeypatch, tmp_path):
    known = {
        tmp_path: git.GitFacts(problem="no repository"),
        tmp_path / "mine": git.GitFacts("abc", "abc1", True),
    }
    monkeypatch.setattr(git, "git_facts", known.__getitem__)
    monkeypatch.setattr(git, "find_root", lambda folder: tmp_path / "mine")
    problem = refused_code([{"experiment": {"on_dirty_git": "refuse"}}], tmp_path)
    assert problem.startswith(
        "experiment.on_dirty_git=refuse: the project that ssvae is used from differs from commit abc. Commit"
    )


@pytest.mark.parametrize("known", [{"commit": "abc1234", "is_dirty": False}, {"problem": "no repository"}])
def test_committed_code_and_no_repository_are_not_refused(facts, tmp_path, known):
    facts(**known)
    assert refused_code([{"experiment": {"on_dirty_git": "refuse"}}], tmp_path) is None
