"""How well images are explained: the evidence lower bound and its parts, and the error of the mean images.

In: predictions and images of every split. Out: nats per image, squared errors.
Not here: loss weights, pictures.
"""

import numpy as np
from jaxtyping import Float, UInt8

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import SPLITS, EvaluationContext
from ssvae.status import ComponentResult

__all__ = ["RECONSTRUCTION", "mean_squared_error", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """The bound per split, always at full weight: no β, no classifier, no other term of the loss."""
    data, metrics = {}, {}
    for split, word in SPLITS.items():
        predictions = context.predictions[split]
        elbo = predictions.elbo
        mse = mean_squared_error(context.split(split).images, predictions.mean_images, context.dataset.levels)
        data[f"elbo_{split}"] = metrics[f"metric.elbo.{word}"] = float(elbo.mean())
        data |= {
            f"{name}_{split}": float(getattr(predictions, name).mean(dtype=np.float64)) for name in _PARTS
        }
        data[f"mse_{split}"] = mse
        data[f"rmse_{split}"] = metrics[f"metric.rmse.{word}"] = float(np.sqrt(mse))
        if split == "test":
            data["elbo_test_error"] = float(elbo.std() / np.sqrt(len(elbo)))
    return ComponentResult.success(data | {"note": _note(context), "metrics": metrics})


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


_PARTS = ("recon", "kl_z", "kl_c", "kl_a")

_CHUNK = 4096
"""Images taken at once: a data set of bytes becomes four times as large as floats."""


def _note(context: EvaluationContext) -> str:
    """What the nats of this likelihood can be compared with."""
    if context.config.likelihood.variant != "bernoulli":
        return (
            "recon is minus a log density over brightness from 0 to 1: it may be negative, "
            "and compares only with the same likelihood on the same scale."
        )
    if _are_binary(context.dataset.test.images, context.dataset.levels):
        return (
            "recon is −log p of binary images: comparable with other binary Bernoulli models on these images."
        )
    return (
        "soft Bernoulli on gray pixels, not a likelihood of binary images: compares only with the same "
        "images, and cannot reach 0."
    )


def _are_binary(images: UInt8[np.ndarray, "example height width channel"], levels: int) -> bool:
    return bool(np.all((images == 0) | (images == levels)))


_MEANINGS = {
    "elbo": "−(recon + kl_z + kl_c + kl_a), a lower bound on log p(x), in nats per {split} image; higher is better",
    "recon": "−log p(x|z) at one sample of z, in nats per {split} image; lower is better",
    "kl_z": "Σ_c q(c|x) KL(q(z|x,c) ‖ p(z|c)), in nats per {split} image; the price of the code",
    "kl_c": "KL(q(c|x) ‖ π), in nats per {split} image; the price of the component",
    "kl_a": "E[log q(a|x) − log p(a|z,c)], in nats per {split} image; the price of the auxiliary variable",
    "mse": "squared error of mean images per pixel, {split} images, brightness from 0 to 1; lower is better",
    "rmse": "root of mse_{split}, in units of full brightness; lower is better",
}

RECONSTRUCTION = Component(
    title="Reconstruction",
    provide=provide,
    meanings={
        **{
            f"{name}_{split}": text.format(split=split)
            for split in SPLITS
            for name, text in _MEANINGS.items()
        },
        "elbo_test_error": "standard error of elbo_test, in nats; differences below twice this are noise",
        "note": "what these nats can be compared with",
    },
)
