import json
import os
from pathlib import Path

from model_file import load
from scores import judge, metrics_of
from table import read_parts

with open(os.environ["ML_RUN"]) as file:
    run = json.load(file)

parts = read_parts(Path(run["inputs"]["table"]))
model = load(Path(run["inputs"]["model"]))


def answers_to(split: str) -> list[dict]:
    part = parts[split]
    judged = judge(part, model.predict_proba(part.features), model.classes_.tolist())
    return [{**row, "split": split} for row in judged]


# Validation is there to be looked at. Of the test part no figure is made here: its answers are what nx-ml judges by.
validation = answers_to("validation")
predictions = [*validation, *answers_to("test")]
Path(run["outputs"]["predictions"]).write_text("".join(json.dumps(row) + "\n" for row in predictions))
Path(run["outputs"]["metrics"]).write_text(json.dumps({"validation": metrics_of(validation)}))
