"""Seed and settings: config.yaml is the very one the run was started with, or says in what it is not.

In: a record. Out: a finding. Not here: whether the settings make sense (experiment.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ssvae.config import flatten
from ssvae.reproduction.findings import SEED, Finding
from ssvae.reproduction.record import Record
from ssvae.runs.provenance import config_hash

__all__ = ["check_settings"]

_SHOWN = 10
"""Settings named."""


def check_settings(record: Record) -> Finding:
    """Whether config.yaml still has the hash it was written with, and the seeds that summary.json names."""
    recorded = record.header.get("config_hash")
    if recorded is None:
        return Finding(SEED, notes=("the run did not record the hash of its settings",))
    seeds = f"seed {record.body.get('seed')}, label seed {_label_seed(record.body)}"
    if _hash(record.body) == recorded:
        return Finding(SEED, matches=(seeds, f"settings: hash {str(recorded)[:12]}…"))
    changes = tuple(dict.fromkeys((*_seeds(record), *_edits(record.composed, record.body))))
    edited = (
        "config.yaml was edited after the run had begun: its settings no longer have the hash in its header"
    )
    more = (f"and {len(changes) - _SHOWN} more settings",) if len(changes) > _SHOWN else ()
    unnamed = () if changes else ("which settings they are cannot be told: .hydra/config.yaml does not say",)
    return Finding(SEED, differences=(edited, *changes[:_SHOWN], *more), notes=unnamed)


def _hash(body: Mapping[str, Any]) -> str | None:
    try:
        return config_hash(body)
    except (TypeError, ValueError):  # what YAML can hold and no run writes, such as a date
        return None


def _seeds(record: Record) -> Iterator[str]:
    """summary.json names both seeds as the run had them."""
    run = record.summary.get("run")
    told = run if isinstance(run, Mapping) else {}
    here = {"seed": record.body.get("seed"), "data.label_seed": _label_seed(record.body)}
    for key, value in here.items():
        was = told.get(key.rpartition(".")[2])
        if was is not None and was != value:
            yield _edit(key, was, value)


def _edits(composed: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[str]:
    """Settings that are not what Hydra had composed, as far as that says."""
    before, after = flatten(composed), flatten(body)
    for key, value in after.items():
        if key in before and "${" not in str(before[key]) and not _is_same(before[key], value):
            yield _edit(key, before[key], value)


def _edit(key: str, was: Any, now: Any) -> str:
    return f"{key}: {was} when it ran, {now} in config.yaml"


def _is_same(composed: Any, value: Any) -> bool:
    """Before settings get their types, one word may stand for a list of one, and a text for a number."""
    if composed == value or [composed] == value:
        return True
    try:
        return float(composed) == float(value)
    except (TypeError, ValueError):
        return False


def _label_seed(body: Mapping[str, Any]) -> Any:
    data = body.get("data")
    return data.get("label_seed") if isinstance(data, Mapping) else None
