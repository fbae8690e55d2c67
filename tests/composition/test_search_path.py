from pathlib import Path

from ssvae.composition.composing import composer
from ssvae.composition.search_path import searching


def test_own_folders_are_searched_first_in_order_and_only_inside(conf, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with searching((tmp_path / "a", tmp_path / "b")):
        pass
    made = composer(str(conf), (tmp_path / "a", tmp_path / "b"), "config")
    assert [source.path for source in made.loader.get_sources()[:2]] == [
        str(tmp_path / "a"),
        str(tmp_path / "b"),
    ]
    assert all(source.provider != "user" for source in composer(str(conf), (), "config").loader.get_sources())


def test_relative_folders_keep_their_meaning_when_one_moves(conf, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine" / "prior").mkdir(parents=True)
    (tmp_path / "mine" / "prior" / "mixture.yaml").write_text("name: mixture\nnum_components: 7\n")
    made = composer(str(conf), (Path("mine"),), "config")
    monkeypatch.chdir("/")
    assert made.compose(()).task.prior.num_components == 7
