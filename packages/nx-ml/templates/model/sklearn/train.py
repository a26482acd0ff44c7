import json
import os
from pathlib import Path

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from model_file import save
from scores import judge, metrics_of
from table import read_parts

with open(os.environ["ML_RUN"]) as file:
    run = json.load(file)

parts = read_parts(Path(run["inputs"]["table"]))
train, validation = parts["train"], parts["validation"]

# Scaling is part of the pipeline, so it is learned from the training part alone.
model = make_pipeline(StandardScaler(), LogisticRegression(**run["params"], random_state=run["seed"]))
model.fit(train.features, train.labels)
judged = judge(validation, model.predict_proba(validation.features), model.classes_.tolist())

save(model, Path(run["outputs"]["model"]))
Path(run["outputs"]["metrics"]).write_text(json.dumps({"validation": metrics_of(judged)}))
