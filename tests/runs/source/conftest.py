"""What the tests of this room share: repositories of their own, and proof that nothing in them is touched."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from ssvae.runs.source import capture_source, restore_source, write_source


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    """Git behaves alike, whatever the settings of whoever runs the tests; nothing captured before is remembered."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    config = tmp_path / "gitconfig"
    config.write_text(
        "[user]\n\tname = A Researcher\n\temail = researcher@example.org\n[gc]\n\tauto = 0\n"
        '[protocol "file"]\n\tallow = always\n[init]\n\tdefaultBranch = main\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    capture_source.cache_clear()
    yield config
    capture_source.cache_clear()


@pytest.fixture
def git():
    """A function that calls git in a folder and gives what it prints."""

    def call(folder, *arguments, check=True):
        done = subprocess.run(["git", *arguments], cwd=folder, check=check, capture_output=True)
        return done.stdout

    return call


@pytest.fixture
def repository(tmp_path, git):
    """One commit: texts, a binary file, a link, a program, and results/ and secret.env ignored."""
    folder = tmp_path / "repository"
    (folder / "src" / "ssvae").mkdir(parents=True)
    git(folder, "init", "--quiet")
    (folder / "src" / "ssvae" / "__init__.py").write_text("x = 1\n")
    (folder / "src" / "ssvae" / "model.py").write_text("y = 1\n" * 50)
    (folder / "data.bin").write_bytes(bytes(range(256)) * 4)
    (folder / "empty.txt").touch()
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("src/ssvae/model.py")
    (folder / ".gitignore").write_text("results/\nsecret.env\n*.ignored\n")
    (folder / "results").mkdir()
    (folder / "results" / "metrics.csv").write_text("ignored, private")
    (folder / "secret.env").write_text("KEY=ignored, private")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    return folder


@pytest.fixture
def files(git):
    """A function: every file that git does not ignore, as path → what it is, its bits, its bytes."""

    def look(folder):
        found = {}
        for above, folders, names in os.walk(os.fsencode(folder)):
            folders[:] = [name for name in folders if name != b".git"]
            links = [name for name in folders if os.path.islink(os.path.join(above, name))]
            for name in (*names, *links):
                path = os.path.join(above, name)
                if name != b".git":
                    found[os.path.relpath(path, os.fsencode(folder))] = _described(path)
        ignored = git(folder, "ls-files", "-z", "--others", "--ignored", "--exclude-standard").split(b"\0")
        return {path: what for path, what in found.items() if path not in ignored}

    return look


def _described(path):
    if os.path.islink(path):
        return "link", os.readlink(path)
    with open(path, "rb") as file:
        return "program" if os.stat(path).st_mode & 0o100 else "file", file.read()


@pytest.fixture
def untouched(git):
    """A function that describes all of a repository that a capture must leave alone."""

    def describe(folder):
        inside = os.fsdecode(git(folder, "rev-parse", "--absolute-git-dir")).strip()
        common = os.path.join(folder, os.fsdecode(git(folder, "rev-parse", "--git-common-dir")).strip())
        found = {}
        for top in {inside, os.path.realpath(common)}:
            for above, _, names in os.walk(top):
                for name in names:
                    path = os.path.join(above, name)
                    status = os.stat(path)
                    content = Path(path).read_bytes()
                    found[path] = (status.st_mtime_ns, status.st_size, hashlib.sha256(content).hexdigest())
        quiet = ("--no-optional-locks", "status", "--porcelain=v2", "-z")
        return (
            found,
            git(folder, *quiet),
            git(folder, "for-each-ref"),
            git(folder, "rev-parse", "HEAD", check=False),
        )

    return describe


@pytest.fixture
def capture(tmp_path, untouched, git):
    """A function that captures a repository, proves that nothing in it changed, and restores it elsewhere."""

    def both(folder, **arguments):
        before = untouched(folder)
        source = capture_source(folder, folder, **arguments)
        assert untouched(folder) == before
        provenance = tmp_path / "run" / "provenance"
        provenance.mkdir(parents=True)
        write_source(provenance, source)
        restored = restore_source(provenance, tmp_path / "restored")
        every_object = ("cat-file", "--batch-all-objects", "--batch", "--buffer")
        stored = [git(inner.parent, *every_object) for inner in (tmp_path / "restored").rglob(".git")]
        assert stored
        assert not any(b"ignored, private" in objects for objects in stored)
        return source, restored

    return both
