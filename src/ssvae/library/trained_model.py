"""A trained model that answers questions about images.

In: images, codes. Out: NumPy arrays, one row per image. Not here: training it, reading it from a folder, figures.
"""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from ssvae.arrays import Array, Params
from ssvae.classifiers.base import Statistics
from ssvae.data.streams import stream
from ssvae.errors import ConfigError, DataError
from ssvae.evaluation.metrics.detection_scores import ood_scores
from ssvae.evaluation.metrics.tau_classifier import certainty
from ssvae.evaluation.queries import evaluation_key
from ssvae.library.images import pixels_of
from ssvae.model.absences import needs_classifier, needs_component_labels
from ssvae.model.description import count_parameters
from ssvae.model.inference import Noise
from ssvae.model.portions import in_portions
from ssvae.model.prediction import decode_codes, estimate_log_marginal, mixture_of, predict
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.training.progress import Row
from ssvae.training.streams import evaluation_noise

__all__ = ["Encoding", "LogMarginal", "TrainedModel"]


class Encoding(NamedTuple):
    """What the encoder says of each image."""

    mean: Float[np.ndarray, "batch latent"]
    """Mean of q(z|x), over all components where each has its own."""
    std: Float[np.ndarray, "batch latent"]
    """Standard deviation of q(z|x), above 0."""
    responsibilities: Float[np.ndarray, "batch component"]
    """q(c|x); rows sum to 1."""


