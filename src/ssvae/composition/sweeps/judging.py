"""What can be wrong with a sweep as a whole: words that no launcher, no sweeper or no job would heed.

In: a plan whose settings are right. Out: one `ConfigError` with every problem. Not here: the settings of the jobs
(guard.py); two jobs that are the same (matching.py).
"""

from collections.abc import Iterator
from pathlib import Path

from ssvae.comparison.baseline import has_settings
from ssvae.composition.folders import DEFAULT_SWEEP, chosen_folder
from ssvae.composition.guard import Plan
from ssvae.composition.sweeps.baseline import baseline_settings
from ssvae.composition.sweeps.claiming import ANY
from ssvae.composition.sweeps.recipes import count_problem, launcher_problems
from ssvae.config import flatten
from ssvae.errors import ConfigError, did_you_mean
from ssvae.experiment import mapping_from_experiment

__all__ = ["judge_sweep"]

_OURS = "batched"


def judge_sweep(plan: Plan) -> None:
    """Whether everything that was asked of the sweep will be done.

    Raises:
        ConfigError: with every problem.
    """
    judges = (_launcher, _batches, _policy, _objective, _replicates, _baseline, _folder)
    if problems := [problem for judge in judges for problem in judge(plan)]:
        raise ConfigError(problems)


def _launcher(plan: Plan) -> Iterator[str]:
    hydra = plan.composed.hydra
    if _launcher_name(plan) == _OURS:
        yield from launcher_problems(hydra.get("launcher.mode"), hydra.get("launcher.max_lanes"))


def _batches(plan: Plan) -> Iterator[str]:
    size = plan.composed.hydra.get("sweeper.max_batch_size")
    problem = count_problem("hydra.sweeper.max_batch_size", size, "all jobs at once")
    if plan.jobs and problem is not None:
        yield problem


def _policy(plan: Plan) -> Iterator[str]:
    """Only our launcher knows of a policy, and one that stops needs an order."""
    asked, launcher = f"sweep.on_failure={plan.sweep.on_failure}", _launcher_name(plan)
    if not (plan.sweep.policy.stops or plan.sweep.policy.retries):
        return
    if launcher != _OURS:
        yield f"{asked} needs hydra/launcher={_OURS}: with {launcher}, every job runs once whatever becomes of it."
    elif not plan.jobs:
        sweeper = plan.composed.choices.get("hydra/sweeper")
        yield f"{asked} needs jobs that are known beforehand, and hydra/sweeper={sweeper} makes them up as it goes."
    elif plan.sweep.policy.stops and plan.composed.hydra.get("launcher.mode") == "vmap":
        yield f"{asked} needs hydra.launcher.mode=sequential: with vmap, all jobs have begun when one fails."


def _objective(plan: Plan) -> Iterator[str]:
    """One number for all of its runs: by itself a run has the first of several that it measured."""
    if not plan.jobs and plan.sweep.metric is None:
        sweeper = plan.composed.choices.get("hydra/sweeper")
        yield (
            f"hydra/sweeper={sweeper} makes up its jobs by a number of the runs before. "
            "Name it: sweep.metric=metric.elbo.val or sweep.metric=metric.accuracy.val."
        )


def _replicates(plan: Plan) -> Iterator[str]:
    known = {*flatten(mapping_from_experiment(plan.experiments[0])), *plan.swept_keys}
    groups = plan.composed.choices
    default = type(plan.sweep)().replicates  # data of a plugin's may draw no labels
    for key in plan.sweep.replicates:
        if key in groups:
            yield f"sweep.replicates: {key} is a group, and runs of other models or data repeat nothing. Name settings."
        elif key not in known and key not in default:
            yield f"sweep.replicates: {key} is not a setting.{did_you_mean(key, sorted(known))}"


def _baseline(plan: Plan) -> Iterator[str]:
    """In a sweep that is gone on with it may be an earlier job: see opening.py."""
    if plan.sweep.baseline is None or not plan.jobs or plan.sweep.resume is not None:
        return
    try:
        named = baseline_settings(plan.sweep)
    except ConfigError as error:
        yield from error.problems
        return
    if any(has_settings(job.settings, named) for job in plan.jobs):
        return
    swept = ", ".join(key for key in plan.swept_keys if key not in plan.sweep.replicates)
    unknown = [key for key in named if key not in plan.swept_keys]
    what = "no job has it"
    if unknown:
        what = f"{unknown[0]} does not differ between the jobs{f', and {swept} does' if swept else ''}"
    yield f"sweep.baseline={plan.sweep.baseline} names the jobs that others are compared with, and {what}."


def _folder(plan: Plan) -> Iterator[str]:
    resumed, chosen = plan.sweep.resume, plan.composed.hydra["sweep.dir"]
    if resumed in (None, ANY) or chosen == DEFAULT_SWEEP:
        return
    if chosen_folder(plan, "hydra.sweep.dir").absolute() != Path(str(resumed)).absolute():
        yield f"hydra.sweep.dir={chosen} is another folder than that of sweep.resume={resumed}. Keep one of them."


def _launcher_name(plan: Plan) -> str:
    return str(plan.composed.choices.get("hydra/launcher"))
