"""The affine augmentation: what each change does alone, scipy's resampling, and how the draws are spread."""

import dataclasses
import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.ndimage
import scipy.stats

from ssvae.augmentations.affine import Affine, resample
from ssvae.augmentations.recipes import AffineConfig
from ssvae.errors import ConfigError

STILL = AffineConfig(rotation=0.0, scale=0.0, shift=0.0, noise=0.0)
NOWHERE = np.zeros(2)
compiled_resample = jax.jit(resample)
SHAPES = [(8, 8, 1), (9, 9, 3), (28, 28, 1), (7, 10, 2)]


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def noise_image(shape: tuple[int, ...]) -> np.ndarray:
    return rng().random(shape, dtype=np.float32)


@partial(jax.jit, static_argnums=0)
def copies_of(affine: Affine, images: jax.Array, key: jax.Array) -> jax.Array:
    return affine(images, key)


def copy(config: AffineConfig, images: np.ndarray, key: jax.Array) -> np.ndarray:
    """The copies, computed by one compiled program."""
    return np.asarray(copies_of(config.build(images.shape[1:]), jnp.asarray(images), key))


def resampled(image: np.ndarray, matrix: np.ndarray, shift: np.ndarray) -> np.ndarray:
    arrays = [jnp.asarray(values, jnp.float32) for values in (image, matrix, shift)]
    return np.asarray(compiled_resample(*arrays))


def blobs(num_images: int, size: int) -> np.ndarray:
    """Soft spots near the middle, dark well before the edge."""
    centers = (size - 1) / 2 + rng().uniform(-2, 2, (num_images, 2))
    down, right = (np.exp(-(((np.arange(size) - centers[:, [axis]]) / 2) ** 2)) for axis in (0, 1))
    return (down[:, :, None] * right[:, None, :])[..., None].astype(np.float32)


@pytest.mark.parametrize("shape", SHAPES)
def test_with_every_change_at_zero_a_copy_is_its_image(shape, getkey):
    images = noise_image((3, *shape))
    np.testing.assert_allclose(copy(STILL, images, getkey()), images, atol=1e-6)
    assert not STILL.changes_images


@pytest.mark.parametrize("shape", SHAPES)
def test_the_identity_matrix_changes_nothing_at_all(shape):
    image = noise_image(shape)
    np.testing.assert_array_equal(resampled(image, np.eye(2), NOWHERE), image)


@pytest.mark.parametrize("size", [1, 2, 7, 8, 28])
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns_are_exact(size, turns):
    image = noise_image((size, size, 2))
    quarter = np.array([[0, 1], [-1, 0]])
    matrix = np.linalg.matrix_power(quarter, turns)
    np.testing.assert_array_equal(resampled(image, matrix, NOWHERE), np.rot90(image, turns))


@pytest.mark.parametrize("matrix", [np.diag([-1, 1]), np.diag([1, -1])])
def test_mirrors_are_exact(matrix):
    image = noise_image((7, 10, 1))
    axis = int(matrix[1, 1] < 0)
    np.testing.assert_array_equal(resampled(image, matrix, NOWHERE), np.flip(image, axis))


@pytest.mark.parametrize("shift", [(0, 1), (2, 0), (-1, 3), (-7, -7)])
def test_a_shift_by_whole_pixels_rolls_and_leaves_background(shift):
    image = noise_image((8, 9, 1))
    padded = np.pad(image, ((8, 8), (9, 9), (0, 0)))
    expected = np.roll(padded, shift, axis=(0, 1))[8:16, 9:18]
    np.testing.assert_array_equal(resampled(image, np.eye(2), np.array(shift)), expected)


def test_half_a_pixel_is_the_mean_of_neighbors_and_the_edge_fades():
    image = np.array([[1.0, 3.0, 5.0]])[..., None]
    found = resampled(image, np.eye(2), np.array([0.0, 0.5]))
    np.testing.assert_array_equal(found[0, :, 0], [0.5, 2.0, 4.0])


@pytest.mark.parametrize("shape", SHAPES)
def test_resampling_agrees_with_scipy(shape):
    random, image = rng(), noise_image(shape)
    center = (np.array(shape[:2]) - 1) / 2
    for _ in range(20):
        matrix = random.normal(size=(2, 2)) + np.eye(2)
        shift = random.uniform(-3, 3, size=2)
        offset = center - matrix @ (center + shift)
        # Scipy's "grid-constant" fades into the background as we do; its "constant" ends at the last pixel.
        planes = [
            scipy.ndimage.affine_transform(plane, matrix, offset, order=1, mode="grid-constant")
            for plane in np.moveaxis(image.astype(np.float64), -1, 0)
        ]
        # Places up to some 100 pixels away are rounded to 24 bits, and weights inherit that: 100 · 2⁻²⁴.
        np.testing.assert_allclose(
            resampled(image, matrix, shift), np.stack(planes, -1), rtol=1e-5, atol=1e-5
        )


def test_a_spot_lands_where_its_turn_its_size_and_its_shift_send_it(getkey):
    """A forward map, so that the direction of the matrix and that of the shift are told apart."""
    config = AffineConfig(rotation=40.0, scale=0.2, shift=0.1, noise=0.0)
    matrices, shifts = config.build((41, 41, 1)).draw(getkey(), 6)
    spot, place = np.array([8.0, 0.0]), np.arange(41.0) - 20  # 8 pixels below the center
    image = np.exp(-((place[:, None] - spot[0]) ** 2 + (place[None, :] - spot[1]) ** 2) / 8)
    for matrix, shift in zip(np.asarray(matrices), np.asarray(shifts), strict=True):
        found = resampled(image[:, :, None], matrix, shift)[..., 0]
        middle = np.array([found.sum(1) @ place, found.sum(0) @ place]) / found.sum()
        # The spot is 2 pixels wide and known at whole pixels only.
        np.testing.assert_allclose(middle, np.linalg.inv(matrix) @ spot + shift, atol=0.02)


