import pytest

from ssvae.composition.names import meant, unknown_key


@pytest.fixture
def unknown(made):
    """The sentence about an unknown key of the default command."""
    start = made.compose(())
    return lambda key, value="VALUE": unknown_key(key, value, start.keys, start.choices)


@pytest.mark.parametrize(
    ("key", "suggestion"),
    [
        # misplaced: the word is right, the group is not
        ("model.num_components", "prior.num_components"),
        ("kl_weight", "model.kl_weight"),
        ("training.kl_weight", "model.kl_weight"),
        ("learning_rate", "training.learning_rate"),
        ("data.epochs", "training.epochs"),
        ("model.seed", "seed"),
        ("label_seed", "data.label_seed"),
        # known under another name elsewhere
        ("lr", "training.learning_rate"),
        ("training.lr", "training.learning_rate"),
        ("model.beta", "model.kl_weight"),
        ("K", "prior.num_components"),
        ("tags", "experiment.tags"),
        ("name", "experiment.name"),
        ("dataset", "data"),
        # misspelled
        ("model.kl_wieght", "model.kl_weight"),
        ("modle.kl_weight", "model.kl_weight"),
        ("kl_wieght", "model.kl_weight"),
        ("trainig.epochs", "training.epochs"),
        ("sed", "seed"),
        ("modle", "model"),
        ("stduy", "study"),
        # of an option that is not chosen
        ("std", "likelihood.std"),
    ],
)
def test_what_was_meant_is_named_with_the_value_typed(unknown, key, suggestion):
    assert unknown(key, "3") == f"{key} is not a setting. Did you mean {suggestion}=3?"


def test_a_word_that_stands_in_several_groups_names_them_all(unknown):
    assert unknown("batch_size", "64") == (
        "batch_size is not a setting. Did you mean training.batch_size=64 or evaluation.batch_size=64?"
    )


def test_a_setting_of_an_option_not_chosen_names_the_option(unknown):
    assert unknown("likelihood.std") == (
        "likelihood.std is a setting of likelihood=gaussian, and this run has likelihood=bernoulli. "
        "Add likelihood=gaussian or leave it out."
    )


def test_without_a_likely_name_the_group_lists_what_it_has(unknown):
    assert unknown("prior.zzz").startswith("prior.zzz is not a setting. prior=mixture has: concentration, ")
    assert unknown("experimnt").startswith("experimnt is not a setting. experiment has: description, name, ")


def test_what_resembles_nothing_is_said_to_be_nothing(unknown):
    assert unknown("qqq") == "qqq is neither a group nor a setting."


def test_no_more_than_three_are_suggested():
    known = [f"{group}.size" for group in "abcde"]
    assert meant("size", known, {}) == ["a.size", "b.size", "c.size"]
