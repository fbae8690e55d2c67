"""How near the mean images are to the images they stand for.

In: images and mean images of every split. Out: squared errors per pixel.
Not here: nats (bound.py), pictures.
"""

import numpy as np
from jaxtyping import Float, UInt8

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import SPLITS, EvaluationContext
from ssvae.status import ComponentResult

__all__ = ["RECONSTRUCTION", "mean_squared_error", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """Squared errors, and their roots, per split."""
    data, metrics = {}, {}
    for split, word in SPLITS.items():
        images, means = context.split(split).images, context.predictions[split].mean_images
        mse = mean_squared_error(images, means, context.dataset.levels)
        data[f"mse_{split}"] = mse
        data[f"rmse_{split}"] = metrics[f"metric.rmse.{word}"] = float(np.sqrt(mse))
    return ComponentResult.success(data | {"metrics": metrics})


def mean_squared_error(
    images: UInt8[np.ndarray, "example height width channel"],
    mean_images: Float[np.ndarray, "example height width channel"],
    levels: int,
) -> float:
    """Mean over images and pixels of (x − E[x|z])², brightness from 0 to 1."""
    total = 0.0
    for start in range(0, len(images), _CHUNK):
        rows = slice(start, start + _CHUNK)
        errors = images[rows] / np.float32(levels) - mean_images[rows]
        total += float(np.square(errors).sum(dtype=np.float64))
    return total / images.size


_CHUNK = 4096
"""Images taken at once: a data set of bytes becomes four times as large as floats."""


_MEANINGS = {
    "mse": "squared error of mean images per pixel, {split} images, brightness from 0 to 1; lower is better",
    "rmse": "root of mse_{split}, in units of full brightness; lower is better",
}

RECONSTRUCTION = Component(
    title="Reconstruction",
    provide=provide,
    meanings={
        f"{name}_{split}": text.format(split=split) for split in SPLITS for name, text in _MEANINGS.items()
    },
)
