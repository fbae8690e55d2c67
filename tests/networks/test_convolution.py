"""Two ways to compute one pair of convolutions: their definition, their adjointness, and each other."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ssvae.networks.convolution import LAX, MATMUL, convolutions_for, halved

BOTH = pytest.mark.parametrize("convolutions", [MATMUL, LAX], ids=["matmul", "lax"])
SIZES = pytest.mark.parametrize("size", [(8, 8), (9, 11), (28, 28), (1, 2)])


def normal(seed: int, *shape: int):
    """Drawn on the host: a program for each shape would take longer than all that is tested."""
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape, np.float32))


def basis(shape: tuple[int, ...]):
    """Every array of this shape with a single 1."""
    return jnp.eye(np.prod(shape)).reshape(-1, *shape)


def half(size: tuple[int, int]) -> tuple[int, int]:
    return halved(size[0]), halved(size[1])


def swapped(kernel):
    return jnp.swapaxes(kernel, 2, 3)


def assert_close(actual, expected):
    """Every leaf within 1e-5 of its largest number: sums of float32 in another order agree no better one by one."""
    for one, other in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-5 * float(np.abs(other).max()))


def by_definition(maps, kernel):
    """Output i reads places 2i − odd + (0, 1, 2), zeros beyond the edges; in float64."""
    maps, kernel = np.asarray(maps, np.float64), np.asarray(kernel, np.float64)
    height, width = maps.shape[1:3]
    outputs = np.zeros((len(maps), *half((height, width)), kernel.shape[-1]))
    for row, column, i, j in np.ndindex(*outputs.shape[1:3], 3, 3):
        y, x = 2 * row - height % 2 + i, 2 * column - width % 2 + j
        if 0 <= y < height and 0 <= x < width:
            outputs[:, row, column] += maps[:, y, x] @ kernel[i, j]
    return outputs


@BOTH
@SIZES
@pytest.mark.parametrize("num_inputs", [1, 3])
def test_down_is_what_it_is_defined_to_be(convolutions, size, num_inputs):
    maps, kernel = normal(0, 2, *size, num_inputs), normal(1, 3, 3, num_inputs, 4)
    assert_close(jax.jit(convolutions.down)(maps, kernel), by_definition(maps, kernel))


@BOTH
@pytest.mark.parametrize("size", [(4, 6), (5, 7), (4, 5), (1, 2), (3, 1)])
def test_up_is_the_adjoint_of_down(convolutions, size):
    """⟨down(x), y⟩ = ⟨x, up(y)⟩ for every x and y, so their matrices are transposed: compared entry by entry."""
    kernel = normal(0, 3, 3, 2, 3)
    large, small = (1, *size, 2), (1, *half(size), 3)

    @jax.jit
    def matrices(kernel):
        """Each row is the image of one place of the input."""
        down = jax.vmap(lambda x: convolutions.down(x, kernel))(basis(large))
        up = jax.vmap(lambda y: convolutions.up(y, swapped(kernel), size))(basis(small))
        return down.reshape(np.prod(large), -1), up.reshape(np.prod(small), -1)

    down, up = matrices(kernel)
    np.testing.assert_array_equal(down, up.T)


@BOTH
@pytest.mark.parametrize("size", [(8, 8), (4, 10)])
def test_up_is_the_transposed_convolution_of_jax_for_even_sizes(convolutions, size):
    maps, kernel = normal(0, 2, *half(size), 3), normal(1, 3, 3, 3, 2)
    expected = jax.lax.conv_transpose(
        maps,
        swapped(kernel),
        (2, 2),
        "SAME",
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        transpose_kernel=True,
    )
    assert_close(jax.jit(lambda maps, kernel: convolutions.up(maps, kernel, size))(maps, kernel), expected)


def alone(function, maps, kernel, cotangent):
    outputs, pull_back = jax.vjp(function, maps, kernel)
    return outputs, *pull_back(cotangent)


def under_vmap(function, maps, kernel, cotangent):
    """Over maps and kernels at once, and over kernels only."""
    stacked = [jnp.stack([one, -2 * one]) for one in (maps, kernel, cotangent)]
    both = jax.vmap(functools.partial(alone, function))(*stacked)
    kernels = jax.vmap(functools.partial(alone, function), in_axes=(None, 0, None))(
        maps, stacked[1], cotangent
    )
    return both, kernels


def in_a_scan(function, maps, kernel, cotangent):
    """Gradient steps on the kernel, each from where the last one ended."""

    def step(kernel, scale):
        outputs, *gradients = alone(function, maps * scale, kernel, cotangent)
        return kernel - 0.01 * gradients[1], (outputs, gradients)

    return jax.lax.scan(step, kernel, jnp.array([1.0, 0.5, -1.0]))


@SIZES
@pytest.mark.parametrize("around", [alone, under_vmap, in_a_scan])
def test_both_ways_agree_in_values_and_every_gradient(size, around):
    large, small = normal(0, 2, *size, 3), normal(1, 2, *half(size), 4)
    kernel = normal(2, 3, 3, 3, 4)

    @functools.partial(jax.jit, static_argnums=0)
    def results(convolutions, large, small, kernel):
        return (
            around(convolutions.down, large, kernel, small),
            around(lambda maps, kernel: convolutions.up(maps, kernel, size), small, swapped(kernel), large),
        )

    assert_close(*(results(one, large, small, kernel) for one in (MATMUL, LAX)))


def test_gradients_of_gradients_agree():
    """A penalty on gradients differentiates twice."""
    size = (5, 6)

    @functools.partial(jax.jit, static_argnums=0)
    @functools.partial(jax.grad, argnums=(1, 2))
    def slope_of_penalty(convolutions, maps, kernel):
        def loss(maps):
            hidden = jnp.tanh(convolutions.down(maps, kernel))
            return jnp.sum(jnp.tanh(convolutions.up(hidden, swapped(kernel), size)))

        return jnp.sum(jax.grad(loss)(maps) ** 2)

    maps, kernel = normal(0, 2, *size, 2), normal(1, 3, 3, 2, 3)
    assert_close(*(slope_of_penalty(one, maps, kernel) for one in (MATMUL, LAX)))


def test_the_pair_of_the_cpu_holds_no_convolution_and_no_scatter():
    """Either, in a scan on the CPU, would cost more than the whole step."""

    def loss(kernel, maps):
        return jnp.sum(MATMUL.up(MATMUL.down(maps, kernel), swapped(kernel), maps.shape[1:3]) ** 2)

    program = str(jax.make_jaxpr(jax.grad(loss, (0, 1)))(normal(0, 3, 3, 2, 3), normal(1, 2, 9, 8, 2)))
    assert "dot_general" in program
    assert "conv_general_dilated" not in program
    assert "scatter" not in program


def test_the_backend_chooses_the_pair():
    assert convolutions_for("cpu") is MATMUL
    assert convolutions_for("gpu") is LAX
    assert convolutions_for("tpu") is LAX
