"""Whether components find the classes by themselves: test images grouped by their most probable component.

In: responsibilities and labels of the test images. Out: Hungarian accuracy, purity, information, Rand index.
Not here: the formulas (cluster_scores.py), accuracy through a classifier (classification.py).
"""

from ssvae.evaluation.component import Component
from ssvae.evaluation.context import EvaluationContext
from ssvae.evaluation.metrics.cluster_scores import (
    adjusted_rand_index,
    contingency,
    hungarian_accuracy,
    normalized_information,
    purity,
)
from ssvae.model.absences import needs_components
from ssvae.status import ComponentResult

__all__ = ["CLUSTERING", "provide"]


def provide(context: EvaluationContext) -> ComponentResult:
    """Compare the partition by argmax q(c|x) with the partition by true class."""
    responsibilities = context.predictions["test"].responsibilities
    dataset, num_components = context.dataset, responsibilities.shape[1]
    table = contingency(
        responsibilities.argmax(axis=1), dataset.test.labels, num_components, dataset.num_classes
    )
    num_classes = dataset.num_classes - (dataset.left_out_class is not None)
    scores = {
        "accuracy": hungarian_accuracy(table),
        "purity": purity(table),
        "nmi": normalized_information(table),
        "ari": adjusted_rand_index(table),
    }
    return ComponentResult.success(
        {
            **scores,
            "num_components": num_components,
            "num_classes": num_classes,
            "clusters_used": int((table.sum(axis=1) > 0).sum()),
            "note": _note(num_components, num_classes),
            "metrics": {f"metric.clustering.{name}.test": value for name, value in scores.items()},
        }
    )


def _note(num_components: int, num_classes: int) -> str:
    if num_components == num_classes:
        return "as many components as classes: purity exceeds accuracy only where components share a class."
    return (
        f"{num_components} components for {num_classes} classes: accuracy pairs each class with one component at "
        f"most and suffers for it, purity lets components share a class and grows with their number. "
        f"Read the two together."
    )


CLUSTERING = Component(
    title="Clustering",
    provide=provide,
    absence=needs_components,
    meanings={
        "accuracy": "share of test images right when components are paired with classes one to one in the best "
        "way (Hungarian), from 0 to 1; higher is better",
        "purity": "share of test images of the most frequent class of their component; higher is better",
        "nmi": "I(component; class) over the mean of their entropies, from 0 to 1; higher is better",
        "ari": "adjusted Rand index: 0 by chance, 1 for the same partition; higher is better",
        "num_components": "K, the components of the prior",
        "num_classes": "classes that are there: C, or C − 1 when data.left_out_class leaves one out",
        "clusters_used": "components that are the most probable one of some test image, out of K",
        "note": "how accuracy and purity compare at these numbers of components and classes",
    },
    references={
        "accuracy": "Kuhn 1955, The Hungarian method for the assignment problem",
        "purity": "Manning, Raghavan & Schütze 2008, Introduction to information retrieval, section 16.3",
        "nmi": "Vinh, Epps & Bailey 2010, Information theoretic measures for clusterings comparison",
        "ari": "Hubert & Arabie 1985, Comparing partitions",
    },
)
