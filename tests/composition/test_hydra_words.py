from ssvae.composition.hydra_words import unknown_to_hydra
from ssvae.composition.reading import typed_override
from ssvae.composition.words import Word


def test_only_what_hydra_does_not_know_is_told(made):
    words = (
        "hydra.run.dirr=x",
        "hydra.run.dir=x",
        "hydra.job={chdir: true}",
        "+hydra.job.env_set.A=1",
        "hydra.zzzzzzzzzzzzzz=1",
    )
    problems = unknown_to_hydra([typed_override(Word(0, word), made) for word in words], made.compose(()))
    assert problems == {
        "hydra.run.dirr=x": "hydra.run.dirr is not a setting of Hydra. Did you mean 'hydra.run.dir'?",
        "hydra.zzzzzzzzzzzzzz=1": "hydra.zzzzzzzzzzzzzz is not a setting of Hydra.",
    }
