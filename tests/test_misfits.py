"""What cannot stand together: each rule's sentence, and that typing its remedy makes an experiment."""

import dataclasses
import re

import pytest

from ssvae.auxiliaries.recipes import SkipAuxiliaryConfig
from ssvae.classifiers.recipes import ComponentConfig, HeadConfig, NoClassifierConfig, TauConfig
from ssvae.data.recipes import DigitsConfig, SyntheticConfig
from ssvae.misfits import misfits, model_misfits
from ssvae.model.recipes import ModelConfig, SSVAEConfig
from ssvae.networks.recipes import ConvDecoderConfig, ConvEncoderConfig, DenseDecoderConfig
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

PER_COMPONENT = ModelConfig(latent_layout="per_component")
FILM = DenseDecoderConfig(conditioning="film")
TIED = MixturePriorConfig(learn_means=False, init_radius=0.0)

CASES = [
    (
        {"prior": StandardPriorConfig()},
        r"classifier=tau needs at least one component per class: the prior has 1, the data has 10 classes\. "
        r"Try prior=mixture or classifier=head\.",
        {"prior": MixturePriorConfig()},
    ),
    (
        {"classifier": ComponentConfig()},
        r"classifier=component needs one component per class: the prior has 20, .* Try prior\.num_components=10",
        {"prior": MixturePriorConfig(num_components=10)},
    ),
    (
        {"prior": StandardPriorConfig(), "classifier": HeadConfig(), "decoder": FILM},
        r"decoder\.conditioning=film tells the decoder the component, and the prior has one\. Try .*none or prior=mix",
        {"decoder": DenseDecoderConfig()},
    ),
    (
        {"prior": StandardPriorConfig(), "classifier": HeadConfig(), "model": PER_COMPONENT},
        r"model\.latent_layout=per_component makes a code for each component, .* Try model\.latent_layout=shared",
        {"model": ModelConfig()},
    ),
    (
        {"prior": TIED},
        r"components of prior=mixture all are one Gaussian and stay so, .* Try decoder\.conditioning=film\.",
        {"decoder": FILM},
    ),
    (
        {"prior": GeometricPriorConfig(radius=0.0)},
        r"components of prior=geometric_mog all are one Gaussian",
        {"decoder": FILM},
    ),
    (
        {"prior": VampPriorConfig(), "model": PER_COMPONENT},
        r"prior=vamp is made of posteriors q\(z\|x\), .* Try model\.latent_layout=shared auxiliary=none\.",
        {"model": ModelConfig()},
    ),
    (
        {"prior": VampPriorConfig(), "auxiliary": SkipAuxiliaryConfig(), "decoder": FILM},
        r"prior=vamp is made of posteriors q\(z\|x\)",
        {"auxiliary": SSVAEConfig().auxiliary},
    ),
    (
        {"prior": GeometricPriorConfig(arrangement="simplex")},
        r"prior\.arrangement=simplex with 10 components needs 10 dimensions, got model\.latent_dim=8\. "
        r"Try model\.latent_dim=10\.",
        {"model": ModelConfig(latent_dim=10)},
    ),
    (
        {"routing": SoftRoutingConfig(responsibilities="posterior_z"), "model": PER_COMPONENT},
        r"routing\.responsibilities=posterior_z asks which component a code belongs to, .* Try .*=closed_form\.",
        {"routing": SoftRoutingConfig()},
    ),
    (
        {"routing": SoftRoutingConfig(kl_samples=5)},
        r"routing\.kl_samples=5 changes nothing with routing\.responsibilities=closed_form, .* Try routing\.kl_samples=1",
        {"routing": SoftRoutingConfig(kl_samples=5, responsibilities="posterior_z")},
    ),
    (
        {"routing": GumbelRoutingConfig()},
        r"routing=gumbel draws a component for the decoder, which does not see it\. Try routing=soft or decoder",
        {"decoder": FILM},
    ),
    (
        {"routing": StraightThroughRoutingConfig()},
        r"routing=straight_through draws a component for the decoder",
        {"model": PER_COMPONENT},
    ),
    (
        {"routing": TopRoutingConfig(num_active=21)},
        r"routing=top_m keeps 21 components, the prior has 20\. Try routing=soft\.",
        {"routing": SoftRoutingConfig()},
    ),
    (
        {"routing": HardRoutingConfig(responsibilities="encoder")},
        r"routing=hard keeps one component, so that no gradient would teach the encoder's q\(c\|x\)\. Try routing=straight",
        {"routing": HardRoutingConfig()},
    ),
    (
        {"routing": TopRoutingConfig(num_active=1, responsibilities="encoder")},
        r"routing=top_m keeps one component",
        {"routing": TopRoutingConfig(num_active=2, responsibilities="encoder")},
    ),
]


