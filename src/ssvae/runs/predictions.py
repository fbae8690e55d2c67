"""predictions/SPLIT.safetensors: what the model said of each image of a split, to compare models image by image.

In: named arrays, a row per image. Out: the file, and its arrays read back. Not here: computing them (evaluation/).
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ssvae.errors import RunDirectoryError
from ssvae.runs.files import subfolder, write_bytes
from ssvae.runs.reading import read_inside

__all__ = ["FOLDER", "read_predictions", "save_predictions"]

FOLDER = "predictions"

_MOST_BYTES = 4_000_000_000
"""A million images of a thousand numbers."""


def save_predictions(run_dir: Path, split: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write the file of one split.

    Args:
        run_dir: The run's folder.
        split: Its name, such as `test`.
        arrays: Name → array, all with a row per image.

    Raises:
        RunDirectoryError: when the disk refuses.
    """
    from safetensors.numpy import save

    subfolder(run_dir, FOLDER)
    # safetensors copies memory as it lies
    content = save({name: np.asarray(array, order="C") for name, array in arrays.items()})
    write_bytes(run_dir / FOLDER / f"{split}.safetensors", content)


def read_predictions(run_dir: Path, split: str) -> dict[str, np.ndarray]:
    """The arrays of one split, as they were written.

    Raises:
        RunDirectoryError: when the file is absent or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    name = f"{FOLDER}/{split}.safetensors"
    try:
        return load(read_inside(run_dir, name, _MOST_BYTES))
    except FileNotFoundError as error:
        raise RunDirectoryError(
            f"{run_dir / name} is not there. To make it: ssvae report {run_dir} --from-checkpoint"
        ) from error
    except (OSError, SafetensorError, ValueError) as error:
        raise RunDirectoryError(
            f"{run_dir / name} cannot be read: {error}. To make it again: ssvae report {run_dir} --from-checkpoint"
        ) from error
