"""What can be asked of each data set.

In: settings. Out: recipes whose `load` gives a `Dataset`. Not here: reading files.
"""

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from ssvae.config import Recipe, setting

if TYPE_CHECKING:
    from ssvae.data.dataset import Dataset

__all__ = ["DATASETS", "AbstractDataConfig", "DigitsConfig", "MnistConfig", "SyntheticConfig"]


@dataclasses.dataclass(frozen=True)
class AbstractDataConfig(Recipe):
    """The settings every data set has: how many labels are shown, and how images are split."""

    num_labeled: int = setting(100, at_least=0)
    """Training images whose label the model may see, drawn evenly over the classes."""
    label_seed: int = setting(0, at_least=0)
    """Which images those are; apart from `seed`, so that models can be compared on the same labels."""
    split_seed: int = setting(0, at_least=0)
    """How images fall into training, validation and test; keep it fixed across runs you compare."""
    left_out_class: int | None = setting(None, at_least=0)
    """A class that training never sees; its test images become strange ones to notice. null: every class is seen."""

    def problems(self, prefix: str) -> Iterator[str]:
        """A class to leave out that is none."""
        if self.left_out_class is not None and self.left_out_class >= self.classes:
            yield (
                f"{prefix}left_out_class must be one of the classes 0 to {self.classes - 1}, got "
                f"{self.left_out_class}. Try {prefix}left_out_class={self.classes - 1}, or null to leave none out."
            )

    @property
    @abstractmethod
    def image_shape(self) -> tuple[int, int, int]:
        """(height, width, channel)."""

    @property
    @abstractmethod
    def classes(self) -> int:
        """How many classes the labels have."""

    @property
    @abstractmethod
    def train_size(self) -> int:
        """Training images left after validation and test images are taken away, before a class is left out."""

    @abstractmethod
    def load(self) -> "Dataset":
        """Read, check, split and label.

        Raises:
            DataError: when files are absent or damaged.
        """

    def absence(self) -> str | None:
        """Why the data cannot be read on this machine and what to do, or None when its files are there."""
        return None


@dataclasses.dataclass(frozen=True)
class DigitsConfig(AbstractDataConfig):
    """The 1797 handwritten 8×8 digits that ship with scikit-learn; needs no download.

    Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998, its test part.
    """

    variant: ClassVar[str] = "digits"
    num_validation: int = setting(180, at_least=10, at_most=800)
    """Images that choose the best epoch; their labels play no part unless you monitor accuracy."""
    num_test: int = setting(360, at_least=10, at_most=800)
    """Images set aside for the one final measurement."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Native size, never padded."""
        return (8, 8, 1)

    @property
    def classes(self) -> int:
        """The digits 0 to 9."""
        return 10

    @property
    def train_size(self) -> int:
        """1797 less validation and test."""
        return 1797 - self.num_validation - self.num_test

    def load(self) -> "Dataset":
        """See `AbstractDataConfig.load`."""
        from ssvae.data.digits import load_digits

        return load_digits(self)

    def absence(self) -> str | None:
        """That scikit-learn, or its file of digits, is missing, and what to do."""
        from ssvae.data.digits import missing_file

        return missing_file()


@dataclasses.dataclass(frozen=True)
class MnistConfig(AbstractDataConfig):
    """MNIST, 28×28, from its four IDX files (gzip or raw). Its own 10,000 test images are the test split.

    Source: LeCun, Bottou, Bengio, Haffner 1998, Gradient-based learning applied to document recognition.
    """

    variant: ClassVar[str] = "mnist"
    root: str | None = None
    """Folder of the IDX files. null: $SSVAE_DATA_DIR/mnist, else $SSVAE_DATA_DIR, else the user's cache."""
    num_train: int | None = setting(None, at_least=100, at_most=59900)
    """Use only this many training images, drawn evenly over the classes. null: all that validation leaves."""
    num_validation: int = setting(5000, at_least=100, at_most=30000)
    """Images that choose the best epoch; their labels play no part unless you monitor accuracy."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Native size."""
        return (28, 28, 1)

    @property
    def classes(self) -> int:
        """The digits 0 to 9."""
        return 10

    @property
    def train_size(self) -> int:
        """What validation leaves of 60,000, or `num_train` of it."""
        rest = 60000 - self.num_validation
        return rest if self.num_train is None else min(rest, self.num_train)

    def load(self) -> "Dataset":
        """See `AbstractDataConfig.load`."""
        from ssvae.data.mnist import load_mnist

        return load_mnist(self)

    def absence(self) -> str | None:
        """The files that are missing, where they were sought, and what to do."""
        from ssvae.data.mnist import missing_files

        return missing_files(self)


@dataclasses.dataclass(frozen=True)
class SyntheticConfig(AbstractDataConfig):
    """Noisy copies of one random pattern per class; made in memory, for tests and first steps."""

    variant: ClassVar[str] = "synthetic"
    num_labeled: int = setting(40, at_least=0)
    """Training images whose label the model may see, drawn evenly over the classes."""
    num_classes: int = setting(4, at_least=2, at_most=100)
    """How many patterns there are."""
    image_size: int = setting(8, at_least=2, at_most=256)
    """Height and width in pixels."""
    channels: int = 1
    """1 for gray images, 3 for color; each class has a pattern per channel."""
    num_train: int = setting(400, at_least=10)
    """Training images."""
    num_validation: int = setting(100, at_least=10)
    """Validation images."""
    num_test: int = setting(100, at_least=10)
    """Test images."""
    noise: float = setting(0.15, at_least=0)
    """Standard deviation of the noise added to each pixel before clipping to [0, 1]."""

    def problems(self, prefix: str) -> Iterator[str]:
        """Channels that are no picture, a class to leave out that is none."""
        yield from super().problems(prefix)
        if self.channels not in (1, 3):
            yield f"{prefix}channels must be 1 (gray) or 3 (color), got {self.channels}. Try {prefix}channels=3."

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Square."""
        return (self.image_size, self.image_size, self.channels)

    @property
    def classes(self) -> int:
        """`num_classes`."""
        return self.num_classes

    @property
    def train_size(self) -> int:
        """`num_train`."""
        return self.num_train

    def load(self) -> "Dataset":
        """See `AbstractDataConfig.load`."""
        from ssvae.data.synthetic import make_synthetic

        return make_synthetic(self)


DATASETS: dict[str, type[AbstractDataConfig]] = {
    "digits": DigitsConfig,
    "mnist": MnistConfig,
    "synthetic": SyntheticConfig,
}
