"""From a model recipe to a model: every part built and handed what it needs of the others.

In: a recipe, the form of the data. Out: `SSVAE`. Not here: what the parts do together (ssvae.py).
"""

from flax import nnx

from ssvae.model.recipes import SSVAEConfig
from ssvae.model.ssvae import SSVAE
from ssvae.networks.heads import GaussianHead

__all__ = ["build_model"]


def build_model(
    config: SSVAEConfig, image_shape: tuple[int, int, int], num_classes: int, *, rngs: nnx.Rngs
) -> SSVAE:
    """The model for images of `image_shape` (height, width, channel) and `num_classes` labels."""
    height, width, channels = image_shape
    latent_dim, num_components = config.model.latent_dim, config.prior.components
    encoder = config.encoder.build(image_shape, rngs=rngs)
    auxiliary = config.auxiliary.build(encoder.num_features, latent_dim, num_components, rngs=rngs)
    num_features = encoder.num_features if auxiliary is None else auxiliary.num_features
    has_component_head = config.routing.responsibilities == "encoder"
    return SSVAE(
        encoder=encoder,
        auxiliary=auxiliary,
        code_head=GaussianHead(num_features, config.num_copies, latent_dim, rngs=rngs),
        component_head=nnx.Linear(num_features, num_components, rngs=rngs) if has_component_head else None,
        prior=config.prior.build(latent_dim, image_shape, rngs=rngs),
        decoder=config.decoder.build(
            latent_dim + config.auxiliary.size,
            (height, width, channels * config.likelihood.outputs_per_pixel),
            num_components,
            rngs=rngs,
        ),
        likelihood=config.likelihood.build(),
        classifier=config.classifier.build(latent_dim, num_components, num_classes, rngs=rngs),
        routing=config.routing.build(),
        responsibilities=config.routing.responsibilities,
    )
