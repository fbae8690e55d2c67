import re
from pathlib import Path

import pytest

from ssvae.composition.help import help_text
from ssvae.composition.places import Places


@pytest.fixture
def text(conf):
    return help_text(Places(str(conf)), "python train.py")


def test_every_option_of_every_group_has_a_line(text, made):
    lines = text.splitlines()
    for group in made.groups:
        first = next(number for number, line in enumerate(lines) if line.startswith(f"  {group} "))
        for option, line in zip(made.options(group), lines[first:], strict=False):
            assert option in line.replace("*", " ").split(), line
            assert not line.endswith("…"), "shorten the first comment of the file"
            assert len(line.split()) > 3, "the file begins with a comment that says what the option is"


def test_the_defaults_are_marked(text):
    marked = [line for line in text.splitlines() if line[16:17] == "*"]
    assert {line.split()[-0].lstrip("*") for line in marked} >= {"data", "likelihood"}
    assert sum("*mixture" in line for line in marked) == 2
    assert any("*digits" in line for line in marked)


def test_examples_are_commands_that_are_right(text, plan_of):
    import shlex

    examples = [
        line.split("  ")[0]
        for line in map(str.strip, text.splitlines())
        if line.startswith("python train.py")
    ]
    assert len(examples) >= 3
    for example in examples:
        words = shlex.split(example)[2:]
        if "--cfg" not in words:
            plan_of(*words)


def test_the_program_is_the_one_called(conf):
    text = help_text(Places(str(conf)), "ssvae train")
    assert "ssvae train -m seed=0,1,2" in text
    assert "python train.py" not in text


@pytest.mark.parametrize("program", ["ssvae train", "python '/a long path/to the clone/train.py'"])
def test_columns_stay_columns_whatever_the_program_is_called(conf, program):
    paragraphs = help_text(Places(str(conf)), program).split("\n\n")
    for first in (f"  {program}  ", "  ssvae check "):
        (paragraph,) = (paragraph for paragraph in paragraphs if paragraph.startswith(first))
        found = [re.fullmatch(r"(  \S.*?   +)\S.*", line) for line in paragraph.splitlines()]
        columns = [len(match[1]) for match in found if match]
        assert len(columns) == 2
        assert len(set(columns)) == 1, paragraph


def test_own_groups_and_options_are_listed_too(conf, tmp_path):
    (tmp_path / "optim").mkdir()
    (tmp_path / "prior").mkdir()
    (tmp_path / "optim" / "fast.yaml").write_text("# Faster.\nx: 1\n")
    (tmp_path / "optim" / "silent.yaml").write_text("x: 1\n")
    (tmp_path / "prior" / "mixture.yaml").write_text("# Mine.\nname: mixture\n")
    text = help_text(Places(str(conf), user_folders=(tmp_path,)), "python train.py")
    assert "optim" in text
    assert "Faster." in text
    assert "Mine." in text
    assert "A mixture of Gaussians with learned" not in text


def test_the_installed_conf_gives_the_same_text(text):
    assert help_text(Places("pkg://ssvae.conf"), "python train.py") == text


def test_a_long_line_is_cut_where_it_can_be_seen(conf, tmp_path):
    (tmp_path / "study").mkdir()
    Path(tmp_path / "study" / "long.yaml").write_text("# " + "word " * 60 + "\n")
    text = help_text(Places(str(conf), user_folders=(tmp_path,)), "python train.py")
    (line,) = [line for line in text.splitlines() if " long " in line]
    assert line.endswith("word…")
    assert len(line) <= 110
