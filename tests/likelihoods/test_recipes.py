"""What can be asked of a likelihood, and what is told when it cannot be."""

import pytest

from ssvae.config import mapping_from_recipe, read_recipe
from ssvae.errors import ConfigError
from ssvae.likelihoods.recipes import LIKELIHOODS, BernoulliConfig, HeteroscedasticConfig
from ssvae.model.recipes import SSVAEConfig


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_a_mapping_goes_in_and_comes_out_alike(name):
    recipe = LIKELIHOODS[name]()
    model = read_recipe(SSVAEConfig, {"likelihood": mapping_from_recipe(recipe)})
    assert model.likelihood == recipe


def test_numbers_per_pixel():
    found = {name: recipe().outputs_per_pixel for name, recipe in LIKELIHOODS.items()}
    assert found == {"bernoulli": 1, "continuous_bernoulli": 1, "gaussian": 1, "heteroscedastic": 2}


def test_only_bernoulli_draws_black_and_white():
    assert {name: recipe().binarization for name, recipe in LIKELIHOODS.items()} == dict.fromkeys(
        LIKELIHOODS, "none"
    )
    assert BernoulliConfig(binarization="static").binarization == "static"
    with pytest.raises(ConfigError, match=r"^likelihood\.binarization is not a setting\."):
        read_recipe(SSVAEConfig, {"likelihood": {"name": "gaussian", "binarization": "static"}})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"name": "bernoulli", "binarization": "dinamic"},
            r"^likelihood\.binarization='dinamic' is not known\. Did you mean 'dynamic'\? "
            r"Known: none, static, dynamic\.$",
        ),
        (
            {"name": "heteroscedastic", "granularity": "batch"},
            r"^likelihood\.granularity='batch' is not known\. Known: image, pixel\.$",
        ),
        (
            {"name": "heteroscedastic", "sigma_min": 0.0},
            r"^likelihood\.sigma_min must be above 0, got 0\.0\. Try likelihood\.sigma_min=0\.05\.$",
        ),
        (
            {"name": "heteroscedastic", "sigma_min": 0.6},
            r"^likelihood\.sigma_min must be below likelihood\.sigma_max, got 0\.6 and 0\.5\. "
            r"Try likelihood\.sigma_min=0\.05 likelihood\.sigma_max=0\.5\.$",
        ),
        (
            {"name": "heteroscedastic", "sigma_min": 0.2, "sigma_max": 0.2},
            r"^likelihood\.sigma_min must be below likelihood\.sigma_max, got 0\.2 and 0\.2\.",
        ),
    ],
)
def test_a_mistake_says_what_to_type(settings, message):
    with pytest.raises(ConfigError, match=message):
        read_recipe(SSVAEConfig, {"likelihood": settings})


def test_bounds_in_the_wrong_order_are_told_beside_other_mistakes():
    with pytest.raises(ConfigError) as caught:
        read_recipe(
            SSVAEConfig,
            {
                "model": {"latent_dim": 0},
                "likelihood": {"name": "heteroscedastic", "sigma_min": 1.0},
            },
        )
    first, second = caught.value.problems
    assert first.startswith("model.latent_dim must be at least 1")
    assert second.startswith("likelihood.sigma_min must be below likelihood.sigma_max, got 1.0 and 0.5.")


def test_a_recipe_with_bounds_in_the_wrong_order_cannot_be_made():
    with pytest.raises(ConfigError, match=r"^sigma_min must be below sigma_max, got 0\.5 and 0\.05\."):
        HeteroscedasticConfig(sigma_min=0.5, sigma_max=0.05)
