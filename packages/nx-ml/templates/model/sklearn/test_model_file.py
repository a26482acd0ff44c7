import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from model_file import load, save


class Hostile:
    def __reduce__(self) -> tuple:
        return os.system, ("touch hostile",)


def test_a_model_answers_the_same_after_save_and_load(tmp_path: Path) -> None:
    features = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 5.0]])
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(features, ["no", "no", "yes", "yes"])
    save(model, tmp_path)
    assert np.array_equal(load(tmp_path).predict_proba(features), model.predict_proba(features))


def test_a_file_that_would_run_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(Hostile()))
    with pytest.raises(pickle.UnpicklingError, match="system"):
        load(tmp_path)


def test_what_scikit_learn_only_imports_is_no_estimator(tmp_path: Path) -> None:
    (tmp_path / "model.pickle").write_bytes(b"csklearn.utils\nwarnings\n.")
    with pytest.raises(pickle.UnpicklingError, match="warnings"):
        load(tmp_path)
