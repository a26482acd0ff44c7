import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from export import folded, to_onnx

FEATURES = np.array([[1.0, 10.0], [2.0, 30.0], [3.0, 20.0], [4.0, 50.0], [5.0, 40.0], [6.0, 60.0]])


@pytest.mark.parametrize("labels", [["a", "b"] * 3, ["a", "b", "c"] * 2])
def test_one_matrix_says_what_the_pipeline_says(labels: list[str]) -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(FEATURES, labels)
    weights, bias = folded(pipeline)
    scores = np.exp(FEATURES @ weights + bias)
    assert np.allclose(scores / scores.sum(axis=1, keepdims=True), pipeline.predict_proba(FEATURES))


def test_the_graph_takes_features_and_gives_probabilities() -> None:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(FEATURES, ["a", "b"] * 3)
    graph = to_onnx(pipeline).graph
    assert [value.name for value in graph.input] == ["features"]
    assert [value.name for value in graph.output] == ["probabilities"]
