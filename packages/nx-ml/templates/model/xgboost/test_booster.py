from pathlib import Path

import numpy as np
import xgboost as xgb

from booster import load, matrix, probabilities, save
from table import Part

LABELS = ["red", "green", "blue"]


def part(rows: int) -> Part:
    features = np.arange(rows, dtype=float).reshape(-1, 1)
    labels = np.array([LABELS[i % 3] for i in range(rows)])
    return Part(columns=["x"], ids=[str(i) for i in range(rows)], features=features, labels=labels)


def test_a_model_answers_the_same_after_save_and_load(tmp_path: Path) -> None:
    data = matrix(part(30), LABELS)
    settings = {"objective": "multi:softprob", "num_class": 3, "nthread": 1, "max_depth": 4}
    booster = xgb.train(
        settings, data, 20, evals=[(data, "train")], early_stopping_rounds=5, verbose_eval=False
    )
    before = probabilities(booster, part(30).features)
    save(booster, LABELS, tmp_path)
    again, classes = load(tmp_path)
    assert classes == LABELS
    assert before.shape == (30, 3)
    assert np.allclose(before.sum(axis=1), 1)
    assert np.array_equal(probabilities(again, part(30).features), before)
