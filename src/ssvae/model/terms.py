"""The table of loss terms: one spelling for code, log, metrics.csv, summary, report and plots.

In: a model recipe. Out: which terms apply, and why the others do not. Not here: computing them (objective.py).
"""

import dataclasses
from collections.abc import Callable

from ssvae.model.absences import (
    needs_augmentation,
    needs_auxiliary,
    needs_classifier,
    needs_component_labels,
    needs_components,
    needs_free_bits,
    needs_learned_weights,
)
from ssvae.model.recipes import SSVAEConfig

__all__ = ["TERMS", "TOTAL", "LossTerm", "absence"]

TOTAL = "loss.total"
"""The weighted sum of all terms that apply."""


@dataclasses.dataclass(frozen=True)
class LossTerm:
    """One summand of the loss."""

    formula: str
    meaning: str
    unit: str
    weight: str
    """The setting of `ModelConfig` that weighs it."""
    is_annealed: bool
    """Whether its weight rises with `annealing`."""
    needs_labels: bool
    absence: Callable[[SSVAEConfig], tuple[str, str] | None]
    """(reason, remedy) when the term does not exist for this model, else None."""


def _never_absent(config: SSVAEConfig) -> None:
    """For a term that every model has."""


TERMS: dict[str, LossTerm] = {
    "loss.recon": LossTerm(
        formula="−E_q log p(x|z,c)",
        meaning="how badly the decoder explains the image",
        unit="nats per image",
        weight="recon_weight",
        is_annealed=False,
        needs_labels=False,
        absence=_never_absent,
    ),
    "loss.kl.z": LossTerm(
        formula="Σ_c q(c|x) KL(q(z|x,c) ‖ p(z|c))",
        meaning="what the code costs, given the component",
        unit="nats per image",
        weight="kl_weight",
        is_annealed=True,
        needs_labels=False,
        absence=_never_absent,
    ),
    "loss.kl.c": LossTerm(
        formula="KL(q(c|x) ‖ π)",
        meaning="what choosing a component costs; exactly 0 with one component",
        unit="nats per image",
        weight="kl_c_weight",
        is_annealed=True,
        needs_labels=False,
        absence=_never_absent,
    ),
    "loss.kl.a": LossTerm(
        formula="E_q [log q(a|x) − log p(a|z,c)]",
        meaning="what the auxiliary variable costs",
        unit="nats per image",
        weight="kl_weight",
        is_annealed=True,
        needs_labels=False,
        absence=needs_auxiliary,
    ),
    "loss.free_bits": LossTerm(
        formula="Σ_d max(0, λ − mean KL of dimension d)",
        meaning="what the dimensions of z lack of model.free_bits nats each",
        unit="nats",
        weight="kl_weight",
        is_annealed=True,
        needs_labels=False,
        absence=needs_free_bits,
    ),
    "loss.labeled": LossTerm(
        formula="Σ_c q(c|x,y) [recon_c + β KL_c − log τ_cy] + β_c KL(q(c|x,y) ‖ π)",
        meaning="the bound on −log p(x, y), with the KL weights of the epoch",
        unit="nats per labeled image",
        weight="labeled_weight",
        is_annealed=False,
        needs_labels=True,
        absence=needs_component_labels,
    ),
    "loss.classifier": LossTerm(
        formula="−log p(y|x)",
        meaning="how surprising the known labels are",
        unit="nats per labeled image",
        weight="label_weight",
        is_annealed=False,
        needs_labels=True,
        absence=needs_classifier,
    ),
    "loss.consistency": LossTerm(
        formula="−log p(ŷ|x′) where max p(y|x) ≥ confidence, ŷ = argmax p(y|x)",
        meaning="how surprising an image's sure class is in its changed copy x′",
        unit="nats per image",
        weight="consistency_weight",
        is_annealed=False,
        needs_labels=False,
        absence=needs_augmentation,
    ),
    "loss.diversity": LossTerm(
        formula="log K − H(p̄), or H(p̄) to penalize; p̄ = mean of q(c|x) over the batch",
        meaning="how unevenly (or evenly) the components are used; 0 at best",
        unit="nats",
        weight="diversity_weight",
        is_annealed=False,
        needs_labels=False,
        absence=needs_components,
    ),
    "loss.dirichlet": LossTerm(
        formula="−log Dirichlet(π | α) / N",
        meaning="the prior over component weights, spread over the N training images",
        unit="nats per image",
        weight="dirichlet_weight",
        is_annealed=False,
        needs_labels=False,
        absence=needs_learned_weights,
    ),
}


def absence(key: str, config: SSVAEConfig) -> tuple[str, str] | None:
    """(reason, remedy) when term `key` plays no part in the loss of this model, else None."""
    term = TERMS[key]
    if (missing := term.absence(config)) is not None:
        return missing
    if getattr(config.model, term.weight) == 0:
        return f"model.{term.weight} is 0", f"model.{term.weight}=1.0"
    return None
