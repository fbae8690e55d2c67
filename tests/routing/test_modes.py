"""Routings: what they weigh, what they tell the decoder, what they cost, and where gradients go."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.routing.recipes import (
    ROUTINGS,
    GumbelRoutingConfig,
    HardRoutingConfig,
    SoftRoutingConfig,
    StraightThroughRoutingConfig,
    TopRoutingConfig,
)

PROBS = jnp.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]])
LOG_PROBS = jnp.log(PROBS)
NO_GUMBEL = jnp.zeros((2, 3))
COSTS = jnp.array([[5.0, 1.0, 3.0], [2.0, 8.0, 4.0]])


def select(config, temperature=1.0, gumbel=NO_GUMBEL, log_probs=LOG_PROBS):
    routing = config.build()
    return routing.select(routing.assignment(log_probs), jnp.float32(temperature), gumbel)


def expected_cost(selection):
    """Σ_m w_m Σ_c condition_mc cost_c: what the selection makes of costs that are linear in the condition."""
    conditions = jnp.eye(3)[None] if selection.conditions is None else selection.conditions
    return jnp.einsum(
        "bm,bmc,bc->b", selection.weights, jnp.broadcast_to(conditions, (2, *conditions.shape[1:])), COSTS
    )


@pytest.mark.parametrize("name", ROUTINGS)
def test_weights_and_choices_sum_to_one(name, getkey):
    selection = select(ROUTINGS[name](), gumbel=jax.random.gumbel(getkey(), (2, 3)))
    np.testing.assert_allclose(selection.weights.sum(axis=1), 1.0, rtol=1e-6)
    if selection.conditions is not None:
        np.testing.assert_allclose(selection.conditions.sum(axis=2), 1.0, rtol=1e-6)
        assert selection.conditions.shape[:2] == selection.weights.shape


def test_soft_is_the_expectation():
    np.testing.assert_allclose(
        expected_cost(select(SoftRoutingConfig())), jnp.sum(PROBS * COSTS, axis=1), rtol=1e-6
    )


def test_all_of_the_largest_are_soft():
    np.testing.assert_allclose(
        expected_cost(select(TopRoutingConfig(num_active=3))),
        expected_cost(select(SoftRoutingConfig())),
        rtol=1e-6,
    )


def test_the_largest_one_is_hard():
    hard = select(HardRoutingConfig())
    np.testing.assert_array_equal(hard.conditions[:, 0], [[0, 1, 0], [1, 0, 0]])
    np.testing.assert_array_equal(expected_cost(hard), [1.0, 2.0])
    np.testing.assert_array_equal(expected_cost(select(TopRoutingConfig(num_active=1))), expected_cost(hard))


def test_straight_through_tells_the_decoder_a_whole_component(getkey):
    gumbel = jax.random.gumbel(getkey(), (2, 3))
    conditions = select(StraightThroughRoutingConfig(), 0.7, gumbel).conditions
    np.testing.assert_allclose(jnp.sort(conditions, axis=2), [[[0, 0, 1]], [[0, 0, 1]]], atol=1e-6)


def test_straight_through_is_unbiased(getkey):
    """The mean over many draws is the expectation, within five standard errors."""
    gumbels = jax.random.gumbel(getkey(), (4000, 2, 3))
    costs = jax.vmap(lambda g: expected_cost(select(StraightThroughRoutingConfig(), 0.5, g)))(gumbels)
    errors = 5 * costs.std(axis=0) / np.sqrt(4000)
    assert (jnp.abs(costs.mean(axis=0) - jnp.sum(PROBS * COSTS, axis=1)) < errors).all()


def test_straight_through_has_the_gradients_of_the_relaxed_choice(getkey):
    gumbel = jax.random.gumbel(getkey(), (2, 3))

    def gradient(config):
        return jax.grad(lambda logits: expected_cost(select(config, 0.5, gumbel, logits)).sum())(LOG_PROBS)

    np.testing.assert_allclose(
        gradient(StraightThroughRoutingConfig()), gradient(GumbelRoutingConfig()), rtol=1e-5
    )


def test_a_cold_relaxed_choice_is_a_draw(getkey):
    gumbel = jax.random.gumbel(getkey(), (2, 3))
    cold = select(GumbelRoutingConfig(), 1e-3, gumbel).conditions
    np.testing.assert_allclose(
        cold, select(StraightThroughRoutingConfig(), 1.0, gumbel).conditions, atol=1e-4
    )


def test_draws_have_the_probabilities_asked_for(getkey):
    gumbels = jax.random.gumbel(getkey(), (6000, 2, 3))
    drawn = jax.vmap(lambda g: select(StraightThroughRoutingConfig(), 1.0, g).conditions[:, 0])(gumbels)
    errors = 5 * jnp.sqrt(PROBS * (1 - PROBS) / 6000)
    assert (jnp.abs(drawn.mean(axis=0) - PROBS) < errors).all()


def test_the_temperature_falls_geometrically():
    config = GumbelRoutingConfig(temperature=4.0, final_temperature=1.0)
    assert [config.temperature_at(share) for share in (0.0, 0.5, 1.0)] == pytest.approx([4.0, 2.0, 1.0])
    assert SoftRoutingConfig().temperature_at(0.3) == 1.0


def test_only_relaxed_choices_warn_that_their_numbers_are_no_bounds():
    for name, recipe in ROUTINGS.items():
        kinds = [finding.kind for finding in recipe().warnings()]
        assert kinds == (["no_bound"] if name == "gumbel" else [])
    (finding,) = GumbelRoutingConfig().warnings()
    assert "no bounds on log p(x)" in finding.meaning
    assert finding.remedy.startswith("routing=straight_through")
