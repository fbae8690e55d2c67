"""log p(x) itself, for models so small that it can be computed: codes on a grid, and all black and white images of four
pixels. In float64, every question one compiled program.
"""

import dataclasses
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special
import scipy.stats

from ssvae.auxiliaries.recipes import SkipAuxiliaryConfig
from ssvae.classifiers.recipes import NoClassifierConfig
from ssvae.model.bound import bound
from ssvae.model.importance import log_importance_weights, log_marginal
from ssvae.model.inference import draw_noise, infer
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import MixturePriorConfig, StandardPriorConfig, VampPriorConfig
from ssvae.routing.recipes import SoftRoutingConfig, StraightThroughRoutingConfig

IMAGES = np.array(list(itertools.product([0.0, 1.0], repeat=4))).reshape(16, 2, 2, 1)
"""All there are."""

BASE = SSVAEConfig(
    model=ModelConfig(latent_dim=1),
    prior=MixturePriorConfig(num_components=3),
    encoder=DenseEncoderConfig(hidden_sizes=(4,), activation="tanh"),
    decoder=DenseDecoderConfig(hidden_sizes=(4,), activation="tanh"),
    classifier=NoClassifierConfig(),
)
PER_COMPONENT = dataclasses.replace(
    BASE,
    model=ModelConfig(latent_dim=1, latent_layout="per_component"),
    decoder=DenseDecoderConfig(hidden_sizes=(4,), activation="tanh", conditioning="concat"),
    routing=SoftRoutingConfig(responsibilities="encoder"),
)
MODELS = {
    "mixture": BASE,
    "vamp": dataclasses.replace(
        BASE,
        prior=VampPriorConfig(num_components=3),
        routing=SoftRoutingConfig(responsibilities="posterior_z"),
    ),
    "per component": PER_COMPONENT,
    "straight through": dataclasses.replace(
        PER_COMPONENT, routing=StraightThroughRoutingConfig(responsibilities="encoder")
    ),
    "sdgm": dataclasses.replace(
        PER_COMPONENT, auxiliary=SkipAuxiliaryConfig(dim=1, hidden_sizes=(4,), activation="tanh")
    ),
}
REPEATS = 500


@pytest.fixture(autouse=True)
def wide():
    with jax.enable_x64():
        yield


class Small:
    """A model whose every parameter is drawn at random, but for posteriors that are wide and near the middle: theirs are
    importance weights whose standard error can be trusted.
    """

    def __init__(self, config, seed=0):
        self.structure = Structure.of(config, (2, 2, 1), 3)
        rng = np.random.default_rng(seed)
        self.params = jax.tree.map(
            lambda leaf: 0.6 * rng.normal(size=leaf.shape), self.structure.param_shapes()
        )
        heads = [
            self.params["code_head"],
            *([self.params["auxiliary"]["posterior_head"]] if config.auxiliary.size else []),
        ]
        for head in heads:
            head["log_std"]["bias"] = head["log_std"]["bias"] + 1.0
            head["mean"] = jax.tree.map(lambda leaf: 0.3 * leaf, head["mean"])

    def ask(self, question, *arguments):
        """question(model, *arguments)."""
        return jax.jit(lambda params, *rest: question(self.structure.bind(params), *rest))(
            self.params, *arguments
        )

    def log_weights(self, images, samples, key):
        """(sample, image)."""
        shape = self.structure.noise_shape
        return np.asarray(
            self.ask(
                lambda model, x: log_importance_weights(model, x, shape, samples, key), jnp.asarray(images)
            )
        )

    def elbo(self, images, key):
        """One draw for each row."""

        def question(model, images):
            noise = draw_noise(self.structure.noise_shape, len(images), key)
            mixture = model.mixture()
            return -bound(model, mixture, infer(model, mixture, images, noise), jnp.float64(0.5)).total()

        return np.asarray(self.ask(question, jnp.asarray(images)))

    def exact(self, images):
        """log Σ_c π_c ∫ p(z|c) [p(a|z,c)] p(x|z,c[,a]), integrals as sums over fine grids.

        Everything changes slowly beside the steps, so that the sums are right to rounding.
        """
        mixture = jax.tree.map(np.asarray, self.ask(lambda model: model.mixture()))
        z = np.linspace(-16, 16, 257)
        total = np.zeros(len(images))
        for c, (log_weight, mean, std) in enumerate(
            zip(mixture.log_weights, *mixture.components, strict=True)
        ):
            weights = np.exp(log_weight + scipy.stats.norm.logpdf(z, mean, std)) * (z[1] - z[0])
            codes, weights = self._with_auxiliary(z, weights, c)
            conditions = jnp.zeros((len(codes), 3)).at[:, c].set(1)
            logits = np.asarray(
                self.ask(lambda model, code, one: model.decoder(code, one), jnp.asarray(codes), conditions)
            ).reshape(-1, 4)
            log_x = images.reshape(-1, 4) @ logits.T - np.logaddexp(0, logits).sum(axis=1)
            total += np.exp(log_x) @ weights
        return np.log(total)

    def _with_auxiliary(self, z, weights, component):
        """Each code beside each a, and what the pair counts; codes alone without such a variable."""
        if self.structure.config.auxiliary.size == 0:
            return z[:, None], weights
        one = jnp.zeros((len(z), 3)).at[:, component].set(1)
        mean, std = self.ask(
            lambda model, z, one: model.auxiliary.prior(z, one), jnp.asarray(z[:, None]), one
        )
        a = np.linspace(-16, 16, 257)
        density = scipy.stats.norm.pdf(a[None], np.asarray(mean), np.asarray(std)) * (a[1] - a[0])
        pairs = np.stack(np.meshgrid(z, a, indexing="ij"), axis=-1).reshape(-1, 2)
        return pairs, (weights[:, None] * density).ravel()


