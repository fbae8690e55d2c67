"""Why a loss term, a metric or a plot does not exist for a model, and what to type so that it does.

In: a model recipe. Out: (reason, remedy), or None when it applies. Not here: which were asked for.
"""

from ssvae.model.recipes import SSVAEConfig
from ssvae.priors.recipes import MixturePriorConfig

__all__ = ["needs_classifier", "needs_components", "needs_learned_weights", "needs_tau"]


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
    variant = config.classifier.variant
    if variant == "tau":
        return None
    remedy = "classifier=tau" if config.prior.components > 1 else f"{_more_components(config)} classifier=tau"
    return f"classifier={variant}", remedy


def needs_learned_weights(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what concerns π as a parameter."""
    if (missing := needs_components(config)) is not None:
        return missing
    return None if config.prior.has_learned_weights else ("π is fixed", "prior.learn_weights=true")


def _more_components(config: SSVAEConfig) -> str:
    """A mixture of one is a mixture already: only its size has to be typed."""
    if isinstance(config.prior, MixturePriorConfig):
        return f"prior.num_components={MixturePriorConfig().num_components}"
    return "prior=mixture"
