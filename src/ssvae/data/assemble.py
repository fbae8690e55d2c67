"""The last step of every data source: from three splits to the `Dataset` a run uses.

In: a recipe and three splits. Out: `Dataset`, its labels drawn, its fingerprint taken, its promises checked.
Not here: where the images came from.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from jaxtyping import Int

from ssvae.data.dataset import Dataset, Split
from ssvae.data.fingerprint import fingerprint
from ssvae.data.labeling import draw_labeled
from ssvae.data.left_out import without_class
from ssvae.data.recipes import AbstractDataConfig
from ssvae.errors import DataError

__all__ = ["assemble", "sealed"]


def assemble(
    config: AbstractDataConfig, *, train: Split, validation: Split, test: Split, levels: int
) -> Dataset:
    """Check the splits, leave a class out, draw the labels that training may see, take the fingerprint.

    The arrays of the splits become read-only, so that the fingerprint stays true.

    Args:
        config: The recipe; its `image_shape`, `classes` and `train_size` are held to their word before the class
            that it leaves out is taken away.
        train: Training images with their true labels.
        validation: Images that choose the best epoch.
        test: Images for the one final measurement.
        levels: The brightness that counts as 1.0.

    Raises:
        DataError: when the splits are not what the recipe promises, or too small for `num_labeled`.
    """
    splits = {"train": train, "validation": validation, "test": test}
    problems = []
    if len(train) != config.train_size:
        problems.append(f"the train split has {len(train)} images, its recipe promises {config.train_size}")
    for name, split in splits.items():
        problems.extend(_problems(config, name, split, levels))
    if problems:
        raise DataError(f"data={config.variant}: {'; '.join(problems)}.")
    left_out = None
    if config.left_out_class is not None:
        splits, left_out = without_class(splits, config.left_out_class)
    labeled_indices = draw_labeled(splits["train"].labels, config.num_labeled, config.label_seed)
    return sealed(
        config.variant,
        splits,
        labeled_indices,
        num_classes=config.classes,
        levels=levels,
        left_out=left_out,
    )


def sealed(
    name: str,
    splits: Mapping[str, Split],
    labeled_indices: Int[np.ndarray, " labeled"],
    *,
    num_classes: int,
    levels: int,
    left_out: Split | None = None,
) -> Dataset:
    """The data set, its fingerprint taken; its arrays become read-only, so that the fingerprint stays true.

    Args:
        name: What it is called.
        splits: `train`, `validation`, `test`, in this order: the fingerprint depends on it.
        labeled_indices: See `Dataset.labeled_indices`.
        num_classes: How many classes there are.
        levels: The brightness that counts as 1.0.
        left_out: See `Dataset.left_out`; when there is one, it is a part of the fingerprint.
    """
    parts = splits if left_out is None else {**splits, "left_out": left_out}
    for array in (labeled_indices, *(array for split in parts.values() for array in _arrays(split))):
        array.flags.writeable = False
    return Dataset(
        name=name,
        **splits,
        labeled_indices=labeled_indices,
        num_classes=num_classes,
        levels=levels,
        fingerprint=fingerprint(parts, labeled_indices, levels),
        left_out=left_out,
    )


def _arrays(split: Split) -> tuple[np.ndarray, np.ndarray]:
    return split.images, split.labels


def _problems(config: AbstractDataConfig, name: str, split: Split, levels: int) -> Iterator[str]:
    """What is wrong with one split, each as half a sentence."""
    images, labels = _arrays(split)
    expected = (len(labels), *config.image_shape)
    if images.shape != expected:
        yield f"the {name} images have shape {images.shape}, its recipe promises {expected}"
    if images.dtype != np.uint8:
        yield f"the {name} images are {images.dtype}, expected uint8 from 0 to {levels}"
    elif images.size and images.max() > levels:
        yield f"the {name} images reach brightness {images.max()}, expected at most {levels}"
    if len(labels) and not 0 <= labels.min() <= labels.max() < config.classes:
        found, promised = f"{labels.min()} to {labels.max()}", f"0 to {config.classes - 1}"
        yield f"the {name} labels run from {found}, its recipe promises {promised}"
