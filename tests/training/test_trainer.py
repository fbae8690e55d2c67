"""Which function trains: the one that was put in place, here and nowhere else."""

import threading

from ssvae.training.fit import fit
from ssvae.training.trainer import present_trainer, training_with


def another(config, training, dataset, seed, observer, start=None):
    raise NotImplementedError


def test_another_trains_as_long_as_it_is_in_force():
    assert present_trainer() is fit
    with training_with(another):
        assert present_trainer() is another
    assert present_trainer() is fit


def test_it_is_in_force_in_its_own_context_only():
    found = []
    with training_with(another):
        thread = threading.Thread(target=lambda: found.append(present_trainer()))
        thread.start()
        thread.join()
    assert found == [fit]
