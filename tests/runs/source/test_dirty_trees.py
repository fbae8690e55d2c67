"""Twelve states of a repository: each is captured, left untouched, and restored byte for byte."""

import os

import pytest

from ssvae.runs.source import capture_source, restore_source, write_source

STATUS = ("status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames")


def part(source, role="ssvae"):
    return next(part for part in source.facts["parts"] if part["role"] == role)


def test_1_modified_text(repository, capture, files, git):
    (repository / "src" / "ssvae" / "model.py").write_text("y = 2\n")
    source, restored = capture(repository)
    assert files(restored.code) == files(repository)
    assert git(restored.code, *STATUS) == git(repository, *STATUS)
    assert part(source)["paths"] == {"changed": ["src/ssvae/model.py"]}
    assert source.git.is_dirty
    assert b"+y = 2\n" in source.files["uncommitted.diff"]
    assert restored.notes == ()


def test_2_modified_binary(repository, capture, files, git, tmp_path):
    (repository / "data.bin").write_bytes(bytes(reversed(range(256))) * 5)
    source, restored = capture(repository)
    assert files(restored.code) == files(repository)
    clone = tmp_path / "clone"  # the patch alone gives the same
    git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    (tmp_path / "patch").write_bytes(source.files["uncommitted.diff"])
    git(clone, "apply", str(tmp_path / "patch"))
    assert (clone / "data.bin").read_bytes() == (repository / "data.bin").read_bytes()


def test_3_staged_then_modified_again(repository, capture, files, git):
    (repository / "src" / "ssvae" / "model.py").write_text("y = 'staged'\n")
    git(repository, "add", ".")
    (repository / "src" / "ssvae" / "model.py").write_text("y = 'on the disk'\n")
    _, restored = capture(repository)
    assert files(restored.code) == files(repository)
    assert git(restored.code, *STATUS) == git(repository, *STATUS)
    assert git(restored.code, "show", ":src/ssvae/model.py") == b"y = 'staged'\n"
    assert git(restored.code, "show", "HEAD:src/ssvae/model.py") == b"y = 1\n" * 50


def test_4_staged_new_and_untracked_but_nothing_ignored(repository, capture, files, git):
    (repository / "staged.py").write_text("s = 1\n")
    git(repository, "add", "staged.py")
    (repository / "plugins" / "deep").mkdir(parents=True)
    (repository / "plugins" / "deep" / "mine.py").write_text("u = 1\n")
    (repository / "plugins" / "notes.ignored").write_text("ignored, private")
    (repository / ".git" / "info" / "exclude").write_text("local.txt\n")
    (repository / "local.txt").write_text("ignored, private")
    source, restored = capture(repository)
    assert b"plugins/deep/mine.py" in files(repository)
    assert files(restored.code) == {path: f for path, f in files(repository).items() if path != b"local.txt"}
    assert git(restored.code, *STATUS) == git(repository, *STATUS)
    assert part(source)["paths"] == {"changed": ["staged.py"], "untracked": ["plugins/deep/mine.py"]}
    assert b"+u = 1\n" in source.files["uncommitted.diff"]


def test_5_deleted_and_renamed(repository, capture, files, git):
    (repository / "data.bin").unlink()
    git(repository, "rm", "--quiet", "empty.txt")
    git(repository, "mv", "src/ssvae/model.py", "src/ssvae/renamed.py")
    (repository / "run.sh").rename(repository / "start.sh")
    source, restored = capture(repository)
    assert files(restored.code) == files(repository)
    assert git(restored.code, *STATUS) == git(repository, *STATUS)
    assert part(source)["paths"]["deleted"] == ["data.bin", "empty.txt", "run.sh", "src/ssvae/model.py"]


NAMES = [
    "a b",
    "line\nbreak",
    'quo"ted',
    '"',
    "ünï ✓",
    "-dash",
    "\\back",
    "tab\t",
    "a:b",
    "'",
    " ",
    "#x",
    "*",
    ":(top)",
]


