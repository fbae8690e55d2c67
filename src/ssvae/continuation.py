"""Whether one run may go on with the weights of another, and what is different from there on.

Weights may go on where they keep their form and their meaning, and where no image changes sides: one that was trained
on must not be one that measures. In: an `Origin`, the new question. Out: sentences; the changed settings.
Not here: reading the weights (pipeline/continuing.py).
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.config import flatten
from ssvae.experiment import Experiment, mapping_from_experiment
from ssvae.runs.lifecycle.origin import Origin
from ssvae.training.recipes import TrainingConfig

__all__ = ["adopted", "config_changes", "data_mismatch", "refusals"]

_WEIGHTS = "the weights would have another form, or another meaning"
_DATA = "training has seen images or labels that it then may not see"

_STRUCTURAL = {
    "encoder": _WEIGHTS,
    "decoder": _WEIGHTS,
    "prior": _WEIGHTS,
    "likelihood": _WEIGHTS,
    "classifier": _WEIGHTS,
    "auxiliary": _WEIGHTS,
    "model.latent_dim": _WEIGHTS,
    "model.latent_layout": _WEIGHTS,
    "routing.responsibilities": _WEIGHTS,
    "data": _DATA,
    "likelihood.binarization": _DATA,
}
"""Setting, or group of settings → why it must stay. The longest that fits counts."""

_SAFE = frozenset(
    {
        "data.root",  # the fingerprint tells whether the files are the same
        "prior.concentration",
        "prior.init_radius",
        "prior.start",
        "prior.learning_rate_scale",
        "likelihood.std",
        "classifier.block_confidence",
        "classifier.block_count",
        "classifier.decay",
        "classifier.smoothing",
    }
)
"""Settings inside those groups that act on a loss or a count, or once at the start: what was learned stays as it is."""


def config_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Dotted key → {from, to} of each setting that differs; None where one of the two does not have it.

    Args:
        before: Settings shaped as the body of config.yaml. How a run is named and filed does not count.
        after: The same.
    """
    old, new = (
        flatten({key: value for key, value in body.items() if key != "experiment"})
        for body in (before, after)
    )
    return {
        key: {"from": old.get(key), "to": new.get(key)}
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    }


def adopted(origin: Origin, experiment: Experiment) -> Origin:
    """The run as one that goes on with it takes it over.

    Where the numbers of its epochs mean something else than those to come (other loss weights, another seed and so
    other noise in validation, another monitor), none of its epochs can be the best one of the run that goes on.
    """
    changes = config_changes(origin.body, mapping_from_experiment(experiment))
    if not origin.checkpoints or all(map(_keeps_meaning, changes)):
        return origin
    arrays, facts = origin.checkpoints["last"]
    alone = {**facts, "best_epoch": None, "incomparable": origin.epoch}
    return dataclasses.replace(origin, checkpoints={"last": (arrays, alone)})


def _keeps_meaning(key: str) -> bool:
    """Whether the monitored number of an epoch means the same when this setting is another."""
    return key == "data.root" or (
        key.startswith(("training.", "evaluation.", "augmentation.")) and key != "training.monitor"
    )


def data_mismatch(origin: Origin, variant: str, fingerprint: str) -> str | None:
    """Why weights cannot go on with these data, or None when they are those of the run.

    Args:
        origin: The run that goes on.
        variant: The name of the data set.
        fingerprint: What is read now.
    """
    if origin.data_hash in (None, fingerprint):
        return None
    return (
        f"The data={variant} found here are not those of {origin.run_id}: their fingerprint is {fingerprint[:12]}…, "
        f"that run has {str(origin.data_hash)[:12]}…. Put the files back as they were, or train anew without it."
    )


def refusals(origin: Origin, experiment: Experiment) -> list[str]:
    """One sentence for each reason why this question cannot be answered from those weights; empty when it can."""
    if not origin.checkpoints:
        return [
            f"resume={origin.folder}: that run has no checkpoint, so there is nothing to go on with. "
            f"Go on with it in its own folder first: ssvae resume {origin.folder}"
        ]
    changes = config_changes(origin.body, mapping_from_experiment(experiment))
    return [*_structural(origin, changes), *_nothing_left(adopted(origin, experiment), experiment.training)]


def _structural(origin: Origin, changes: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    replaced = {key.partition(".")[0] for key in changes if key.endswith(".name")}
    for key, change in changes.items():
        group, _, leaf = key.partition(".")
        if group in replaced and leaf != "name":
            continue  # settings of a part that is another part now
        if (why := _why_fixed(key)) is not None:
            yield (
                f"{key} was {change['from']} and would be {change['to']}: {why}. Leave it as it was, or train anew "
                f"without resume={origin.folder}."
            )


def _why_fixed(key: str) -> str | None:
    """Why this setting must not change, if it must not."""
    if key in _SAFE:
        return None
    return _STRUCTURAL.get(key) or _STRUCTURAL.get(key.partition(".")[0])


def _nothing_left(origin: Origin, training: TrainingConfig) -> Iterator[str]:
    """There must be an epoch to come."""
    if origin.epoch >= training.epochs:
        yield (
            f"training.epochs={training.epochs} is reached already: {origin.folder.name} has {origin.epoch} epochs. "
            f"Type training.epochs={2 * origin.epoch} for as many more."
        )
    waited = origin.epoch - origin.best_epoch
    if origin.best_epoch and training.patience is not None and waited >= training.patience:
        yield (
            f"training.patience={training.patience} is used up already: the best epoch of {origin.folder.name} is "
            f"{origin.best_epoch} of {origin.epoch}. Type training.patience=null, or more than {waited}."
        )
