"""Alarms: what a finished model looks like when something went wrong that a loss does not show.

In: an `EvaluationContext`. Out: sentences that say what was seen, what it means and what to try.
Not here: logging them, numbers without a verdict (metrics/).
"""

import math
from collections.abc import Iterator

from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.heteroscedastic import shares_at_bounds
from ssvae.evaluation.metrics.responsibilities import effective_number, information
from ssvae.likelihoods.recipes import HeteroscedasticConfig
from ssvae.model.recipes import SSVAEConfig
from ssvae.priors.recipes import MixturePriorConfig

__all__ = ["alarms"]

FEW_COMPONENTS = 0.3
"""Below this share of K, k_eff is a collapse."""
LARGEST_SHARE = 0.5
"""No component should hold more images than this."""
LITTLE_INFORMATION = 0.5
"""Below this share of what the classes could fill, I(x; c) is low."""
SILENT_CODE = 0.5
"""Nats: below this the code says nothing of the image."""
AT_BOUNDS = 0.05
"""Above this share of σ at a bound, the bound decides in place of the data."""


def alarms(context: EvaluationContext) -> Iterator[tuple[str, str]]:
    """(kind, sentence) of each alarm, from the validation images."""
    yield from _component_alarms(context)
    yield from _sigma_alarms(context)
    predictions = context.predictions["validation"]
    cost = float((predictions.kl_z + predictions.kl_c + predictions.kl_a).mean())
    if cost < SILENT_CODE:
        yield (
            "posterior_collapse",
            f"Posterior collapse: the code carries {cost:.2f} nats per image (loss.kl.z + loss.kl.c + loss.kl.a), so "
            f"the decoder ignores it. Try a longer annealing.warmup or a smaller model.kl_weight.",
        )


def _component_alarms(context: EvaluationContext) -> Iterator[tuple[str, str]]:
    num_components = len(context.prior.weights)
    if num_components == 1:
        return
    usage = context.usage()
    k_eff, largest = effective_number(usage), float(usage.max())
    told = information(context.predictions["validation"].responsibilities)
    if k_eff < FEW_COMPONENTS * num_components or largest > LARGEST_SHARE:
        yield (
            "component_collapse",
            f"Component collapse: {k_eff:.1f} of {num_components} components are in effect, the largest holds "
            f"{largest:.0%} of the images. Try model.diversity_weight=1.0.",
        )
    possible = math.log(min(num_components, context.dataset.num_classes))
    if told < LITTLE_INFORMATION * possible:
        yield (
            "low_information",
            f"Low information: components tell {told:.2f} nats about the image of the {possible:.2f} that "
            f"telling the classes apart would take. Try {_more_information(context.config)} or a smaller "
            "model.kl_c_weight.",
        )


def _more_information(config: SSVAEConfig) -> str:
    """What moves components apart depends on where they differ: in the code, or in what the decoder makes of it."""
    moves = isinstance(config.prior, MixturePriorConfig) and config.prior.can_tell_components_apart
    return "a larger prior.init_radius" if moves else "a larger model.label_weight"


def _sigma_alarms(context: EvaluationContext) -> Iterator[tuple[str, str]]:
    likelihood, std = context.config.likelihood, context.predictions["validation"].pixel_std
    if not isinstance(likelihood, HeteroscedasticConfig) or std is None:
        return
    low, high = shares_at_bounds(std, likelihood.sigma_min, likelihood.sigma_max)
    if low + high <= AT_BOUNDS:
        return
    if low >= high:
        where, meaning = f"{low:.0%} of σ lie at likelihood.sigma_min={likelihood.sigma_min}", "smaller"
        remedy = f"Try likelihood.sigma_min={likelihood.sigma_min / 2:g}."
        if likelihood.granularity == "pixel":
            remedy += (
                " Pixels that never vary end there whatever it is; with likelihood.granularity=image they count "
                "together with the others."
            )
    else:
        where, meaning = f"{high:.0%} of σ lie at likelihood.sigma_max={likelihood.sigma_max}", "larger"
        remedy = f"Try likelihood.sigma_max={likelihood.sigma_max * 2:g}, or a longer training."
    yield (
        "sigma_at_bounds",
        f"σ at its bounds: {where}, so the errors are {meaning} than σ can say. {remedy}",
    )
