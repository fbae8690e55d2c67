"""A record from a stranger unpacks nothing outside its folder and starts nothing."""

import gzip
import hashlib
import io
import json
import os
import tarfile

import pytest

from ssvae.errors import ProvenanceError
from ssvae.runs.source import capture_source, restore_source, write_source
from ssvae.runs.source.archive import archive_bytes, manifest_text
from ssvae.runs.source.objects import FILE, GITLINK, LINK, Objects
from ssvae.runs.source.pack import bundle_bytes, pack_bytes
from ssvae.runs.source.snapshot import SNAPSHOT


@pytest.fixture
def provenance(repository, tmp_path):
    folder = tmp_path / "provenance"
    folder.mkdir()
    write_source(folder, capture_source(repository, repository))
    return folder


@pytest.fixture
def change(provenance):
    """A function that changes the first part of source.json, and adds others."""

    def write(*others, **changes):
        facts = json.loads((provenance / "source.json").read_text())
        facts["parts"][0] |= changes
        facts["parts"] += [facts["parts"][0] | other for other in others]
        (provenance / "source.json").write_text(json.dumps(facts))

    return write


@pytest.mark.parametrize(
    "file", ["../source.bundle", "/etc/passwd", "a/b", "", "-x", ".hidden", 3, "source.bundle\n"]
)
def test_a_file_lies_in_the_record(provenance, change, tmp_path, file):
    change(file=file)
    with pytest.raises(ProvenanceError, match=r"names a file .* which no run writes"):
        restore_source(provenance, tmp_path / "restored")


@pytest.mark.parametrize(
    "path", ["../out", "/tmp/out", "a/../../out", ".git/hooks", "a/.GIT/x", "", None, "a//b", "a\\b"]
)
def test_a_submodule_lies_in_the_code(provenance, change, tmp_path, path):
    change({"role": "submodule", "path": path})
    with pytest.raises(ProvenanceError, match=r"names a path .* which no run writes"):
        restore_source(provenance, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


def test_a_submodule_does_not_follow_a_link(provenance, change, tmp_path, repository):
    (repository / "way").symlink_to(tmp_path)
    capture_source.cache_clear()
    write_source(provenance, capture_source(repository, repository))
    change({"role": "submodule", "path": "way/out"})
    with pytest.raises(ProvenanceError, match="puts a repository at way/out, which leads out of"):
        restore_source(provenance, tmp_path / "restored")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("folder", ["..", "/", "a/../.."])
def test_the_code_lies_in_the_folder(provenance, change, tmp_path, folder):
    change(folder=folder)
    with pytest.raises(ProvenanceError, match="names a folder"):
        restore_source(provenance, tmp_path / "restored")


@pytest.mark.parametrize("commit", ["--upload-pack=touch x", "HEAD", "abc", "A" * 40])
def test_a_commit_is_a_number(provenance, change, tmp_path, commit):
    change(needs=commit)
    with pytest.raises(ProvenanceError, match="names a commit"):
        restore_source(provenance, tmp_path / "restored")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read"),
        ("[]", "names no format"),
        ("[" * 10_000, "nested too deeply"),
        ("{" + '"a":[' * 900, "cannot be read"),
        ('{"format": 2, "parts": []}', "has format 2, this version reads 1"),
        ('{"format": 1, "problems": []}', "names no parts"),
        ('{"format": 1, "parts": 3, "problems": []}', "names parts 3, which no run writes"),
        ('{"format": 1, "parts": [{}], "problems": []}', "names a part without one of branch, "),
        ('{"format": 1, "parts": [], "problems": [3]}', "names 3 among the problems"),
        ('{"format": 1, "parts": [], "problems": []}', "names no part with the code of ssvae"),
        (None, "is not there: the code of this run was not captured"),
    ],
)
def test_a_record_that_is_none(provenance, tmp_path, content, message):
    if content is None:
        (provenance / "source.json").unlink()
    else:
        (provenance / "source.json").write_text(content)
    with pytest.raises(ProvenanceError, match=message):
        restore_source(provenance, tmp_path / "restored")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tree": 3}, "names a tree 3"),
        ({"tree": "HEAD"}, "names a tree 'HEAD'"),
        ({"tree": None}, "names no tree for the role ssvae"),
        ({"commit": 3}, "names a commit 3"),
        ({"root": ["/"]}, r"names a root \['/'\]"),
        ({"root": "a\0b"}, "names a root"),
        ({"branch": {}}, "names a branch {}"),
        ({"kind": "zip"}, "names a kind 'zip'"),
        ({"role": []}, r"names a role \[\]"),
        ({"role": "project"}, "names a place 'ssvae' for the role project"),
        ({"path": "a"}, "names a path 'a'"),
        ({"remotes": "x"}, "names remotes 'x'"),
        ({"remotes": [1]}, "names 1 among the remotes"),
        ({"left_out": [[]]}, r"names a file left out \[\]"),
        ({"left_out": [{"path": 1, "reason": "x"}]}, "names a file left out"),
        ({"tree": "x" * 10**6}, r"names a tree 'x+\.\.\.x+', which"),
    ],
)
def test_every_field_is_of_its_kind(provenance, change, tmp_path, changes, message):
    change(**changes)
    with pytest.raises(ProvenanceError, match=message):
        restore_source(provenance, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({}, "names two parts in 'ssvae'"),
        (
            {"role": "submodule", "within": "project", "path": "a"},
            "a submodule in project, which is not there",
        ),
    ],
)
def test_parts_fit_together(provenance, change, tmp_path, other, message):
    change(other)
    with pytest.raises(ProvenanceError, match=message):
        restore_source(provenance, tmp_path / "restored")


