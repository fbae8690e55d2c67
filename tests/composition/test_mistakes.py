from ssvae.composition.mistakes import ELSEWHERE, Mistake, in_order, message


def test_mistakes_come_in_the_order_of_the_words_each_once():
    found = [Mistake(ELSEWHERE, "last"), Mistake(3, "b"), Mistake(0, "a"), Mistake(5, "b")]
    assert in_order(found) == ("a", "b", "last")


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
