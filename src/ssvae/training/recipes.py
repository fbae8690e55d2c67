"""What can be asked of training.

In: settings. Out: `TrainingConfig`. Not here: loss weights (model/recipes.py).
"""

import dataclasses

from ssvae.config import Recipe, setting

__all__ = ["TrainingConfig"]


@dataclasses.dataclass(frozen=True)
class TrainingConfig(Recipe):
    """How long, how fast and in what portions a model is trained.

    The compiled program depends on `gradient_clip` and, through shapes, on the two batch sizes; all else acts between
    epochs, so runs that differ in it share a program.
    """

    epochs: int = setting(100, at_least=1)
    """Passes over the training images."""
    batch_size: int = setting(128, at_least=1)
    """Images per step, drawn without replacement; what does not fill a last batch waits for the next epoch."""
    labeled_batch_size: int = setting(64, at_least=1)
    """Labeled images per step, drawn evenly over the classes. All of them when there are fewer."""
    learning_rate: float = setting(2e-3, above=0)
    """Adam's step size at the start."""
    schedule: str = setting("cosine", one_of=("constant", "cosine"))
    """How the learning rate moves over the epochs; cosine falls to a hundredth of the start."""
    gradient_clip: float | None = setting(50.0, above=0)
    """Largest allowed norm of the whole gradient, in nats per image per unit; null never clips."""
    patience: int | None = setting(None, at_least=1)
    """Stop after this many epochs without a better `monitor`; null trains all epochs."""
    monitor: str = setting("loss.total.val")
    """The quantity that chooses the best epoch, as spelled in metrics.csv. Losses: lowest; metrics: highest."""
    on_nan: str = setting("stop", one_of=("stop", "restore", "ignore"))
    """When a loss is no finite number: stop the run, restore the epoch before at half the learning rate, or go on."""
    checkpoint_every: int = setting(10, at_least=1)
    """Epochs between writes of checkpoints/last; the best epoch is written when this interval ends too."""
    log_every_batches: int = setting(0, at_least=0)
    """Log the loss terms of every N-th batch; 0 logs epochs only."""
