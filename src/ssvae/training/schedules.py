"""How the learning rate and the KL weights move over the epochs.

Both change between epochs, never within one, so that an epoch's mean total is the weighted sum of its mean terms.
In: recipes and an epoch number. Out: plain numbers, handed to the compiled program as arguments.
"""

import math

from ssvae.model.recipes import ModelConfig
from ssvae.model.terms import TERMS
from ssvae.training.recipes import TrainingConfig

__all__ = ["learning_rate", "term_weights"]

FINAL_SHARE = 0.01
"""What cosine leaves of the learning rate in the last epoch."""


def learning_rate(config: TrainingConfig, epoch: int) -> float:
    """The step size in `epoch`, counted from 1: the configured one in the first, a hundredth of it in the last."""
    if config.schedule == "constant" or config.epochs == 1:
        return config.learning_rate
    progress = min(1.0, (epoch - 1) / (config.epochs - 1))
    return config.learning_rate * (FINAL_SHARE + (1 - FINAL_SHARE) * 0.5 * (1 + math.cos(math.pi * progress)))


def term_weights(config: ModelConfig, epoch: int | None = None, epochs: int = 1) -> dict[str, float]:
    """Term → weight.

    Args:
        config: Has the weights and the share of the epochs that the warm-up takes.
        epoch: Counted from 1; None for the weights reached after the warm-up.
        epochs: How many there will be.
    """
    warmup = config.kl_warmup * epochs
    annealed = 1.0 if epoch is None or warmup == 0 else min(1.0, epoch / warmup)
    return {
        key: getattr(config, term.weight) * (annealed if term.is_annealed else 1.0)
        for key, term in TERMS.items()
    }
