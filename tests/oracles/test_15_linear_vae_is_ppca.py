"""Group 15: a linear VAE with a learned σ is probabilistic PCA, so its bound must reach what scikit-learn computes.

A wrong KL, a missing D·log σ or a wrong reparametrization each keep the bound away from it, or lift it above. The split
is made by scikit-learn, and the printed values are those of its PCA. Source: Lucas et al. 2019, arXiv:1911.02469.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import train_test_split

from ssvae.classifiers.recipes import NoClassifierConfig
from ssvae.likelihoods.recipes import GaussianConfig
from ssvae.model.bound import bound
from ssvae.model.inference import draw_noise, infer
from ssvae.model.objective import ObjectiveSettings
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.model.structure import Structure
from ssvae.model.terms import TERMS
from ssvae.networks.recipes import DenseDecoderConfig, DenseEncoderConfig
from ssvae.priors.recipes import StandardPriorConfig
from ssvae.training.epoch import DeviceData, Hyperparameters, train_epoch
from ssvae.training.state import initial_state

pytestmark = pytest.mark.slow

STEPS, CHUNK = 4000, 50


@pytest.fixture(scope="module")
def images():
    """1437 digits in sixteenths of full brightness."""
    data, labels = load_digits(return_X_y=True)
    train, _ = train_test_split(data, test_size=360, stratify=labels, random_state=0)
    return train.astype(np.uint8)


def hyperparameters(rate):
    settings = ObjectiveSettings(
        weights={key: jnp.float32(key in ("loss.recon", "loss.kl.z")) for key in TERMS},
        temperature=jnp.float32(1),
        free_bits=jnp.float32(0),
        confidence=jnp.float32(1),
        num_train=jnp.float32(1437),
    )
    return Hyperparameters(jnp.float32(rate), jnp.float32(1), settings)


@pytest.mark.parametrize(
    ("latent_dim", "printed", "printed_sigma"), [(2, 0.09019, 0.232401), (8, 14.36393, 0.164915)]
)
def test_a_linear_vae_is_ppca(images, latent_dim, printed, printed_sigma):
    pca = PCA(latent_dim).fit(images / 16)
    log_prob, sigma = pca.score(images / 16), math.sqrt(pca.noise_variance_)
    np.testing.assert_allclose((log_prob, sigma), (printed, printed_sigma), atol=6e-6)

    config = SSVAEConfig(
        model=ModelConfig(latent_dim=latent_dim),
        prior=StandardPriorConfig(),
        encoder=DenseEncoderConfig(hidden_sizes=()),
        decoder=DenseDecoderConfig(hidden_sizes=()),
        likelihood=GaussianConfig(),
        classifier=NoClassifierConfig(),
    )
    structure = Structure.of(config, (8, 8, 1), 10)
    state = initial_state(structure, None, 0, {})
    log_std = state.params["code_head"]["log_std"]
    log_std["kernel"] = jnp.zeros_like(log_std["kernel"])
    data = DeviceData(jnp.asarray(images.reshape(-1, 8, 8, 1)), jnp.full(len(images), -1), jnp.float32(16))
    rows = jnp.broadcast_to(jnp.arange(len(images)), (CHUNK, len(images)))
    for start in range(0, STEPS, CHUNK):
        rate = 3e-2 * (0.001 + 0.999 * 0.5 * (1 + math.cos(math.pi * start / (STEPS - CHUNK))))
        state, _ = train_epoch(
            structure, None, state, data, rows, jnp.zeros((CHUNK, 0), jnp.int32), hyperparameters(rate)
        )
        # The same σ of q(z|x) for every x, as at the optimum: it is put back before noise has moved it far.
        log_std = state.params["code_head"]["log_std"]
        log_std["kernel"] = jnp.zeros_like(log_std["kernel"])

    model = structure.bind(state.params)
    pixels, mixture = data.pixels(rows[0]), model.mixture()

    def mean_elbo(key):
        noise = draw_noise(structure.noise_shape, len(images), key)
        return -jnp.mean(bound(model, mixture, infer(model, mixture, pixels, noise), jnp.float32(1)).total())

    elbos = np.asarray(jax.lax.map(mean_elbo, jax.random.split(jax.random.key(1), 200)), np.float64)
    error = elbos.std() / math.sqrt(len(elbos))
    assert error < 0.01
    assert log_prob - 0.1 < elbos.mean() < log_prob + 1e-3 + 4 * error
    assert abs(float(model.likelihood.shared_std()) - sigma) < 0.002
