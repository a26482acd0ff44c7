import json
import os
from pathlib import Path

import onnx
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from export import to_onnx
from scores import judge, metrics_of
from table import read_parts

with open(os.environ["ML_RUN"]) as file:
    run = json.load(file)

parts = read_parts(Path(run["inputs"]["table"]))
train, validation = parts["train"], parts["validation"]

pipeline = make_pipeline(StandardScaler(), LogisticRegression(**run["params"], random_state=run["seed"]))
pipeline.fit(train.features, train.labels)
classes = pipeline.classes_.tolist()
judged = judge(validation, pipeline.predict_proba(validation.features), classes)

folder = Path(run["outputs"]["model"])
onnx.save(to_onnx(pipeline), str(folder / "model.onnx"))
(folder / "signature.json").write_text(json.dumps({"columns": train.columns, "classes": classes}))
Path(run["outputs"]["metrics"]).write_text(json.dumps({"validation": metrics_of(judged)}))
