"""What is drawn on the host: which images each step sees, and the noise of evaluation.

In: sizes, a seed, an epoch. Out: arrays of row numbers, or of standard normal numbers. They depend on (seed, epoch)
alone: the same on every backend, in every sweep mode and after a resume. Host shuffles are also many times cheaper than
device ones on a CPU.
"""

import jax
import numpy as np
from jaxtyping import Int

from ssvae.model.inference import Noise, NoiseShape

__all__ = ["evaluation_noise", "labeled_stream", "unlabeled_stream"]

_UNLABELED, _LABELED, *_EVALUATION = 1, 2, 3, 4, 5  # keep the streams of one (seed, epoch) apart


def unlabeled_stream(
    num_images: int, batch_size: int, seed: int, epoch: int
) -> Int[np.ndarray, "step batch"]:
    """A shuffled pass over all images; the rows that fill no whole batch sit this epoch out."""
    steps = num_images // batch_size
    order = _generator(seed, epoch, _UNLABELED).permutation(num_images)
    return order[: steps * batch_size].reshape(steps, batch_size).astype(np.int32)


def labeled_stream(
    rows: Int[np.ndarray, " labeled"],
    labels: Int[np.ndarray, " labeled"],
    steps: int,
    batch_size: int,
    seed: int,
    epoch: int,
) -> Int[np.ndarray, "step batch"]:
    """Batches of labeled rows, each class as often as the others, rows of a class in shuffled turns.

    Args:
        rows: Row numbers of the labeled images.
        labels: Their labels.
        steps: Batches to draw.
        batch_size: Rows per batch; fewer when there are fewer labeled images.
        seed: The run's seed.
        epoch: Counted from 1.
    """
    size = min(batch_size, len(rows))
    if size == 0:
        return np.zeros((steps, 0), np.int32)
    generator = _generator(seed, epoch, _LABELED)
    present = np.unique(labels)
    classes = _shuffled_turns(present, steps * size, generator)
    drawn = np.empty(steps * size, np.int32)
    for label in present:
        places = np.flatnonzero(classes == label)
        drawn[places] = _shuffled_turns(rows[labels == label], len(places), generator)
    return drawn.reshape(steps, size)


def evaluation_noise(shape: NoiseShape, num_images: int, seed: int, split: str) -> Noise:
    """The noise of each image of a split, drawn on the host.

    The same after every epoch, so that epochs differ by the model alone, and in the evaluation, so that
    `metric.elbo.val` is one number wherever it stands.
    """
    # A stream per part: a row is then the same however many images there are.
    code, auxiliary, gumbel = (_generator(seed, SPLIT_NUMBERS[split], part) for part in _EVALUATION)
    drawn = (
        code.standard_normal((num_images, shape.samples, shape.latent), np.float32),
        auxiliary.standard_normal((num_images, shape.auxiliary), np.float32),
        gumbel.gumbel(size=(num_images, shape.components)).astype(np.float32),
    )
    return Noise(*jax.device_put(drawn))


SPLIT_NUMBERS = {"validation": 0, "train": 1, "test": 2}
"""Keep the noise of the splits apart."""


def _shuffled_turns(items: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """`count` of the items, dealt like cards: each once, in shuffled order, before any comes again."""
    turns = np.tile(items, (-(-count // len(items)), 1))
    return generator.permuted(turns, axis=1).ravel()[:count]


def _generator(seed: int, epoch: int, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, epoch, stream])))
