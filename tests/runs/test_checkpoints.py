import json
import math
import os

import numpy as np
import pytest

from ssvae.errors import CheckpointError, RunDirectoryError
from ssvae.runs import files
from ssvae.runs.checkpoints import load_checkpoint, load_checkpoints, save_checkpoints


def save_checkpoint(run_dir, name, arrays, facts):
    save_checkpoints(run_dir, {name: (arrays, facts)})


@pytest.fixture
def tree():
    """Arrays as training has them: all kinds of types and shapes, transposed ones too."""
    return {
        "params": {
            "encoder": {
                0: {
                    "kernel": np.arange(12, dtype=np.float32).reshape(3, 4).T,
                    "bias": np.zeros(0, np.float32),
                }
            },
            "logits": np.array([np.nan, -np.inf, -0.0, 5e-324]),
        },
        "opt_state": {"count": np.array(7, np.int32), "empty": {}},
        "statistics": {},
        "key": np.array([1, 2**32 - 1], np.uint32),
        "mask": np.array([True, False]),
        "half": np.ones(3, np.float16),
        "strided": np.arange(10.0)[::3],
    }


def same_bits(left, right):
    if isinstance(left, dict):
        return list(left) == list(right) and all(same_bits(left[key], right[key]) for key in left)
    return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()


def edit(path, change):
    """Change the format, or a field of the record of `last`."""
    index = json.loads(path.read_text())
    target = index if "format" in change else index["checkpoints"]["last"]
    target.update(change)
    path.write_text(json.dumps(index))


def content(run_dir):
    return sorted(path.name for path in (run_dir / "checkpoints").iterdir())


def test_saving_then_loading_is_the_identity(run_dir, tree):
    facts = {"epoch": 10, "best": math.inf, "monitor": "loss.total.val", "last": math.nan, "lr": 0.1}
    save_checkpoint(run_dir, "last", tree, facts)
    arrays, back = load_checkpoint(run_dir, "last")
    assert same_bits(tree, arrays)
    assert math.isnan(back.pop("last"))
    assert back == {key: value for key, value in facts.items() if key != "last"}
    assert content(run_dir) == ["index.json", "last-000010.safetensors"]


def test_the_same_content_gives_the_same_bytes(run_dir, tmp_path, tree):
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})
    (tmp_path / "again").mkdir()
    save_checkpoint(tmp_path / "again", "last", tree, {"epoch": 1})
    for name in content(run_dir):
        path = run_dir / "checkpoints" / name
        assert path.read_bytes() == (tmp_path / "again" / "checkpoints" / name).read_bytes()


def test_only_the_newest_of_a_name_stays(run_dir, tree):
    save_checkpoint(run_dir, "best", tree, {"epoch": 1})
    for epoch in (1, 2, 2, 3):
        save_checkpoint(run_dir, "last", tree, {"epoch": epoch})
    assert content(run_dir) == [
        "best-000001.safetensors",
        "index.json",
        "last-000003.safetensors",
    ]
    assert set(load_checkpoints(run_dir)) == {"best", "last"}


def test_what_a_killed_write_left_is_removed(run_dir, tree):
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})
    folder = run_dir / "checkpoints"
    for name in (
        ".last-000002.safetensors.123.tmp",
        ".index.json.123.tmp",
        "last-000002.safetensors",
        "last-000001-2.safetensors",
        "mine.txt",
    ):
        (folder / name).write_bytes(b"torn")
    save_checkpoint(run_dir, "last", tree, {"epoch": 2})
    assert content(run_dir) == ["index.json", "last-000002-2.safetensors", "mine.txt"]
    assert load_checkpoint(run_dir, "last")[1] == {"epoch": 2}


class Killed(BaseException):
    pass


@pytest.mark.parametrize("epoch", [5, 6], ids=["the same epoch again", "the next epoch"])
@pytest.mark.parametrize("function", ["replace", "fsync", "open"])
def test_a_kill_at_any_step_leaves_a_checkpoint_that_loads(run_dir, tree, monkeypatch, function, epoch):
    """Every call of `function` while saving is in turn the one that never happens."""
    new = tree | {"key": np.array([9, 9], np.uint32)}
    module = files if function == "open" else os
    real = open if function == "open" else getattr(os, function)
    outcomes = []
    for index in range(20):
        folder = run_dir / str(index)
        folder.mkdir()
        save_checkpoint(folder, "last", tree, {"epoch": 5})
        calls = []

        def dies(*arguments, index=index, calls=calls, **options):
            calls.append(arguments)
            if len(calls) > index:
                raise Killed
            return real(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(module, function, dies, raising=False)
            try:
                save_checkpoint(folder, "last", new, {"epoch": epoch, "new": True})
            except Killed:
                died = True
            else:
                died = False
        arrays, facts = load_checkpoint(folder, "last")
        assert same_bits(new if facts.get("new") else tree, arrays)
        outcomes.append(facts.get("new", False))
        if not died:
            break
    assert not died
    assert outcomes == sorted(outcomes)
    assert outcomes[0] is False
    assert outcomes[-1] is True


def test_checkpoints_saved_together_count_together(run_dir, tree, monkeypatch):
    """A kill between the files of the two leaves the pair of before: the best that `last` speaks of is always there."""
    save_checkpoints(run_dir, {"last": (tree, {"epoch": 5, "best_epoch": 3}), "best": (tree, {"epoch": 3})})
    real, calls = os.replace, []

    def dies(*arguments):
        calls.append(arguments)
        if len(calls) == 3:  # both files of arrays are there, the index is not
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(os, "replace", dies)
    with pytest.raises(Killed):
        save_checkpoints(
            run_dir, {"last": (tree, {"epoch": 9, "best_epoch": 8}), "best": (tree, {"epoch": 8})}
        )
    assert load_checkpoint(run_dir, "last")[1] == {"epoch": 5, "best_epoch": 3}
    assert load_checkpoint(run_dir, "best")[1] == {"epoch": 3}


def test_a_kill_before_the_old_file_is_removed_leaves_the_new_one(run_dir, tree, monkeypatch):
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})

    def dies(path, missing_ok=False):
        raise Killed

    monkeypatch.setattr("pathlib.Path.unlink", dies)
    with pytest.raises(Killed):
        save_checkpoint(run_dir, "last", tree, {"epoch": 2})
    assert load_checkpoint(run_dir, "last")[1] == {"epoch": 2}


