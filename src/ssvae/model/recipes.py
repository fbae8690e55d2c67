"""What can be asked of the model as a whole: its parts, the size of its code, the weight of each loss term.

In: settings. Out: `SSVAEConfig`, whose `build` gives the model. Not here: how it is trained.
"""

import dataclasses
from typing import TYPE_CHECKING

from ssvae.classifiers.recipes import CLASSIFIERS, AbstractClassifierConfig
from ssvae.config import Recipe, choice, setting
from ssvae.likelihoods.recipes import LIKELIHOODS, AbstractLikelihoodConfig
from ssvae.networks.recipes import DECODERS, ENCODERS, DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import PRIORS, AbstractPriorConfig

if TYPE_CHECKING:
    from flax import nnx

    from ssvae.model.ssvae import SSVAE

__all__ = ["ModelConfig", "SSVAEConfig"]


@dataclasses.dataclass(frozen=True)
class ModelConfig(Recipe):
    """Size of the code and weight of each loss term. A weight of 0 leaves the term out of the sum, not the log.

    A preset (conf/model/*.yaml) is a choice of parts plus these numbers.
    """

    name: str = "mixture"
    """What this preset is called; begins the name of the run."""
    latent_dim: int = setting(8, at_least=1)
    """Dimensions of z."""
    recon_weight: float = setting(1.0, at_least=0, traced=True)
    """Weight of loss.recon, −log p(x|z)."""
    kl_weight: float = setting(1.0, at_least=0, traced=True)
    """β: weight of loss.kl.z, the cost of the code. Reached when `kl_warmup` ends."""
    kl_c_weight: float = setting(1.0, at_least=0, traced=True)
    """Weight of loss.kl.c, the cost of choosing a component. Warmed up together with `kl_weight`."""
    label_weight: float = setting(10.0, at_least=0, traced=True)
    """Weight of loss.classifier. At 1 a labeled image adds its −log p(y|x) on the scale of its own bound; the bound of
    the whole data set would be num_labeled / training images. More makes few labels count."""
    diversity_weight: float = setting(0.0, at_least=0, traced=True)
    """Weight of loss.diversity, which rewards using all components equally."""
    dirichlet_weight: float = setting(1.0, at_least=0, traced=True)
    """Weight of loss.dirichlet, −log Dirichlet(π | prior.concentration) per training image. 1 is exact MAP."""
    kl_warmup: float = setting(0.2, at_least=0, at_most=1, traced=True)
    """Share of training.epochs over which both KL weights rise linearly from 0; 0 starts at full weight."""


@dataclasses.dataclass(frozen=True)
class SSVAEConfig(Recipe):
    """A whole model: its numbers and its five parts."""

    model: ModelConfig = dataclasses.field(default_factory=ModelConfig)
    prior: AbstractPriorConfig = choice(PRIORS, "mixture")
    encoder: DenseEncoderConfig = choice(ENCODERS, "dense")
    decoder: DenseDecoderConfig = choice(DECODERS, "dense")
    likelihood: AbstractLikelihoodConfig = choice(LIKELIHOODS, "bernoulli")
    classifier: AbstractClassifierConfig = choice(CLASSIFIERS, "tau")

    def build(self, image_shape: tuple[int, int, int], num_classes: int, *, rngs: "nnx.Rngs") -> "SSVAE":
        """The model for images of `image_shape` (height, width, channel) and `num_classes` labels."""
        from ssvae.model.ssvae import SSVAE

        latent_dim = self.model.latent_dim
        return SSVAE(
            encoder=self.encoder.build(image_shape, latent_dim, rngs=rngs),
            prior=self.prior.build(latent_dim, rngs=rngs),
            decoder=self.decoder.build(latent_dim, image_shape, rngs=rngs),
            likelihood=self.likelihood.build(),
            classifier=self.classifier.build(latent_dim, self.prior.components, num_classes, rngs=rngs),
        )
