"""One number that tells whether two runs saw the same data.

In: splits and labeled rows. Out: a SHA-256. Not here: checking files (each source does that itself).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Int

from ssvae.data.dataset import Dataset, Split

__all__ = ["data_facts", "fingerprint"]


def fingerprint(
    splits: Mapping[str, Split], labeled_indices: Int[np.ndarray, " labeled"], levels: int
) -> str:
    """SHA-256 over everything of the data that a run's numbers depend on.

    A changed pixel, two swapped images, another label draw, an image in another split: each changes it.
    The numpy version, the byte order of the machine and the width of label integers do not.

    Args:
        splits: Name → split, in a fixed order.
        labeled_indices: See `Dataset.labeled_indices`.
        levels: See `Dataset.levels`.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256(f"levels {levels}\n".encode())
    for name, split in splits.items():
        # With names and shapes: else the first test image could move to the end of validation unseen.
        digest.update(f"{name} {split.images.shape}\n".encode())
        digest.update(np.ascontiguousarray(split.images).data)
        digest.update(split.labels.astype("<i8").tobytes())
    digest.update(f"labeled {len(labeled_indices)}\n".encode())
    digest.update(labeled_indices.astype("<i8").tobytes())
    return digest.hexdigest()


def data_facts(dataset: Dataset) -> dict[str, Any]:
    """The parts of the fingerprint: of two that differ, one sees where."""
    facts = {
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "levels": dataset.levels,
        "classes": dataset.num_classes,
        "splits": {
            name: {
                "images": len(split),
                "shape": list(split.images.shape[1:]),
                "sha256_images": _digest(np.ascontiguousarray(split.images)),
                "sha256_labels": _digest(split.labels.astype("<i8")),
            }
            for name, split in dataset.parts().items()
        },
        "labeled_indices": dataset.labeled_indices.tolist(),
    }
    return facts if dataset.left_out is None else facts | {"left_out_class": dataset.left_out_class}


def _digest(array: np.ndarray) -> str:
    return hashlib.sha256(array.tobytes()).hexdigest()
