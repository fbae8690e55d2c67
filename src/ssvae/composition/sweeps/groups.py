"""Which jobs can share their compiled programs, told from their settings alone: JAX is not asked.

In: experiments. Out: a key, equal for jobs that share. Not here: sharing (training/ does it by `Structure`).
"""

from collections.abc import Hashable, Sequence

from ssvae.experiment import Experiment

__all__ = ["group_names", "static_key"]


def static_key(experiment: Experiment) -> Hashable:
    """Everything that decides shapes and steps of the training program; the rest reaches it as arguments."""
    model, training, data = experiment.model, experiment.training, experiment.data
    labeled = min(training.labeled_batch_size, data.num_labeled) if model.classifier.predicts else 0
    # How many images a class has depends on the split.
    left_out = None if data.left_out_class is None else (data.left_out_class, data.split_seed)
    # Data of a plugin's may have another word for the second.
    sizes = (data.train_size, getattr(data, "num_validation", None))
    shape = (data.variant, data.image_shape, data.classes, sizes, left_out)
    return (model.untraced(), shape, training.batch_size, labeled, training.gradient_clip)


def group_names(experiments: Sequence[Experiment]) -> list[str]:
    """`A` for the first group and all that share its programs, `B` for the next, …"""
    keys = [static_key(experiment) for experiment in experiments]
    order = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return [_letters(order[key]) for key in keys]


def _letters(number: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    rest, last = divmod(number, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("A") + last)
