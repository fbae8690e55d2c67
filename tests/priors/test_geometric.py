"""Fixed places: where they are, how far apart, how much of one lies nearer to another, and when to warn."""

import math

import jax
import numpy as np
import pytest
import scipy.spatial.distance
import scipy.stats
from flax import nnx

from ssvae.networks.binding import unbind
from ssvae.priors.geometric import centers
from ssvae.priors.recipes import GeometricPriorConfig

ARRANGEMENTS = ("circle", "grid", "simplex")


def smallest_distance(places) -> float:
    return float(scipy.spatial.distance.pdist(places).min())


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("count", [2, 3, 4, 5, 9, 10, 17])
def test_the_automatic_radius_puts_neighbors_four_sigma_apart(arrangement, count):
    config = GeometricPriorConfig(num_components=count, arrangement=arrangement)
    assert smallest_distance(centers(config, 20)) == pytest.approx(4.0, rel=1e-12)
    assert config.separation == pytest.approx(4.0)
    assert list(config.warnings()) == []


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("count", [2, 5, 9, 12])
def test_a_given_radius_is_kept_and_its_separation_told(arrangement, count):
    config = GeometricPriorConfig(num_components=count, arrangement=arrangement, radius=2.0)
    places = centers(config, 12)
    assert smallest_distance(places) == pytest.approx(config.separation)
    if arrangement == "grid":
        assert np.abs(places).max() == pytest.approx(2.0)  # half the side
    else:
        np.testing.assert_allclose(np.linalg.norm(places, axis=1), 2.0)


def test_the_printed_radii():
    """Ten on a circle need R = 2 / sin(π/10) = 6.47, on a simplex 2.83; with R = 2 they are 1.24 σ apart."""
    assert GeometricPriorConfig().radius_used == pytest.approx(6.47, abs=5e-3)
    assert GeometricPriorConfig(arrangement="simplex").radius_used == pytest.approx(2.83, abs=5e-3)
    assert GeometricPriorConfig(radius=2.0).separation == pytest.approx(1.24, abs=5e-3)


@pytest.mark.parametrize(("radius", "share"), [(None, 0.0228), (2.0, 0.27)])
def test_so_much_of_a_component_lies_on_its_neighbors_side(radius, share):
    """Φ(−d/2), and by counting draws of the first component that are nearer to the second."""
    config = GeometricPriorConfig(radius=radius)
    assert scipy.stats.norm.cdf(-config.separation / 2) == pytest.approx(share, abs=2e-3)
    first, second = centers(config, 2)[:2]
    draws = first + np.random.default_rng(1).normal(size=(40_000, 2))
    nearer = np.linalg.norm(draws - second, axis=1) < np.linalg.norm(draws - first, axis=1)
    error = 5 * math.sqrt(share / 40_000)
    assert nearer.mean() == pytest.approx(scipy.stats.norm.cdf(-config.separation / 2), abs=error)


def test_neighbors_that_overlap_are_warned_of_and_the_radius_to_type_is_enough():
    (finding,) = GeometricPriorConfig(radius=2.0).warnings()
    assert finding.kind == "overlapping_components"
    assert "are 1.24 σ apart, so 27% of each lies" in finding.text
    assert finding.remedy == "prior.radius=6.48"
    assert list(GeometricPriorConfig(radius=6.48).warnings()) == []


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_one_component_lies_at_the_origin(arrangement):
    config = GeometricPriorConfig(num_components=1, arrangement=arrangement)
    np.testing.assert_array_equal(centers(config, 3), np.zeros((1, 3)))
    assert config.can_tell_components_apart


def test_circle_and_grid_lie_in_the_first_two_dimensions_the_simplex_has_one_for_each():
    for arrangement in ("circle", "grid"):
        places = centers(GeometricPriorConfig(num_components=7, arrangement=arrangement), 5)
        np.testing.assert_array_equal(places[:, 2:], 0.0)
    simplex = centers(GeometricPriorConfig(num_components=4, arrangement="simplex"), 5)
    distances = scipy.spatial.distance.pdist(simplex)
    np.testing.assert_allclose(distances, 4.0)


@pytest.mark.parametrize(("arrangement", "needed"), [("circle", 2), ("grid", 2), ("simplex", 10)])
def test_a_code_with_too_few_dimensions_is_refused(arrangement, needed):
    config = GeometricPriorConfig(arrangement=arrangement)
    assert list(config.misfits(needed)) == []
    (problem,) = config.misfits(needed - 1)
    assert problem == (
        f"prior.arrangement={arrangement} with 10 components needs {needed} dimensions, "
        f"got model.latent_dim={needed - 1}. Try model.latent_dim={needed}."
    )


def test_the_prior_has_these_places_unit_scales_even_weights_and_nothing_to_learn():
    config = GeometricPriorConfig(num_components=4)
    prior = config.build(3, (4, 4, 1), rngs=nnx.Rngs(params=jax.random.key(0)))
    components = prior.components(lambda images: pytest.fail("no encoder is asked"))
    np.testing.assert_allclose(components.mean, centers(config, 3), rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(components.std, 1.0)
    np.testing.assert_allclose(np.exp(prior.log_weights()), 0.25, rtol=1e-6)
    assert unbind(prior) == {}
    assert prior.log_weights_density() == 0


def test_at_radius_zero_components_cannot_be_told_apart():
    assert not GeometricPriorConfig(radius=0.0).can_tell_components_apart


@pytest.mark.parametrize("radius", [None, 0.0])
def test_one_component_has_no_neighbor_to_warn_of(radius):
    config = GeometricPriorConfig(num_components=1, radius=radius)
    assert config.separation == math.inf
    assert list(config.warnings()) == []
