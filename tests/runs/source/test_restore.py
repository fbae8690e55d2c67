"""A record from a stranger unpacks nothing outside its folder and starts nothing."""

import gzip
import io
import json
import os
import tarfile

import pytest

from ssvae.errors import ProvenanceError
from ssvae.runs.source import capture_source, restore_source, write_source
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
        ("[]", "is damaged"),
        ('{"format": 2, "parts": []}', "has format 2, this version reads 1"),
        ('{"format": 1, "parts": [{}], "problems": []}', "is damaged"),
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


@pytest.mark.parametrize("path", [b".git/hooks/post-checkout", b"../out", b".GIT/config", b"a/.git/config"])
def test_a_bundle_writes_neither_outside_nor_into_gits_own_files(provenance, tmp_path, path):
    (provenance / "source.bundle").write_bytes(hostile({path: (FILE, b"x")}))
    with pytest.raises(ProvenanceError, match="could not be unpacked"):
        restore_source(provenance, tmp_path / "restored")
    assert not list(tmp_path.rglob("out"))


def test_nothing_of_what_is_restored_runs(provenance, tmp_path, settings):
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
    (provenance / "source.bundle").write_bytes(hostile(content | {b".gitmodules": (FILE, gitmodules)}))
    restored = restore_source(provenance, tmp_path / "restored")
    assert (restored.code / "a.txt").read_bytes() == b"one\n"
    assert not called.exists()


def test_a_link_that_leads_out_stays_a_link(provenance, tmp_path):
    (provenance / "source.bundle").write_bytes(hostile({b"out": (LINK, os.fsencode(tmp_path))}))
    assert os.readlink(restore_source(provenance, tmp_path / "restored").code / "out") == str(tmp_path)
    assert GITLINK
