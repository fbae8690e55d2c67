"""Git itself must accept and give back what is packed here."""

import os
import subprocess

import pytest

from ssvae.errors import ProvenanceError
from ssvae.runs.git_command import isolated
from ssvae.runs.source import pack
from ssvae.runs.source.bare import scratch_repository
from ssvae.runs.source.objects import FILE, Objects, object_name


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_every_size_comes_back(git, algorithm, monkeypatch):
    monkeypatch.setattr(pack, "_GROUP", 100_000)
    monkeypatch.setattr(pack, "_LARGE", 300_000)
    sizes = (
        0,
        1,
        2,
        3,
        15,
        16,
        127,
        128,
        2047,
        2048,
        16_511,
        16_512,
        0xFFFF,
        0x10000,
        0x10001,
        250_000,
        300_000,
    )
    contents = [bytes(index * 7 % 251 for index in range(size)) for size in sizes]
    objects = Objects(algorithm)
    names = [objects.add_blob(content) for content in contents]
    tree = objects.add_tree({b"deep/%d" % index: (FILE, name) for index, name in enumerate(names)})
    with scratch_repository(objects) as repository:
        for name, content in zip(names, contents, strict=True):
            found = subprocess.run(
                ["git", "cat-file", "blob", name],
                env=isolated(repository) | {"PATH": os.environ["PATH"]},
                capture_output=True,
                check=True,
            )
            assert found.stdout == content
        assert git(repository, "--git-dir=.", "ls-tree", "-r", "--name-only", tree).count(b"\n") == len(sizes)
    assert not repository.exists()


def test_many_small_files_are_smaller_than_one_by_one():
    objects = Objects()
    for number in range(500):
        objects.add_blob(b"def function_%d(argument):\n    return argument + %d\n" % (number, number))
    assert len(pack.pack_bytes(objects)) < 40 * 500


def test_names_are_those_of_git(git, tmp_path):
    (tmp_path / "a").write_bytes(b"content")
    name = git(tmp_path, "hash-object", "--no-filters", "a").decode().strip()
    assert object_name(b"blob", b"content") == name


def test_a_folder_sorts_as_git_sorts_it(git):
    objects = Objects()
    blob = objects.add_blob(b"x")
    tree = objects.add_tree(dict.fromkeys((b"a/x", b"a.b", b"a0", b"a-b"), (FILE, blob)))
    with scratch_repository(objects) as repository:
        git(repository, "--git-dir=.", "fsck", "--strict", "--no-dangling")
        assert git(repository, "--git-dir=.", "ls-tree", "--name-only", tree).split() == [
            b"a-b",
            b"a.b",
            b"a",
            b"a0",
        ]


@pytest.mark.parametrize("paths", [(b"a", b"a/b"), (b"a/b", b"a"), (b"a/b/c", b"a/b")])
def test_a_file_that_is_a_folder_too(paths):
    with pytest.raises(ProvenanceError, match="is a file and a folder at once"):
        Objects().add_tree(dict.fromkeys(paths, (FILE, "0" * 40)))