def test_6_unusual_names(repository, capture, files, git):
    for number, name in enumerate(NAMES):
        (repository / name).write_text(f"tracked {number}\n")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "-m", "names")
    for number, name in enumerate(NAMES):
        (repository / name).write_text(f"changed {number}\n")
        (repository / f"new {name}").write_text(f"new {number}\n")
        (repository / f"{name} folder").mkdir()
        (repository / f"{name} folder" / name).write_text(f"below {number}\n")
    with open(os.fsencode(repository) + b"/no\xffutf8", "wb") as file:
        file.write(b"bytes")
    _, restored = capture(repository)
    assert len(files(repository)) > 3 * len(NAMES)
    assert files(restored.code) == files(repository)
    assert git(restored.code, *STATUS) == git(repository, *STATUS)


def test_7_links_bits_and_changes_of_type(repository, capture, files, git):
    (repository / "link").unlink()
    (repository / "link").write_text("now a file\n")
    (repository / "data.bin").unlink()
    (repository / "data.bin").symlink_to("nowhere at all")
    (repository / "run.sh").chmod(0o644)
    (repository / "src" / "ssvae" / "model.py").chmod(0o755)
    (repository / "empty.txt").unlink()
    (repository / "empty.txt").mkdir()
    (repository / "empty.txt" / "inside.py").touch()
    (repository / "folder").symlink_to("src")
    (repository / "program").write_text("#!/bin/sh\n")
    (repository / "program").chmod(0o755)
    _, restored = capture(repository)
    assert files(restored.code) == files(repository)
    assert git(restored.code, *STATUS) == git(repository, *STATUS)


