from ssvae.composition.findings import Findings
from ssvae.composition.mistakes import Mistake


def test_sentences_find_the_word_they_are_about():
    findings = Findings([Mistake(2, "third")])
    findings.places = {"prior": 1, "data.num_labeled": 0, "model.kl_weight": 3}
    findings.add_by_key(["model.kl_weight must", "data.num_labeled is", "prior.num_components is", "seed is"])
    assert findings.in_order() == (
        "data.num_labeled is",
        "prior.num_components is",
        "third",
        "model.kl_weight must",
        "seed is",
    )


def test_a_heap_without_mistakes_is_false():
    findings = Findings()
    assert not findings
    with findings.over_jobs(3) as found:
        found.add([], "seed=1")
    assert not findings
    findings.add(0, ["no"])
    assert findings


def test_what_is_wrong_in_all_jobs_is_told_once_without_a_hint():
    findings = Findings()
    with findings.over_jobs(2) as found:
        for words in ("seed=0", "seed=1"):
            found.add(["prior is wrong."], words)
    assert findings.in_order() == ("prior is wrong.",)


def test_what_is_wrong_in_some_jobs_says_in_which_unless_it_names_the_value():
    findings = Findings()
    with findings.over_jobs(3, named=("seed",)) as found:
        found.add(["prior is wrong.", "seed must be small."], "seed=9 prior=standard")
    assert findings.in_order() == (
        "prior is wrong. (In 1 of 3 runs, the first: seed=9 prior=standard)",
        "seed must be small.",
    )
