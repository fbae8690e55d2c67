"""What a model answers: the same contract for every kind of model, then what ties the answers to each other."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.errors import ConfigError, DataError
from ssvae.model import portions

from .conftest import CLASSES, CONFIGS, LATENT, SHAPE

KINDS = sorted(CONFIGS)


@pytest.fixture(params=KINDS)
def model(request, models):
    return models[request.param]


def one_for_each(model, images):
    """The component each image most probably belongs to."""
    return model.encode(images).responsibilities.argmax(axis=1)


class TestEveryKind:
    def test_encodes(self, model, images):
        encoding = model.encode(images)
        assert encoding.mean.shape == encoding.std.shape == (7, LATENT)
        assert (encoding.std > 0).all()
        assert encoding.responsibilities.shape == (7, model.num_components)
        assert (encoding.responsibilities >= 0).all()
        np.testing.assert_allclose(encoding.responsibilities.sum(axis=1), 1, rtol=1e-5)
        assert all(type(part) is np.ndarray for part in encoding)

    def test_decodes_and_reconstructs_pictures(self, model, images):
        z = model.encode(images).mean
        for pictures in (model.decode(z, one_for_each(model, images)), model.reconstruct(images)):
            assert pictures.shape == (7, *SHAPE)
            assert ((pictures >= 0) & (pictures <= 1)).all() or model.config.likelihood.variant == "gaussian"
            assert np.isfinite(pictures).all()

    def test_each_code_is_decoded_under_its_own_component(self, model, images):
        z = model.encode(images).mean
        components = np.arange(7) % model.num_components
        together = model.decode(z, components)
        apart = np.concatenate(
            [model.decode(code[None], int(c)) for code, c in zip(z, components, strict=True)]
        )
        np.testing.assert_allclose(
            together, apart, rtol=1e-4, atol=1e-6
        )  # products of other sizes round otherwise

    def test_classifies_if_it_has_a_classifier(self, model, images):
        if not model.config.classifier.predicts:
            with pytest.raises(
                ConfigError, match=r"classify: .* because classifier=none\. Train one with classifier="
            ):
                model.classify(images)
            return
        probs = model.classify(images)
        assert probs.shape == (7, CLASSES)
        assert (probs >= 0).all()
        np.testing.assert_allclose(probs.sum(axis=1), 1, rtol=1e-5)
        np.testing.assert_allclose(model.ood_score(images), 1 - probs.max(axis=1), atol=1e-7)

    def test_samples_pictures_by_seed(self, model):
        pictures = model.sample(5, seed=1)
        assert pictures.shape == (5, *SHAPE)
        np.testing.assert_array_equal(pictures, model.sample(5, seed=1))
        assert (pictures != model.sample(5, seed=2)).any()
        assert model.sample(2, component=model.num_components - 1).shape == (2, *SHAPE)

    def test_bounds_the_log_probability(self, model, images):
        """The ELBO of one draw scatters around its mean, which lies below; so the average over draws is compared."""
        elbo = np.mean([model.elbo(images, seed) for seed in range(20)], axis=0)
        found = model.log_marginal(images, samples=200)
        assert elbo.shape == found.log_prob.shape == found.effective_samples.shape == (7,)
        assert elbo.mean() < found.log_prob.mean()
        assert ((found.effective_samples >= 1 - 1e-3) & (found.effective_samples <= 200.2)).all()

    def test_no_row_depends_on_the_images_beside_it(self, model, images):
        others = np.concatenate([images[:3], 1 - images[3:]])
        np.testing.assert_array_equal(model.elbo(others)[:3], model.elbo(images)[:3])
        assert (model.elbo(others)[3:] != model.elbo(images)[3:]).all()

    def test_nor_on_how_many_there_are(self, model, images):
        """Products of matrices of other sizes round otherwise, hence the tolerance."""
        for answer in (model.reconstruct, lambda some: np.hstack(model.encode(some))):
            np.testing.assert_allclose(answer(images)[:3], answer(images[:3]), rtol=2e-5, atol=1e-5)

    def test_shows_itself_in_a_line(self, model):
        assert "images 8×8×1, latent_dim 3" in repr(model)
        assert "parameters, epoch 1)" in repr(model)
        assert len(repr(model)) < 150


class TestForms:
    """The same images in every form they may have."""

    def test_bytes_floats_and_a_missing_axis_mean_the_same(self, models):
        bytes_ = np.random.default_rng(1).integers(256, size=(5, 8, 8), dtype=np.uint8)
        expected = models["mixture"].classify(bytes_)
        for same in (
            bytes_[..., None],
            bytes_ / 255,
            bytes_ / np.float32(255),
            jnp.asarray(bytes_),
            (bytes_ / 255).tolist(),
        ):
            np.testing.assert_allclose(models["mixture"].classify(same), expected, rtol=1e-5)

    def test_portions_change_no_answer(self, models, images, monkeypatch):
        model = models["m2"]
        whole = model.elbo(images), model.decode(np.eye(7, 3), 1)
        monkeypatch.setattr(portions, "LARGEST", 2)
        np.testing.assert_allclose(model.elbo(images), whole[0], rtol=2e-5)
        np.testing.assert_allclose(model.decode(np.eye(7, 3), 1), whole[1], rtol=1e-4, atol=1e-6)

    def test_each_portion_has_draws_of_its_own(self, models, images, monkeypatch):
        monkeypatch.setattr(portions, "LARGEST", 2)
        same = np.repeat(images[:1], 4, axis=0)
        assert len(set(models["mixture"].log_marginal(same, samples=2).log_prob.tolist())) == 4

    def test_images_of_another_size_are_refused(self, models):
        expected = r"images must have shape \(batch, 8, 8, 1\) or \(batch, 8, 8\), got "
        for shape in [(2, 9, 8), (8, 8, 1), (8, 8, 3)]:
            with pytest.raises(DataError, match=expected + rf"\({str(shape)[1:-1]}\)\. .*images\[None\]"):
                models["mixture"].encode(np.zeros(shape))


class TestLaws:
    def test_decoding_the_mean_code_is_reconstructing_where_components_share_all(self, models, images):
        for name in ("mixture", "standard", "vamp"):
            model = models[name]
            np.testing.assert_array_equal(model.decode(model.encode(images).mean), model.reconstruct(images))

    def test_reconstructing_is_decoding_under_every_component_weighed_by_its_responsibility(
        self, models, images
    ):
        model = models["heteroscedastic"]
        encoding = model.encode(images)
        by_component = np.stack([model.decode(encoding.mean, c) for c in range(model.num_components)])
        assert (by_component[0] != by_component[1]).any()
        expected = np.einsum("bc,cbhwk->bhwk", encoding.responsibilities, by_component)
        np.testing.assert_allclose(model.reconstruct(images), expected, rtol=1e-4, atol=1e-6)

    def test_a_component_that_decodes_like_the_others_need_not_be_named(self, models):
        z = np.ones((2, LATENT))
        np.testing.assert_array_equal(models["mixture"].decode(z), models["mixture"].decode(z, 3))

    def test_the_table_of_classes_turns_components_into_classes(self, models, images):
        model = models["mixture"]
        counts = np.asarray(model.statistics["tau_counts"]) + model.config.classifier.smoothing
        tau = counts / counts.sum(axis=1, keepdims=True)
        responsibilities = model.encode(images).responsibilities
        np.testing.assert_allclose(model.classify(images), responsibilities @ tau, rtol=1e-5)
        expected = 1 - (responsibilities * tau.max(axis=1)).max(axis=1)
        np.testing.assert_allclose(model.ood_score(images, kind="certainty"), expected, rtol=1e-5)
        assert (model.ood_score(images, "certainty") >= model.ood_score(images) - 1e-6).all()

    def test_where_a_class_is_a_component_both_scores_are_one(self, models, images):
        model = models["m2"]
        np.testing.assert_allclose(model.ood_score(images, "certainty"), model.ood_score(images), atol=1e-6)

    def test_samples_come_from_the_components_in_the_share_of_their_weights(self, models):
        """Means far apart and one weight of nearly 1: every picture lies nearest to that component's own."""
        model = models["mixture"]
        prior = dict(model.params["prior"])
        prior["means"] = 4 * jnp.eye(6, LATENT) - 4 * jnp.eye(6, LATENT, k=-3)
        prior["log_stds"] = jnp.full((6, LATENT), -20.0)
        for favorite in (1, 4):
            prior["weights"] = {"logits": 50.0 * jnp.eye(6)[favorite]}
            sure = dataclasses.replace(model, params=model.params | {"prior": prior})
            centers = sure.decode(prior["means"])
            distances = np.abs(sure.sample(20)[:, None] - centers[None]).mean(axis=(2, 3, 4))
            assert (distances.argmin(axis=1) == favorite).all()
            other = np.abs(sure.sample(20, component=2)[:, None] - centers[None]).mean(axis=(2, 3, 4))
            assert (other.argmin(axis=1) == 2).all()

    def test_codes_of_the_standard_prior_are_standard_normal(self, models):
        """Seen through the mean of the decoded pictures, which the seed alone changes: 3 standard errors."""
        model = models["standard"]
        codes = np.random.default_rng(5).standard_normal((2000, LATENT))
        ours, theirs = (
            pictures.mean(axis=(1, 2, 3)) for pictures in (model.sample(2000), model.decode(codes))
        )
        error = np.sqrt((ours.var() + theirs.var()) / 2000)
        assert abs(ours.mean() - theirs.mean()) < 3 * error
        assert ours.std() == pytest.approx(theirs.std(), rel=0.1)

    def test_more_samples_raise_the_estimate(self, models, images):
        one, many = (models["mixture"].log_marginal(images, samples).log_prob.mean() for samples in (1, 300))
        assert one < many

    def test_an_auxiliary_variable_is_drawn_when_sampling_and_at_its_mean_when_decoding(self, models):
        """With networks that do not see z, samples of one component differ by a alone, around the decoded picture."""
        model = models["sdgm"]
        blind = jax.tree.map(lambda leaf: leaf, model.params)
        blind["auxiliary"]["entrance"]["kernel"] = jnp.zeros((LATENT, 8))
        first = blind["decoder"]["before"]["layers"]["layer_0"]
        first["kernel"] = first["kernel"].at[:LATENT].set(0)
        model = dataclasses.replace(model, params=blind)
        decoded = model.decode(np.random.default_rng(0).standard_normal((3, LATENT)), component=2)
        np.testing.assert_array_equal(decoded[0], decoded[1])
        samples = model.sample(50, component=2)
        assert (samples[0] != samples[1]).any()
        assert (np.abs(samples.mean(axis=0) - decoded[0]) < 5 * samples.std(axis=0)).all()


