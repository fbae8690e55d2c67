"""What can be asked of the model as a whole: its parts, the size of its code, the weight of each loss term.

In: settings. Out: `SSVAEConfig`, whose `build` gives the model. Not here: how it is trained.
"""

import dataclasses
from typing import TYPE_CHECKING

from ssvae.augmentations.recipes import AUGMENTATIONS, AbstractAugmentationConfig
from ssvae.auxiliaries.recipes import AUXILIARIES, AbstractAuxiliaryConfig
from ssvae.classifiers.recipes import CLASSIFIERS, AbstractClassifierConfig
from ssvae.config import Recipe, choice, setting, untraced
from ssvae.likelihoods.recipes import LIKELIHOODS, AbstractLikelihoodConfig
from ssvae.model.annealing import ANNEALINGS, AbstractAnnealingConfig, LinearAnnealingConfig
from ssvae.networks.recipes import DECODERS, ENCODERS, AbstractDecoderConfig, AbstractEncoderConfig
from ssvae.priors.recipes import PRIORS, AbstractPriorConfig
from ssvae.routing.recipes import ROUTINGS, AbstractRoutingConfig

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
    latent_layout: str = setting("shared", one_of=("shared", "per_component"))
    """shared: one q(z|x) for all components; per_component: a q(z|x,c) for each."""
    recon_weight: float = setting(1.0, at_least=0, traced=True)
    """Weight of loss.recon, −log p(x|z,c)."""
    kl_weight: float = setting(1.0, at_least=0, traced=True)
    """β: weight of loss.kl.z (and loss.kl.a), the cost of the code. Reached when annealing.warmup ends."""
    kl_c_weight: float = setting(1.0, at_least=0, traced=True)
    """Weight of loss.kl.c, the cost of choosing a component. Warmed up together with `kl_weight`."""
    free_bits: float = setting(0.0, at_least=0, traced=True)
    """λ: nats of each dimension of z that cost nothing, so that none falls silent. Acts by loss.free_bits."""
    labeled_weight: float = setting(0.0, at_least=0, traced=True)
    """Weight of loss.labeled, the bound of labeled images that knows their label. 0 does not even compute it."""
    label_weight: float = setting(10.0, at_least=0, traced=True)
    """Weight of loss.classifier. At 1 a labeled image adds its −log p(y|x) on the scale of its own bound; the bound of
    the whole data set would be num_labeled / training images. More makes few labels count."""
    consistency_weight: float = setting(10.0, at_least=0, traced=True)
    """Weight of loss.consistency, which asks a changed image for the class of the image it was made from."""
    diversity: str = setting("reward", one_of=("reward", "penalize"))
    """Whether loss.diversity rewards using all components equally, or penalizes it."""
    diversity_weight: float = setting(0.0, at_least=0, traced=True)
    """Weight of loss.diversity."""
    dirichlet_weight: float = setting(1.0, at_least=0, traced=True)
    """Weight of loss.dirichlet, −log Dirichlet(π | prior.concentration) per training image. 1 is exact MAP."""


@dataclasses.dataclass(frozen=True)
class SSVAEConfig(Recipe):
    """A whole model: its numbers and its parts."""

    model: ModelConfig = dataclasses.field(default_factory=ModelConfig)
    prior: AbstractPriorConfig = choice(PRIORS, "mixture")
    encoder: AbstractEncoderConfig = choice(ENCODERS, "dense")
    decoder: AbstractDecoderConfig = choice(DECODERS, "dense")
    likelihood: AbstractLikelihoodConfig = choice(LIKELIHOODS, "bernoulli")
    classifier: AbstractClassifierConfig = choice(CLASSIFIERS, "tau")
    routing: AbstractRoutingConfig = choice(ROUTINGS, "soft")
    auxiliary: AbstractAuxiliaryConfig = choice(AUXILIARIES, "none")
    augmentation: AbstractAugmentationConfig = choice(AUGMENTATIONS, "none")
    annealing: AbstractAnnealingConfig = choice(ANNEALINGS, "linear")

    @property
    def num_copies(self) -> int:
        """How many q(z|x,c) there are: one for all components, or one for each."""
        return self.prior.components if self.model.latent_layout == "per_component" else 1

    @property
    def decodes_components(self) -> bool:
        """Whether an image is explained differently by each component, so that more than one decode is needed."""
        return self.decoder.conditioning != "none" or self.num_copies > 1

    def untraced(self) -> "SSVAEConfig":
        """Equal for models that share their compiled programs: the settings that reach a program as arguments at their
        defaults.
        """
        shared = untraced(dataclasses.replace(self, annealing=LinearAnnealingConfig()))
        preset = dataclasses.replace(
            shared.model,
            name="",  # a name changes no program
            labeled_weight=1.0 if self.model.labeled_weight > 0 else 0.0,  # without it a decode is saved
        )
        return dataclasses.replace(shared, model=preset)

    def build(self, image_shape: tuple[int, int, int], num_classes: int, *, rngs: "nnx.Rngs") -> "SSVAE":
        """The model for images of `image_shape` (height, width, channel) and `num_classes` labels."""
        from ssvae.model.building import build_model

        return build_model(self, image_shape, num_classes, rngs=rngs)
