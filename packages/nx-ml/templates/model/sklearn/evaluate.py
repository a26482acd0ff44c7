import json
import os
from pathlib import Path

from model_file import load
from scores import judge, metrics_of
from table import read_parts

with open(os.environ["ML_RUN"]) as file:
    run = json.load(file)

test = read_parts(Path(run["inputs"]["table"]))["test"]  # no row of it was seen by training
model = load(Path(run["inputs"]["model"]))
judged = judge(test, model.predict_proba(test.features), model.classes_.tolist())

Path(run["outputs"]["predictions"]).write_text("".join(json.dumps(row) + "\n" for row in judged))
Path(run["outputs"]["metrics"]).write_text(json.dumps(metrics_of(judged)))
