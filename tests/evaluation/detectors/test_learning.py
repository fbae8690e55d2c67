import dataclasses

import numpy as np
import pytest

from ssvae.evaluation.detectors import DETECTORS
from ssvae.evaluation.detectors.detector import CannotTell
from ssvae.status import ComponentResult


def with_history(context, **columns):
    return dataclasses.replace(context, history=[{**row, **columns} for row in context.history])


def test_a_class_without_a_label_is_named(healthy, look):
    assert look("missing_labels", healthy) is None
    few = dataclasses.replace(healthy.dataset, labeled_indices=np.array([0, 1, 4]))
    seen = look("missing_labels", dataclasses.replace(healthy, dataset=few))
    assert seen.text == "No labeled image shows class 2, 3."
    assert seen.remedy == "data.num_labeled=40 or another data.label_seed"


OURS = {"accuracy_test": 0.9, "accuracy_test_error": 0.01}


def test_an_accuracy_below_the_best_baseline_names_it(healthy, look):
    better = {"accuracy_test": {"knn": 0.85, "label_spreading": 0.95}}
    seen = look("below_baseline", healthy, classification=OURS, baselines=better)
    assert seen.text.startswith("90.0% of the test images are recognized, and 95.0% by label_spreading")
    worse = {"accuracy_test": {"knn": 0.85, "label_spreading": 0.9}}
    assert look("below_baseline", healthy, classification=OURS, baselines=worse) is None


def test_without_baselines_nobody_can_tell_and_it_says_what_to_type(healthy):
    results = {
        "classification": ComponentResult.success(OURS),
        "baselines": ComponentResult.disabled("evaluation.baselines is none", "evaluation=full"),
    }
    answer = DETECTORS["below_baseline"].look(healthy, results)
    assert answer == CannotTell("evaluation.baselines is none. To enable: evaluation=full")


def test_a_training_whose_first_epoch_was_best_learned_nothing(healthy, look):
    assert look("best_epoch_first", healthy) is None
    seen = look("best_epoch_first", dataclasses.replace(healthy, best_epoch=1))
    assert seen.text == "Of 5 epochs the first was the best by loss.total.val."
    alone = dataclasses.replace(healthy, best_epoch=1, history=healthy.history[:1])
    assert look("best_epoch_first", alone) is None


@pytest.mark.parametrize(("share", "is_seen"), [(0.5, False), (0.51, True)])
def test_a_clip_that_sets_the_length_of_most_steps_is_seen(healthy, look, share, is_seen):
    seen = look("gradient_clipped", with_history(healthy, **{"gradient.clipped": share}))
    assert (seen is not None) is is_seen
    if seen is not None:
        clip = healthy.training.gradient_clip
        assert (
            f"In 51% of the steps the gradient was longer than training.gradient_clip={clip:g}" in seen.text
        )
        assert f"training.gradient_clip={4 * clip:g}" in seen.remedy