def test_a_full_disk_is_explained_and_the_old_one_loads(run_dir, tree, monkeypatch):
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})

    def refuse(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(
        RunDirectoryError, match=r"last-000002.safetensors could not be written: No space .* free some"
    ):
        save_checkpoint(run_dir, "last", tree, {"epoch": 2})
    monkeypatch.undo()
    assert load_checkpoint(run_dir, "last")[1] == {"epoch": 1}


def test_an_old_file_that_cannot_be_removed_is_no_failure(run_dir, tree, monkeypatch):
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})

    def refuse(path, missing_ok=False):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.unlink", refuse)
    save_checkpoint(run_dir, "last", tree, {"epoch": 2})
    assert load_checkpoint(run_dir, "last")[1] == {"epoch": 2}


def test_a_changed_byte_is_noticed(run_dir, tree):
    save_checkpoint(run_dir, "best", tree, {"epoch": 1})
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})
    path = run_dir / "checkpoints" / "last-000001.safetensors"
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(
        CheckpointError, match=r"is damaged: its SHA-256 is .* index.json says .* has also: best\."
    ):
        load_checkpoint(run_dir, "last")


def test_an_absent_file_is_named(run_dir, tree):
    with pytest.raises(
        CheckpointError, match=r"index.json is not there: no checkpoint was saved. Train the run again"
    ):
        load_checkpoint(run_dir, "last")
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})
    (run_dir / "checkpoints" / "last-000001.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"last-000001.safetensors cannot be read: No such file"):
        load_checkpoint(run_dir, "last")


@pytest.mark.parametrize(
    "file", ["../last.safetensors", "/etc/passwd", "a/b.safetensors", "..\\x.safetensors", "a.pkl"]
)
def test_a_file_outside_the_folder_is_never_opened(run_dir, tree, file):
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})
    path = run_dir / "checkpoints" / "index.json"
    edit(path, {"file": file})
    with pytest.raises(CheckpointError, match=r"which is outside checkpoints/. Do not trust it"):
        load_checkpoint(run_dir, "last")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"format": 1},
            "has format 1, this version reads 2. Use the version of ssvae that config.yaml names",
        ),
        ({"facts": None}, "each of its checkpoints must have file, sha256, facts, structure"),
        ({"structure": [["a", "gone"]]}, "does not fit index.json: the array 'gone' is missing"),
        ({"structure": ["a"]}, "does not fit index.json"),
    ],
)
def test_a_record_that_is_not_ours_is_named(run_dir, tree, change, message):
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})
    path = run_dir / "checkpoints" / "index.json"
    edit(path, change)
    with pytest.raises(CheckpointError, match=message):
        load_checkpoint(run_dir, "last")


def test_a_torn_record_is_named(run_dir, tree):
    save_checkpoint(run_dir, "last", tree, {"epoch": 1})
    (run_dir / "checkpoints" / "index.json").write_text('{"file"')
    with pytest.raises(CheckpointError, match=r"index.json cannot be read"):
        load_checkpoint(run_dir, "last")


def test_names_and_facts_are_checked(run_dir, tree):
    with pytest.raises(CheckpointError, match=r"lower-case letters and underscores, got '../x'. Try 'last'"):
        save_checkpoint(run_dir, "../x", tree, {"epoch": 1})
    with pytest.raises(CheckpointError, match="The facts of checkpoint 'last' must have 'epoch', got step"):
        save_checkpoint(run_dir, "last", tree, {"step": 1})


def test_nothing_is_pickled(run_dir):
    with pytest.raises(CheckpointError, match="'a' is no array of numbers"):
        save_checkpoint(run_dir, "last", {"a": np.array([object()])}, {"epoch": 1})


def test_a_folder_that_is_deleted_after_the_commit_is_told_too(run_dir, tree, monkeypatch):
    import shutil

    from ssvae.runs import checkpoints

    def write_then_delete(path, text):
        files.write_text(path, text)
        shutil.rmtree(run_dir)

    monkeypatch.setattr(checkpoints, "write_text", write_then_delete)
    with pytest.raises(RunDirectoryError, match="The folder is gone: do not move or delete a run"):
        save_checkpoint(run_dir, "last", tree, {"epoch": 1})
