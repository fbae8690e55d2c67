"""Latent codes on paper: the two directions in which they vary most.

In: codes of any dimension. Out: points in the plane, and what the two axes are. Not here: drawing (latent_scatter.py).
"""

import dataclasses

import numpy as np
from jaxtyping import Float

__all__ = ["Projection", "fit_projection"]


@dataclasses.dataclass(frozen=True)
class Projection:
    """An affine map from codes to the plane."""

    center: Float[np.ndarray, " latent"]
    directions: Float[np.ndarray, "2 latent"]
    axis_labels: tuple[str, str]

    @property
    def is_line(self) -> bool:
        """Whether codes have one dimension only, so that the vertical axis means nothing."""
        return len(self.center) == 1

    def __call__(self, codes: Float[np.ndarray, "example latent"]) -> Float[np.ndarray, "example 2"]:
        """The codes as points."""
        return (codes.astype(np.float64) - self.center) @ self.directions.T


def fit_projection(codes: Float[np.ndarray, "example latent"]) -> Projection:
    """Principal components of the codes when there are more than two dimensions, else the codes as they are.

    A code of one dimension lies on the horizontal axis. Signs are chosen so that each direction's largest
    entry is positive: the same codes always give the same picture.
    """
    latent_dim, is_still = codes.shape[1], bool(np.all(codes.std(axis=0, dtype=np.float64) < _STILL))
    if latent_dim <= 2:
        directions = np.eye(2, latent_dim)
        first = "z₁: the codes do not vary" if is_still else "z₁"
        labels = (first, "z₂" if latent_dim == 2 else "spread at random: z has one dimension")
        return Projection(np.zeros(latent_dim), directions, labels)
    codes = codes.astype(np.float64)
    center = codes.mean(axis=0)
    _, scales, directions = np.linalg.svd(codes - center, full_matrices=False)
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1)
    directions = directions * np.where(largest < 0, -1.0, 1.0)
    shares = np.square(scales) / max(np.square(scales).sum(), np.finfo(float).tiny)
    says = ["the codes do not vary" if is_still else f"{share:.0%} of variance" for share in shares[:2]]
    first, second = (f"principal component {i} of E[z|x] ({says[i - 1]})" for i in (1, 2))
    return Projection(center, directions[:2], (first, second))


_STILL = 1e-5
"""Standard deviation below which codes, whose prior has one of about 1, are one code and rounding."""
