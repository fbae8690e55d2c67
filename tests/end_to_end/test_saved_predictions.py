"""The numbers of a run, computed once more by scikit-learn and SciPy from the predictions that it saved."""

import json

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from sklearn import metrics

from ssvae.data.recipes import SyntheticConfig
from ssvae.runs.predictions import read_predictions

pytestmark = pytest.mark.slow


@pytest.fixture
def run(main, tiny, only_run):
    assert main(*tiny, "evaluation=quick", "evaluation.plots=none") == 0
    return only_run()


def test_the_summary_says_what_the_saved_predictions_say(run):
    summary, found = json.loads((run / "summary.json").read_text()), read_predictions(run, "test")
    data = {name: entry["data"] for name, entry in summary["components"].items()}
    labels, probs = found["labels"], found["class_probs"].astype(np.float64)
    predicted, clusters = probs.argmax(axis=1), found["responsibilities"].argmax(axis=1)
    np.testing.assert_array_equal(labels, SyntheticConfig().load().test.labels)

    scores, classes = data["classification"], range(probs.shape[1])
    assert scores["accuracy_test"] == pytest.approx(metrics.accuracy_score(labels, predicted))
    assert scores["confusion"] == metrics.confusion_matrix(labels, predicted, labels=classes).tolist()
    recall = metrics.recall_score(labels, predicted, labels=classes, average=None)
    np.testing.assert_allclose(scores["accuracy_per_class"], recall)
    normalized = probs / probs.sum(axis=1, keepdims=True)
    assert scores["nll_test"] == pytest.approx(metrics.log_loss(labels, normalized, labels=classes), rel=1e-5)
    brier = np.mean(np.square(probs - np.eye(len(classes))[labels]).sum(axis=1))
    assert scores["brier_test"] == pytest.approx(brier, rel=1e-6)

    table = metrics.cluster.contingency_matrix(labels, clusters)
    rows, columns = linear_sum_assignment(table, maximize=True)
    partition = data["clustering"]
    assert partition["accuracy"] == pytest.approx(table[rows, columns].sum() / len(labels))
    assert partition["purity"] == pytest.approx(table.max(axis=0).sum() / len(labels))
    assert partition["nmi"] == pytest.approx(metrics.normalized_mutual_info_score(labels, clusters))
    assert partition["ari"] == pytest.approx(metrics.adjusted_rand_score(labels, clusters))

    elbo = -sum(found[part].astype(np.float64) for part in ("recon", "kl_z", "kl_c", "kl_a"))
    assert data["bound"]["elbo_test"] == pytest.approx(elbo.mean())
    assert data["bound"]["elbo_test_error"] == pytest.approx(elbo.std() / np.sqrt(len(elbo)))
    usage = read_predictions(run, "validation")["responsibilities"].mean(axis=0, dtype=np.float64)
    np.testing.assert_allclose(data["mixture_prior"]["usage"], usage, rtol=1e-6)
