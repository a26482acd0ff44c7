"""The network on both sides of the export: as scikit-learn trains it, and as an ONNX graph."""

import numpy as np
import onnx
import pandas as pd
from onnx import TensorProto, helper, numpy_helper
from sklearn.neural_network import MLPClassifier

DARKEST = 16  # pixels are whole greys from 0 to 16


def scale(pixels: pd.DataFrame) -> np.ndarray:
    return pixels.to_numpy() / DARKEST


def to_onnx(network: MLPClassifier) -> onnx.ModelProto:
    """Pixels [rows, 64] in, probabilities [rows, 10] out, both float32.

    Scaling is part of the graph: whoever serves the model cannot forget it.
    """
    (hidden_weights, output_weights), (hidden_bias, output_bias) = network.coefs_, network.intercepts_
    constants = {
        "scale": np.array(1 / DARKEST),
        "hidden_weights": hidden_weights,
        "hidden_bias": hidden_bias,
        "output_weights": output_weights,
        "output_bias": output_bias,
    }
    nodes = [
        helper.make_node("Mul", ["pixels", "scale"], ["scaled"]),
        helper.make_node("Gemm", ["scaled", "hidden_weights", "hidden_bias"], ["hidden"]),
        helper.make_node("Relu", ["hidden"], ["activated"]),
        helper.make_node("Gemm", ["activated", "output_weights", "output_bias"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "digits",
        inputs=[helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["rows", len(hidden_weights)])],
        outputs=[helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", len(output_bias)])],
        initializer=[numpy_helper.from_array(a.astype(np.float32), name) for name, a in constants.items()],
    )
    # Format 7 with operators 13 is old enough for every runtime in use.
    model = helper.make_model(graph, ir_version=7, opset_imports=[helper.make_opsetid("", 13)])
    onnx.checker.check_model(model)
    return model