class LogMarginal(NamedTuple):
    """An estimate of log p(x) of each image."""

    log_prob: Float[np.ndarray, " batch"]
    """In nats; on average not above log p(x)."""
    effective_samples: Float[np.ndarray, " batch"]
    """From 1 (one sample decides, so the estimate is far below) to all of them."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class TrainedModel:
    """A model with its numbers. Made by `train` or `load_run`.

    Images are bytes from 0 to 255 or floats from 0 to 1, of shape (batch, height, width[, channel]). Answers have a row
    per image, and no row depends on the images beside it. What is estimated by draws follows the seed and an image's
    place (`log_marginal`: and how many there are); all else uses the means of the posteriors.
    """

    structure: Structure
    params: Params
    statistics: Statistics
    """What the classifier counted."""
    temperature: float
    """Of a relaxed choice of components, in the epoch the numbers are from."""
    config: SSVAEConfig
    epoch: int
    """The epoch the numbers are from, counted from 1."""
    history: Sequence[Row] | None = None
    """The numbers of each epoch, as in metrics.csv; None where they are not known."""

    def __repr__(self) -> str:
        height, width, channels = self.structure.image_shape
        return (
            f"TrainedModel({self.config.model.name}: images {height}×{width}×{channels}, "
            f"latent_dim {self.config.model.latent_dim}, {self.num_components} components, "
            f"{self.structure.num_classes} classes, {count_parameters(self.params):,} parameters, epoch {self.epoch})"
        )

    @property
    def num_components(self) -> int:
        """K, the components of the prior."""
        return self.config.prior.components

    def encode(self, images: ArrayLike) -> Encoding:
        """Where each image lies in the latent space, and which component it belongs to."""
        found = self._predict(images)
        return Encoding(found["mean"], found["std"], found["responsibilities"])

    def classify(self, images: ArrayLike) -> Float[np.ndarray, "batch class_"]:
        """p(y|x); rows sum to 1.

        Raises:
            ConfigError: when the model has no classifier.
        """
        self._need("classify", needs_classifier(self.config))
        return self._predict(images)["class_probs"]

    def ood_score(self, images: ArrayLike, kind: str = "class") -> Float[np.ndarray, " batch"]:
        """How strange each image is, from 0; higher is stranger.

        Args:
            images: See the class.
            kind: class: 1 − max_y p(y|x); certainty: 1 − max_c q(c|x) max_y p(y|c), for which two components of one
                class count as doubt.

        Raises:
            ConfigError: when the model has no classifier, or for `certainty` one that is no matter of components.
        """
        if kind == "class":
            return ood_scores(self.classify(images))
        if kind != "certainty":
            raise ConfigError(f"kind={kind!r} is not known. Known: class, certainty.")
        self._need("ood_score(kind='certainty')", needs_component_labels(self.config))
        log_tau = self.structure.bind(self.params).classifier.log_tau(self.statistics)
        assert log_tau is not None
        return 1 - certainty(self.encode(images).responsibilities, np.exp(np.asarray(log_tau)))

    def reconstruct(self, images: ArrayLike) -> Float[np.ndarray, "batch height width channel"]:
        """E[x] at the mean of q(z|x), over the components it is decoded with; in [0, 1]."""
        return self._predict(images)["mean_images"]

    def elbo(self, images: ArrayLike, seed: int = 0) -> Float[np.ndarray, " batch"]:
        """A lower bound on log p(x) by one draw of the code, in nats per image.

        With a run's own seed and its test images, the mean is the `metric.elbo.test` of its report. A model whose
        likelihood.binarization is not none is to be asked about black and white images.
        """
        found = self._predict(images, seed)
        parts = np.stack([found[part] for part in ("recon", "kl_z", "kl_c", "kl_a")])
        return -parts.sum(axis=0, dtype=np.float64)

    def log_marginal(self, images: ArrayLike, samples: int = 100, seed: int = 0) -> LogMarginal:
        """log p(x) by importance sampling. Rises towards the truth with `samples`, and so does the time it takes.

        Source: Burda et al. 2016, arXiv:1509.00519, equation 8.
        """
        if samples < 1:
            raise ConfigError(f"samples must be at least 1, got {samples}. Try samples=100.")
        key, numbers = evaluation_key(seed), itertools.count()

        def compute(portion: Array) -> dict[str, Array]:
            number = next(numbers)
            return estimate_log_marginal(self.structure, self.params, portion, key, number, samples)._asdict()

        return LogMarginal(**in_portions(compute, pixels_of(images, self.structure.image_shape)))

    def decode(
        self, z: ArrayLike, component: int | ArrayLike | None = None
    ) -> Float[np.ndarray, "batch height width channel"]:
        """E[x|z,c], the mean image of each code, in [0, 1]; an auxiliary variable is at its mean.

        Args:
            z: Codes, (batch, latent).
            component: From 0: one for all codes, or one for each. Needed where components decode differently.

        Raises:
            DataError: when the codes or components have another form.
            ConfigError: when the component is needed and not given.
        """
        codes = np.asarray(z, np.float32)
        latent_dim = self.config.model.latent_dim
        if codes.ndim != 2 or codes.shape[1] != latent_dim or not len(codes):
            raise DataError(
                f"decode expects z of shape (batch, {latent_dim}), got {codes.shape}. "
                "For a single code, add an axis: z[None, :]."
            )
        noise = np.zeros((len(codes), self.config.auxiliary.size), np.float32)
        return self._decode(codes, self._components_of(component, len(codes)), noise)

    def sample(
        self, num: int, component: int | None = None, seed: int = 0
    ) -> Float[np.ndarray, "batch height width channel"]:
        """Mean images of `num` codes drawn from the prior, in [0, 1]; from one component's part of it if told which."""
        if num < 1:
            raise ConfigError(f"num must be at least 1, got {num}. Try num=10.")
        generator = stream(seed, "samples of the prior")
        mixture = jax.tree.map(np.asarray, mixture_of(self.structure, self.params))
        weights = np.exp(mixture.log_weights.astype(np.float64))
        drawn = generator.choice(self.num_components, size=num, p=weights / weights.sum())
        components = drawn if component is None else self._components_of(component, num)
        mean, std = (part[components] for part in mixture.components)
        z = mean + std * generator.standard_normal(mean.shape, np.float32)
        noise = generator.standard_normal((num, self.config.auxiliary.size), np.float32)
        return self._decode(z, components, noise)

    def _predict(self, images: ArrayLike, seed: int = 0) -> dict[str, np.ndarray]:
        """Everything there is to say of images; the seed has a part in the bound alone."""
        pixels = pixels_of(images, self.structure.image_shape)
        drawn = evaluation_noise(self.structure.noise_shape, len(pixels), seed, "test")
        temperature = jnp.float32(self.temperature)

        def compute(portion: Array, *noise: Array) -> dict[str, Array]:
            return predict(self.structure, self.params, self.statistics, portion, Noise(*noise), temperature)

        return in_portions(compute, pixels, *map(np.asarray, drawn))

    def _decode(
        self, z: np.ndarray, components: np.ndarray, auxiliary_noise: np.ndarray
    ) -> Float[np.ndarray, "batch height width channel"]:
        def compute(*rows: Array) -> dict[str, Array]:
            return {"images": decode_codes(self.structure, self.params, *rows)}

        conditions = np.eye(self.num_components, dtype=np.float32)[components]
        return in_portions(compute, z, conditions, auxiliary_noise)["images"]

    def _components_of(self, component: int | ArrayLike | None, num: int) -> Int[np.ndarray, " batch"]:
        """One component for each of `num` codes."""
        last = self.num_components - 1
        if component is None:
            if last and (self.config.decoder.conditioning != "none" or self.config.auxiliary.size):
                raise ConfigError(
                    f"decode needs component: each decodes a code differently here. Give a number from 0 to {last}, or "
                    "one for each code. Try component=0, or component=encode(images).responsibilities.argmax(axis=1)."
                )
            component = 0
        found = np.asarray(component)
        is_whole = np.issubdtype(found.dtype, np.integer)
        if not is_whole or found.shape not in ((), (num,)) or found.min() < 0 or found.max() > last:
            raise DataError(
                f"component must be a whole number from 0 to {last}, or {num} of them, one for each code; "
                f"got {component!r}. Try component=0."
            )
        return np.broadcast_to(found, (num,))

    def _need(self, asked: str, missing: tuple[str, str] | None) -> None:
        if missing is not None:
            reason, remedy = missing
            raise ConfigError(
                f"{asked}: this model cannot answer that, because {reason}. Train one with {remedy}."
            )
