"""What classical methods reach on the same split and the same labeled digits as our runs.

Command: python scripts/classical_baselines.py [NUM_LABELED]     (seconds; label draws 0, 1 and 2)
The figures stand beside ours in README.md. None of the methods is tuned on these test images.
"""

import sys
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.semi_supervised import LabelSpreading
from sklearn.svm import SVC

from ssvae.data.recipes import DigitsConfig

METHODS = {
    "1-nearest neighbor": lambda: KNeighborsClassifier(1),
    "logistic regression": lambda: LogisticRegression(max_iter=2000),
    "support vectors (rbf, C = 10)": lambda: SVC(C=10),
    "label spreading (7 neighbors)": lambda: LabelSpreading("knn", n_neighbors=7, alpha=0.8, max_iter=1000),
}


def test_accuracy(method: str, num_labeled: int, label_seed: int) -> float:
    """Share of the test images a method recognizes, in percent; label spreading also sees unlabeled images."""
    dataset = DigitsConfig(num_labeled=num_labeled, label_seed=label_seed).load()
    train, test = (
        split.images.reshape(len(split), -1) / dataset.levels for split in (dataset.train, dataset.test)
    )
    labels = np.full(len(train), -1)
    labels[dataset.labeled_indices] = dataset.train.labels[dataset.labeled_indices]
    seen = slice(None) if "spreading" in method else labels >= 0
    classifier = METHODS[method]().fit(train[seen], labels[seen])
    return 100 * float(np.mean(classifier.predict(test) == dataset.test.labels))


def main(num_labeled: int) -> None:
    """Print a table: method, mean, standard deviation, the three draws."""
    warnings.filterwarnings("ignore", message="invalid value encountered in divide")  # an unreachable image
    for method in METHODS:
        draws = [test_accuracy(method, num_labeled, seed) for seed in (0, 1, 2)]
        values = " / ".join(f"{value:.1f}" for value in draws)
        print(f"{method:<32}{np.mean(draws):5.1f} ± {np.std(draws, ddof=1):.1f}   {values}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
