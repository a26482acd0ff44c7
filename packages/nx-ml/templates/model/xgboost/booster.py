"""The model and its file: XGBoost's own format, which is data and no code, with the names of the classes inside."""

import json
from pathlib import Path

import numpy as np
import xgboost as xgb

from table import Part


def matrix(part: Part, classes: list[str]) -> xgb.DMatrix:
    """Features with the index of each label."""
    index = {name: i for i, name in enumerate(classes)}
    return xgb.DMatrix(part.features, label=[index[label] for label in part.labels])


def probabilities(booster: xgb.Booster, features: np.ndarray) -> np.ndarray:
    """[rows, classes], by the trees up to the best round."""
    return booster.predict(xgb.DMatrix(features), iteration_range=(0, booster.best_iteration + 1))


def save(booster: xgb.Booster, classes: list[str], folder: Path) -> None:
    booster.set_attr(classes=json.dumps(classes))
    booster.save_model(folder / "model.json")


def load(folder: Path) -> tuple[xgb.Booster, list[str]]:
    booster = xgb.Booster(model_file=folder / "model.json")
    return booster, json.loads(booster.attr("classes"))
