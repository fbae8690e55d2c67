"""Numbers that say which dimensions of the code tell anything about the image. Pure formulas.

In: means of q(z|x), one row per image. Out: variances, masks. Not here: which split, which model.
"""

import numpy as np
from jaxtyping import Bool, Float

__all__ = ["ACTIVE_VARIANCE", "active_units", "variance_of_means"]

ACTIVE_VARIANCE = 0.01
"""Above this variance of its mean a dimension is active. Trained codes split clearly into far above and far below.

Source: Burda, Grosse & Salakhutdinov 2016, Importance weighted autoencoders, arXiv:1509.00519.
"""


def variance_of_means(means: Float[np.ndarray, "example latent"]) -> Float[np.ndarray, " latent"]:
    """Var_x of the mean of q(z_d|x) over these images, per dimension d; 0 when it is the same for all of them.

    Divided by the number of images, not by one less.
    """
    return means.var(axis=0, dtype=np.float64)


def active_units(variances: Float[np.ndarray, " latent"]) -> Bool[np.ndarray, " latent"]:
    """True for a dimension whose mean varies from image to image."""
    return variances > ACTIVE_VARIANCE