@pytest.mark.parametrize("name", ["rotation", "scale", "shift", "noise"])
def test_each_setting_alone_changes_the_copy(name, getkey):
    config = dataclasses.replace(STILL, **{name: getattr(AffineConfig(), name)})
    images = noise_image((4, 8, 8, 1))
    differences = np.abs(copy(config, images, getkey()) - images).max(axis=(1, 2, 3))
    assert (differences > 0.01).all()
    assert config.changes_images


def parts(affine: Affine, key: jax.Array, num_images: int) -> tuple[np.ndarray, ...]:
    """Angles in degrees, sizes, shifts down, shifts right."""
    matrices, shifts = (np.asarray(part, np.float64) for part in affine.draw(key, num_images))
    sizes = np.linalg.det(matrices) ** -0.5
    turns = matrices * sizes[:, None, None]
    np.testing.assert_allclose(
        turns @ turns.transpose(0, 2, 1), np.tile(np.eye(2), (num_images, 1, 1)), atol=1e-6
    )
    return np.degrees(np.arctan2(turns[:, 0, 1], turns[:, 0, 0])), sizes, shifts[:, 0], shifts[:, 1]


def test_draws_are_spread_as_the_settings_say(getkey):
    """Uniform between the bounds, the size in its logarithm. Each p-value passes for all but one key in 10 000."""
    affine = AffineConfig(rotation=30.0, scale=0.25, shift=0.1).build((20, 50, 1))
    angles, sizes, down, right = parts(affine, getkey(), 4000)
    for values, low, high in [
        (angles, -30.0, 30.0),
        (np.log(sizes), math.log(0.75), math.log(1.25)),
        (down, -2.0, 2.0),
        (right, -5.0, 5.0),
    ]:
        spread = scipy.stats.uniform(low, high - low)
        assert scipy.stats.kstest(values, spread.cdf).pvalue > 1e-4
        assert values.min() >= low - 1e-4
        assert values.max() <= high + 1e-4
    correlations = np.corrcoef([angles, np.log(sizes), down, right]) - np.eye(4)
    assert np.abs(correlations).max() < 0.07  # more than four standard errors of a correlation of 4000 pairs


def test_noise_has_the_asked_spread_where_nothing_is_cut(getkey):
    images = np.full((50, 8, 8, 1), 0.5, np.float32)
    noise = copy(dataclasses.replace(STILL, noise=0.05), images, getkey()) - 0.5
    assert scipy.stats.kstest(noise.ravel(), scipy.stats.norm(0, 0.05).cdf).pvalue > 1e-4


def test_copies_are_images_even_under_much_noise(getkey):
    images = noise_image((4, 8, 8, 1))
    copies = copy(AffineConfig(noise=3.0), images, getkey())
    assert (copies.min(), copies.max()) == (0.0, 1.0)


def test_equal_images_get_different_copies(getkey):
    images = np.tile(noise_image((1, 8, 8, 1)), (5, 1, 1, 1))
    copies = copy(AffineConfig(noise=0.0), images, getkey())
    assert all(np.abs(copies[i] - copies[j]).max() > 0.01 for i in range(5) for j in range(i))


def test_channels_move_together(getkey):
    plane = noise_image((4, 9, 9, 1))
    images = np.concatenate([plane, 0.5 * plane, 1 - plane], axis=-1)
    copies = copy(AffineConfig(noise=0.0), images, getkey())
    np.testing.assert_allclose(copies[..., 1], 0.5 * copies[..., 0], atol=1e-6)
    inside = np.s_[:, 4:5, 4:5]  # the middle stays within the image, so what the weights sum to is 1
    np.testing.assert_allclose(copies[..., 2][inside], 1 - copies[..., 0][inside], atol=1e-6)


def test_a_shift_keeps_the_brightness_of_what_stays_inside(getkey):
    images = blobs(50, 21)
    copies = copy(dataclasses.replace(STILL, shift=0.1), images, getkey())
    # Where the edge may cut a spot it has e⁻⁸ of its height.
    np.testing.assert_allclose(copies.sum((1, 2, 3)), images.sum((1, 2, 3)), rtol=1e-3)


def test_small_changes_keep_the_brightness_on_average(getkey):
    config = AffineConfig(rotation=17.0, scale=0.05, shift=0.05, noise=0.0)
    images = blobs(400, 21)
    ratios = copy(config, images, getkey()).sum((1, 2, 3)) / images.sum((1, 2, 3))
    # A size s makes it s² times as bright: a standard deviation of 6 % for one image, 0.3 % for the mean of 400.
    assert float(ratios.mean()) == pytest.approx(1.0, abs=0.01)
    assert 0.04 < float(ratios.std()) < 0.08


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("rotation", -1.0, "rotation must be at least 0 and at most 180, got -1.0"),
        ("scale", 1.0, "scale must be at least 0 and below 1, got 1.0"),
        ("shift", 1.5, "shift must be at least 0 and at most 1, got 1.5"),
        ("noise", -0.1, "noise must be at least 0, got -0.1"),
        ("confidence", 0.0, "confidence must be above 0 and at most 1, got 0.0"),
    ],
)
def test_a_setting_out_of_range_is_refused(setting, value, message):
    with pytest.raises(ConfigError, match=message):
        AffineConfig(**{setting: value})


def test_the_largest_allowed_changes_give_images(getkey):
    config = AffineConfig(rotation=180.0, scale=0.99, shift=1.0, noise=0.0)
    copies = copy(config, noise_image((200, 8, 8, 1)), getkey())
    assert np.isfinite(copies).all()