def test_a_record_that_is_a_pipe_or_leads_elsewhere_is_not_read(provenance, tmp_path):
    facts = provenance / "source.json"
    facts.rename(tmp_path / "elsewhere.json")
    facts.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(ProvenanceError, match="leads outside"):
        restore_source(provenance, tmp_path / "first")
    facts.unlink()
    os.mkfifo(facts)
    with pytest.raises(ProvenanceError, match="no ordinary file"):
        restore_source(provenance, tmp_path / "second")


def test_a_bundle_that_was_replaced_is_refused(provenance, tmp_path):
    (provenance / "source.bundle").write_bytes(hostile({b"README.md": (FILE, b"nothing else")}))
    with pytest.raises(
        ProvenanceError, match=r"does not hold the files .* source\.json names .* was replaced"
    ):
        restore_source(provenance, tmp_path / "restored")
    assert not (tmp_path / "restored" / "code" / "README.md").exists()


def test_an_archive_that_was_replaced_is_refused(provenance, change, tmp_path):
    files = {"ssvae/__init__.py": b"x = 1\n"}
    change(
        kind="archive", file="source.tar.gz", tree=hashlib.sha256(manifest_text(files).encode()).hexdigest()
    )
    (provenance / "source.tar.gz").write_bytes(archive_bytes(files))
    assert restore_source(provenance, tmp_path / "first").code.is_dir()
    (provenance / "source.tar.gz").write_bytes(archive_bytes(files | {"ssvae/a.py": b""}))
    with pytest.raises(ProvenanceError, match="does not hold the files of the run: their manifest"):
        restore_source(provenance, tmp_path / "second")
    assert not list((tmp_path / "second" / "code").iterdir())


@pytest.mark.parametrize("folder", ["out", "out/below", "nowhere", "a.txt"])
def test_a_folder_that_is_a_link_outwards_or_none_is_not_used(provenance, strange, tmp_path, folder):
    (tmp_path / "outside" / "below").mkdir(parents=True)
    link = os.fsencode(tmp_path / "outside")
    strange({b"out": (LINK, link), b"a.txt": (FILE, b"x")}, folder=folder)
    with pytest.raises(
        ProvenanceError, match=f"names the folder {folder} in source.bundle, which is no folder"
    ):
        restore_source(provenance, tmp_path / "restored")


def test_without_git_a_bundle_says_what_it_needs(provenance, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ProvenanceError, match=r"Restoring .*source\.bundle needs git, which is not installed"
    ):
        restore_source(provenance, tmp_path / "restored")


def test_a_commit_that_is_needed_is_looked_for_in_the_whole_clone(
    provenance, change, tmp_path, repository, git
):
    commit = git(repository, "rev-parse", "HEAD").decode().strip()
    change(needs=commit)
    with pytest.raises(ProvenanceError, match="Type the command again inside a clone that has this commit"):
        restore_source(provenance, tmp_path / "first")
    within = repository / "src" / "ssvae"
    assert (restore_source(provenance, tmp_path / "second", (within,)).code / "data.bin").is_file()


def test_a_bundle_that_is_absent_cut_off_or_none(provenance, tmp_path):
    bundle = (provenance / "source.bundle").read_bytes()
    (provenance / "source.bundle").write_bytes(bundle[:-50])
    with pytest.raises(ProvenanceError, match=r"source\.bundle could not be unpacked"):
        restore_source(provenance, tmp_path / "first")
    (provenance / "source.bundle").write_bytes(b"hello\n\n")
    with pytest.raises(ProvenanceError, match="is no bundle that a run wrote"):
        restore_source(provenance, tmp_path / "second")
    (provenance / "source.bundle").unlink()
    with pytest.raises(ProvenanceError, match="is not there, but"):
        restore_source(provenance, tmp_path / "third")


