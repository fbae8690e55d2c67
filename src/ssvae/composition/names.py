"""What somebody meant who typed a name that does not exist: other names, old names, misplaced and misspelled ones.

In: the name typed, the names there are. Out: a sentence. Not here: finding out that it does not exist (guard.py).
"""

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ssvae.config import Recipe
from ssvae.data.recipes import DATASETS
from ssvae.errors import nearest
from ssvae.model.recipes import SSVAEConfig

__all__ = ["VARIANTS", "meant", "unknown_key"]

VARIANTS: dict[str, Mapping[str, type[Recipe]]] = {
    "data": DATASETS,
    **{
        field.name: field.metadata["choice"]
        for field in dataclasses.fields(SSVAEConfig)
        if "choice" in field.metadata
    },
}
"""Group → the recipes it chooses from; a setting may exist in only one of them."""

_CALLED = {
    "K": "prior.num_components",
    "beta": "model.kl_weight",
    "dataset": "data",
    "epoch": "training.epochs",
    "labels": "data.num_labeled",
    "lr": "training.learning_rate",
    "max_epochs": "training.epochs",
    "n_components": "prior.num_components",
    "num_epochs": "training.epochs",
    "num_labels": "data.num_labeled",
    "random_seed": "seed",
    "z_dim": "model.latent_dim",
    "experiment.seed": "seed",
    "model.beta": "model.kl_weight",
    "model.kl_warmup": "annealing.warmup",
    "model.num_components": "prior.num_components",
    "model.lr": "training.learning_rate",
    "training.lr": "training.learning_rate",
    "training.num_epochs": "training.epochs",
    "training.seed": "seed",
    "description": "experiment.description",
    "name": "experiment.name",
    "status": "experiment.status",
    "tags": "experiment.tags",
}
"""Names people try → ours, where the spelling alone would not tell."""


def unknown_key(key: str, value: str, known: Collection[str], choices: Mapping[str, Any]) -> str:
    """Why `key` cannot be set, and the most likely key that can.

    Args:
        key: As typed, without `+` or `~`.
        value: As typed, repeated in what to type instead.
        known: Every key that this run has.
        choices: Group → option of this run.
    """
    if (option := _owner(key)) is not None:
        group = key.partition(".")[0]
        return (
            f"{key} is a setting of {group}={option}, and this run has {group}={choices.get(group)}. "
            f"Add {group}={option} or leave it out."
        )
    group = key.partition(".")[0]
    if matches := meant(key, known, choices):
        return f"{key} is not a setting. Did you mean {' or '.join(f'{match}={value}' for match in matches)}?"
    group = nearest(group, {name.partition(".")[0] for name in known}) or group
    inside = sorted(name.partition(".")[2] for name in known if name.startswith(f"{group}."))
    if inside:
        option = f"={choices[group]}" if group in choices else ""
        return f"{key} is not a setting. {group}{option} has: {', '.join(inside)}."
    return f"{key} is neither a group nor a setting."


def meant(key: str, known: Collection[str], choices: Mapping[str, Any]) -> list[str]:
    """The keys or groups that `key` may stand for, at most three, the likeliest first."""
    return list(_meant(key, known, choices))[:3]


def _owner(key: str) -> str | None:
    """The option that has the setting, when the one chosen has not."""
    group, _, leaf = key.partition(".")
    for option, recipe in VARIANTS.get(group, {}).items():
        if any(field.name == leaf for field in dataclasses.fields(recipe)):
            return option
    return None


def _meant(key: str, known: Collection[str], choices: Mapping[str, Any]) -> Iterator[str]:
    """The likeliest first: another name for it, the same word elsewhere, then the same word misspelled."""
    _, dot, leaf = key.rpartition(".")
    if key in _CALLED:
        yield _CALLED[key]
        return
    same_leaf = [name for name in known if name.rpartition(".")[2] == leaf]
    # How a sweep is run is meant only when nothing of a run is.
    same_leaf = [name for name in same_leaf if not name.startswith("sweep.")] or same_leaf
    elsewhere = [f"{group}.{leaf}" for group in VARIANTS if _owner(f"{group}.{leaf}")]
    if found := same_leaf or elsewhere:
        yield from found
    elif leaf in _CALLED and not dot:
        yield _CALLED[leaf]
    elif match := _misspelled(key, known, choices):
        yield match
    elif leaf in _CALLED:
        yield _CALLED[leaf]


def _misspelled(key: str, known: Collection[str], choices: Mapping[str, Any]) -> str | None:
    """Like its neighbours in the group, like a group, like any key, like any last word."""
    group, dot, leaf = key.rpartition(".")
    leaves = {name.rpartition(".")[2]: name for name in known}
    neighbours = {name.rpartition(".")[2]: name for name in known if dot and name.startswith(f"{group}.")}
    if dot and (match := nearest(leaf, neighbours)):
        return neighbours[match]
    if not dot and (match := nearest(key, (*choices, *(name for name in known if "." not in name)))):
        return match
    if dot and (match := nearest(group, choices)) and f"{match}.{leaf}" in known:
        return f"{match}.{leaf}"
    if dot and not neighbours and (match := nearest(key, known)):
        return match
    match = nearest(leaf, leaves)
    return leaves[match] if match else None
