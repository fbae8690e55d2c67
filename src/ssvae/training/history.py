"""The numbers of an epoch: their keys, which of them can be monitored, and whether a new one is better.

In: a model recipe. Out: keys in the order of metrics.csv. Not here: computing the numbers (epoch.py, validate.py).
"""

from ssvae.errors import did_you_mean
from ssvae.model.absences import needs_auxiliary, needs_classifier, needs_components
from ssvae.model.recipes import SSVAEConfig
from ssvae.model.terms import TERMS, TOTAL

__all__ = [
    "ACTIVE_SHARE",
    "BOUND_TERMS",
    "EPOCH_KEYS",
    "VALIDATION_KEYS",
    "component_keys",
    "is_better",
    "monitor_problem",
    "weight_key",
]


ACTIVE_SHARE = 0.1
"""A component is active above this share of the even usage 1/K; an absolute bound finds none among many."""


def weight_key(term: str) -> str:
    """The column of a term's weight: `loss.kl.z` → `weight.kl.z`."""
    return term.replace("loss.", "weight.", 1)


TRAINING_KEYS = (TOTAL, *TERMS, *map(weight_key, TERMS), "gradient.norm", "gradient.clipped")

BOUND_TERMS = ("loss.recon", "loss.kl.z", "loss.kl.c", "loss.kl.a")
"""The terms whose sum is −ELBO."""

VALIDATION_KEYS = (
    f"{TOTAL}.val",  # of the bound's terms alone, at the weights reached after warm-up
    *(f"{key}.val" for key in BOUND_TERMS),
    "metric.elbo.val",
    "metric.accuracy.val",
    "metric.k_eff",
    "metric.components.active",
    "metric.information",
    "metric.responsibility.confidence",
)
"""Measured on the validation images after every epoch. Those without a split in their name are too."""

EPOCH_KEYS = ("epoch", "time", "learning_rate", *TRAINING_KEYS, *VALIDATION_KEYS)
"""The columns of metrics.csv."""


def component_keys(num_components: int) -> tuple[str, ...]:
    """The columns of components.csv: what each epoch's numbers are per component; none for a prior with one.

    `usage.3` is the mean of q(c=3|x) over the validation images, `prior_weight.3` is π of that component.
    """
    if num_components == 1:
        return ()
    return ("epoch", *(f"{name}.{c}" for name in ("usage", "prior_weight") for c in range(num_components)))


_NEEDS_COMPONENTS = (
    "loss.kl.c.val",
    "metric.k_eff",
    "metric.components.active",
    "metric.information",
    "metric.responsibility.confidence",
)


def monitor_problem(key: str, config: SSVAEConfig) -> str | None:
    """Why `key` cannot choose the best epoch of this model, or None when it can."""
    if key not in VALIDATION_KEYS:
        known = ", ".join(VALIDATION_KEYS)
        return (
            f"training.monitor={key!r} is not measured.{did_you_mean(key, VALIDATION_KEYS)} Known: {known}."
        )
    if key == "metric.accuracy.val" and (missing := needs_classifier(config)) is not None:
        return (
            f"training.monitor={key} needs a classifier, and {missing[0]} predicts nothing. Try {missing[1]}."
        )
    if key == "loss.kl.a.val" and (missing := needs_auxiliary(config)) is not None:
        return f"training.monitor={key} never changes with {missing[0]}. Try training.monitor={TOTAL}.val."
    if key in _NEEDS_COMPONENTS and needs_components(config) is not None:
        return f"training.monitor={key} never changes with one component. Try training.monitor={TOTAL}.val."
    return None


def is_better(key: str, new: float, best: float) -> bool:
    """Whether `new` beats `best`: lower for a loss, higher for a metric. NaN never does."""
    return new < best if key.startswith("loss.") else new > best
