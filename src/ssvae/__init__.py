"""ssvae: compose, train and record semi-supervised VAE experiments on JAX.

In: nothing. Out: everything that a notebook needs (docs/library.md), each name imported when it is first used.
Importing this package imports no JAX: the rooms that need it are imported when a run starts.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssvae.augmentations.recipes import AffineConfig, NoAugmentationConfig
    from ssvae.auxiliaries.recipes import NoAuxiliaryConfig, SkipAuxiliaryConfig
    from ssvae.classifiers.recipes import ComponentConfig, HeadConfig, NoClassifierConfig, TauConfig
    from ssvae.data.dataset import Dataset, Split
    from ssvae.data.recipes import DigitsConfig, MnistConfig, SyntheticConfig
    from ssvae.errors import (
        CheckpointError,
        ConfigError,
        DataError,
        PoolingError,
        ProvenanceError,
        RunDirectoryError,
        SSVAEError,
        TrainingDiverged,
    )
    from ssvae.library.dataset import dataset_from_arrays
    from ssvae.library.loading import load_run
    from ssvae.library.trained_model import Encoding, LogMarginal, TrainedModel
    from ssvae.library.training import train
    from ssvae.likelihoods.recipes import (
        BernoulliConfig,
        ContinuousBernoulliConfig,
        GaussianConfig,
        HeteroscedasticConfig,
    )
    from ssvae.model.annealing import CosineAnnealingConfig, CyclicalAnnealingConfig, LinearAnnealingConfig
    from ssvae.model.recipes import ModelConfig, SSVAEConfig
    from ssvae.networks.recipes import (
        ConvDecoderConfig,
        ConvEncoderConfig,
        DenseDecoderConfig,
        DenseEncoderConfig,
    )
    from ssvae.priors.recipes import (
        GeometricPriorConfig,
        MixturePriorConfig,
        StandardPriorConfig,
        VampPriorConfig,
    )
    from ssvae.routing.recipes import (
        GumbelRoutingConfig,
        HardRoutingConfig,
        SoftRoutingConfig,
        StraightThroughRoutingConfig,
        TopRoutingConfig,
    )
    from ssvae.training.recipes import TrainingConfig

__all__ = [
    "AffineConfig",
    "BernoulliConfig",
    "CheckpointError",
    "ComponentConfig",
    "ConfigError",
    "ContinuousBernoulliConfig",
    "ConvDecoderConfig",
    "ConvEncoderConfig",
    "CosineAnnealingConfig",
    "CyclicalAnnealingConfig",
    "DataError",
    "Dataset",
    "DenseDecoderConfig",
    "DenseEncoderConfig",
    "DigitsConfig",
    "Encoding",
    "GaussianConfig",
    "GeometricPriorConfig",
    "GumbelRoutingConfig",
    "HardRoutingConfig",
    "HeadConfig",
    "HeteroscedasticConfig",
    "LinearAnnealingConfig",
    "LogMarginal",
    "MixturePriorConfig",
    "MnistConfig",
    "ModelConfig",
    "NoAugmentationConfig",
    "NoAuxiliaryConfig",
    "NoClassifierConfig",
    "PoolingError",
    "ProvenanceError",
    "RunDirectoryError",
    "SSVAEConfig",
    "SSVAEError",
    "SkipAuxiliaryConfig",
    "SoftRoutingConfig",
    "Split",
    "StandardPriorConfig",
    "StraightThroughRoutingConfig",
    "SyntheticConfig",
    "TauConfig",
    "TopRoutingConfig",
    "TrainedModel",
    "TrainingConfig",
    "TrainingDiverged",
    "VampPriorConfig",
    "__version__",
    "dataset_from_arrays",
    "load_run",
    "train",
]

__version__ = "0.1.0"

_ROOMS = (
    "errors",
    "augmentations.recipes",
    "auxiliaries.recipes",
    "classifiers.recipes",
    "likelihoods.recipes",
    "networks.recipes",
    "priors.recipes",
    "routing.recipes",
    "model.annealing",
    "model.recipes",
    "training.recipes",
    "data.recipes",
    "data.dataset",
    "library.dataset",
    "library.trained_model",
    "library.training",
    "library.loading",
)
"""Where the names are, those first that cost nothing to look into."""


if not TYPE_CHECKING:  # a type checker that saw this would believe any name

    def __getattr__(name: str) -> Any:
        """Import a name when it is first used (PEP 562)."""
        if name in __all__:
            for room in _ROOMS:
                module = importlib.import_module(f"{__name__}.{room}")
                if name in module.__all__:
                    value = globals()[name] = getattr(module, name)
                    return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """What there is, whether it was used already or not."""
    return sorted({*globals(), *__all__})
