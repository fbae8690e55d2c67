"""Terms that are no part of the bound: they steer how components are used.

In: responsibilities. Out: one number in nats, 0 at best. Not here: their weights, priors over parameters.
"""

import math

import jax

from ssvae.arrays import Array, Float
from ssvae.probability.categorical import entropy

__all__ = ["unevenness"]


def unevenness(log_responsibilities: Float[Array, "batch component"]) -> Float[Array, ""]:
    """log K − H(p̄) with p̄ the batch's mean responsibilities: 0 when components are used evenly, log K at worst.

    Minimizing it rewards diversity. It cannot tell even use from indecision (a uniform q(c|x) for every image
    also gives 0), so read it beside the information I(x;c). On a batch H(p̄) is biased low, by Jensen.
    """
    batch, num_components = log_responsibilities.shape
    log_mean = jax.nn.logsumexp(log_responsibilities, axis=0) - math.log(batch)
    return math.log(num_components) - entropy(log_mean)
