import pytest

from ssvae.composition.evaluation_words import evaluation_settings
from ssvae.errors import ConfigError
from ssvae.evaluation.recipes import EvaluationConfig

RECORDED = EvaluationConfig(plots=("loss_curves",), dpi=80)


def test_without_words_the_settings_stay():
    assert evaluation_settings([], RECORDED) == RECORDED


def test_a_setting_changes_and_the_others_stay():
    found = evaluation_settings(["evaluation.plots=all", "evaluation.baselines=[knn]"], RECORDED)
    assert found == EvaluationConfig(plots=("all",), baselines=("knn",), dpi=80)


def test_an_option_starts_anew():
    found = evaluation_settings(["evaluation=full", "evaluation.importance_samples=50"], RECORDED)
    assert found.importance_samples == 50
    assert found.baselines == found.shifts == found.plots == ("all",)
    assert found.dpi == 150


def test_other_words_are_refused_with_what_to_type():
    with pytest.raises(ConfigError, match=r"'model=m2' is no setting of the evaluation.*resume=RUN model=m2"):
        evaluation_settings(["model=m2", "evaluation=full"], RECORDED)


def test_a_mistake_is_told_as_everywhere():
    with pytest.raises(ConfigError, match=r"evaluation.dpj is not a setting. Did you mean evaluation.dpi=3"):
        evaluation_settings(["evaluation.dpj=3"], RECORDED)
    with pytest.raises(ConfigError, match=r"'svm' is not a classical baseline"):
        evaluation_settings(["evaluation.baselines=[svm]"], RECORDED)
