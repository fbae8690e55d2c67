"""What is captured where there is more, or less, than one healthy repository."""

import hashlib
import importlib
import io
import os
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

import ssvae
from ssvae.errors import ProvenanceError, RunDirectoryError
from ssvae.plugins import load_plugins
from ssvae.runs.git import GitFacts
from ssvae.runs.source import capture_source, restore_source, write_source


def part(source, role="ssvae"):
    return next((part for part in source.facts["parts"] if part["role"] == role), None)


def left_out(source, role="ssvae"):
    return {item["path"]: item for item in part(source, role)["left_out"]}


@pytest.fixture
def package(tmp_path):
    """ssvae as it is installed, outside any repository."""
    folder = tmp_path / "site-packages" / "ssvae"
    (folder / "conf").mkdir(parents=True)
    (folder / "__pycache__").mkdir()
    (folder / "__init__.py").write_text("x = 1\n")
    (folder / "conf" / "config.yaml").write_text("seed: 0\n")
    (folder / "__pycache__" / "x.pyc").write_bytes(b"compiled")
    return folder


@pytest.fixture
def written(tmp_path):
    """A function that writes a source into a new folder."""

    def write(source, name="provenance"):
        folder = tmp_path / name
        folder.mkdir()
        write_source(folder, source)
        return folder

    return write


def test_installed_outside_a_repository(package, tmp_path, written):
    source = capture_source(package, tmp_path)
    assert set(source.files) == {"source.tar.gz", "source_manifest.txt"}
    assert source.git == GitFacts(problem=f"{package} is not in a git repository")
    assert source.facts["problems"] == []
    digest = hashlib.sha256(b"x = 1\n").hexdigest()
    assert source.files["source_manifest.txt"].decode().splitlines()[0] == f"{digest}  ssvae/__init__.py"
    assert source.id == hashlib.sha256(source.files["source_manifest.txt"]).hexdigest()
    restored = restore_source(written(source), tmp_path / "restored")
    names = {
        path.relative_to(restored.code).as_posix() for path in restored.code.rglob("*") if path.is_file()
    }
    assert names == {"ssvae/__init__.py", "ssvae/conf/config.yaml"}


def test_the_archive_depends_on_contents_only(package, tmp_path):
    first = capture_source(package, tmp_path).files
    os.utime(package / "__init__.py", (1, 1))
    capture_source.cache_clear()
    assert capture_source(package, tmp_path).files == first


def test_an_unpacked_clone_brings_its_conf(tmp_path):
    clone = tmp_path / "ssvae-main"
    (clone / "src" / "ssvae").mkdir(parents=True)
    (clone / "conf" / "model").mkdir(parents=True)
    (clone / "src" / "ssvae" / "__init__.py").touch()
    (clone / "conf" / "model" / "mixture.yaml").touch()
    (clone / "data.npz").touch()
    source = capture_source(clone, clone)
    with tarfile.open(fileobj=io.BytesIO(source.files["source.tar.gz"])) as archive:
        assert archive.getnames() == ["ssvae/__init__.py", "ssvae/conf/model/mixture.yaml"]


