"""Schedules: where they begin, where they end, and that they never turn back."""

import pytest

from ssvae.model.recipes import ModelConfig
from ssvae.model.terms import TERMS
from ssvae.training.recipes import TrainingConfig
from ssvae.training.schedules import learning_rate, term_weights


def test_cosine_falls_from_the_start_to_a_hundredth():
    config = TrainingConfig(epochs=50, learning_rate=0.1)
    rates = [learning_rate(config, epoch) for epoch in range(1, 51)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[-1] == pytest.approx(0.001)
    assert rates == sorted(rates, reverse=True)


def test_constant_stays_and_a_single_epoch_uses_the_start():
    assert learning_rate(TrainingConfig(schedule="constant", learning_rate=0.1), 100) == 0.1
    assert learning_rate(TrainingConfig(epochs=1, learning_rate=0.1), 1) == 0.1


def test_both_kl_weights_rise_to_their_value_and_no_other_weight_moves():
    config = ModelConfig(kl_weight=2.0, kl_c_weight=0.5, kl_warmup=0.5)
    by_epoch = [term_weights(config, epoch, epochs=8) for epoch in range(1, 7)]
    assert [weights["loss.kl.z"] for weights in by_epoch] == [0.5, 1.0, 1.5, 2.0, 2.0, 2.0]
    assert [weights["loss.kl.c"] for weights in by_epoch] == [0.125, 0.25, 0.375, 0.5, 0.5, 0.5]
    for key in TERMS:
        if not TERMS[key].is_annealed:
            assert len({weights[key] for weights in by_epoch}) == 1


def test_without_warm_up_the_first_epoch_has_full_weight():
    assert term_weights(ModelConfig(kl_warmup=0.0), 1, 100) == term_weights(ModelConfig())
