"""How the learning rate, the KL weights and the temperature move over the epochs.

All change between epochs, never within one, so that an epoch's mean total is the weighted sum of its mean terms.
In: recipes and an epoch number. Out: plain numbers, handed to the compiled program as arguments.
"""

import math

from ssvae.model.recipes import SSVAEConfig
from ssvae.model.terms import TERMS
from ssvae.training.recipes import TrainingConfig

__all__ = ["learning_rate", "temperature", "term_weights"]

FINAL_SHARE = 0.01
"""What cosine leaves of the learning rate in the last epoch."""


def learning_rate(config: TrainingConfig, epoch: int) -> float:
    """The step size in `epoch`, counted from 1: the configured one in the first, a hundredth of it in the last."""
    if config.schedule == "constant":
        return config.learning_rate
    shape = 0.5 * (1 + math.cos(math.pi * _progress(epoch, config.epochs)))
    return config.learning_rate * (FINAL_SHARE + (1 - FINAL_SHARE) * shape)


def temperature(config: SSVAEConfig, epoch: int, epochs: int) -> float:
    """Of a relaxed choice of components in `epoch`; the weights of that epoch are evaluated with it too."""
    return config.routing.temperature_at(_progress(epoch, epochs))


def term_weights(config: SSVAEConfig, epoch: int | None = None, epochs: int = 1) -> dict[str, float]:
    """Term → weight.

    Args:
        config: Has the weights and how they are annealed.
        epoch: Counted from 1; None for the weights reached after the warm-up.
        epochs: How many there will be.
    """
    annealed = 1.0 if epoch is None else config.annealing.share(epoch, epochs)
    return {
        key: getattr(config.model, term.weight) * (annealed if term.is_annealed else 1.0)
        for key, term in TERMS.items()
    }


def _progress(epoch: int, epochs: int) -> float:
    """From 0 in the first epoch to 1 in the last; a single epoch is a first one."""
    return 0.0 if epochs == 1 else min(1.0, (epoch - 1) / (epochs - 1))
