import json
import os
from pathlib import Path

import xgboost as xgb

from booster import matrix, probabilities, save
from scores import judge, metrics_of
from table import read_parts

with open(os.environ["ML_RUN"]) as file:
    run = json.load(file)
params = dict(run["params"])
rounds, patience = params.pop("rounds"), params.pop("patience")

parts = read_parts(Path(run["inputs"]["table"]))
train, validation = parts["train"], parts["validation"]
classes = sorted(set(train.labels.tolist()))

booster = xgb.train(
    {
        **params,
        "objective": "multi:softprob",
        "eval_metric": "mlogloss",
        "num_class": len(classes),
        "seed": run["seed"],
        "nthread": 1,  # sums in one order: the same seed gives the same trees
    },
    matrix(train, classes),
    num_boost_round=rounds,
    evals=[(matrix(validation, classes), "validation")],
    early_stopping_rounds=patience,  # validation decides how many trees stay
    verbose_eval=50,
)
judged = judge(validation, probabilities(booster, validation.features), classes)

save(booster, classes, Path(run["outputs"]["model"]))
metrics = {"validation": metrics_of(judged), "trees": booster.best_iteration + 1}
Path(run["outputs"]["metrics"]).write_text(json.dumps(metrics))
