"""Schedules: where they begin, where they end, and that they never turn back."""

import pytest

from ssvae.model.annealing import CosineAnnealingConfig, CyclicalAnnealingConfig, LinearAnnealingConfig
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.terms import TERMS
from ssvae.routing.recipes import GumbelRoutingConfig
from ssvae.training.recipes import TrainingConfig
from ssvae.training.schedules import learning_rate, temperature, term_weights


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
    config = SSVAEConfig(
        model=ModelConfig(kl_weight=2.0, kl_c_weight=0.5), annealing=LinearAnnealingConfig(warmup=0.5)
    )
    by_epoch = [term_weights(config, epoch, epochs=8) for epoch in range(1, 7)]
    assert [weights["loss.kl.z"] for weights in by_epoch] == [0.5, 1.0, 1.5, 2.0, 2.0, 2.0]
    assert [weights["loss.kl.c"] for weights in by_epoch] == [0.125, 0.25, 0.375, 0.5, 0.5, 0.5]
    for key in TERMS:
        if not TERMS[key].is_annealed:
            assert len({weights[key] for weights in by_epoch}) == 1


@pytest.mark.parametrize("annealing", [LinearAnnealingConfig, CosineAnnealingConfig, CyclicalAnnealingConfig])
def test_without_warm_up_the_first_epoch_has_full_weight(annealing):
    config = SSVAEConfig(annealing=annealing(warmup=0.0))
    assert term_weights(config, 1, 100) == term_weights(config)


@pytest.mark.parametrize(
    "annealing", [LinearAnnealingConfig(), CosineAnnealingConfig(), CyclicalAnnealingConfig()]
)
@pytest.mark.parametrize("epochs", [1, 2, 7, 30, 100])
def test_the_last_epoch_has_full_weight_whatever_the_number_of_epochs(annealing, epochs):
    shares = [annealing.share(epoch, epochs) for epoch in range(1, epochs + 1)]
    assert shares[-1] == pytest.approx(1.0)
    assert all(0 < share <= 1 for share in shares)


def test_cosine_rises_slowly_at_both_ends():
    shares = [CosineAnnealingConfig(warmup=1.0).share(epoch, 4) for epoch in (1, 2, 3, 4)]
    assert shares == pytest.approx([0.1464466, 0.5, 0.8535534, 1.0])


def test_cycles_begin_anew():
    shares = [CyclicalAnnealingConfig(cycles=2, warmup=0.5).share(epoch, 8) for epoch in range(1, 9)]
    assert shares == pytest.approx([0.5, 1.0, 1.0, 1.0] * 2)


def test_the_temperature_goes_from_the_first_to_the_last_epoch():
    config = SSVAEConfig(routing=GumbelRoutingConfig(temperature=2.0, final_temperature=0.5))
    assert [temperature(config, epoch, 3) for epoch in (1, 2, 3)] == pytest.approx([2.0, 1.0, 0.5])
    assert temperature(config, 1, 1) == 2.0
    assert temperature(SSVAEConfig(), 2, 3) == 1.0
