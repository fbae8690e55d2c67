import math

from ssvae.runs.reporting.sections.metric_origins import origins


def component(keys, data, **meanings):
    return {"data": data, "meanings": meanings, "metrics": keys}


COMPONENTS = {
    "classification": component(
        ["metric.accuracy.test", "metric.accuracy.val", "metric.classifier.nll.test", "metric.recall"],
        {"accuracy_test": 1.0, "accuracy_validation": 0.5, "nll": math.nan, "accuracy_test_error": 0.25},
        accuracy_test="share recognized",
        accuracy_validation="the same on others",
        nll="nats",
    ),
    "clustering": component(
        ["metric.clustering.accuracy.test"], {"accuracy": 1.0, "ok": True}, accuracy="when paired"
    ),
}


def meanings(**metrics):
    return {key: origin.meaning for key, origin in origins(metrics, COMPONENTS).items()}


def test_a_key_is_the_number_of_its_component_with_the_same_words():
    assert meanings(**{"metric.accuracy.test": 1.0}) == {"metric.accuracy.test": "share recognized"}
    assert meanings(**{"metric.accuracy.val": 0.5}) == {"metric.accuracy.val": "the same on others"}


def test_another_component_with_the_same_number_has_no_part_in_it():
    key = "metric.clustering.accuracy.test"
    assert meanings(**{key: 1.0}) == {key: "when paired"}


def test_another_value_or_other_words_are_no_origin():
    assert meanings(**{"metric.accuracy.test": 0.75, "metric.recall": 1.0, "metric.ok": True}) == {}


def test_nan_is_found_and_its_error_is_none():
    found = origins({"metric.classifier.nll.test": math.nan}, COMPONENTS)["metric.classifier.nll.test"]
    assert (found.meaning, found.error) == ("nats", None)


def test_the_error_of_a_number_within_a_table_is_found():
    entry = component(
        ["metric.ood.area.noise.elbo"],
        {"area": {"noise": {"elbo": 0.9}}, "area_error": {"noise": {"elbo": 0.1}}},
    )
    found = origins({"metric.ood.area.noise.elbo": 0.9}, {"ood": entry})
    assert found["metric.ood.area.noise.elbo"].error == 0.1


def test_what_a_component_says_of_the_key_itself_goes_first():
    entry = COMPONENTS["classification"]
    own = entry | {"meanings": entry["meanings"] | {"metric.accuracy.test": "mine"}}
    found = origins({"metric.accuracy.test": 1.0}, {"classification": own})["metric.accuracy.test"]
    assert (found.component, found.meaning, found.error) == ("classification", "mine", 0.25)