def test_without_git_the_package_that_runs_is_captured(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    source = capture_source(tmp_path, tmp_path)
    assert source.git.problem == "git is not installed"
    assert ssvae.__file__
    assert b"  ssvae/runs/source/capture.py\n" in source.files["source_manifest.txt"]


def test_a_folder_of_the_repository_that_git_does_not_track_is_no_part_of_it(repository, package, tmp_path):
    inside = repository / "results" / "site-packages"
    package.parent.rename(inside)
    source = capture_source(inside / "ssvae", repository)
    assert part(source)["kind"] == "archive"
    assert part(source, "project")["file"] == "project.bundle"
    assert source.git.commit_full == part(source, "project")["commit"]


def test_used_from_somebody_elses_repository_both_are_recorded(
    repository, package, tmp_path, git, files, written
):
    theirs = tmp_path / "theirs"
    (theirs / "studies").mkdir(parents=True)
    git(theirs, "init", "--quiet")
    (theirs / "studies" / "analysis.py").write_text("a = 1\n")
    git(theirs, "add", ".")
    git(theirs, "commit", "--quiet", "-m", "theirs")
    (theirs / "studies" / "analysis.py").write_text("a = 2\n")

    installed = capture_source(package, theirs / "studies")
    assert set(installed.files) == {"source.tar.gz", "source_manifest.txt", "project.bundle", "project.diff"}
    assert (installed.git.commit_full, installed.git.is_dirty) == (part(installed, "project")["commit"], True)

    cloned = capture_source(repository, theirs / "studies")
    assert set(cloned.files) == {"source.bundle", "project.bundle", "project.diff"}
    assert (cloned.git.commit_full, cloned.git.is_dirty) == (part(cloned)["commit"], False)
    restored = restore_source(written(cloned), tmp_path / "restored")
    assert files(restored.code) == files(repository)
    assert (restored.project / "analysis.py").read_text() == "a = 2\n"


def test_a_folder_inside_the_repository_is_found_again(repository, tmp_path, written):
    source = capture_source(repository / "src" / "ssvae", repository)
    assert part(source)["folder"] == "src/ssvae"
    assert (restore_source(written(source), tmp_path / "restored").code / "model.py").is_file()


def test_large_tracked_files_make_a_bundle_that_stands_on_the_commit(
    repository, tmp_path, files, written, git, monkeypatch
):
    monkeypatch.setattr("ssvae.runs.source.snapshot.LARGEST_TREE", 100)
    (repository / "src" / "ssvae" / "model.py").write_text("y = 2\n")
    source = capture_source(repository, repository)
    provenance = written(source)
    assert part(source)["needs"] == part(source)["commit"]
    assert part(source)["root"] == str(repository)
    assert len(source.files["source.bundle"]) < 2000
    assert files(restore_source(provenance, tmp_path / "restored").code) == files(repository)

    before, moved = files(repository), tmp_path / "moved"
    repository.rename(moved)
    with pytest.raises(
        ProvenanceError, match=rf"stands on commit {part(source)['commit']}, which was not found\."
    ):
        restore_source(provenance, tmp_path / "again")
    assert files(restore_source(provenance, tmp_path / "third", [tmp_path, moved]).code) == before


def test_large_files_are_listed_with_their_hash(repository, tmp_path, monkeypatch, written):
    monkeypatch.setattr("ssvae.runs.source.left_out.LARGEST_FILE", 1000)
    (repository / "data.bin").write_bytes(b"d" * 2000)
    (repository / "new.bin").write_bytes(b"n" * 2000)
    (repository / "small.bin").write_bytes(b"n" * 900)
    source = capture_source(repository, repository)
    digest = hashlib.sha256(b"n" * 2000).hexdigest()
    assert left_out(source)["new.bin"] == {
        "path": "new.bin",
        "bytes": 2000,
        "sha256": digest,
        "reason": "it has more than 1,000 bytes",
    }
    assert set(left_out(source)) == {"data.bin", "new.bin"}
    assert b"# Not in this patch: new.bin: it has more than 1,000 bytes\n" in source.files["uncommitted.diff"]
    restored = restore_source(written(source), tmp_path / "restored")
    assert not (restored.code / "new.bin").exists()
    assert "data.bin is not there: it has more than 1,000 bytes." in restored.notes


def test_a_hash_that_takes_too_long_is_missed_aloud(repository, monkeypatch):
    monkeypatch.setattr("ssvae.runs.source.left_out.LARGEST_FILE", 1000)
    monkeypatch.setattr("ssvae.runs.source.left_out.LARGEST_HASHED", 1999)
    (repository / "new.bin").write_bytes(b"n" * 2000)
    found = left_out(capture_source(repository, repository))["new.bin"]
    assert found["sha256"] is None
    assert found["reason"] == "it has more than 1,000 bytes; its SHA-256 was not computed"


def test_large_trees_are_judged_by_their_sizes_and_unpushed_commits_told(
    repository, tmp_path, git, monkeypatch
):
    reads = []
    monkeypatch.setattr("ssvae.runs.source.snapshot.LARGEST_TREE", 100)
    monkeypatch.setattr(
        "ssvae.runs.source.worktree._Reader._read_unchanged", lambda self, path, *entry: reads.append(path)
    )
    source = capture_source(repository, repository)
    assert reads == []
    assert source.facts["problems"] == [
        "repository is too large to be captured whole, so that the record stands on commit "
        f"{part(source)['commit']}, which no branch of a remote contains: push it, or the code cannot be restored "
        "elsewhere."
    ]
    git(tmp_path, "init", "--quiet", "--bare", "remote")
    git(repository, "push", "--quiet", str(tmp_path / "remote"), "HEAD:refs/heads/main")
    git(repository, "remote", "add", "origin", str(tmp_path / "remote"))
    git(repository, "fetch", "--quiet", "origin")
    capture_source.cache_clear()
    assert capture_source(repository, repository).facts["problems"] == []


def make_run(folder, *, is_new=False):
    """What a run leaves; a new one has nothing but its state and what Hydra writes."""
    (folder / ".hydra").mkdir(parents=True)
    (folder / ".hydra" / "overrides.yaml").write_text("- seed=1\n")
    (folder / "state.json").write_text("{}")
    if not is_new:
        (folder / "config.yaml").write_text("seed: 1\n")
        (folder / "provenance").mkdir()
        (folder / "provenance" / "source.bundle").write_bytes(os.urandom(5000))


@pytest.fixture
def theirs(tmp_path, git):
    """A user's own repository, which ignores nothing."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "analysis.py").write_text("a = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "theirs")
    return folder


def test_runs_that_nobody_ignores_are_no_part_of_later_ones(package, theirs):
    sizes = set()
    for number, name in enumerate(("results/one", "results/two", "mine", "sweeps/x/0"), start=1):
        if name.startswith("sweeps"):
            (theirs / "sweeps" / "x").mkdir(parents=True)
            (theirs / "sweeps" / "x" / "multirun.yaml").write_text("hydra: {}\n")
        make_run(theirs / name, is_new=True)
        capture_source.cache_clear()
        source = capture_source(package, theirs)
        sizes.add(len(source.files["project.bundle"]))
        assert source.git.is_dirty is False
        assert part(source, "project")["passed_over"] == {"folders of runs": number}
        assert (part(source, "project")["left_out"], part(source, "project")["paths"]) == ([], {})
        shutil.rmtree(theirs / name)
        make_run(theirs / name)
    assert len(sizes) == 1
    (theirs / "analysis.py").write_text("a = 2\n")
    capture_source.cache_clear()
    assert capture_source(package, theirs).git.is_dirty is True


@pytest.mark.parametrize(
    ("begins", "is_sweep"), [("sweep:\n  sweep_id: x\n", True), ("sweep:\n  - a\n", False)]
)
def test_a_sweep_that_was_killed_before_its_first_job_is_no_code(package, theirs, begins, is_sweep):
    (theirs / "sweeps" / "x").mkdir(parents=True)
    (theirs / "sweeps" / "x" / "sweep.yaml").write_text(begins)
    assert capture_source(package, theirs).git.is_dirty is not is_sweep


def test_many_files_are_captured_until_it_is_too_much(repository, monkeypatch):
    monkeypatch.setattr("ssvae.runs.source.left_out.LARGEST_TOTAL", 1500)
    for number in range(4):
        (repository / f"{number}.bin").write_bytes(b"d" * 700)
    assert set(left_out(capture_source(repository, repository))) == {"2.bin", "3.bin"}


SECRETS = [
    ".env",
    ".env.local",
    "server.pem",
    "deploy.key",
    "id_rsa",
    ".netrc",
    "credentials.json",
    ".aws/config",
    "hf.token",
    *("password", "secrets/key.json", "my_secrets.yaml", "state.tfstate"),
]


def test_files_named_like_secrets_are_listed_without_hash(repository, tmp_path, git, written):
    for name in SECRETS:
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text("ignored, private")
    for name in ("environment.yml", "keys.py", ".env.example", "tokenizer.json", "id_rsa.pub"):
        (repository / name).write_text("harmless")
    git(repository, "add", "server.pem")
    source = capture_source(repository, repository)
    assert set(left_out(source)) == set(SECRETS)
    reasons = {(item["sha256"], item["reason"]) for item in left_out(source).values()}
    assert reasons == {(None, "its name looks like a secret")}
    restored = restore_source(written(source), tmp_path / "restored")
    staged = git(restored.code, "ls-files").decode().split("\n")
    assert "server.pem" not in staged
    assert b"ignored, private" not in git(restored.code, "cat-file", "--batch-all-objects", "--batch")
    assert b"ignored, private" not in source.files["uncommitted.diff"]
    assert source.facts["problems"] == ["The staged version of server.pem is not captured."]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_listed(repository):
    (repository / "locked.py").write_text("x")
    (repository / "locked.py").chmod(0)
    assert left_out(capture_source(repository, repository))["locked.py"]["reason"].startswith(
        "it could not be read"
    )


def test_extras_outside_every_repository(repository, tmp_path, written):
    conf_d, plugin = tmp_path / "here" / "conf.d", tmp_path / "my_parts.py"
    (conf_d / "prior").mkdir(parents=True)
    (conf_d / "prior" / "toy.yaml").write_text("name: toy\n")
    (conf_d / ".env").write_text("KEY=1")
    plugin.write_text("p = 1\n")
    (repository / "results" / "extra.yaml").touch()
    extras = (conf_d, plugin, repository / "src", repository / "results", tmp_path / "absent")
    source = capture_source(repository, repository, extras)
    assert set(left_out(source, "extra")) == {"conf.d/.env", "results"}
    restored = restore_source(written(source), tmp_path / "restored")
    assert (restored.extra / "conf.d" / "prior" / "toy.yaml").read_text() == "name: toy\n"
    assert (restored.extra / "my_parts.py").read_text() == "p = 1\n"


def test_extras_keep_their_place_in_the_working_folder(repository, tmp_path, written):
    here = tmp_path / "here"
    for place in (here / "a" / "parts.py", here / "b" / "parts.py", tmp_path / "away" / "a" / "parts.py"):
        place.parent.mkdir(parents=True)
        place.write_text(f"{place.parent.name}\n")
    extras = (tmp_path / "away" / "a", here / "a" / "parts.py", here / "b")
    source = capture_source(repository, here, extras)
    restored = restore_source(written(source), tmp_path / "restored")
    found = {p.relative_to(restored.extra).as_posix() for p in restored.extra.rglob("*") if p.is_file()}
    assert found == {"a/parts.py", "b/parts.py", "a2/parts.py"}


def test_an_empty_folder_and_the_settings_of_a_run_are_nothing_to_warn_of(repository):
    (repository / "conf.d").mkdir()
    make_run(repository / "results" / "old")
    extras = (repository / "conf.d", repository / "results" / "old" / "config.yaml")
    source = capture_source(repository, repository, extras)
    assert part(source, "extra") is None
    assert source.facts["problems"] == []


class TestPlugins:
    @pytest.fixture
    def identity(self, repository, monkeypatch):
        """A function that gives the identity of the code with the plugins that are named, as another process would."""

        def identify(*names):
            monkeypatch.setenv("SSVAE_PLUGINS", ",".join(names))
            for name in names:
                for module in {name.partition(".")[0], name}:
                    monkeypatch.delitem(sys.modules, module, raising=False)
            importlib.invalidate_caches()
            load_plugins()
            capture_source.cache_clear()
            return capture_source(repository, repository).id

        return identify

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path, monkeypatch):
        folder = tmp_path / "mine"
        (folder / "my_package").mkdir(parents=True)
        (folder / "my_package" / "__init__.py").touch()
        (folder / "my_package" / "priors.py").write_text("p = 1\n")
        (folder / "my_parts.py").write_text("p = 1\n")
        monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        return folder

    def test_they_are_part_of_the_identity(self, repository, identity):
        without = identity()
        assert without == part(capture_source(repository, repository))["tree"]
        assert len({without, identity("my_parts"), identity("my_parts", "my_package.priors")}) == 3
        assert identity("my_parts") == identity("my_parts")

    @pytest.mark.parametrize(
        "file", ["my_parts.py", "neighbor.py", "my_package/priors.py", "my_package/layers.py"]
    )
    def test_whatever_is_changed_in_one_makes_it_other_code(self, identity, folder, file):
        before = identity("my_parts", "my_package.priors")
        (folder / file).write_text("p = 2 * 3\n")
        assert identity("my_parts", "my_package.priors") != before

    def test_of_a_name_that_distributions_share_the_part_of_the_plugin_counts(
        self, identity, tmp_path, monkeypatch
    ):
        for part, module in (("a", "other"), ("b", "mine")):
            place = tmp_path / part / "shared_name" / module
            place.mkdir(parents=True)
            (place / "__init__.py").write_text("p = 1\n")
            monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / part)])
        before = identity("shared_name.mine")
        (tmp_path / "a" / "shared_name" / "other" / "__init__.py").write_text("another distribution")
        assert identity("shared_name.mine") == before
        (tmp_path / "b" / "shared_name" / "mine" / "__init__.py").write_text("p = 2 * 3\n")
        assert identity("shared_name.mine") != before

    def test_neighbors_with_odd_names_or_that_cannot_be_read_stop_nothing(self, identity, folder):
        before = identity("my_parts")
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.py")).write_text("x = 1\n")
        (folder / "gone.py").symlink_to(folder / "nowhere.py")
        assert identity("my_parts") != before

    def test_where_they_lie_and_what_is_no_python_does_not_count(self, identity, folder, monkeypatch):
        before = identity("my_package")
        (folder / "my_package" / "notes.txt").write_text("x")
        (folder / "neighbor.py").write_text("no neighbor of the modules of a package")
        shutil.move(folder, moved := folder.with_name("moved"))
        monkeypatch.setattr(sys, "path", [*sys.path, str(moved)])
        assert identity("my_package") == before


def test_what_a_hook_sets_does_not_count(repository, tmp_path, monkeypatch):
    expected = capture_source(repository, repository)
    capture_source.cache_clear()
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.worktree=/nowhere'")
    assert capture_source(repository, repository) == expected


def test_what_the_user_set_up_does_not_count(repository, tmp_path, settings, files, capture, git):
    called = tmp_path / "called"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {called}\n")
    script.chmod(0o755)
    with open(settings, "a") as file:
        file.write(
            f"[core]\n\tfsmonitor = {script}\n\thooksPath = {tmp_path}\n\tquotePath = true\n\tpager = {script}\n"
            f"[diff]\n\texternal = {script}\n\tnoprefix = true\n\tmnemonicPrefix = true\n[commit]\n\tgpgSign = true\n"
            f"[gpg]\n\tprogram = {script}\n[color]\n\tui = always\n"
            "[status]\n\tshowUntrackedFiles = no\n\trelativePaths = true\n\tshort = true\n\tbranch = false\n"
        )
    (repository / "ünï.py").write_text("u = 1\n")
    git(repository, "config", "core.fsmonitor", "false")  # for the calls of this test
    before = capture_source(repository, repository)
    git(repository, "config", "--unset", "core.fsmonitor")
    capture_source.cache_clear()
    assert capture_source(repository, repository) == before
    assert b"a/\xc3\xbcn\xc3\xaf.py" in before.files["uncommitted.diff"]
    assert not called.exists()


def test_a_lock_of_another_git_is_no_obstacle(repository, files, tmp_path, written):
    (repository / ".git" / "index.lock").touch()
    (repository / "new.py").write_text("n = 1\n")
    source = capture_source(repository, repository)
    assert (repository / ".git" / "index.lock").exists()
    assert (restore_source(written(source), tmp_path / "restored").code / "new.py").is_file()


def test_a_damaged_repository_falls_back_to_the_package_and_says_so(repository, git):
    (repository / ".git" / "index").write_bytes(b"DIRC, but no more")
    source = capture_source(repository, repository)
    assert part(source)["kind"] == "archive"
    assert len(source.facts["problems"]) == 1
    assert f"The repository of {repository} could not be captured: " in source.facts["problems"][0]
    assert source.git.problem in source.facts["problems"][0]


def test_objects_that_are_lost_do_not_hurt_what_is_on_the_disk(repository, git, files, tmp_path, written):
    lost = git(repository, "rev-parse", "HEAD:src/ssvae/model.py").decode().strip()
    (repository / "src" / "ssvae" / "model.py").write_text("y = 2\n")
    (repository / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    source = capture_source(repository, repository)
    assert files(restore_source(written(source), tmp_path / "restored").code) == files(repository)
    assert any("too large or not in this repository" in problem for problem in source.facts["problems"])


def test_a_git_that_hangs(repository, tmp_path, monkeypatch):
    (tmp_path / "git").write_text("#!/bin/sh\nexec sleep 5\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    monkeypatch.setattr("ssvae.runs.git_command._TIMEOUT", 0.1)
    source = capture_source(repository, repository)
    assert source.facts["problems"] == [
        f"The repository of {repository} could not be captured: git did not answer within 0.1 s"
    ]


def test_remotes_are_recorded_without_credentials(repository, git):
    git(repository, "remote", "add", "origin", "https://me:hunter2@example.org/x.git")
    git(repository, "remote", "add", "backup", "git@example.org:x.git")
    git(repository, "remote", "add", "server", "me:hunter2@example.org:y.git")
    source = capture_source(repository, repository)
    assert set(part(source)["remotes"]) == {
        *("https://example.org/x.git", "git@example.org:x.git", "me@example.org:y.git"),
    }


def test_once_per_process(repository):
    first = capture_source(repository, repository)
    (repository / "later.py").touch()
    assert capture_source(repository, repository) is first


def test_a_folder_that_is_gone_is_told(repository, tmp_path):
    with pytest.raises(RunDirectoryError, match="gone"):
        write_source(tmp_path / "gone", capture_source(repository, repository))


def test_without_room_for_temporary_files_only_the_patch_is_missed(
    repository, tmp_path, monkeypatch, written
):
    (repository / "run.sh").write_text("echo\n")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    source = capture_source(repository, repository)
    monkeypatch.undo()
    assert source.files["uncommitted.diff"].startswith(b"# No patch: ")
    assert (restore_source(written(source), tmp_path / "restored").code / "run.sh").read_text() == "echo\n"
