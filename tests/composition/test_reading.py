import pytest

from ssvae.composition.mistakes import Findings
from ssvae.composition.reading import read_overrides
from ssvae.composition.typed import FILE
from ssvae.composition.words import sort_words


@pytest.fixture
def read(made):
    def run(*words: str):
        findings = Findings()
        return read_overrides(sort_words(list(words)), made, findings), findings.in_order()

    return run


def test_words_that_can_be_read_are_kept_beside_those_that_cannot(read):
    typed, problems = read("seed=1", "a=[1", "lr", "data=digits")
    assert [one.text for one in typed] == ["seed=1", "data=digits"]
    assert [one.place for one in typed] == [0, 3]
    assert len(problems) == 2


def test_files_come_first_and_later_files_win(read, tmp_path):
    (tmp_path / "a.yaml").write_text("seed: 1\ntraining.epochs: 5\n")
    (tmp_path / "b.yaml").write_text("seed: 2\n")
    typed, _ = read(
        "--config", str(tmp_path / "a.yaml"), "--config", str(tmp_path / "b.yaml"), "training.epochs=7"
    )
    assert [(one.place, one.text) for one in typed] == [
        (FILE, "seed=1"),
        (FILE, "seed=2"),
        (4, "training.epochs=7"),
    ]


def test_typed_choices_replace_a_files_choice_and_its_settings(read, tmp_path):
    (tmp_path / "a.yaml").write_text("prior: {name: mixture, num_components: 5}\nseed: 1\n")
    typed, _ = read("--config", str(tmp_path / "a.yaml"), "prior=standard")
    assert [one.text for one in typed] == ["seed=1", "prior=standard"]
