"""Detectors of parts that a model has and does not use: components, and the code itself.

In: predictions of the validation images, the prior. Out: sightings. Not here: the formulas (metrics/).
"""

import math

import numpy as np

from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.detectors.detector import CannotTell, Detector, Results, Sighting
from ssvae.evaluation.metrics.latent_scores import active_units, variance_of_means
from ssvae.evaluation.metrics.responsibilities import effective_number, information
from ssvae.model.absences import needs_components
from ssvae.model.recipes import SSVAEConfig
from ssvae.priors.recipes import MixturePriorConfig, VampPriorConfig

__all__ = ["COMPONENT_COLLAPSE", "LOW_INFORMATION", "MERGED_COMPONENTS", "POSTERIOR_COLLAPSE"]

FEW_COMPONENTS = 0.3
"""Below this share of K, k_eff is a collapse."""
LARGEST_SHARE = 0.5
"""No component should hold more images than this."""
LITTLE_INFORMATION = 0.5
"""Below this share of what the classes could fill, I(x; c) is low."""
SILENT_CODE = 0.5
"""Nats of z given the component: below this, z says nothing of the image."""
FEW_DIMENSIONS = 0.1
"""Below this share of its dimensions in use, a code has collapsed."""
MERGED = 2.0
"""Standard deviations between two components: nearer ones have one peak between them, not two."""


def _component_collapse(context: EvaluationContext, results: Results) -> Sighting | None:
    usage = context.usage()
    k_eff, largest = effective_number(usage), float(usage.max())
    if k_eff >= FEW_COMPONENTS * len(usage) and largest <= LARGEST_SHARE:
        return None
    return Sighting(
        f"{k_eff:.1f} of {len(usage)} components are in effect, the largest holds {largest:.0%} of the images.",
        "model.diversity_weight=1.0",
    )


def _low_information(context: EvaluationContext, results: Results) -> Sighting | None:
    told = information(context.predictions["validation"].responsibilities)
    num_seen = len(np.unique(context.dataset.train.labels))
    possible = math.log(min(len(context.prior.weights), num_seen))
    if told >= LITTLE_INFORMATION * possible:
        return None
    return Sighting(
        f"Components tell {told:.2f} nats about the image of the {possible:.2f} that telling the classes apart "
        "would take.",
        f"{_more_information(context)} or a smaller model.kl_c_weight",
    )


def _more_information(context: EvaluationContext) -> str:
    """What moves components apart depends on where they differ: in the code, or in what the decoder makes of it."""
    prior = context.config.prior
    moves = isinstance(prior, MixturePriorConfig) and prior.can_tell_components_apart
    return "a larger prior.init_radius" if moves else "a larger model.label_weight"


def _merged_components(context: EvaluationContext, results: Results) -> Sighting | CannotTell | None:
    mixture = results["mixture_prior"]
    distance, pair = mixture.data.get("closest_distance"), mixture.data.get("closest_pair")
    if distance is None or pair is None:
        return CannotTell(
            str(mixture.reason or mixture.data.get("closest_note") or "mixture_prior told no distance")
        )
    if distance >= MERGED:
        return None
    return Sighting(
        f"The components {pair[0]} and {pair[1]} of the prior are {distance:.2f} standard deviations apart.",
        "a smaller prior.num_components",
    )


def _needs_places(config: SSVAEConfig) -> tuple[str, str] | None:
    """For a prior whose components are meant to be apart."""
    if isinstance(config.prior, VampPriorConfig):
        return "components of prior=vamp overlap by design", "prior=mixture"
    return needs_components(config)


def _posterior_collapse(context: EvaluationContext, results: Results) -> Sighting | None:
    predictions = context.predictions["validation"]
    # Of z alone: what the component tells is no merit of the code, and hides a silent one.
    z, c, a = (float(part.mean()) for part in (predictions.kl_z, predictions.kl_c, predictions.kl_a))
    active = active_units(variance_of_means(predictions.mean))
    if z >= SILENT_CODE and active.sum() >= FEW_DIMENSIONS * len(active):
        return None
    others = [
        f"{value:.2f} {name}"
        for name, value in (("the component", c), ("the auxiliary variable", a))
        if value
    ]
    rest = f"; {' and '.join(others)}" if others else ""
    return Sighting(
        f"z carries {z:.2f} nats per image (loss.kl.z), in {active.sum()} of its {len(active)} dimensions{rest}.",
        "a longer annealing.warmup or a smaller model.kl_weight",
    )


COMPONENT_COLLAPSE = Detector(
    title="Component collapse",
    meaning="Few components do the work of all, so the mixture is hardly one.",
    look=_component_collapse,
    absence=needs_components,
)

LOW_INFORMATION = Detector(
    title="Low information",
    meaning="Which component an image belongs to says little about the image, however evenly they are used.",
    look=_low_information,
    absence=needs_components,
)

MERGED_COMPONENTS = Detector(
    title="Merged components",
    meaning="The two have one peak between them and do the work of one.",
    look=_merged_components,
    absence=_needs_places,
)

POSTERIOR_COLLAPSE = Detector(
    title="Posterior collapse",
    meaning="The decoder hardly listens to z: what it knows of an image comes from elsewhere.",
    look=_posterior_collapse,
)
