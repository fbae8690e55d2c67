import pytest

from ssvae.composition.reading import typed_override
from ssvae.composition.words import Word


@pytest.fixture
def typed(made):
    return lambda text: typed_override(Word(0, text), made)


@pytest.mark.parametrize(
    ("text", "sign", "key", "group"),
    [
        ("seed=1", "", "seed", None),
        ("+seed=1", "+", "seed", None),
        ("++seed=1", "++", "seed", None),
        ("~seed", "~", "seed", None),
        ("model=standard", "", "model", "model"),
        ("~study", "~", "study", "study"),
        ("model={kl_weight: 1}", "", "model", None),
        ("hydra/launcher=basic", "", "hydra/launcher", "hydra/launcher"),
    ],
)
def test_what_an_override_is_about(typed, text, sign, key, group):
    one = typed(text)
    assert (one.sign, one.key, one.group) == (sign, key, group)


def test_a_mapping_sets_every_key_in_it(typed):
    assert list(typed("model={kl_weight: 1, latent_dim: 2}").sets()) == [
        "model.kl_weight",
        "model.latent_dim",
    ]
    assert list(typed("seed=1").sets()) == ["seed"]
    assert list(typed("seed=1,2").sets()) == ["seed"]


def test_the_values_of_a_sweep_are_listed_as_typed(typed):
    assert typed("seed=0,1").values() == ["0", "1"]
    assert typed("seed=range(0,3)").values() == ["0", "1", "2"]
    assert typed("seed=interval(0,1)").values() == []
    assert typed("seed=7").values() == ["7"]
    assert typed("prior=glob(*)").values() == ["geometric_mog", "mixture", "standard", "tied", "vamp"]


def test_words_for_hydra_are_told_apart(typed):
    assert typed("hydra.run.dir=x").is_for_hydra
    assert typed("hydra/launcher=basic").is_for_hydra
    assert not typed("seed=1").is_for_hydra