@pytest.fixture(scope="module", params=MODELS)
def case(request):
    with jax.enable_x64():
        model = Small(MODELS[request.param])
        return model, model.exact(IMAGES)


def test_all_images_together_have_probability_one(case):
    """Of the grids themselves: an axis of the model that they forgot would show."""
    assert scipy.special.logsumexp(case[1]) == pytest.approx(0.0, abs=1e-9)


def test_importance_weights_are_unbiased(case):
    """E[w] = p(x) for every image, within five standard errors."""
    model, exact = case
    weights = np.exp(model.log_weights(IMAGES, 4000, jax.random.key(1)))
    errors = 5 * weights.std(axis=0) / np.sqrt(len(weights))
    assert (np.abs(weights.mean(axis=0) - np.exp(exact)) < errors).all()


def estimates(log_weights):
    """Of log p(x), (repeat, image), from (sample, repeat, image)."""
    flat = jnp.asarray(log_weights.reshape(len(log_weights), -1))
    return np.asarray(log_marginal(flat).log_prob).reshape(log_weights.shape[1:])


def test_bound_below_estimate_below_truth(case):
    """Averaged over the images of the model's own making, mean by mean within five standard errors."""
    model, exact = case
    many = np.tile(IMAGES, (REPEATS, 1, 1, 1))
    elbo = model.elbo(many, jax.random.key(2)).reshape(REPEATS, 16) @ np.exp(exact)
    log_weights = model.log_weights(IMAGES, 8 * REPEATS, jax.random.key(3)).reshape(8, REPEATS, 16)
    one, eight = (estimates(part) @ np.exp(exact) for part in (log_weights[:1], log_weights))
    truth = exact @ np.exp(exact)

    def error(draws):
        return 5 * draws.std() / np.sqrt(REPEATS)

    assert elbo.mean() < one.mean() + error(elbo) + error(
        one
    )  # S = 1 sums c out, which q(c|x) can only bound
    assert one.mean() < eight.mean()  # the same draws, taken together
    assert eight.mean() < truth + error(eight)


def test_a_single_component_at_the_origin_is_the_standard_prior():
    """Also to the importance-weighted estimate: mixture(K = 1, mean 0, std 1) ≡ standard."""
    one = Small(dataclasses.replace(BASE, prior=MixturePriorConfig(num_components=1)))
    for name in ("means", "log_stds"):
        one.params["prior"][name] *= 0
    plain = Small(dataclasses.replace(BASE, prior=StandardPriorConfig()))
    plain.params = {part: one.params[part] for part in plain.params}
    found, expected = (model.log_weights(IMAGES, 20, jax.random.key(4)) for model in (one, plain))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
