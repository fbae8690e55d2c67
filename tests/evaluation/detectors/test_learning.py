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


def baselines(knn, spreading):
    """Their accuracies (validation, test), with the standard error of ours."""
    names = {"knn": knn, "label_spreading": spreading}
    return {
        "accuracy_validation": {name: pair[0] for name, pair in names.items()},
        "accuracy_test": {name: pair[1] for name, pair in names.items()},
        "accuracy_test_error": dict.fromkeys(names, 0.01),
    }


def test_an_accuracy_below_the_best_baseline_names_it(healthy, look):
    found = baselines((0.8, 0.85), (0.9, 0.95))
    seen = look("below_baseline", healthy, classification=OURS, baselines=found)
    assert seen.text.startswith("90.0% of the test images are recognized, and 95.0% by label_spreading")
    assert "standard error of the difference 1.4%" in seen.text


def test_the_baseline_is_chosen_by_validation_images(healthy, look):
    found = baselines((0.95, 0.9), (0.9, 0.99))
    assert look("below_baseline", healthy, classification=OURS, baselines=found) is None


def test_a_difference_of_less_than_two_standard_errors_is_none(healthy, look):
    found = baselines((0.9, 0.92), (0.8, 0.8))
    assert look("below_baseline", healthy, classification=OURS, baselines=found) is None


def test_who_does_no_better_than_guessing_has_learned_nothing(healthy, look):
    """28 test images of 4 classes: guessing gives a quarter, two standard errors are 16 points."""
    assert look("at_chance", healthy, classification=OURS) is None
    seen = look("at_chance", healthy, classification={"accuracy_test": 0.4, "accuracy_test_error": 0.1})
    assert seen.text.startswith("40.0% of the test images are recognized; always guessing")
    assert seen.text.endswith("gives 25.0%.")


def test_a_bound_that_holds_for_training_images_alone_is_learned_by_heart(healthy, look, with_validation):
    assert look("overfitting", healthy) is None
    ill = with_validation(healthy, recon=np.full(24, 40.0, np.float32))
    assert "nats higher on training images than on validation images" in look("overfitting", ill).text


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
        assert seen.remedy == f"training.gradient_clip={4 * clip:g}"
