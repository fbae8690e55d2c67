import os
import subprocess
import sys
from datetime import datetime

import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.directory import claim_directory, claim_exact, slug
from ssvae.runs.lifecycle.state import write_state

NOW = datetime(2026, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mixture_ablation-kl0.5", "mixture_ablation-kl0.5"),
        ("Über β=0.5 / try 2", "Uber_0.5_try_2"),
        ("../../etc/passwd", "etc_passwd"),
        ("--help", "help"),
        (".hidden", "hidden"),
        ("数字", "run"),
        ("", "run"),
        ("a" * 300, "a" * 60),
        ("kl=1.0,2.0 [x] $(rm)", "kl_1.0_2.0_x_rm"),
    ],
)
def test_a_slug_is_a_harmless_file_name(text, expected):
    assert slug(text) == expected
    assert slug(slug(text)) == slug(text)


def test_a_folder_is_never_given_twice(tmp_path):
    names = [claim_directory(tmp_path / "results", "my run", NOW).name for _ in range(3)]
    assert names == ["my_run_20260102_030405", "my_run_20260102_030405_2", "my_run_20260102_030405_3"]


def test_ten_processes_at_once_get_ten_folders(tmp_path):
    code = (
        "import sys; from datetime import datetime; from pathlib import Path;"
        "from ssvae.runs.directory import claim_directory;"
        "print('ready', flush=True); sys.stdin.readline();"
        f"print(claim_directory(Path({str(tmp_path / 'results')!r}), 'run', datetime(2026, 1, 2, 3, 4, 5)))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(10)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:  # all are waiting at the same line
        process.stdin.write("\n")
        process.stdin.flush()
    claimed = {process.communicate(timeout=20)[0].strip() for process in processes}
    assert len(claimed) == 10
    assert {str(path) for path in (tmp_path / "results").iterdir()} == claimed


def test_a_named_folder_is_made_or_taken_when_empty(tmp_path):
    assert claim_exact(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    (tmp_path / "empty").mkdir()
    assert claim_exact(tmp_path / "empty").is_dir()


def test_a_named_folder_with_content_is_refused(tmp_path):
    (tmp_path / "config.yaml").write_text("old")
    with pytest.raises(RunDirectoryError, match=r"is not empty \(it holds config.yaml\).*Name a new folder"):
        claim_exact(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_the_folder_of_a_run_that_never_began_is_taken_again(tmp_path):
    """Killed in its first second: its command can be typed again, as the advice says."""
    write_state(tmp_path, **write_state(tmp_path, "running") | {"pid": -1})
    assert claim_exact(tmp_path) == tmp_path
    write_state(tmp_path, "running")  # that one lives
    with pytest.raises(RunDirectoryError, match="is not empty"):
        claim_exact(tmp_path)
    write_state(tmp_path, "failed")
    (tmp_path / "config.yaml").write_text("old")  # that one had begun
    with pytest.raises(RunDirectoryError, match="is not empty"):
        claim_exact(tmp_path)


def test_a_named_folder_is_given_once(tmp_path):
    claim_exact(tmp_path / "run")
    with pytest.raises(RunDirectoryError, match="is not empty"):
        claim_exact(tmp_path / "run")


def test_of_two_that_both_find_it_empty_one_gets_it(tmp_path, monkeypatch):
    path = tmp_path / "run"
    mkdir = os.mkdir

    def somebody_is_faster(folder, *mode, **options):
        if str(folder).endswith("logs"):
            mkdir(folder)
        mkdir(folder, *mode, **options)

    monkeypatch.setattr(os, "mkdir", somebody_is_faster)
    with pytest.raises(RunDirectoryError, match=r"it holds logs"):
        claim_exact(path)


def test_a_file_in_the_way_is_explained(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(
        RunDirectoryError, match=r"results could not be written: File exists. A file of that name"
    ):
        claim_directory(tmp_path / "results", "run", NOW)
    with pytest.raises(RunDirectoryError, match="results could not be written: File exists"):
        claim_exact(tmp_path / "results")
