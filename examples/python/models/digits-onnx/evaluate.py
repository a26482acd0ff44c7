"""Measures the ONNX file, for that is what will serve, and checks it row by row against scikit-learn.

Reads the probabilities that ONNX Runtime gave for the test rows from standard input; score.mjs writes them.
"""

import json
import sys

import joblib
import numpy as np

from network import scale
from tabular import Run, classification_metrics, judge, read_part, write_json, write_lines

run = Run.from_environment()
test = read_part(run.inputs["sk-digits"], "test")
model = joblib.load(run.inputs["model"] / "model.joblib")

served = np.array([json.loads(line) for line in sys.stdin])
expected = model.predict_proba(scale(test.features))
if served.shape != expected.shape:
    sys.exit(f"ONNX Runtime gave {served.shape} probabilities and scikit-learn {expected.shape}")

difference = np.abs(served - expected).max(axis=1)
disagree = (served.argmax(axis=1) != expected.argmax(axis=1)) | (difference > 1e-5)
if disagree.any():
    sys.exit(f"ONNX Runtime and scikit-learn disagree on {disagree.sum()} rows, first {test.ids[disagree].iloc[0]}")

judged = judge(test, served, model.classes_)
metrics = {**classification_metrics(judged), "largest_onnx_difference": float(difference.max())}
write_json(run.outputs["metrics"], metrics)
write_lines(run.outputs["predictions"], judged)
