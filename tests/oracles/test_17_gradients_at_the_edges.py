"""Group 17, the rest: each term's gradient where probabilities are exactly 0 or 1, and none into what is counted.

All terms of a model by one compiled program.
"""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.batch import Batch
from ssvae.classifiers.recipes import TauConfig
from ssvae.likelihoods.recipes import HeteroscedasticConfig
from ssvae.model.objective import loss_terms
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS

IMAGE_SHAPE = (3, 3, 1)


@pytest.fixture(scope="module")
def batch():
    rng = np.random.default_rng(0)
    images, labeled = (jnp.asarray(rng.uniform(size=(n, *IMAGE_SHAPE)), jnp.float32) for n in (4, 3))
    return Batch(images, labeled, jnp.array([0, 1, 2]))


@pytest.fixture
def jacobian_of(settings, batch):
    """Recipe → (params, (params, statistics) → terms and the gradient of each in both)."""

    def compute(config):
        structure = Structure.of(config, IMAGE_SHAPE, 3)
        rng = np.random.default_rng(1)
        params = jax.tree.map(
            lambda leaf: jnp.asarray(0.4 * rng.normal(size=leaf.shape), jnp.float32), structure.param_shapes()
        )

        def terms(params, statistics):
            model, key = structure.bind(params), jax.random.key(2)
            found, _ = loss_terms(model, structure.plan(), statistics, batch, key, settings)
            stacked = jnp.stack([found[name] for name in TERMS])
            return stacked, stacked

        return (
            params,
            structure.initial_statistics(),
            jax.jit(jax.jacrev(terms, argnums=(0, 1), has_aux=True)),
        )

    return compute


def finite(tree) -> bool:
    return all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves(tree))


def test_no_term_of_m2_breaks_where_the_encoder_is_sure(config_of, jacobian_of):
    """Of the class of the label and of another one; with pixels and codes at the bounds of their σ as well.

    The label leaves components with log τ = −∞, and a sure encoder q(c|x) = 0 in float32.
    """
    params, statistics, jacobian = jacobian_of(config_of("m2", likelihood=HeteroscedasticConfig()))
    for sure in range(3):
        for bound in (-1e3, 1e3):
            head, log_std = params["component_head"], params["code_head"]["log_std"]
            edge = params | {
                "component_head": head | {"bias": 1e4 * jax.nn.one_hot(sure, 3)},
                "code_head": params["code_head"] | {"log_std": log_std | {"bias": jnp.full(6, bound)}},
            }
            gradients, values = jacobian(edge, statistics)
            assert finite(values), dict(zip(TERMS, values, strict=True))
            assert finite(gradients)


def test_no_term_has_a_gradient_in_the_counts_of_tau(config_of, jacobian_of):
    """Though loss.labeled and loss.classifier depend on them."""
    config = config_of("mixture", classifier=TauConfig())
    config = dataclasses.replace(config, model=dataclasses.replace(config.model, labeled_weight=1.0))
    params, statistics, jacobian = jacobian_of(config)
    (_, of_counts), values = jacobian(params, statistics)
    assert (of_counts["tau_counts"] == 0).all()
    _, other = jacobian(params, {"tau_counts": statistics["tau_counts"] + 3.0})
    changed = {name for name, a, b in zip(TERMS, values, other, strict=True) if a != b}
    assert changed == {"loss.labeled", "loss.classifier"}
