from ssvae.composition.mistakes import ELSEWHERE, Findings, Mistake, message


def test_mistakes_come_in_the_order_of_the_words_each_once():
    found = [Mistake(ELSEWHERE, "last"), Mistake(3, "b"), Mistake(0, "a"), Mistake(5, "b")]
    assert Findings(found).in_order() == ("a", "b", "last")


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


def test_the_message_counts_lists_and_says_where_to_look():
    assert message(["seed: no.", "model: no.\nnor so."], "python train.py") == (
        "Nothing was started: 2 mistakes.\n"
        "  • seed: no.\n"
        "  • model: no.\n"
        "    nor so.\n"
        "`python train.py --help` lists the groups and their options, `ssvae check` prints every setting."
    )


def test_one_mistake_is_not_two():
    assert message(["seed: no."], "ssvae train").startswith("Nothing was started: 1 mistake.\n")
