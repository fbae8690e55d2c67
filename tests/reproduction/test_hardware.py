from ssvae.reproduction.hardware import check_hardware

HEADER = {"device": "cpu", "host": "lab"}
HERE = {"machine": "x86_64", "cpu": "Quick 9000", "cores": "8"}


def test_the_same_machine_matches():
    finding = check_hardware(HEADER, HERE, HEADER, HERE)
    assert finding.matches == (
        "device: cpu",
        "machine: x86_64",
        "processor: Quick 9000",
        "processor cores: 8",
        "host: lab",
    )
    assert finding.differences == finding.notes == ()


def test_each_thing_that_differs_is_named():
    finding = check_hardware(
        HEADER, HERE, {"device": "NVIDIA H100", "host": "cloud"}, HERE | {"cpu": "Slow 1", "cores": "2"}
    )
    assert finding.differences == (
        "device: cpu then, NVIDIA H100 now",
        "processor: Quick 9000 then, Slow 1 now",
        "processor cores: 8 then, 2 now",
        "host: lab then, cloud now",
    )


def test_what_is_not_known_is_said():
    finding = check_hardware({"host": "lab"}, None, {"host": "lab"}, HERE)
    assert finding.notes == tuple(
        f"{what}: not recorded by the run" for what in ("device", "machine", "processor", "processor cores")
    )
