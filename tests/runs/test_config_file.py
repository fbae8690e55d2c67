import os
import re
import subprocess

import pytest
import yaml
from omegaconf import OmegaConf

from ssvae.errors import RunDirectoryError
from ssvae.runs.config_file import complete_header, fill_header, read_config, write_config


@pytest.mark.parametrize(
    "command",
    [
        ["grep", "-r", '"ablation"'],
        ["grep", "-l", 'status: "exploratory"'],
        ["grep", "kl_weight: 1.0"],
    ],
)
def test_the_three_greps_find_the_run(run_dir, header, body, command):
    write_config(run_dir, header | {"cli_overrides": {}}, body)
    done = subprocess.run(
        [*command, str(run_dir / "config.yaml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout


def test_an_override_is_a_dotted_key_with_its_typed_value(run_dir, header, body):
    write_config(run_dir, header, body)
    assert (
        '  cli_overrides: {experiment.name: "abl", model.kl_weight: 1.0}\n'
        in (run_dir / "config.yaml").read_text()
    )


def test_it_reads_back_the_same_everywhere(run_dir, header, body):
    write_config(run_dir, header, body | {"experiment": {"name": "the header knows better"}})
    path = run_dir / "config.yaml"
    expected = {"experiment": header} | body
    assert read_config(run_dir) == expected
    assert yaml.safe_load(path.read_text()) == expected
    assert OmegaConf.to_container(OmegaConf.load(path)) == expected
    assert path.read_text().startswith('experiment:\n  name: "abl"\n  description: "Less KL?"\n  tags: [')


def test_unknown_fields_come_last(run_dir, header, body):
    write_config(run_dir, {"note": "later", **header}, body)
    assert list(read_config(run_dir)["experiment"])[-1] == "note"


def test_completing_the_header_keeps_every_byte_of_the_settings(run_dir, header, body):
    write_config(run_dir, header, body | {"odd": "two\nlines # : !"})
    path = run_dir / "config.yaml"
    before = path.read_bytes()
    complete_header(run_dir, data_hash="ab12", device="cpu", status="failed")
    after = path.read_bytes()
    start = before.index(b"\nseed:")
    assert after.endswith(before[start:])
    assert read_config(run_dir)["experiment"] == header | {
        "data_hash": "ab12",
        "device": "cpu",
        "status": "failed",
    }
    complete_header(run_dir, data_hash=None, device=None, status="exploratory")
    assert path.read_bytes() == before


def test_filling_the_header_leaves_what_has_a_value(run_dir, header, body):
    write_config(run_dir, header | {"data_hash": "ab12", "device": None}, body)
    fill_header(run_dir, data_hash="cd34", device="cpu")
    found = read_config(run_dir)
    assert (found["experiment"]["data_hash"], found["experiment"]["device"]) == ("ab12", "cpu")
    assert {key: found[key] for key in body} == body


@pytest.mark.parametrize("edit", ["\n# a comment\n\n", "\n"])
def test_a_header_edited_by_hand_is_still_told_from_the_settings(run_dir, header, body, edit):
    write_config(run_dir, header, body)
    path = run_dir / "config.yaml"
    path.write_text(path.read_text().replace("\nseed:", f"{edit}\nseed:"))
    complete_header(run_dir, status="keep")
    config = read_config(run_dir)
    assert config["experiment"]["status"] == "keep"
    assert {key: config[key] for key in body} == body


def test_a_run_without_settings(run_dir, header):
    write_config(run_dir, header, {})
    complete_header(run_dir, status="keep")
    assert read_config(run_dir) == {"experiment": header | {"status": "keep"}}


def test_a_crash_while_completing_leaves_it_whole(run_dir, header, body, monkeypatch):
    write_config(run_dir, header, body)

    def crash(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(RunDirectoryError, match=r"config.yaml could not be written: No space"):
        complete_header(run_dir, status="failed")
    assert read_config(run_dir)["experiment"]["status"] == "exploratory"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "config.yaml cannot be read: No such file.*A run folder always holds it"),
        ("experiment: [", "config.yaml is not YAML any more"),
        ("seed: 3\n", "config.yaml does not begin with 'experiment:'"),
    ],
)
def test_a_damaged_file_is_named(run_dir, content, message):
    if content is not None:
        (run_dir / "config.yaml").write_text(content)
    with pytest.raises(RunDirectoryError, match=message):
        read_config(run_dir)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "evil: !!python/object/apply:os.system [touch canary]",
            r"config.yaml holds the tag !!python/object/apply:os.system in line \d+, which ssvae never writes. "
            "It may come from somebody who wants to run code",
        ),
        ("a: &a [1]\nb: [*a, *a]", r"config.yaml holds the alias \*a"),
        ("seed: 4", "config.yaml is not YAML any more: .*seed is there twice"),
    ],
)
def test_a_file_from_a_stranger_is_only_read(run_dir, header, body, line, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_config(run_dir, header, body)
    path = run_dir / "config.yaml"
    path.write_text(path.read_text() + line + "\n")
    for read in (read_config, lambda folder: complete_header(folder, status="keep")):
        with pytest.raises(RunDirectoryError, match=re.compile(message, re.DOTALL)):
            read(run_dir)
    assert not (tmp_path / "canary").exists()
