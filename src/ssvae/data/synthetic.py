"""Images made in memory: one smooth random pattern per class, copied with noise.

In: `SyntheticConfig`. Out: `Dataset`. For tests and first steps: a small model learns it in seconds.
Not here: real data.
"""

import numpy as np
from jaxtyping import Float

from ssvae.data.assemble import assemble
from ssvae.data.dataset import Dataset, Split
from ssvae.data.recipes import SyntheticConfig
from ssvae.data.streams import stream

__all__ = ["class_patterns", "make_synthetic"]

LEVELS = 255

FREQUENCIES = 4
"""Half waves per axis, from 0 up. Few, so that a pattern is a handful of soft blobs."""


def make_synthetic(config: SyntheticConfig) -> Dataset:
    """Noisy copies of the class patterns, in each split equally many of every class (or one more).

    Patterns and noise follow `split_seed`. Each split has its own stream: its size changes no other split.
    """
    patterns = class_patterns(config)
    return assemble(
        config,
        train=_noisy_copies(patterns, config, "train", config.num_train),
        validation=_noisy_copies(patterns, config, "validation", config.num_validation),
        test=_noisy_copies(patterns, config, "test", config.num_test),
        levels=LEVELS,
    )


def class_patterns(config: SyntheticConfig) -> Float[np.ndarray, "class_ height width channel"]:
    """One pattern per class and channel, its darkest pixel 0 and its brightest 1: a sum of low-frequency cosines.

    The first channel is the same whether others follow or not.
    """
    generator = stream(config.split_seed, "synthetic patterns")
    frequency = np.arange(FREQUENCIES)
    pixel_centers = (np.arange(config.image_size) + 0.5) / config.image_size
    waves = np.cos(np.pi * np.outer(frequency, pixel_centers))
    amplitudes = generator.standard_normal((config.channels, config.num_classes, FREQUENCIES, FREQUENCIES))
    amplitudes /= 1 + np.add.outer(frequency, frequency)  # slow waves dominate, so neighboring pixels agree
    fields = np.einsum("kcuv,uy,vx->cyxk", amplitudes, waves, waves)
    darkest = fields.min(axis=(1, 2), keepdims=True)
    brightest = fields.max(axis=(1, 2), keepdims=True)
    return (fields - darkest) / (brightest - darkest)


def _noisy_copies(
    patterns: Float[np.ndarray, "class_ height width channel"], config: SyntheticConfig, split: str, size: int
) -> Split:
    generator = stream(config.split_seed, f"synthetic {split}")
    labels = generator.permutation(np.arange(size, dtype=np.int32) % config.num_classes)
    noise = generator.standard_normal((size, *patterns.shape[1:]), dtype=np.float32)
    brightness = np.clip(patterns[labels] + config.noise * noise, 0, 1)
    return Split(np.rint(LEVELS * brightness).astype(np.uint8), labels)
