"""What classical methods reach on the same images and the same labels: the numbers a model must beat.

In: the data set, its labeled images; results that an earlier run has kept. Out: accuracies.
Not here: the methods (classical.py), where results are kept (runs/cache.py).
"""

import hashlib
import inspect
import json
import math
import warnings
from importlib.metadata import version
from typing import Any

import numpy as np
from jaxtyping import Float, Int, UInt8

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.class_probs import standard_error
from ssvae.evaluation.metrics.classical import BASELINES, UNKNOWN, Method, Shown, settings_of
from ssvae.evaluation.recipes import EvaluationConfig
from ssvae.status import ComponentResult

__all__ = ["BASELINES", "CLASSICAL_BASELINES", "not_asked", "provide"]

Scores = dict[str, float | int]
"""`accuracy_validation`, `accuracy_test`, `unreached_test`."""


def not_asked(settings: EvaluationConfig) -> tuple[str, str] | None:
    """Baselines are asked for by name."""
    if settings.baselines not in ((), ("none",)):
        return None
    return "evaluation.baselines is none", "evaluation.baselines=all"


def provide(context: EvaluationContext) -> ComponentResult:
    """Train and score each method, or read what it scored on the same data before."""
    dataset = context.dataset
    classes = np.unique(dataset.train.labels[dataset.labeled_indices])
    if len(classes) < 2:
        reason = (
            "no training image shows its label" if not len(classes) else "all labels seen are of one class"
        )
        return ComponentResult.disabled(reason, f"data.num_labeled={10 * dataset.num_classes}")
    asked = BASELINES if "all" in context.settings.baselines else context.settings.baselines
    scores = {name: _scores(name, context) for name in BASELINES if name in asked}
    tables = {key: {name: found[key] for name, found in scores.items()} for key in _COUNTED}
    num_test, num_values = len(dataset.test), dataset.test.images[0].size
    return ComponentResult.success(
        {
            **tables,
            "accuracy_test_error": {
                name: standard_error(share, num_test) for name, share in tables["accuracy_test"].items()
            },
            "settings": {name: settings_of(name, num_values) for name in scores},
            "num_labeled": len(dataset.labeled_indices),
            "metrics": {
                f"metric.baseline.{name}.accuracy.{word}": found[f"accuracy_{split}"]
                for name, found in scores.items()
                for split, word in (("validation", "val"), ("test", "test"))
            },
        }
    )


_COUNTED = ("accuracy_test", "accuracy_validation", "unreached_test")


def _scores(name: str, context: EvaluationContext) -> Scores:
    """Of one method; kept under everything they depend on."""
    key = _key(name, context)
    if (kept := _checked(context.cache.get(key), len(context.dataset.test))) is not None:
        return kept
    found = _measured(name, context)
    context.cache[key] = found
    return found


def _key(name: str, context: EvaluationContext) -> str:
    """Whoever has the same key would measure the same."""
    facts = {
        "baseline": name,
        "settings": settings_of(name, context.dataset.test.images[0].size),
        "data": context.dataset.fingerprint,
        "images": "gray" if context.config.likelihood.binarization == "none" else "black and white",
        "scikit-learn": version("scikit-learn"),
        "code": _code_of(BASELINES[name]),
    }
    return json.dumps(facts, sort_keys=True)


def _code_of(method: Method) -> str:
    """A digest of the file that the method is in: what another version of it found counts no longer."""
    module = inspect.getmodule(method)
    source = inspect.getsource(module) if module is not None and hasattr(module, "__file__") else repr(method)
    return hashlib.sha256(source.encode()).hexdigest()


def _checked(kept: Any, num_test: int) -> Scores | None:
    """What was kept, or None when it is not what `_measured` makes: the file may be from anybody."""
    if not isinstance(kept, dict) or kept.keys() != set(_COUNTED):
        return None
    if any(type(value) not in (int, float) or not math.isfinite(value) for value in kept.values()):
        return None
    *shares, unreached = (kept[name] for name in _COUNTED)
    is_possible = all(0 <= share <= 1 for share in shares) and 0 <= unreached <= num_test
    return kept if is_possible and type(unreached) is int else None


def _measured(name: str, context: EvaluationContext) -> Scores:
    dataset = context.dataset
    labels = np.full(len(dataset.train), UNKNOWN)
    labels[dataset.labeled_indices] = dataset.train.labels[dataset.labeled_indices]
    shown = Shown(_rows(dataset.train.images, dataset.levels), labels)
    split = len(dataset.validation)
    others = np.concatenate([dataset.validation.images, dataset.test.images])
    with warnings.catch_warnings():
        # Few labels of many classes look like a regression to scikit-learn.
        warnings.filterwarnings("ignore", message="The number of unique classes")
        answers = BASELINES[name](shown, _rows(others, dataset.levels))
    return {
        "accuracy_test": _share(answers.classes[split:], dataset.test.labels),
        "accuracy_validation": _share(answers.classes[:split], dataset.validation.labels),
        "unreached_test": int((~answers.has_answer[split:]).sum()),
    }


def _rows(
    images: UInt8[np.ndarray, "example height width channel"], levels: int
) -> Float[np.ndarray, "example value"]:
    return images.reshape(len(images), -1) / np.float32(levels)


def _share(classes: Int[np.ndarray, " example"], labels: Int[np.ndarray, " example"]) -> float:
    return float(np.mean(classes == labels))


CLASSICAL_BASELINES = Component(
    title="Classical baselines",
    provide=provide,
    not_asked=not_asked,
    meanings={
        "accuracy_test": "by method: share of test images recognized, from 0 to 1; the model's own is accuracy_test of "
        "the classification, and should be higher",
        "accuracy_validation": "by method: share of validation images recognized, from 0 to 1",
        "unreached_test": "by method: test images that no label reaches in the graph of neighbors; counted as the "
        "first class, hence mostly wrong",
        "accuracy_test_error": "by method: standard error of accuracy_test over the test images",
        "settings": "by method: how it was set; no setting was chosen on these images",
        "num_labeled": "training images whose label the methods saw, the same that the model saw",
    },
    references={
        "accuracy_test": "Zhou et al. 2004, Learning with local and global consistency (label_spreading), Zhu, "
        "Ghahramani & Lafferty 2003, Semi-supervised learning using Gaussian fields (its class masses); "
        "scikit-learn's LogisticRegression, KNeighborsClassifier, LabelSpreading",
    },
)
