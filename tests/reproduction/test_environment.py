from ssvae.reproduction.environment import check_environment

HERE = {
    "python": "3.12.1",
    "platform": "Linux",
    "cpu": "x",
    "packages": {"jax": "0.10.2", "ml_dtypes": "0.5.0", "rich": "14.0", "ssvae": "0.1.0"},
    "variables": {"XLA_FLAGS": "--a"},
}


def test_the_same_environment_matches():
    finding = check_environment(HERE, HERE)
    assert finding.differences == ()
    assert finding.matches == (
        "jax 0.10.2, ml-dtypes 0.5.0, ssvae 0.1.0",
        "4 of 4 packages have the same version",
    )


def test_what_can_change_a_number_comes_first_and_the_rest_together():
    then = HERE | {
        "python": "3.11.7",
        "packages": {"jax": "0.9.0", "ml-dtypes": "0.5.0", "rich": "13.0", "old": "1", "ssvae": "0.1.0"},
    }
    assert check_environment(then, HERE).differences == (
        "python: 3.11.7 then, 3.12.1 now",
        "jax 0.9.0 then, 0.10.2 now",
        "packages that hardly matter to the numbers, 2: old 1 then, not there now; rich 13.0 then, 14.0 now",
    )


def test_variables_that_differ_are_named():
    finding = check_environment(HERE | {"variables": {"JAX_ENABLE_X64": "1"}}, HERE)
    assert finding.differences == (
        "variable JAX_ENABLE_X64: 1 then, not there now",
        "variable XLA_FLAGS: not there then, --a now",
    )


def test_without_a_record_nothing_is_claimed():
    finding = check_environment(None, HERE)
    assert (finding.matches, finding.differences) == ((), ())
    assert "no provenance/environment.txt" in finding.notes[0]


def test_a_variable_that_says_how_much_is_logged_is_no_difference():
    now = HERE | {"variables": HERE["variables"] | {"TF_CPP_MIN_LOG_LEVEL": "1"}}
    assert check_environment(HERE, now).differences == ()
