import io
import json
import os
import tarfile
import zipfile

import pytest

from ssvae.runs.auditing.audit import audit_run
from ssvae.runs.auditing.inventory import UNKNOWN, inventory


@pytest.fixture
def provenance(recorder):
    folder = recorder.run_dir / "provenance"
    folder.mkdir()
    return folder


def pack(path, names):
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())


def test_a_run_holds_nothing_that_is_not_known(recorder, row, make_figure, planned):
    from ssvae.runs.lifecycle.ending import finish_run
    from ssvae.runs.logs import run_log
    from ssvae.status import ComponentResult

    with run_log(recorder.run_dir, console=False):
        recorder.epoch(row(1))
        recorder.checkpoints({"last": ({"params": {}}, {"epoch": 1})})
        recorder.component("loss_curves", ComponentResult.success(figures={"all": make_figure()}))
    finish_run(recorder.run_dir)
    files = inventory(recorder.run_dir)
    assert {"figures/loss_curves/all.png", "logs/train.log", "REPORT.md"} <= {entry.path for entry in files}
    assert [entry.path for entry in files if entry.what == UNKNOWN] == []
    assert all(entry.bytes == (recorder.run_dir / entry.path).stat().st_size for entry in files)
    assert audit_run(recorder.run_dir).suspects == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_strange_is_listed_and_not_opened(recorder, tmp_path):
    (tmp_path / "elsewhere").write_text("password=hunter22")
    (recorder.run_dir / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(recorder.run_dir / "pipe")
    found = audit_run(recorder.run_dir)
    what = {entry.path: entry.what for entry in found.files}
    assert what["link"] == f"{UNKNOWN}: a link to {tmp_path}/elsewhere, not followed"
    assert what["pipe"] == f"{UNKNOWN}: a pipe or a device, not opened"
    assert found.suspects == []


def test_names_in_archives_are_looked_at(provenance):
    pack(provenance / "source.tar.gz", ["src/a.py", "../../.env"])
    with zipfile.ZipFile(provenance / "more.zip", "w") as archive:
        archive.writestr("id_rsa", "")
    (provenance / "broken.tar").write_bytes(b"no archive")
    found = audit_run(provenance.parent)
    assert [suspect.file for suspect in found.suspects] == [
        "provenance/more.zip: id_rsa",
        "provenance/source.tar.gz: ../../.env",
    ]
    assert any(
        problem.startswith("provenance/broken.tar could not be looked into") for problem in found.problems
    )


def test_what_tells_of_the_machine_and_the_person(provenance):
    (provenance / "environment.txt").write_text("# SSVAE_PLUGINS=/home/ada/parts\nnumpy==2.0\njax==0.10\n")
    (provenance.parent / ".hydra").mkdir()
    (provenance.parent / ".hydra" / "config.yaml").write_text("root: ${oc.env:DATA_DIR}/x\n")
    found = audit_run(provenance.parent)
    assert found.machine["homes"] == ["/home/ada"]
    assert found.machine["host"] == found.machine["process"]["host"]
    assert found.variables == {"recorded": ["SSVAE_PLUGINS"], "referred": ["DATA_DIR"]}
    assert found.packages == 2
    json.dumps(found.mapping())


@pytest.mark.parametrize(
    "content", ["[", "[]", '{"parts": 3}', '{"parts": [1]}', '{"parts": [], "problems": 3}']
)
def test_a_damaged_source_is_told(provenance, content):
    (provenance / "source.json").write_text(content)
    found = audit_run(provenance.parent)
    assert found.source == []
    assert bool(found.problems) is (content != '{"parts": [], "problems": 3}')


def test_what_is_captured_is_told_for_each_time_the_run_was_begun(provenance):
    again = provenance / "resume_01"
    again.mkdir()
    changes = {"changed": ["a.py"], "untracked": ["new.py", "big.bin"], "deleted": ["old.py"]}
    first = {"role": "ssvae", "paths": changes, "left_out": [{"path": "big.bin", "reason": "it is large"}]}
    (provenance / "source.json").write_text(json.dumps({"parts": [first], "problems": []}))
    (again / "source.json").write_text(
        json.dumps(
            {"parts": [{"role": "ssvae", "paths": {"untracked": ["later/.env"]}}], "problems": ["odd"]}
        )
    )
    (provenance / "environment.txt").write_text("# JAX_A=1\nnumpy==2.0\n")
    (again / "environment.txt").write_text("# JAX_B=1\nnumpy==2.0\njax==1\n")
    found = audit_run(provenance.parent)
    assert [part["recorded_in"] for part in found.source] == ["provenance", "provenance/resume_01"]
    assert found.captured == ["a.py", "later/.env", "new.py"]
    assert found.variables["recorded"] == ["JAX_A", "JAX_B"]
    assert found.packages == 2
    assert [entry.path for entry in found.files if entry.what == UNKNOWN] == []
    assert "provenance/resume_01/source.json: odd" in found.problems
    assert [suspect.file for suspect in found.suspects] == ["provenance/resume_01/None: later/.env"]