@pytest.mark.parametrize(("parts", "message", "remedy"), CASES)
def test_a_misfit_says_what_to_type_and_typing_it_helps(parts, message, remedy):
    config = dataclasses.replace(SSVAEConfig(), **parts)
    problems = list(model_misfits(config, (8, 8, 1), 10))
    assert len(problems) == 1, problems
    assert re.search(message, problems[0]), problems[0]
    assert list(model_misfits(dataclasses.replace(config, **remedy), (8, 8, 1), 10)) == []


@pytest.mark.parametrize(
    ("part", "recipe"), [("encoder", ConvEncoderConfig()), ("decoder", ConvDecoderConfig())]
)
def test_convolutions_need_images_of_some_size(part, recipe):
    config = dataclasses.replace(SSVAEConfig(), **{part: recipe})
    (problem,) = model_misfits(config, (7, 9, 1), 10)
    assert problem == f"{part}=conv needs images of at least 8×8, the data has 7×9. Try {part}=dense."
    assert list(model_misfits(config, (8, 9, 3), 10)) == []


def test_labels_and_sizes_are_checked_against_the_data():
    few = SyntheticConfig(num_labeled=0, num_train=50)
    problems = list(misfits(few, SSVAEConfig(), TrainingConfig(batch_size=64)))
    assert len(problems) == 2
    assert problems[0] == (
        "classifier=tau learns from labels, and data.num_labeled is 0. Try data.num_labeled=40 or classifier=none."
    )
    assert "training.batch_size is 64, but there are only 50 training images" in problems[1]
    assert (
        list(
            misfits(
                few,
                dataclasses.replace(SSVAEConfig(), classifier=NoClassifierConfig()),
                TrainingConfig(batch_size=50),
            )
        )
        == []
    )


def test_pseudo_inputs_need_images_to_start_from():
    config = SSVAEConfig(prior=VampPriorConfig(num_components=2000), classifier=HeadConfig())
    (problem,) = misfits(DigitsConfig(), config, TrainingConfig())
    assert problem == (
        "prior=vamp starts from 2000 training images, but there are only 1257. Try prior.num_components=1257."
    )


def test_a_monitor_that_never_changes_is_a_misfit():
    (problem,) = misfits(
        DigitsConfig(), SSVAEConfig(classifier=TauConfig()), TrainingConfig(monitor="loss.kl.a.val")
    )
    assert problem == (
        "training.monitor=loss.kl.a.val never changes with auxiliary=none. Try training.monitor=loss.total.val."
    )


@pytest.mark.parametrize(
    ("data", "training", "message"),
    [
        ({"num_labeled": 1200}, {}, r"data\.num_labeled is 1200, but there are only 1131 training images"),
        ({}, {"batch_size": 1200}, r"training\.batch_size is 1200, .* Try training\.batch_size=1131\."),
    ],
)
def test_a_class_left_out_leaves_fewer_images(data, training, message):
    left_out = DigitsConfig(left_out_class=9, **data)
    (problem,) = misfits(left_out, SSVAEConfig(), TrainingConfig(**training))
    assert re.search(message, problem)
    assert [
        *misfits(
            dataclasses.replace(left_out, left_out_class=None), SSVAEConfig(), TrainingConfig(**training)
        )
    ] == []
