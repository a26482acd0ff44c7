"""From scikit-learn's pipeline to an ONNX graph that Node, C++ or a browser can run."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler


def folded(pipeline: Pipeline) -> tuple[np.ndarray, np.ndarray]:
    """Weights [columns, classes] and bias [classes] of scaling and regression in one.

    Both are affine, so one matrix does for the two. With two classes scikit-learn keeps one row of coefficients, which
    is the second class against a first that always scores zero.
    """
    scaler, regression = pipeline
    assert isinstance(scaler, StandardScaler) and isinstance(regression, LogisticRegression)
    weights = regression.coef_ / scaler.scale_
    bias = regression.intercept_ - weights @ scaler.mean_
    if len(weights) == 1:
        weights, bias = np.vstack([np.zeros_like(weights), weights]), np.concatenate([[0.0], bias])
    return weights.T, bias


def to_onnx(pipeline: Pipeline) -> onnx.ModelProto:
    """`features` [rows, columns] in, `probabilities` [rows, classes] out, both float32."""
    weights, bias = folded(pipeline)
    columns, classes = weights.shape
    graph = helper.make_graph(
        [
            helper.make_node("Gemm", ["features", "weights", "bias"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        ],
        "classifier",
        inputs=[helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", columns])],
        outputs=[helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", classes])],
        initializer=[
            numpy_helper.from_array(weights.astype(np.float32), "weights"),
            numpy_helper.from_array(bias.astype(np.float32), "bias"),
        ],
    )
    # Format 7 with operators 13 is old enough for every runtime in use.
    model = helper.make_model(graph, ir_version=7, opset_imports=[helper.make_opsetid("", 13)])
    onnx.checker.check_model(model)
    return model
