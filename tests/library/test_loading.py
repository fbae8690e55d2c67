"""A run read back from its folder predicts what it predicted, and a folder that does not fit says what does not."""

import json
import shutil

import jax
import numpy as np
import pytest
import yaml

from ssvae.data.recipes import SyntheticConfig
from ssvae.errors import CheckpointError, ConfigError, RunDirectoryError
from ssvae.experiment import read_experiment
from ssvae.library.loading import load_run
from ssvae.library.training import train
from ssvae.runs.checkpoints import load_checkpoint
from ssvae.runs.history import read_history

MIXTURE = ("prior.num_components=6",)

slow = pytest.mark.slow  # each is a program of its own to compile


@pytest.fixture(scope="session")
def images():
    return SyntheticConfig().load().test.images


@pytest.fixture
def run(run_of):
    return run_of(*MIXTURE)


@pytest.fixture
def copy(run, tmp_path):
    """The run in another place, to be damaged."""
    return shutil.copytree(run, tmp_path / "copy")


def asked(run):
    """What config.yaml says was asked."""
    config = yaml.safe_load((run / "config.yaml").read_text())
    return read_experiment({key: value for key, value in config.items() if key != "experiment"})


@pytest.mark.parametrize(
    "words",
    [
        MIXTURE,
        pytest.param(("model=m2",), marks=slow),
        pytest.param(("model=sdgm",), marks=slow),
        pytest.param(("model=vamp", "prior.num_components=6"), marks=slow),
        pytest.param(("routing=gumbel", "decoder.conditioning=film"), marks=slow),
    ],
    ids=["mixture", "m2", "sdgm", "vamp", "gumbel"],
)
def test_what_is_loaded_predicts_to_the_bit_what_was_trained_and_what_the_run_reported(words, run_of, images):
    run = run_of(*words)
    experiment = asked(run)
    loaded = load_run(run)
    trained = train(experiment.model, experiment.data.load(), experiment.training, seed=experiment.seed)
    assert (loaded.structure, loaded.config, loaded.epoch) == (
        trained.structure,
        trained.config,
        trained.epoch,
    )
    assert loaded.temperature == trained.temperature
    jax.tree.map(np.testing.assert_array_equal, loaded.params, trained.params)
    jax.tree.map(np.testing.assert_array_equal, loaded.statistics, trained.statistics)
    np.testing.assert_array_equal(loaded.classify(images), trained.classify(images))
    np.testing.assert_array_equal(loaded.elbo(images), trained.elbo(images))
    reported = json.loads((run / "summary.json").read_text())["metrics"]
    labels = SyntheticConfig().load().test.labels
    assert np.mean(loaded.classify(images).argmax(axis=1) == labels) == reported["metric.accuracy.test"]
    # The run predicts in portions of another size, whose sums round otherwise.
    assert loaded.elbo(images, seed=experiment.seed).mean() == pytest.approx(
        reported["metric.elbo.test"], rel=1e-5
    )


def test_the_last_weights_are_those_of_the_last_epoch(run):
    loaded = load_run(str(run), checkpoint="last")
    arrays, facts = load_checkpoint(run, "last")
    assert loaded.epoch == facts["epoch"] == 3
    jax.tree.map(np.testing.assert_array_equal, loaded.params, arrays["params"])
    assert loaded.statistics["tau_counts"].shape == (6, 4)


def test_the_history_is_that_of_metrics_csv(run):
    assert load_run(run).history == read_history(run)


def test_the_data_are_not_needed_nor_any_other_file(run, tmp_path, images, monkeypatch):
    """As for a run that was trained elsewhere, of which only the model was copied."""
    shutil.copytree(run / "checkpoints", tmp_path / "bare" / "checkpoints")
    shutil.copy(run / "config.yaml", tmp_path / "bare")
    monkeypatch.setattr(SyntheticConfig, "load", lambda self: pytest.fail("the data were loaded"))
    loaded = load_run(tmp_path / "bare")
    assert loaded.history is None
    np.testing.assert_array_equal(loaded.classify(images), load_run(run).classify(images))


class TestWhatDoesNotFit:
    def test_arrays_of_another_shape_are_named(self, copy):
        text = (copy / "config.yaml").read_text()
        (copy / "config.yaml").write_text(text.replace("num_components: 6", "num_components: 5"))
        with pytest.raises(CheckpointError) as caught:
            load_run(copy)
        message = str(caught.value)
        assert message.startswith(f"{copy / 'checkpoints' / 'best'} does not fit {copy / 'config.yaml'}: ")
        assert "params/prior/log_stds has shape (6, 8), the model has (5, 8)" in message
        assert "and 1 more" in message
        assert message.endswith(
            "Undo the last edit of config.yaml, or use the version of ssvae that it names."
        )

    def test_arrays_that_are_missing_or_too_many_are_named(self, copy):
        text = (copy / "config.yaml").read_text()
        (copy / "config.yaml").write_text(text.replace("image_size: 8", "image_size: 6"))
        with pytest.raises(
            CheckpointError, match=r"params/decoder/\S+ has shape \(64,\), the model has \(36,\)"
        ):
            load_run(copy)
        (copy / "config.yaml").write_text(text.replace("conditioning: none", "conditioning: film"))
        with pytest.raises(CheckpointError, match="params/decoder/conditioning/scales is missing"):
            load_run(copy)
        (copy / "config.yaml").write_text(text.replace("hidden_sizes: [16]", "hidden_sizes: []"))
        with pytest.raises(CheckpointError, match=r"params/encoder/\S+ is not of this model"):
            load_run(copy)

    def test_a_checkpoint_that_is_not_there(self, copy):
        with pytest.raises(
            CheckpointError, match=r"has no checkpoint 'first'\. This run has also: best, last"
        ):
            load_run(copy, "first")

    def test_a_checkpoint_that_is_damaged(self, copy):
        (file,) = (copy / "checkpoints").glob("best-*.safetensors")
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
        with pytest.raises(CheckpointError, match=r"is damaged: its SHA-256 .* This run has also: last"):
            load_run(copy)
        assert load_run(copy, "last").epoch == 3

    def test_a_folder_that_is_no_run(self, tmp_path):
        with pytest.raises(RunDirectoryError, match=r"config\.yaml cannot be read: .* is .* one\?"):
            load_run(tmp_path)

    def test_parts_that_nobody_here_knows(self, copy):
        text = (copy / "config.yaml").read_text()
        (copy / "config.yaml").write_text(text.replace("\nprior:\n  name: mixture", "\nprior:\n  name: toy"))
        expected = (
            r"config\.yaml: prior\.name='toy' is not known\..* Known: .*\. The run was made with ssvae \d\S+; "
            r"what plugins add is known when SSVAE_PLUGINS names them\."
        )
        with pytest.raises(ConfigError, match=expected):
            load_run(copy)

    def test_nothing_in_the_folder_is_executed(self, copy, tmp_path):
        text = (copy / "config.yaml").read_text()
        evil = f'!!python/object/apply:os.mkdir ["{tmp_path / "proof"}"]'
        (copy / "config.yaml").write_text(text.replace("seed: 0", f"seed: {evil}", 1))
        with pytest.raises(RunDirectoryError, match=r"holds the tag !!python/object/apply.* do not trust it"):
            load_run(copy)
        assert not (tmp_path / "proof").exists()
