"""Why a component has nothing to report for a model, and what to type so that it has.

In: a model recipe. Out: (reason, remedy), or None when the component applies. Not here: which were asked for.
"""

from ssvae.model.recipes import SSVAEConfig

__all__ = ["needs_classifier", "needs_components", "needs_tau"]


def needs_components(config: SSVAEConfig) -> tuple[str, str] | None:
    """For what compares components."""
    return None if config.prior.components > 1 else ("the prior has one component", "prior=mixture")


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
    remedy = "classifier=tau" if config.prior.components > 1 else "prior=mixture classifier=tau"
    return f"classifier={variant}", remedy
