"""Asks the trained model what only a few metrics and plots want to know: other images, codes, draws, log p(x).

In: weights, bytes, codes. Out: NumPy arrays, the same whoever asks and in whatever order. Compiled when first asked.
Not here: what every metric shares (predictions.py).
"""

import dataclasses
import itertools

import jax
import jax.numpy as jnp
import numpy as np

from ssvae.arrays import Array, Float, Int, Key, UInt8
from ssvae.evaluation.context import AbstractQueries, LogMarginals, Predictions
from ssvae.model.inference import Noise
from ssvae.model.portions import in_portions
from ssvae.model.prediction import decode_codes, estimate_log_marginal, predict, sample_components
from ssvae.model.structure import Structure
from ssvae.training.progress import Snapshot
from ssvae.training.streams import evaluation_noise

__all__ = ["ModelQueries", "evaluation_key"]


def evaluation_key(seed: int) -> Key[Array, ""]:
    """The key of all draws of an evaluation.

    Training splits the key of the same seed, and JAX's `split(key, n)[i]` is `fold_in(key, i)`: a small number here
    would draw the noise of training again.
    """
    return _evaluation_key(np.int64(seed))  # what JAX makes of a seed first


@jax.jit
def _evaluation_key(seed: Int[Array, ""]) -> Key[Array, ""]:
    return jax.random.fold_in(jax.random.key(seed), np.uint32(2**32 - 1))


class ModelQueries(AbstractQueries):
    """See `AbstractQueries`."""

    def __init__(self, structure: Structure, snapshot: Snapshot, levels: int, seed: int, portion: int):
        """Remember whom to ask.

        Args:
            structure: The model's structure.
            snapshot: Its weights.
            levels: The brightness that counts as 1.0.
            seed: The run's seed.
            portion: Images per prediction step.
        """
        self._structure = structure
        self._snapshot = snapshot
        self._levels = levels
        self._seed = seed
        self._portion = portion

    def predict(self, images: UInt8[np.ndarray, "example height width channel"]) -> Predictions:
        """See `AbstractQueries.predict`; the noise of the bound is that of the test images."""
        return self.predict_split(images, "test")

    def predict_split(
        self, images: UInt8[np.ndarray, "example height width channel"], split: str
    ) -> Predictions:
        """What the model says of the images of a split, with the split's own noise in the bound."""
        noise = evaluation_noise(self._structure.noise_shape, len(images), self._seed, split)
        temperature = np.float32(self._snapshot.temperature)

        def compute(rows: Array, *noise_rows: Array) -> dict[str, Array]:
            params, statistics = self._snapshot.params, self._snapshot.statistics
            pixels = _pixels(rows, self._levels)
            return predict(self._structure, params, statistics, pixels, Noise(*noise_rows), temperature)

        # One size whatever is asked, so that one compiled program serves all.
        found = Predictions(**in_portions(compute, images, *map(np.asarray, noise), size=self._portion))
        if self._structure.config.classifier.predicts:
            return found
        # What a model without a classifier says of classes is nothing.
        return dataclasses.replace(found, class_probs=None)

    def decode(
        self, codes: Float[np.ndarray, "row latent"], components: Int[np.ndarray, " row"]
    ) -> Float[np.ndarray, "row height width channel"]:
        """See `AbstractQueries.decode`."""
        config = self._structure.config
        conditions = np.eye(config.prior.components, dtype=np.float32)[components]
        no_noise = np.zeros((len(codes), config.auxiliary.size), np.float32)

        def compute(*rows: Array) -> dict[str, Array]:
            return {"images": decode_codes(self._structure, self._snapshot.params, *rows)}

        return in_portions(compute, codes.astype(np.float32), conditions, no_noise)["images"]

    def sample_components(
        self, num_samples: int
    ) -> Float[np.ndarray, "component sample height width channel"]:
        """See `AbstractQueries.sample_components`."""
        key = evaluation_key(self._seed)
        return np.asarray(sample_components(self._structure, self._snapshot.params, key, num_samples))

    def log_marginal(
        self, images: UInt8[np.ndarray, "example height width channel"], num_samples: int
    ) -> LogMarginals:
        """See `AbstractQueries.log_marginal`."""
        key, numbers = evaluation_key(self._seed), itertools.count()

        def compute(rows: Array) -> dict[str, Array]:
            pixels = _pixels(rows, self._levels)
            return estimate_log_marginal(
                self._structure, self._snapshot.params, pixels, key, next(numbers), num_samples
            )._asdict()

        # In portions of one size whatever the settings: the draws follow an image's place in its portion.
        return LogMarginals(**in_portions(compute, images))


@jax.jit
def _pixels(
    images: UInt8[Array, "batch height width channel"], levels: int | Int[Array, ""]
) -> Float[Array, "batch height width channel"]:
    """In [0, 1]."""
    return images.astype(jnp.float32) / levels
