"""The form every data set takes inside a run.

In: arrays. Out: `Split`, `Dataset`. Not here: reading, splitting, labeling.
"""

import dataclasses

import numpy as np
from jaxtyping import Int, UInt8

__all__ = ["Dataset", "Split"]


@dataclasses.dataclass(frozen=True)
class Split:
    """Images and their true labels. Images stay bytes until a step casts them: a quarter of the memory."""

    images: UInt8[np.ndarray, "example height width channel"]
    """Brightness from 0 to `Dataset.levels`; a pixel in [0, 1] is `images / levels`."""
    labels: Int[np.ndarray, " example"]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Int[np.ndarray, " row"]) -> "Split":
        """The images and labels of `rows`, in that order, as a copy."""
        return Split(self.images[rows], self.labels[rows])


@dataclasses.dataclass(frozen=True)
class Dataset:
    """Three splits and the labels that training may see."""

    name: str
    train: Split
    validation: Split
    test: Split
    labeled_indices: Int[np.ndarray, " labeled"]
    """Rows of `train` whose label training may see, ascending. All other training labels are for scoring."""
    num_classes: int
    levels: int
    """The brightness that counts as 1.0: 16 for digits, 255 for bytes."""
    fingerprint: str
    """SHA-256 over every split's images and labels, their order, `levels`, and the labeled rows."""
    left_out: Split | None = None
    """The test images of a class that was taken out of all three splits; None when none was. Never empty."""

    @property
    def left_out_class(self) -> int | None:
        """That class; it keeps its number among the `num_classes`."""
        return None if self.left_out is None else int(self.left_out.labels[0])

    def parts(self) -> dict[str, Split]:
        """`train`, `validation`, `test`, and `left_out` where there is one."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return parts if self.left_out is None else parts | {"left_out": self.left_out}
