"""Hydra's own record repeats every word that was typed, and is searched for secrets like everything else."""

import yaml

from ssvae.runs.hydra_record import without_hydras_secrets


def test_secrets_go_and_everything_else_stays(tmp_path):
    words = tmp_path / "overrides.yaml"
    words.write_text("- seed=1\n- x.api_token=PLANTED\n- data.root=https://me:PLANTED@host/data\n")
    config = tmp_path / "hydra.yaml"
    config.write_text("hydra:\n  job:\n    env_set: {MY_TOKEN: PLANTED, NPROC: '1'}\n    num: ???\n")
    without_hydras_secrets([words, config])
    assert "PLANTED" not in words.read_text() + config.read_text()
    assert yaml.safe_load(words.read_text()) == ["seed=1", "x.api_token=***", "data.root=https://host/data"]
    job = yaml.safe_load(config.read_text())["hydra"]["job"]
    assert job == {"env_set": {"MY_TOKEN": "***", "NPROC": "1"}, "num": "???"}


def test_a_file_without_secrets_keeps_every_byte(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("seed:   1  # as Hydra wrote it\nnum_tokens: 5\n")
    before = path.stat()
    without_hydras_secrets([path])
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
