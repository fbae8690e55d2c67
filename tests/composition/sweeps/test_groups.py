import dataclasses
import functools
from unittest.mock import Mock

import pytest

from ssvae.composition.guard import check
from ssvae.composition.sweeps.groups import group_names, static_key
from ssvae.composition.words import sort_words
from ssvae.training import ensemble
from ssvae.training.course import AbstractObserver

SHARING = [
    ("seed=1", "experiment.name=mine", "model.name=mine"),
    ("data.label_seed=1", "data.num_labeled=200"),
    ("training.learning_rate=0.1", "training.schedule=constant", "training.epochs=3"),
    ("model.kl_weight=0.5", "model.free_bits=0.1", "model.label_weight=0"),
    ("annealing=cosine",),
    ("annealing=cyclical", "annealing.cycles=2", "annealing.warmup=0.7"),
]
"""Of digits with 100 labels, of which 64 take part in a step."""

APART = [
    "encoder.hidden_sizes=[32]",
    "model.latent_dim=3",
    "prior.num_components=11",
    "prior=vamp",
    "likelihood=gaussian",
    "decoder.conditioning=film",
    "classifier=head",
    "model.labeled_weight=0.5",
    "data.num_labeled=20",
    "data.left_out_class=1",
    "training.batch_size=32",
    "training.gradient_clip=null",
]

GUMBEL = ("routing=gumbel", "decoder.conditioning=film")


@pytest.fixture(scope="module")
def keys(made):
    """What the settings alone tell, and what training itself tells when it has the data; remembered."""
    load = functools.cache(lambda data: data.load())

    @functools.cache
    def tell(*words):
        (asked,) = check(sort_words(list(words)), made).experiments
        request = ensemble.Request(
            asked.model, asked.training, load(asked.data), asked.seed, Mock(AbstractObserver)
        )
        return static_key(asked), ensemble.static_key(request)

    return tell


@pytest.mark.parametrize("words", SHARING, ids=" ".join)
def test_settings_that_reach_the_program_as_arguments_share_it(keys, words):
    told, trained = keys(*words)
    assert (told, trained) == keys()
    assert hash(told) == hash(keys()[0])


@pytest.mark.parametrize("word", APART)
def test_settings_that_change_shapes_or_steps_share_nothing(keys, word):
    told, trained = keys(word)
    assert told != keys()[0]
    assert trained != keys()[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((*GUMBEL, "routing.temperature=2.0"), (*GUMBEL, "routing.final_temperature=0.1")),
        (("model.labeled_weight=0.5",), ("model.labeled_weight=0.7",)),
        (("model=vamp", "prior.learning_rate_scale=0.3"), ("model=vamp",)),
        (("augmentation=affine", "augmentation.confidence=0.5"), ("augmentation=affine",)),
        (("classifier=none", "data.num_labeled=20"), ("classifier=none", "data.num_labeled=0")),
    ],
    ids=str,
)
def test_some_settings_share_a_program_within_a_choice(keys, one, other):
    assert keys(*one) == keys(*other)
    assert keys(*one)[0] != keys()[0]


def test_the_size_of_the_validation_split_matters_though_training_sees_as_many(keys):
    told, trained = keys("data.num_validation=360", "data.num_test=180")
    assert told != keys()[0]
    assert trained != keys()[1]


def test_the_split_matters_only_when_a_class_is_left_out(plan_of):
    def key(*words):
        return static_key(plan_of(*words).experiments[0])

    assert key("data.split_seed=1") == key()
    assert key("data.left_out_class=1", "data.split_seed=1") != key("data.left_out_class=1")


def test_groups_are_named_in_the_order_of_their_first_jobs(plan_of):
    jobs = plan_of("-m", "seed=0,1", "model.latent_dim=4,2", "training.learning_rate=0.1,0.2").jobs
    assert group_names([job.experiment for job in jobs]) == list("AABBAABB")
    assert group_names([]) == []


def test_after_z_comes_aa(plan_of):
    (first,) = plan_of().experiments
    many = [
        dataclasses.replace(first, training=dataclasses.replace(first.training, batch_size=size))
        for size in range(1, 55)
    ]
    names = group_names([*many, first, many[0]])
    assert names[:26] == list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert names[26:28] == ["AA", "AB"]
    assert names[51:] == ["AZ", "BA", "BB", "BC", "A"]
