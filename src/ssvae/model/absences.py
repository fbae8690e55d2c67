"""Why a loss term, a metric or a plot does not exist for a model, and what to type so that it does.

In: a model recipe. Out: (reason, remedy), or None when it applies. Not here: which were asked for.
"""

from ssvae.model.recipes import SSVAEConfig
from ssvae.priors.recipes import MixturePriorConfig

__all__ = [
    "needs_augmentation",
    "needs_auxiliary",
    "needs_classifier",
    "needs_component_labels",
    "needs_components",
    "needs_free_bits",
    "needs_learned_weights",
    "needs_tau",
]


def needs_components(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what compares components."""
    if config.prior.components > 1:
        return None
    return "the prior has one component", _more_components(config)


def needs_classifier(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what scores predicted labels."""
    if config.classifier.predicts:
        return None
    # τ is read off components, so that it cannot stand beside a prior with one.
    return "classifier=none", "classifier=tau" if config.prior.components > 1 else "classifier=head"


def needs_tau(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what shows the classes that components stand for."""
    if config.classifier.variant == "tau":
        return None
    return f"classifier={config.classifier.variant}", _tau(config)


def needs_component_labels(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what needs to know a class's components."""
    if config.classifier.reads_components:
        return None
    return f"classifier={config.classifier.variant}", _tau(config)


def needs_learned_weights(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what concerns π as a parameter."""
    if (missing := needs_components(config)) is not None:
        return missing
    if config.prior.has_learned_weights:
        return None
    can_learn = hasattr(config.prior, "learn_weights")
    return "π is fixed", "prior.learn_weights=true" if can_learn else "prior=mixture"


def needs_auxiliary(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what concerns the auxiliary variable."""
    return None if config.auxiliary.size else ("auxiliary=none", "auxiliary=skip")


def needs_augmentation(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what compares images with changed copies of them."""
    if (missing := needs_classifier(config)) is not None:
        return missing
    if config.augmentation.changes_images:
        return None
    variant = config.augmentation.variant
    if variant == "none":
        return "augmentation=none", "augmentation=affine"
    return f"augmentation={variant} is set to change nothing", "augmentation.rotation=17.0"


def needs_free_bits(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what concerns nats that cost nothing."""
    return None if config.model.free_bits > 0 else ("model.free_bits is 0", "model.free_bits=0.1")


def _tau(config: SSVAEConfig) -> str:
    return "classifier=tau" if config.prior.components > 1 else f"{_more_components(config)} classifier=tau"


def _more_components(config: SSVAEConfig) -> str:
    """A mixture of one is a mixture already: only its size has to be typed."""
    if isinstance(config.prior, MixturePriorConfig):
        return f"prior.num_components={MixturePriorConfig().num_components}"
    return "prior=mixture"