class TestMistakes:
    @pytest.mark.parametrize("name", ["m2", "sdgm", "heteroscedastic"])
    def test_a_component_that_is_needed_must_be_named(self, models, name):
        with pytest.raises(ConfigError, match=r"decode needs component: .* 0 to \d.*Try component=0"):
            models[name].decode(np.zeros((2, LATENT)))

    @pytest.mark.parametrize("component", [4, -1, [1.0, 2.0], [0, 1, 2], "a", [[0], [1]]])
    def test_a_component_is_a_number_or_one_for_each_code(self, models, component):
        with pytest.raises(
            DataError, match=r"component must be a whole number from 0 to 3, or 2 of them.*got "
        ):
            models["m2"].decode(np.zeros((2, LATENT)), component)

    @pytest.mark.parametrize("shape", [(LATENT,), (2, LATENT + 1), (0, LATENT), (1, 2, LATENT)])
    def test_codes_have_rows(self, models, shape):
        with pytest.raises(DataError, match=r"decode expects z of shape \(batch, 3\), got .*z\[None, :\]"):
            models["standard"].decode(np.zeros(shape))

    def test_certainty_is_a_matter_of_components(self, models, images):
        with pytest.raises(
            ConfigError, match=r"certainty.*because classifier=head\. Train one with .*classifier=tau"
        ):
            models["standard"].ood_score(images, kind="certainty")

    def test_unknown_scores_and_senseless_numbers(self, models, images):
        with pytest.raises(ConfigError, match=r"kind='other' is not known\. Known: class, certainty"):
            models["mixture"].ood_score(images, kind="other")
        with pytest.raises(ConfigError, match=r"samples must be at least 1, got 0"):
            models["mixture"].log_marginal(images, samples=0)
        with pytest.raises(ConfigError, match=r"num must be at least 1, got 0"):
            models["mixture"].sample(0)
        with pytest.raises(DataError, match=r"component must be a whole number from 0 to 5"):
            models["mixture"].sample(3, component=6)
