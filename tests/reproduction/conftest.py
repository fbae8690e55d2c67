"""What the tests of this room share: pairs of records that are equal until a test changes one of them."""

import copy
import dataclasses
import json

import numpy as np
import pytest

from ssvae.reproduction.record import Record

BODY = {
    "seed": 3,
    "data": {"name": "synthetic", "label_seed": 1, "noise": 0.15},
    "model": {"name": "mixture", "kl_weight": 1.0},
    "training": {"epochs": 3},
}

PART = {
    "role": "ssvae",
    "within": "ssvae",
    "path": None,
    "kind": "bundle",
    "file": "source.bundle",
    "folder": ".",
    "root": "clone",
    "branch": "main",
    "commit": "c" * 40,
    "needs": None,
    "tree": "a" * 40,
    "remotes": [],
    "left_out": [{"path": "big.bin", "bytes": 10**9, "sha256": "s", "reason": "it is large"}],
}
EXTRA = PART | {
    "role": "extra",
    "within": "extra",
    "kind": "archive",
    "file": "extra.tar.gz",
    "commit": None,
    "tree": None,
    "left_out": [],
}


def _rows(count=3):
    return [
        {
            "epoch": epoch,
            "time": 1.0 / epoch,
            "loss.total": 66.814 / epoch,
            "loss.kl.z": 4.2,
            "metric.components.active": 5,
            "metric.k_eff": float("nan"),
        }
        for epoch in range(1, count + 1)
    ]


def _arrays():
    return {
        "params": {
            "encoder": {
                "kernel": np.array([[1.0, -2.0], [0.5, np.nan]], np.float32),
                "bias": np.zeros(2, np.float32),
            }
        },
        "step": np.array(7, np.int32),
    }


def _summary():
    return {
        "run": {
            "status": "completed",
            "seed": 3,
            "label_seed": 1,
            "warnings": [{"kind": "collapse", "text": "0.06"}],
        },
        "training": {"epochs": 3, "seconds": 1.25, "best_value": 51.3},
        "metrics": {"metric.accuracy.test": 0.59},
        "components": {
            "clustering": {
                "status": "success",
                "reason": None,
                "remedy": None,
                "data": {"nmi": 0.5, "usage": [0.25, 0.75], "seconds_per_epoch": 0.1},
                "title": "Clustering",
            }
        },
    }


@pytest.fixture
def rows():
    """A function that gives the rows of metrics.csv."""
    return _rows


@pytest.fixture
def arrays():
    """A function that gives a checkpoint's arrays, NaN among them."""
    return _arrays


@pytest.fixture
def summary():
    """A function that gives the content of summary.json; `summary({"metrics/a": 1})` with that value changed."""

    def make(changes=None):
        made = _summary()
        for path, value in (changes or {}).items():
            *parents, last = path.split("/")
            place = made
            for key in parents:
                place = place[key]
            place[last] = value
        return made

    return make


@pytest.fixture
def make_record(tmp_path):
    """A function that gives the record of a completed run, changed as told."""

    from ssvae.runs.provenance import config_hash

    def make(**changes):
        body = copy.deepcopy(BODY)
        header = {
            "config_hash": config_hash(body),
            "data_hash": "d" * 64,
            "resumed_from": None,
            "device": "cpu",
            "host": "lab",
        }
        record = Record(
            folder=tmp_path / "run",
            header=header,
            body=body,
            lifecycle="completed",
            reason=None,
            rows=tuple(_rows()),
            summary=_summary(),
            checkpoints={
                "best": (_arrays(), {"epoch": 2, "seed": 3}),
                "last": (_arrays(), {"epoch": 3, "seed": 3}),
            },
            damage={},
            environment=None,
            composed=copy.deepcopy(body),
        )
        return dataclasses.replace(record, **changes)

    return make


@pytest.fixture
def recorded(make_record):
    """The record of a run whose folder has a source.json."""
    made = make_record()
    path = made.folder / "provenance" / "source.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"format": 1, "parts": [PART, EXTRA], "problems": ["a problem"]}))
    return made


@pytest.fixture
def part():
    """What source.json says of the code, alone."""
    return PART | {"left_out": []}
