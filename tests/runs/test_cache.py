"""Results kept between runs: found again, forgotten without harm, and nobody else's file mistaken for one."""

import json
import logging
import os

import pytest

from ssvae.runs import cache
from ssvae.runs.cache import FileCache, baseline_cache

KEY = '{"baseline": "knn", "data": "../../../etc/passwd\\u0000"}'


@pytest.fixture
def kept(tmp_path):
    return FileCache(tmp_path / "a" / "baselines")


def the_file(kept):
    (path,) = kept._folder.iterdir()
    return path


@pytest.mark.parametrize("value", [{"accuracy": 0.5, "images": 3}, [1, 2.5, "text", None, True], 0, "", None])
def test_what_is_kept_is_found_again_by_another_process(kept, value):
    kept[KEY] = value
    again = FileCache(kept._folder)
    assert again[KEY] == value
    assert list(again) == [KEY]
    assert len(again) == 1


def test_it_is_a_mapping(kept):
    assert KEY not in kept
    assert kept.get(KEY) is None
    with pytest.raises(KeyError):
        del kept[KEY]
    kept[KEY], kept["other"] = 1, 2
    kept[KEY] = 3
    assert dict(kept) == {KEY: 3, "other": 2}
    del kept[KEY]
    assert dict(kept) == {"other": 2}


def test_a_folder_that_is_not_there_is_an_empty_cache(kept):
    assert list(kept) == []
    assert not kept._folder.exists()


def test_an_entry_is_one_file_named_by_its_key_alone(kept):
    kept[KEY] = 1
    assert len(the_file(kept).stem) == 64
    assert json.loads(the_file(kept).read_text()) == {"key": KEY, "value": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"value": 1}',
        b'{"key": "another", "value": 1}',
        b'{"key": 3, "value": 1}',
        b'{"key": null, "value": 1, "more": 2}',
        b" " * 200_000,
    ],
    ids=range(10),
)
def test_a_file_that_is_damaged_or_not_ours_is_not_there(kept, content):
    kept[KEY] = 1
    the_file(kept).write_bytes(content)
    with pytest.raises(KeyError):
        kept[KEY]
    assert list(kept) == []
    kept[KEY] = 2
    assert kept[KEY] == 2


def test_links_and_pipes_are_not_read(kept, tmp_path):
    kept[KEY] = 1
    path = the_file(kept)
    elsewhere = tmp_path / "elsewhere.json"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert KEY not in kept
    path.unlink()
    os.mkfifo(path)
    assert KEY not in kept


def test_where_nothing_can_be_written_results_are_forgotten_and_the_log_says_so(kept, caplog):
    kept._folder.parent.write_text("a file in the way")
    with caplog.at_level(logging.INFO, logger=cache.__name__):
        kept[KEY] = 1
    assert KEY not in kept
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert "could not be kept for later runs" in record.getMessage()


def test_what_json_cannot_hold_is_a_mistake_of_the_program(kept):
    with pytest.raises(TypeError, match="cannot be written as JSON"):
        kept[KEY] = object()


def test_baselines_are_kept_in_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "user_cache_path", lambda name, appauthor: tmp_path / name)
    baseline_cache()[KEY] = 1
    assert len([*(tmp_path / "ssvae" / "baselines").glob("*.json")]) == 1
