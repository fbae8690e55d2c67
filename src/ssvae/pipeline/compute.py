"""What the numbers are computed on: devices, and the switches of JAX that can change a result.

In: nothing. Out: plain facts for the record. Not here: versions and the machine (runs/software.py).
"""

from typing import Any

import jax

__all__ = ["SWITCHES", "compute_facts"]

SWITCHES = (
    "jax_enable_x64",
    "jax_default_matmul_precision",
    "jax_default_prng_impl",
    "jax_threefry_partitionable",
    "jax_numpy_dtype_promotion",
    "jax_numpy_rank_promotion",
    "jax_disable_jit",
    "jax_debug_nans",
    "jax_debug_infs",
    "jax_default_device",
)
"""All that set how numbers are drawn, rounded or checked."""


def compute_facts() -> dict[str, Any]:
    """Backend, devices, and the value of each switch as it is in force."""
    devices = jax.devices()
    return {
        "backend": jax.default_backend(),
        "platform_version": devices[0].client.platform_version,
        "devices": [device.device_kind for device in devices],
        "processes": jax.process_count(),
        "switches": {name: _plain(getattr(jax.config, name)) for name in SWITCHES},
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
