"""What every routing of the table keeps; a new one is tested by being in the table."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.probability import categorical
from ssvae.routing.recipes import ROUTINGS

NO_BOUND = {"gumbel": "the decoder is told a place between components, which none of them is"}
"""Routing → why its cost may lie below the smallest one there is."""

LOG_PRIOR = jnp.log(jnp.array([0.4, 0.3, 0.2, 0.1]))
COSTS = jnp.array([[5.0, 1.0, 3.0, 9.0], [2.0, 8.0, 4.0, 3.0], [0.5, 0.5, 0.5, 0.5]])
LOGITS = jnp.array([[0.3, 2.0, 1.0, -1.0], [2.5, -2.0, 0.0, 0.7], [0.0, 0.1, 0.2, 0.3]])
LOG_PROBS = jax.nn.log_softmax(LOGITS)


@pytest.fixture(scope="module", params=sorted(ROUTINGS))
def recipe(request):
    return ROUTINGS[request.param]()


def gumbel_for(recipe, key):
    return jax.random.gumbel(key, (3, 4 if recipe.draws_component else 0))


def select(recipe, gumbel, log_probs=LOG_PROBS, temperature=0.7):
    routing = recipe.build()
    return routing.select(routing.assignment(log_probs), jnp.float32(temperature), gumbel)


def cost(selection):
    """What a decoder costs whose cost under a mixture of components is the mixture of theirs."""
    conditions = jnp.eye(4)[None] if selection.conditions is None else selection.conditions
    return jnp.sum(selection.weights * jnp.sum(conditions * COSTS[:, None, :], axis=2), axis=1)


def test_the_table_names_its_recipes():
    assert [recipe.variant for recipe in ROUTINGS.values()] == list(ROUTINGS)


def test_the_assignment_is_a_distribution_over_what_had_weight(recipe):
    log_assignment = recipe.build().assignment(LOG_PROBS)
    assert log_assignment.shape == LOG_PROBS.shape
    np.testing.assert_allclose(jnp.exp(log_assignment).sum(axis=1), 1.0, rtol=1e-6)
    again = recipe.build().assignment(log_assignment)
    np.testing.assert_allclose(jnp.exp(again), jnp.exp(log_assignment), rtol=1e-6)


def test_the_assignment_of_a_stack_is_that_of_each_row(recipe):
    stack = jnp.stack([LOG_PROBS, LOG_PROBS[::-1]], axis=1)
    found = recipe.build().assignment(stack)
    np.testing.assert_array_equal(found[:, 1], recipe.build().assignment(LOG_PROBS[::-1]))


def test_weights_and_choices_sum_to_one(recipe, getkey):
    selection = select(recipe, gumbel_for(recipe, getkey()))
    np.testing.assert_allclose(selection.weights.sum(axis=1), 1.0, rtol=1e-6)
    if selection.conditions is None:
        assert selection.weights.shape == (3, 4)
    else:
        assert selection.conditions.shape == (*selection.weights.shape, 4)
        np.testing.assert_allclose(selection.conditions.sum(axis=2), 1.0, rtol=1e-6)


def test_the_recipe_tells_how_many_components_are_decoded(recipe, getkey):
    chosen = select(recipe, gumbel_for(recipe, getkey())).weights.shape[1]
    if recipe.draws_component:
        assert chosen == 1
    else:
        assert chosen == (4 if recipe.num_decoded is None else recipe.num_decoded)


def test_components_of_one_cost_have_that_cost(recipe, getkey):
    """The third image: whatever is chosen, it costs 0.5."""
    found = cost(select(recipe, gumbel_for(recipe, getkey())))
    np.testing.assert_allclose(found[2], 0.5, rtol=1e-6)


def test_the_mean_cost_is_never_below_the_best_bound(recipe, getkey):
    """E[cost] + KL(q ‖ π) ≥ −log Σ_c π_c exp(−cost_c), whatever q is: a routing leaves the bound a bound."""
    if recipe.variant in NO_BOUND:
        pytest.skip(NO_BOUND[recipe.variant])
    log_assignment = recipe.build().assignment(LOG_PROBS)
    draws = 2000 if recipe.draws_component else 1
    noise = jax.random.gumbel(getkey(), (draws, 3, 4 if recipe.draws_component else 0))
    costs = jax.vmap(lambda gumbel: cost(select(recipe, gumbel)))(noise)
    total = costs.mean(axis=0) + categorical.kl(log_assignment, LOG_PRIOR[None])
    best = -jax.nn.logsumexp(LOG_PRIOR[None] - COSTS, axis=1)
    assert (total > best - 5 * costs.std(axis=0) / np.sqrt(draws) - 1e-6).all()
    # And what is drawn has the mean that its weights promise.
    expected = jnp.sum(jnp.exp(log_assignment) * COSTS, axis=1)
    np.testing.assert_allclose(
        costs.mean(axis=0), expected, atol=5 * 4 / np.sqrt(draws) if draws > 1 else 1e-5
    )


def test_gradients_are_finite_also_for_a_sure_image(recipe, getkey):
    gumbel = gumbel_for(recipe, getkey())
    for scale in (1.0, 1e4):

        def loss(logits):
            log_probs = jax.nn.log_softmax(logits)
            log_assignment = recipe.build().assignment(log_probs)
            paid = cost(select(recipe, gumbel, log_probs)) + categorical.kl(log_assignment, LOG_PRIOR[None])
            return jnp.sum(paid)

        value, gradient = jax.value_and_grad(loss)(scale * LOGITS)
        assert jnp.isfinite(value)
        assert jnp.isfinite(gradient).all()


def test_an_image_is_routed_by_itself(recipe, getkey):
    gumbel = gumbel_for(recipe, getkey())
    together = cost(select(recipe, gumbel))
    for row in range(3):
        one = slice(row, row + 1)
        selection = select(recipe, gumbel[one], LOG_PROBS[one])
        conditions = jnp.eye(4)[None] if selection.conditions is None else selection.conditions
        alone = jnp.sum(selection.weights * jnp.sum(conditions * COSTS[one][:, None, :], axis=2), axis=1)
        np.testing.assert_allclose(alone[0], together[row], rtol=1e-5)


def test_the_temperature_is_a_positive_number_throughout(recipe):
    temperatures = [recipe.temperature_at(share) for share in np.linspace(0, 1, 5)]
    assert all(isinstance(t, float) and t > 0 for t in temperatures)
    if not recipe.draws_component:
        assert set(temperatures) == {1.0}
