import pytest

from ssvae.errors import (
    ConfigError,
    DataError,
    SSVAEError,
    TrainingDiverged,
    did_you_mean,
    nearest,
    reason_of,
)


@pytest.mark.parametrize(
    ("word", "match"),
    [("mixtre", "mixture"), ("standart", "standard"), ("mixture", "mixture"), ("gaussian", None), ("", None)],
)
def test_the_nearest_word_is_offered_only_when_it_is_near(word, match):
    assert nearest(word, iter(["standard", "mixture"])) == match
    assert did_you_mean(word, ["standard", "mixture"]) == (f" Did you mean '{match}'?" if match else "")


def test_nothing_is_near_when_nothing_is_known():
    assert nearest("mixture", []) is None
    assert did_you_mean("mixture", []) == ""


def test_a_config_error_carries_every_problem():
    error = ConfigError(["lr must be positive.", "epochs must be at least 1."])
    assert error.problems == ("lr must be positive.", "epochs must be at least 1.")
    assert str(error) == "lr must be positive.\nepochs must be at least 1."


def test_one_problem_is_not_taken_apart_into_letters():
    assert ConfigError("lr must be positive.").problems == ("lr must be positive.",)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (DataError("train-images.gz is absent."), "train-images.gz is absent."),
        (ConfigError(["first", "second"]), "first\nsecond"),
        (TrainingDiverged(), "TrainingDiverged"),
        (SSVAEError(""), "SSVAEError"),
        (ZeroDivisionError("no images at all"), "ZeroDivisionError: no images at all"),
        (MemoryError(), "MemoryError"),
        (SystemExit(1), "SystemExit: 1"),
        (KeyboardInterrupt(), "Ctrl-C"),
        (KeyboardInterrupt("signal 2"), "Ctrl-C"),
    ],
)
def test_our_own_errors_say_everything_and_others_need_their_type(error, reason):
    assert reason_of(error) == reason
