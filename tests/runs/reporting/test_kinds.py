from ssvae.runs.reporting.kinds import checked


def test_what_is_of_another_kind_is_told_and_not_used():
    problems = []
    values = {
        "name": ["x"],
        "tags": "a",
        "versions": [1],
        "note": {"any": "thing"},
        "seed": 3,
        "status": None,
    }
    found = checked(
        values,
        "config.yaml",
        problems,
        singles=("name", "seed", "status"),
        lists=("tags",),
        mappings=("versions",),
    )
    assert found == {
        "name": None,
        "tags": None,
        "versions": None,
        "note": {"any": "thing"},
        "seed": 3,
        "status": None,
    }
    assert problems == [
        "config.yaml: 'name' must be a single value, got list",
        "config.yaml: 'tags' must be a list, got str",
        "config.yaml: 'versions' must be a mapping, got list",
    ]


def test_what_is_absent_is_no_problem():
    problems = []
    assert checked({}, "x", problems, singles=("a",), lists=("b",), mappings=("c",)) == {}
    assert problems == []