def test_a_folder_that_is_not_empty_is_left_alone(provenance, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    with pytest.raises(ProvenanceError, match="is not empty"):
        restore_source(provenance, tmp_path / "full")


def archive(*members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, kind, link in members:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, link
            entry.size = 1 if kind == tarfile.REGTYPE else 0
            tar.addfile(entry, io.BytesIO(b"x"))
    return gzip.compress(packed.getvalue())


@pytest.mark.parametrize(
    "member",
    [
        ("../out", tarfile.REGTYPE, ""),
        ("/tmp/out", tarfile.REGTYPE, ""),
        ("link", tarfile.SYMTYPE, "/etc"),
        ("hard", tarfile.LNKTYPE, "/etc/passwd"),
        ("pipe", tarfile.FIFOTYPE, ""),
        (".git/config", tarfile.REGTYPE, ""),
    ],
)
def test_an_archive_holds_plain_files_only(provenance, change, tmp_path, member):
    change(kind="archive", file="source.tar.gz")
    (provenance / "source.tar.gz").write_bytes(archive(member))
    with pytest.raises(ProvenanceError, match="which no run writes there"):
        restore_source(provenance, tmp_path / "restored")
    assert not (tmp_path / "out").exists()


def test_an_archive_that_is_none(provenance, change, tmp_path):
    change(kind="archive", file="source.tar.gz")
    (provenance / "source.tar.gz").write_bytes(b"no archive")
    with pytest.raises(ProvenanceError, match="is damaged"):
        restore_source(provenance, tmp_path / "restored")


def hostile(listing):
    objects = Objects()
    named = {path: (mode, objects.add_blob(content)) for path, (mode, content) in listing.items()}
    commit = objects.add_commit(objects.add_tree(named), (), "x")
    return bundle_bytes(pack_bytes(objects), "sha1", {"HEAD": commit, SNAPSHOT: commit})


@pytest.fixture
def strange(provenance, change):
    """A function that puts a stranger's bundle there, whose tree source.json names."""

    def write(listing, **changes):
        objects = Objects()
        tree = objects.add_tree(
            {path: (mode, objects.add_blob(content)) for path, (mode, content) in listing.items()}
        )
        (provenance / "source.bundle").write_bytes(hostile(listing))
        change(tree=tree, **changes)

    return write


@pytest.mark.parametrize("path", [b".git/hooks/post-checkout", b"../out", b".GIT/config", b"a/.git/config"])
def test_a_bundle_writes_neither_outside_nor_into_gits_own_files(provenance, strange, tmp_path, path):
    strange({path: (FILE, b"x")})
    with pytest.raises(ProvenanceError, match="could not be unpacked"):
        restore_source(provenance, tmp_path / "restored")
    assert not list(tmp_path.rglob("out"))


def test_nothing_of_what_is_restored_runs(provenance, strange, tmp_path, settings):
    called, script = tmp_path / "called", tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {called}\ncat\n")
    script.chmod(0o755)
    with open(settings, "a") as file:  # the user has filters and hooks; the stranger asks for them
        file.write(f'[filter "x"]\n\tsmudge = {script}\n\tclean = {script}\n[core]\n\tfsmonitor = {script}\n')
        file.write(f"\thooksPath = {tmp_path / 'hooks'}\n[init]\n\ttemplateDir = {tmp_path / 'template'}\n")
    for hooks in (tmp_path / "hooks", tmp_path / "template" / "hooks"):
        hooks.mkdir(parents=True)
        for name in ("post-checkout", "post-index-change", "reference-transaction"):
            (hooks / name).write_bytes(script.read_bytes())
            (hooks / name).chmod(0o755)
    gitmodules = f'[submodule "x"]\n\tpath = x\n\turl = ext::{script}\n'.encode()
    content = {b".gitattributes": (FILE, b"* filter=x text eol=crlf\n"), b"a.txt": (FILE, b"one\n")}
    strange(content | {b".gitmodules": (FILE, gitmodules)})
    restored = restore_source(provenance, tmp_path / "restored")
    assert (restored.code / "a.txt").read_bytes() == b"one\n"
    assert not called.exists()


def test_a_link_that_leads_out_stays_a_link(provenance, strange, tmp_path):
    strange({b"out": (LINK, os.fsencode(tmp_path))})
    assert os.readlink(restore_source(provenance, tmp_path / "restored").code / "out") == str(tmp_path)
    assert GITLINK
