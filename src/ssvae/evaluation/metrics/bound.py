"""The evidence lower bound of each split, and what it is made of: rate, distortion, the price of every variable.

In: predictions of every split. Out: nats per image, bits per dimension, and what these nats compare with.
Not here: loss weights (always 1 here), a tighter bound (marginal_likelihood.py), errors of mean images
(reconstruction.py).
"""

import numpy as np
from jaxtyping import Float, UInt8

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import SPLITS, EvaluationContext, Predictions
from ssvae.status import ComponentResult

__all__ = ["BOUND", "bits_per_dimension", "mean_and_error", "nats_note", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """The bound per split, always at full weight: no β, no classifier, no other term of the loss."""
    data, metrics = {}, {}
    for split, word in SPLITS.items():
        found = {name: _mean(values) for name, values in _parts(context.predictions[split]).items()}
        found["bits_per_dim"] = bits_per_dimension(found["elbo"], context)
        data |= {f"{name}_{split}": value for name, value in found.items()}
        metrics[f"metric.elbo.{word}"] = found["elbo"]
    data["elbo_test_error"] = mean_and_error(context.predictions["test"].elbo)[1]
    metrics |= {
        f"metric.{name}.test": data[f"{name}_test"] for name in ("rate", "distortion", "bits_per_dim")
    }
    texts = {
        "likelihood": context.config.likelihood.variant,
        "binarization": _binarization(context),
        "note": nats_note(context),
    }
    return ComponentResult.success(data | texts | {"metrics": metrics})


def mean_and_error(values: Float[np.ndarray, " example"]) -> tuple[float, float]:
    """The mean over images, and its standard error: what another draw of as many images would change it by."""
    return _mean(values), float(values.std(dtype=np.float64) / np.sqrt(len(values)))


def bits_per_dimension(nats: float, context: EvaluationContext) -> float:
    """−nats / (D log 2), with D pixels times channels to an image.

    Args:
        nats: log p(x), or a bound on it, per image.
        context: Tells D.
    """
    return -nats / (context.dataset.test.images[0].size * float(np.log(2)))


def nats_note(context: EvaluationContext) -> str:
    """What the nats of this likelihood can be compared with."""
    levels = context.dataset.levels
    if context.config.likelihood.variant != "bernoulli":
        return (
            "distortion is minus a log density over brightness from 0 to 1: it may be negative, and compares only "
            "with the same likelihood on the same scale. Bits per dimension are of that density. Over the gray "
            f"levels 0 to {levels} they are log2({levels}) = {np.log2(levels):.2f} higher; papers that add "
            "uniform noise to each level report that scale, but a model trained without the noise, as here, is no "
            "bound on theirs."
        )
    if _are_binary(context.dataset.test.images, levels):
        return (
            "distortion is −log p of binary images: comparable with other binary Bernoulli models on these images. "
            "Another draw of the binary images, such as a published one, moves it a little."
        )
    return (
        "soft Bernoulli on gray pixels, not a likelihood of binary images: compares only with the same "
        "images, and cannot reach 0."
    )


def _parts(predictions: Predictions) -> dict[str, Float[np.ndarray, " example"]]:
    prices = {name: getattr(predictions, name).astype(np.float64) for name in ("kl_z", "kl_c", "kl_a")}
    rate = sum(prices.values(), start=np.zeros(len(predictions.recon)))
    return {"elbo": predictions.elbo, "rate": rate, "distortion": predictions.recon, **prices}


def _mean(values: Float[np.ndarray, " example"]) -> float:
    return float(values.mean(dtype=np.float64))


def _binarization(context: EvaluationContext) -> str:
    """How these images came to be as they were scored."""
    how = context.config.likelihood.binarization
    if how != "none":
        return (
            f"{how}: each pixel drawn once with its brightness as the chance of white, the same in every run"
        )
    if _are_binary(context.dataset.test.images, context.dataset.levels):
        return "none: the images are black and white as they are"
    return "none: gray pixels as they are"


def _are_binary(images: UInt8[np.ndarray, "example height width channel"], levels: int) -> bool:
    return bool(np.all((images == 0) | (images == levels)))


_MEANINGS = {
    "elbo": "−(distortion + rate), a lower bound on log p(x), in nats per {split} image; higher is better",
    "rate": "kl_z + kl_c + kl_a: what code, component and auxiliary variable tell, in nats per {split} image",
    "distortion": "−log p(x|z) at one sample of z (loss.recon), in nats per {split} image; lower is better",
    "kl_z": "Σ_c q(c|x) KL(q(z|x,c) ‖ p(z|c)), in nats per {split} image; the price of the code",
    "kl_c": "KL(q(c|x) ‖ π), in nats per {split} image; the price of the component",
    "kl_a": "E[log q(a|x) − log p(a|z,c)], in nats per {split} image; the price of the auxiliary variable",
    "bits_per_dim": "−elbo / (D log 2) for D values of an image, {split} images; lower is better; note tells the scale",
}

BOUND = Component(
    title="Evidence lower bound",
    provide=provide,
    meanings={
        **{
            f"{name}_{split}": text.format(split=split)
            for split in SPLITS
            for name, text in _MEANINGS.items()
        },
        "elbo_test_error": "standard error of elbo_test over the test images, in nats",
        "likelihood": "p(x|z): the kind of distribution of a pixel, without which no number of nats means anything",
        "binarization": "how gray images became the images that were scored",
        "note": "what these nats can be compared with",
    },
    references={
        "elbo_test": "Kingma & Welling 2014, arXiv:1312.6114, equation 3",
        "rate_test": "Alemi et al. 2018, Fixing a broken ELBO, arXiv:1711.00464, section 2",
        "distortion_test": "Alemi et al. 2018, Fixing a broken ELBO, arXiv:1711.00464, section 2",
        "bits_per_dim_test": "Theis, van den Oord & Bethge 2016, A note on the evaluation of generative models, "
        "arXiv:1511.01844",
    },
)
