"""Rules that combine several settings: each pair that cannot stand together, and what to type instead.

In: recipes, each right by itself. Out: sentences. Not here: what is right for one setting (the recipes), components
that are asked for by name (experiment.py).
"""

from collections.abc import Iterator

from ssvae.data.recipes import AbstractDataConfig
from ssvae.model.recipes import SSVAEConfig
from ssvae.training.history import monitor_problem
from ssvae.training.recipes import TrainingConfig

__all__ = ["misfits", "model_misfits", "training_misfits"]


def misfits(data: AbstractDataConfig, model: SSVAEConfig, training: TrainingConfig) -> Iterator[str]:
    """One sentence for each reason why this model cannot be trained so on this data."""
    yield from model_misfits(model, data.image_shape, data.classes)
    yield from _label_misfits(data, model)
    num_train = _images_seen(data)
    if data.num_labeled > num_train:
        yield f"data.num_labeled is {data.num_labeled}, but there are only {num_train} training images."
    yield from training_misfits(model, training, num_train)


def _images_seen(data: AbstractDataConfig) -> int:
    """Training images; of a class left out an even share is taken away, its size being known once the data are read."""
    if data.left_out_class is None:
        return data.train_size
    return data.train_size * (data.classes - 1) // data.classes


def model_misfits(model: SSVAEConfig, image_shape: tuple[int, int, int], num_classes: int) -> Iterator[str]:
    """One sentence for each reason why this model cannot be built for images of this shape and these classes."""
    yield from model.classifier.misfits(model.prior.components, num_classes)
    yield from model.prior.misfits(model.model.latent_dim)
    yield from _component_misfits(model)
    yield from _routing_misfits(model)
    for part, recipe in (("encoder", model.encoder), ("decoder", model.decoder)):
        if min(image_shape[:2]) < recipe.smallest_image:
            height, width, _ = image_shape
            yield (
                f"{part}={recipe.variant} needs images of at least {recipe.smallest_image}×{recipe.smallest_image}, "
                f"the data has {height}×{width}. Try {part}=dense."
            )


def _component_misfits(model: SSVAEConfig) -> Iterator[str]:
    """What needs components to differ, or to be of one kind."""
    prior, layout = model.prior, model.model.latent_layout
    if prior.components == 1:
        if model.decoder.conditioning != "none":
            yield (
                f"decoder.conditioning={model.decoder.conditioning} tells the decoder the component, and the prior has "
                "one. Try decoder.conditioning=none or prior=mixture."
            )
        if layout == "per_component":
            yield (
                "model.latent_layout=per_component makes a code for each component, and the prior has one. "
                "Try model.latent_layout=shared or prior=mixture."
            )
    elif not prior.can_tell_components_apart and not model.decodes_components:
        yield (
            f"The components of prior={prior.variant} all are one Gaussian and stay so, and the decoder sees no "
            "component: nothing could tell them apart. Try decoder.conditioning=film."
        )
    if prior.needs_encoder and (layout != "shared" or model.auxiliary.size):
        yield (
            f"prior={prior.variant} is made of posteriors q(z|x), so it needs one that sees nothing else. "
            "Try model.latent_layout=shared auxiliary=none."
        )


def _routing_misfits(model: SSVAEConfig) -> Iterator[str]:
    """What a routing needs of the other parts."""
    routing, components = model.routing, model.prior.components
    if routing.responsibilities == "posterior_z" and model.model.latent_layout != "shared":
        yield (
            "routing.responsibilities=posterior_z asks which component a code belongs to, and with "
            "model.latent_layout=per_component each component has its own. Try routing.responsibilities=closed_form."
        )
    if routing.responsibilities != "posterior_z" and routing.kl_samples > 1:
        yield (
            f"routing.kl_samples={routing.kl_samples} changes nothing with routing.responsibilities="
            f"{routing.responsibilities}, whose KL terms are exact. Try routing.kl_samples=1 or "
            "routing.responsibilities=posterior_z."
        )
    if routing.draws_component and not model.decodes_components:
        yield (
            f"routing={routing.variant} draws a component for the decoder, which does not see it. "
            "Try routing=soft or decoder.conditioning=film."
        )
    if routing.num_decoded is not None and routing.num_decoded > components:
        yield (
            f"routing={routing.variant} keeps {routing.num_decoded} components, the prior has {components}. "
            "Try routing=soft."
        )
    if routing.num_decoded == 1 and routing.responsibilities == "encoder":
        yield (
            f"routing={routing.variant} keeps one component, so that no gradient would teach the encoder's q(c|x). "
            "Try routing=straight_through or routing.responsibilities=closed_form."
        )


def _label_misfits(data: AbstractDataConfig, model: SSVAEConfig) -> Iterator[str]:
    if model.classifier.predicts and data.num_labeled == 0:
        yield (
            f"classifier={model.classifier.variant} learns from labels, and data.num_labeled is 0. "
            f"Try data.num_labeled={10 * data.classes} or classifier=none."
        )


def training_misfits(model: SSVAEConfig, training: TrainingConfig, num_train: int) -> Iterator[str]:
    """One sentence for each reason why this model cannot be trained so on `num_train` images."""
    if model.prior.images_needed > num_train:
        yield (
            f"prior={model.prior.variant} starts from {model.prior.images_needed} training images, but there are only "
            f"{num_train}. Try prior.num_components={num_train}."
        )
    if training.batch_size > num_train:
        yield (
            f"training.batch_size is {training.batch_size}, but there are only {num_train} training images. "
            f"Try training.batch_size={num_train}."
        )
    if problem := monitor_problem(training.monitor, model):
        yield problem
