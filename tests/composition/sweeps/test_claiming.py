import dataclasses
import re
from datetime import datetime
from pathlib import Path

import pytest

from ssvae.composition.folders import sweep_name
from ssvae.composition.sweeps.claiming import folder_to_resume, sweep_folder
from ssvae.composition.sweeps.matching import matched
from ssvae.errors import ConfigError, RunDirectoryError
from ssvae.runs.sweeps.record import SweepRecord, write_sweep

NOW = datetime(2026, 1, 2, 3, 4, 5)
SWEEPS = Path("multirun_outputs")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def old_sweep(plan_of):
    """Write the record of a sweep with the jobs of these words."""

    def write(folder, timestamp, *words):
        plan = plan_of("-m", *words)
        slots = matched(plan.jobs, (), is_of_this_code=bool, keeps_other_code=False)
        folder.mkdir(parents=True)
        header = {"timestamp": timestamp, "name": sweep_name(plan)}
        write_sweep(folder, SweepRecord(header, tuple(slot.job for slot in slots)))
        return folder

    return write


class TestAnySweep:
    def test_that_with_most_of_the_jobs_is_gone_on_with_and_of_these_the_latest(self, plan_of, old_sweep):
        old_sweep(SWEEPS / "c", "2026-01-01T00:00:00", "seed=0,1")
        old_sweep(SWEEPS / "a", "2026-01-03T00:00:00", "seed=1,7")
        latest = old_sweep(SWEEPS / "b", "2026-01-02T00:00:00", "seed=0,1")
        old_sweep(SWEEPS / "d", "2026-01-04T00:00:00", "seed=5,6")
        old_sweep(SWEEPS / "e", "2026-01-05T00:00:00", "seed=0,1", "model.kl_weight=0.3")
        old_sweep(SWEEPS / "f", "2026-01-06T00:00:00", "seed=0,1", "experiment.name=another")
        assert folder_to_resume(plan_of("-m", "seed=0,1", "sweep.resume=true")) == latest
        assert folder_to_resume(plan_of("-m", "seed=7,9", "sweep.resume=true")) == SWEEPS / "a"

    def test_without_being_asked_for_none_is(self, plan_of, old_sweep):
        old_sweep(SWEEPS / "a", "2026-01-01T00:00:00", "seed=0,1")
        assert folder_to_resume(plan_of("-m", "seed=0,1")) is None
        assert folder_to_resume(plan_of("-m", "seed=0,1", "sweep.resume=false")) is None

    def test_jobs_of_another_name_are_others_when_the_name_is_swept_over(self, plan_of, old_sweep):
        old_sweep(SWEEPS / "a", "2026-01-01T00:00:00", "experiment.description=a,b")
        words = ("-m", "experiment.description=c,d", "sweep.resume=true")
        assert folder_to_resume(plan_of(*words)) is None

    def test_where_there_is_none_like_it_a_new_folder_is_made(self, plan_of, old_sweep):
        old_sweep(SWEEPS / "a", "2026-01-01T00:00:00", "seed=5,6")
        folder, words = sweep_folder(plan_of("-m", "seed=0,1", "sweep.resume=true"), NOW)
        assert folder == SWEEPS / "mixture_digits_20260102_030405"
        assert list(folder.iterdir()) == []
        assert words == [f'hydra.sweep.dir="{folder}"']

    def test_a_record_that_cannot_be_read_is_passed_over(self, plan_of, old_sweep):
        good = old_sweep(SWEEPS / "a", "2026-01-01T00:00:00", "seed=0,1")
        (old_sweep(SWEEPS / "b", "2026-01-02T00:00:00", "seed=0,1") / "sweep.yaml").write_text("sweep: [")
        assert folder_to_resume(plan_of("-m", "seed=0,1", "sweep.resume=true")) == good

    def test_a_folder_of_the_users_is_looked_at_alone(self, plan_of, old_sweep):
        old_sweep(SWEEPS / "a", "2026-01-02T00:00:00", "seed=0,1")
        words = ("-m", "seed=0,1", "sweep.resume=true", "hydra.sweep.dir=mine")
        assert folder_to_resume(plan_of(*words)) is None
        mine = old_sweep(Path("mine"), "2026-01-01T00:00:00", "seed=0,1")
        assert folder_to_resume(plan_of(*words)) == mine


class TestNamedSweep:
    def test_it_is_taken_whatever_its_jobs(self, plan_of, old_sweep):
        old_sweep(Path("mine"), "2026-01-01T00:00:00", "seed=5,6")
        found = sweep_folder(plan_of("-m", "seed=0,1", "sweep.resume=mine"), NOW)
        assert found == (Path("mine"), ['hydra.sweep.dir="mine"'])
        assert not SWEEPS.exists()

    @pytest.mark.parametrize("content", [(), (".lock", ".sweep.yaml.1.tmp")], ids=["nothing", "hidden files"])
    def test_one_that_was_stopped_before_its_record_is_accepted(self, plan_of, content):
        Path("mine").mkdir()
        for name in content:
            Path("mine", name).touch()
        assert folder_to_resume(plan_of("-m", "seed=0,1", "sweep.resume=mine")) == Path("mine")

    @pytest.mark.parametrize(
        ("name", "what"),
        [("nowhere", "is no folder"), ("file", "is no folder"), ("full", "holds no sweep.yaml")],
    )
    def test_what_is_no_sweep_is_refused(self, plan_of, here, name, what):
        Path("file").touch()
        Path("full", "sweep.yaml").mkdir(parents=True)
        expected = (
            f"sweep.resume={name} {what}. Name the folder of a sweep, as in sweep.resume=multirun_outputs/NAME, "
            f"or type sweep.resume=true. Paths start at {here}."
        )
        with pytest.raises(ConfigError, match=f"^{re.escape(expected)}$"):
            sweep_folder(plan_of("-m", "seed=0,1", f"sweep.resume={name}"), NOW)
        assert {path.name for path in here.iterdir()} == {"file", "full"}


def test_a_sweep_whose_jobs_are_made_up_as_it_goes_cannot_be_gone_on_with(plan_of):
    plan = dataclasses.replace(plan_of("-m", "seed=0,1", "sweep.resume=true"), jobs=())
    with pytest.raises(
        ConfigError, match=r"sweep\.resume needs jobs that are known .* give its study a storage"
    ):
        folder_to_resume(plan)


def test_a_new_sweep_never_writes_into_a_folder_that_holds_something(plan_of, old_sweep):
    old_sweep(Path("mine"), "2026-01-01T00:00:00", "seed=0,1")
    with pytest.raises(RunDirectoryError, match=r"mine is not empty \(it holds sweep\.yaml\)"):
        sweep_folder(plan_of("-m", "seed=0,1", "hydra.sweep.dir=mine"), NOW)
