"""What the classical baselines of `evaluation.baselines` reach on the digits of our runs, over label draws 0, 1 and 2.

Command: python scripts/classical_baselines.py [NUM_LABELED]     (seconds)
The figures stand beside ours in README.md. None of the methods is tuned on these test images.
"""

import sys

import numpy as np

from ssvae.data.recipes import DigitsConfig
from ssvae.evaluation.metrics.classical import BASELINES, UNKNOWN, Shown


def test_accuracy(method: str, num_labeled: int, label_seed: int) -> float:
    """Share of the test images a method recognizes, in percent."""
    dataset = DigitsConfig(num_labeled=num_labeled, label_seed=label_seed).load()
    train, test = (
        split.images.reshape(len(split), -1) / dataset.levels for split in (dataset.train, dataset.test)
    )
    labels = np.full(len(train), UNKNOWN)
    labels[dataset.labeled_indices] = dataset.train.labels[dataset.labeled_indices]
    answers = BASELINES[method](Shown(train, labels), test)
    return 100 * float(np.mean(answers.classes == dataset.test.labels))


def main(num_labeled: int) -> None:
    """Print a table: method, mean, standard deviation, the three draws."""
    for method in BASELINES:
        draws = [test_accuracy(method, num_labeled, seed) for seed in (0, 1, 2)]
        values = " / ".join(f"{value:.1f}" for value in draws)
        print(f"{method:<22}{np.mean(draws):5.1f} ± {np.std(draws, ddof=1):.1f}   {values}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
