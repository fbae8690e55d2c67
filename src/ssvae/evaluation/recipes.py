"""What can be asked of the evaluation.

In: settings. Out: `EvaluationConfig`. Not here: the components themselves (components.py lists them).
"""

import dataclasses

from ssvae.config import Recipe, setting

__all__ = ["EvaluationConfig"]


@dataclasses.dataclass(frozen=True)
class EvaluationConfig(Recipe):
    """Which metrics and plots a run makes once it is trained."""

    metrics: tuple[str, ...] = ("all",)
    """`all`, `none`, or a list of metric components such as [classification,mixture_prior]."""
    plots: tuple[str, ...] = ("all",)
    """`all`, `none`, or a list of plot components such as [loss_curves,reconstructions]."""
    importance_samples: int = setting(100, at_least=0, at_most=100_000)
    """Samples per test image that estimate log p(x); 0 leaves it out, papers use 5000."""
    shifts: tuple[str, ...] = ("none",)
    """Changed test images to tell from real ones: `all`, `none`, or a list such as [noise]."""
    baselines: tuple[str, ...] = ("none",)
    """Classical methods on the same labels: `all`, `none`, or a list such as [knn]."""
    batch_size: int = setting(512, at_least=1)
    """Images per prediction step; lower it when memory is short. Changes no result."""
    num_images: int = setting(10, at_least=1, at_most=50)
    """Images per row in reconstruction and sample figures."""
    dpi: int = setting(110, at_least=40, at_most=600)
    """Resolution of the figures, in dots per inch."""
