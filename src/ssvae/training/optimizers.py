"""The optimizer: Adam, with the whole gradient's norm clipped if asked.

In: the clip. Out: an optax transformation whose updates the step scales by the learning rate of the epoch.
"""

import optax

__all__ = ["make_optimizer"]


def make_optimizer(gradient_clip: float | None) -> optax.GradientTransformation:
    """Adam's direction for each parameter, not yet scaled by a learning rate: that is an argument of the program.

    Source: Kingma & Ba 2015, arXiv:1412.6980, algorithm 1; clipping: Pascanu et al. 2013, arXiv:1211.5063.
    """
    if gradient_clip is None:
        return optax.scale_by_adam()
    return optax.chain(optax.clip_by_global_norm(gradient_clip), optax.scale_by_adam())
