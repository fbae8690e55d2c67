from pathlib import Path

import pytest

import ssvae
from ssvae.composition.places import find_places
from ssvae.composition.words import sort_words


def places_of(*words: str, directory: Path | None = None):
    return find_places(sort_words(list(words)), directory)


def test_a_clone_has_its_own_conf(conf):
    places = places_of(directory=conf)
    assert places.config_path == str(conf)
    assert places.code_folder == conf.parent
    assert places.warnings == ()
    assert places.base_config == "conf/config.yaml"


def test_without_a_clone_the_installed_conf_is_used():
    places = places_of()
    assert places.config_path == "pkg://ssvae.conf"
    assert places.conf.joinpath("config.yaml").is_file()
    assert places.code_folder == Path(ssvae.__file__).parent


@pytest.fixture
def package(monkeypatch, tmp_path):
    """Pretend that ssvae was imported from a folder."""

    def lies_in(folder: Path) -> Path:
        monkeypatch.setattr(ssvae, "__file__", str(folder / "ssvae" / "__init__.py"))
        return folder / "ssvae"

    return lies_in


def test_an_editable_install_runs_the_code_of_its_clone(package, tmp_path):
    package(tmp_path / "clone" / "src")
    places = places_of(directory=tmp_path / "clone" / "conf")
    assert places.code_folder == tmp_path / "clone"
    assert places.warnings == ()


@pytest.mark.parametrize("elsewhere", ["environment/site-packages", "clone/.venv/site-packages"])
def test_a_clone_whose_code_does_not_run_is_not_the_code(package, tmp_path, elsewhere):
    installed = package(tmp_path / elsewhere)
    clone = tmp_path / "clone"
    places = places_of(directory=clone / "conf")
    assert places.config_path == str(clone / "conf")
    assert places.code_folder == installed
    assert places.warnings == (
        f"ssvae runs from {installed}, not from this clone; changes in {clone}/src have no effect. "
        "Install the clone with pip install -e .",
    )


def test_an_installed_copy_counts_as_the_clone_while_their_code_is_the_same(package, tmp_path):
    clone, installed = tmp_path / "clone", package(tmp_path / "site-packages")
    for folder in (clone / "src" / "ssvae", installed):
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("x = 1\n")
    places = places_of(directory=clone / "conf")
    assert (places.code_folder, places.warnings) == (clone, ())
    (clone / "src" / "ssvae" / "__init__.py").write_text("x = 2\n")
    changed = places_of(directory=clone / "conf")
    assert changed.code_folder == installed
    assert "runs from" in changed.warnings[0]


def test_the_record_names_the_file_everything_started_from(conf):
    assert (
        places_of("--config", "a.yaml", "--config", "b.yaml", directory=conf).base_config == "a.yaml, b.yaml"
    )
    assert places_of("--config-name", "other", directory=conf).base_config == "conf/other.yaml"
    assert places_of("--config-path", "mine", directory=conf).base_config == "mine/config.yaml"
    assert places_of("--config-path", "mine", directory=conf).config_path == str(conf), "it does not exist"


def test_another_conf_is_found_from_where_one_is(monkeypatch, tmp_path, conf):
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    assert places_of("--config-path", "mine", directory=conf).config_path == str(tmp_path / "mine")


def test_own_folders_come_in_the_order_named_and_conf_d_last(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("b", "a", "conf.d"):
        Path(name).mkdir()
    assert places_of("--config-dir", "b", "--config-dir", "a").user_folders == (
        Path("b"),
        Path("a"),
        Path("conf.d"),
    )
    assert places_of("--config-dir", "conf.d", "-cd", "nowhere").user_folders == (Path("conf.d"),)


def test_files_that_hide_ours_are_noted(monkeypatch, tmp_path, conf):
    monkeypatch.chdir(tmp_path)
    for name in ("conf.d/prior/mixture.yaml", "conf.d/prior/mine.yaml", "conf.d/optim/fast.yaml"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    note = "conf.d/prior/mixture.yaml is used instead of the built-in conf/prior/mixture.yaml."
    assert places_of(directory=conf).notes() == (note,)
    assert places_of().notes() == (note,)
