import pytest

from ssvae.runs.source import capture_source, source_changes, write_source


@pytest.fixture
def recorded(repository, tmp_path):
    """provenance/ of the repository as it is now; what is captured next is new."""

    def record(folder=repository):
        provenance = tmp_path / "provenance"
        provenance.mkdir()
        write_source(provenance, capture_source(folder, repository))
        capture_source.cache_clear()
        return provenance

    return record


def test_the_same_code(repository, recorded):
    assert source_changes(recorded(), capture_source(repository, repository)) == ()


@pytest.mark.parametrize("is_thin", [False, True])
def test_every_path_that_differs(repository, recorded, git, is_thin, monkeypatch):
    if is_thin:
        monkeypatch.setattr("ssvae.runs.source.snapshot.LARGEST_TREE", 100)
    provenance = recorded()
    (repository / "src" / "ssvae" / "model.py").write_text("y = 2\n")
    (repository / "empty.txt").unlink()
    (repository / "run.sh").chmod(0o644)
    (repository / "link").unlink()
    (repository / "link").symlink_to("data.bin")
    git(repository, "commit", "--quiet", "-am", "later")
    (repository / "new.py").touch()
    expected = ("D empty.txt", "M link", "A new.py", "M run.sh", "M src/ssvae/model.py")
    assert source_changes(provenance, capture_source(repository, repository)) == expected


def test_an_installed_package_is_compared_with_that_of_a_repository(repository, recorded, tmp_path):
    provenance = recorded()
    package = tmp_path / "site-packages" / "ssvae"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("x = 1\n")
    (package / "model.py").write_text("y = 'other'\n")
    assert source_changes(provenance, capture_source(package, tmp_path)) == ("M model.py",)


def test_a_change_in_a_submodule_is_seen(repository, recorded, git):
    git(repository, "init", "--quiet", "inner")
    (repository / "inner" / "a.py").write_text("a = 1\n")
    provenance = recorded()
    (repository / "inner" / "a.py").write_text("a = 2\n")
    assert source_changes(provenance, capture_source(repository, repository)) == ("M inner/a.py",)
