"""The page shows code that runs: every block of it is executed as it stands there."""

import re
from pathlib import Path

import numpy as np
import pytest

import ssvae
from ssvae.composition.composing import composer
from ssvae.composition.guard import check
from ssvae.composition.words import sort_words

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def executed(block: str) -> dict:
    names: dict = {}
    exec(compile(block, "docs/library.md", "exec"), names)
    return names


def test_there_are_three_examples():
    assert len(BLOCKS) == 3
    assert PAGE.count("```") == 6


def test_the_preset_on_the_page_is_the_command_lines():
    made = composer(str(ROOT / "conf"), (), "config")
    (experiment,) = check(sort_words(["model=m2"]), made).experiments
    assert executed(BLOCKS[1])["m2"] == experiment.model


@pytest.mark.slow
def test_from_images_to_answers(capsys):
    found = executed(BLOCKS[0])
    printed = capsys.readouterr().out
    assert len(re.findall(r"^epoch \d: -\d+\.\d nats$", printed, flags=re.MULTILINE)) == 5
    accuracy = re.search(r"^accuracy (0\.\d+)$", printed, flags=re.MULTILINE)
    assert accuracy
    assert float(accuracy.group(1)) > 0.7  # three spreads below what five epochs reach
    assert found["probs"].shape == (360, 10)
    assert found["pictures"].shape == (360, 8, 8, 1)
    assert found["strange"].mean() > found["trained"].ood_score(found["images"]).mean()
    assert found["samples"].shape == (16, 8, 8, 1)
    assert found["bound"].shape == (360,)
    assert found["estimate"].log_prob.shape == (20,)


@pytest.mark.slow
def test_a_run_of_the_command_line(run_of, monkeypatch, capsys):
    monkeypatch.chdir(run_of("prior.num_components=6").parents[1])
    capsys.readouterr()  # what the run said
    found = executed(BLOCKS[2])
    assert found["pictures"].shape == (9, 8, 8, 1)
    assert re.match(r"TrainedModel\(mixture: .* epoch \d\) \d+\.\d+\n", capsys.readouterr().out)


def test_what_the_page_names_exists():
    for name in re.findall(r"`(\w+Config|\w+Error|[a-z_]+_run|dataset_from_arrays|TrainedModel)\b", PAGE):
        assert hasattr(ssvae, name), name


def test_what_the_page_says_of_bytes(models):
    images = np.random.default_rng(0).integers(256, size=(2, 8, 8), dtype=np.uint8)
    np.testing.assert_allclose(
        models["mixture"].classify(images), models["mixture"].classify(images / 255), rtol=1e-5
    )
    assert "Bytes that stay below 18 are refused" in PAGE
    with pytest.raises(ssvae.DataError, match="reach 17 only"):
        models["mixture"].classify(np.full((1, 8, 8), 17, np.uint8))
    models["mixture"].classify(np.full((1, 8, 8), 18, np.uint8))