def test_7_a_folder_that_became_a_link_or_a_file(repository, capture, files, git):
    for name in ("one", "two"):
        (repository / name).mkdir()
        (repository / name / "model.py").write_text("deep\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "folders")
    for name in ("one", "two"):
        (repository / name / "model.py").unlink()
        (repository / name).rmdir()
    (repository / "one").symlink_to("src/ssvae")  # where there is a model.py too
    (repository / "two").write_text("a file\n")
    _, restored = capture(repository)
    assert files(restored.code) == files(repository)
    assert git(restored.code, *STATUS) == git(repository, *STATUS)


@pytest.mark.parametrize("is_thin", [False, True])
def test_8_line_ends_and_filters(repository, capture, files, git, is_thin, monkeypatch):
    if is_thin:
        monkeypatch.setattr("ssvae.runs.source.snapshot.LARGEST_TREE", 100)
    git(repository, "config", "filter.shout.clean", "tr a-z A-Z")
    git(repository, "config", "filter.shout.smudge", "tr A-Z a-z")
    git(repository, "config", "core.autocrlf", "true")
    (repository / ".gitattributes").write_text("*.txt text eol=crlf\n*.loud filter=shout\nid.py ident\n")
    (repository / "lines.txt").write_bytes(b"one\r\ntwo\r\n")
    (repository / "auto.py").write_bytes(b"one\r\ntwo\r\n")
    (repository / "id.py").write_bytes(b"# $Id$\n")
    (repository / "some.loud").write_bytes(b"quiet\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "filters")
    for name in ("some.loud", "id.py"):
        (repository / name).unlink()
    git(repository, "checkout", "--", "some.loud", "id.py")
    assert git(repository, *STATUS) == b""
    (repository / "new.txt").write_bytes(b"three\r\nfour\n")
    (repository / "new.loud").write_bytes(b"a whisper\n")
    source, restored = capture(repository)
    assert files(restored.code) == files(repository)
    converted = part(source)["paths"]["other bytes than git stores"]
    assert set(converted) >= {"some.loud", "id.py", "lines.txt", "auto.py"}
    assert b"some.loud" not in source.files["uncommitted.diff"]
    assert b"whisper" in source.files["uncommitted.diff"]


def test_9_submodules_and_embedded_repositories(repository, capture, files, git, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    (other / "library.py").write_text("l = 1\n")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "-m", "library")
    for name in ("libs/clean", "libs/dirty", "libs/moved"):
        git(repository, "submodule", "--quiet", "add", str(other), name)
    git(repository, "commit", "--quiet", "-m", "submodules")
    (repository / "libs" / "dirty" / "library.py").write_text("l = 2\n")
    (repository / "libs" / "dirty" / "new.py").write_text("n = 1\n")
    (repository / "libs" / "moved" / "library.py").write_text("l = 3\n")
    git(repository / "libs" / "moved", "commit", "--quiet", "-am", "unpushed")
    git(repository, "clone", "--quiet", str(other), "embedded")
    (repository / "embedded" / "mine.py").write_text("m = 1\n")
    (repository / "nothing").mkdir()
    git(repository / "nothing", "init", "--quiet")
    source, restored = capture(repository)
    assert files(restored.code) == files(repository)
    assert {p["path"] for p in source.facts["parts"] if p["role"] == "submodule"} == {
        *("libs/clean", "libs/dirty", "libs/moved", "embedded", "nothing"),
    }
    assert source.git.is_dirty
    for name in ("libs/dirty", "embedded"):
        assert git(restored.code / name, *STATUS) == git(repository / name, *STATUS)


def test_10_before_the_first_commit(tmp_path, capture, files, git):
    folder = tmp_path / "young"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "staged.py").write_text("s = 1\n")
    git(folder, "add", ".")
    (folder / "staged.py").write_text("s = 2\n")
    (folder / "untracked.py").write_text("u = 1\n")
    source, restored = capture(folder)
    assert files(restored.code) == files(folder)
    assert git(restored.code, *STATUS) == git(folder, *STATUS)
    assert (source.git.commit, source.git.is_dirty) == (None, True)
    assert source.git.problem == "the repository has no commit yet"
    assert b"+s = 2\n" in source.files["uncommitted.diff"]


@pytest.mark.parametrize("is_thin", [False, True])
def test_11_unpushed_in_a_worktree_of_a_shallow_clone(
    repository, capture, files, git, tmp_path, is_thin, monkeypatch
):
    if is_thin:
        monkeypatch.setattr("ssvae.runs.source.snapshot.LARGEST_TREE", 100)
    for number in range(3):
        (repository / "history.py").write_text(f"h = {number}\n")
        git(repository, "add", ".")
        git(repository, "commit", "--quiet", "-m", "more")
    shallow, worktree = tmp_path / "shallow", tmp_path / "worktree"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", str(shallow))
    git(shallow, "worktree", "add", "--quiet", "-b", "idea", str(worktree))
    (worktree / "history.py").write_text("h = 'unpushed'\n")
    git(worktree, "commit", "--quiet", "-am", "unpushed")
    (worktree / "history.py").write_text("h = 'dirty'\n")
    git(worktree, "add", ".")
    source, restored = capture(worktree)
    assert files(restored.code) == files(worktree)
    assert git(restored.code, *STATUS) == git(worktree, *STATUS)
    assert (part(source)["branch"], part(source)["needs"] is not None) == ("idea", is_thin)


def test_12_an_unfinished_merge_and_what_the_index_hides(repository, capture, files, git):
    for name in ("overlooked.py", "skipped.py", "absent.py"):
        (repository / name).write_text("as committed\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "base")
    git(repository, "switch", "--quiet", "-c", "other")
    (repository / "src" / "ssvae" / "model.py").write_text("theirs\n")
    git(repository, "rm", "--quiet", "data.bin")
    (repository / "merged.py").write_text("merged\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "theirs")
    git(repository, "switch", "--quiet", "main")
    (repository / "src" / "ssvae" / "model.py").write_text("ours\n")
    (repository / "data.bin").write_bytes(b"ours")
    git(repository, "commit", "--quiet", "-am", "ours")
    git(repository, "merge", "other", check=False)
    assert b"<<<<<<<" in (repository / "src" / "ssvae" / "model.py").read_bytes()
    (repository / "intended.py").write_text("i = 1\n")
    git(repository, "add", "--intent-to-add", "intended.py")
    git(repository, "update-index", "--assume-unchanged", "overlooked.py")
    git(repository, "update-index", "--skip-worktree", "skipped.py", "absent.py")
    (repository / "overlooked.py").write_text("changed all the same\n")
    (repository / "skipped.py").write_text("changed as well\n")
    (repository / "absent.py").unlink()
    source, restored = capture(repository)
    assert files(restored.code) == files(repository)
    hidden = part(source)["paths"]["changed though git was told to overlook it"]
    assert hidden == ["overlooked.py", "skipped.py"]
    assert b"changed all the same" in source.files["uncommitted.diff"]


def test_what_a_sparse_checkout_leaves_out_is_not_deleted(repository, capture, files, git):
    git(repository, "sparse-checkout", "set", "--no-cone", "/*", "!/data.bin", "!/src/ssvae/model.py")
    assert not (repository / "data.bin").exists()
    source, restored = capture(repository)
    assert source.git.is_dirty is False
    assert "uncommitted.diff" not in source.files
    assert part(source)["passed_over"] == {"files that a sparse checkout leaves out": 2}
    assert files(restored.code) == files(repository)
    (repository / "run.sh").write_text("echo\n")
    capture_source.cache_clear()
    patch = capture_source(repository, repository).files["uncommitted.diff"]
    assert patch.startswith(b"# Not in this patch: 2 files that a sparse checkout leaves out\n")
    assert b"deleted file" not in patch
    assert b"+echo" in patch


def test_a_clean_tree_has_no_patch_and_the_bundle_is_a_repository(repository, capture, files, git, tmp_path):
    source, restored = capture(repository)
    assert set(source.files) == {"source.bundle"}
    assert source.git.is_dirty is False
    assert source.id == git(repository, "rev-parse", "HEAD^{tree}").decode().strip()
    assert git(restored.code, *STATUS) == b""
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(tmp_path / "run" / "provenance" / "source.bundle"), str(clone))
    assert files(clone) == files(repository)
    git(clone, "fsck", "--full", "--strict")


def test_a_repository_with_longer_names(tmp_path, capture, files, git):
    folder = tmp_path / "sha256"
    folder.mkdir()
    git(folder, "init", "--quiet", "--object-format=sha256")
    (folder / "a.py").write_text("a = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    (folder / "a.py").write_text("a = 2\n")
    source, restored = capture(folder)
    assert files(restored.code) == files(folder)
    assert git(restored.code, *STATUS) == git(folder, *STATUS)
    assert len(source.id) == 64


def test_what_is_restored_is_captured_as_the_same_code(repository, capture):
    (repository / "new.py").write_text("n = 1\n")
    source, restored = capture(repository)
    assert capture_source(restored.code, restored.code).id == source.id


def test_later_commits_change_nothing_of_what_was_captured(repository, tmp_path, files, git):
    (repository / "src" / "ssvae" / "model.py").write_text("y = 2\n")
    before = files(repository)
    provenance = tmp_path / "provenance"
    provenance.mkdir()
    write_source(provenance, capture_source(repository, repository))
    git(repository, "commit", "--quiet", "-am", "later")
    git(repository, "reset", "--quiet", "--hard", "HEAD~1")
    git(repository, "commit", "--quiet", "--amend", "-m", "rewritten")
    git(repository, "reflog", "expire", "--expire=now", "--all")
    git(repository, "gc", "--quiet", "--prune=now")
    assert files(restore_source(provenance, tmp_path / "restored").code) == before
