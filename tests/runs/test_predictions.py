import numpy as np
import pytest

from ssvae.errors import RunDirectoryError
from ssvae.runs.predictions import read_predictions, save_predictions


def test_arrays_come_back_to_the_bit(run_dir):
    probs = np.random.default_rng(0).random((5, 3)).astype(np.float32)
    save_predictions(run_dir, "test", {"class_probs": probs, "labels": np.arange(5), "turned": probs.T})
    found = read_predictions(run_dir, "test")
    assert found.keys() == {"class_probs", "labels", "turned"}
    np.testing.assert_array_equal(found["class_probs"], probs)
    np.testing.assert_array_equal(found["turned"], probs.T)
    assert found["labels"].dtype == np.int64


def test_what_is_absent_or_damaged_says_how_to_make_it(run_dir):
    with pytest.raises(RunDirectoryError, match=r"test.safetensors is not there.*--from-checkpoint"):
        read_predictions(run_dir, "test")
    save_predictions(run_dir, "test", {"labels": np.arange(5)})
    path = run_dir / "predictions" / "test.safetensors"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(RunDirectoryError, match=r"test.safetensors cannot be read.*--from-checkpoint"):
        read_predictions(run_dir, "test")
