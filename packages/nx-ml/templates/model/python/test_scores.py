import math

import numpy as np
import pytest

from scores import judge, metrics_of
from table import Part


def part(*labels: str) -> Part:
    ids = [f"row {i}" for i in range(len(labels))]
    return Part(columns=[], ids=ids, features=np.zeros((len(labels), 0)), labels=np.array(labels))


def test_the_likeliest_class_is_the_prediction_and_the_loss_is_that_of_the_true_one() -> None:
    wrong, right = judge(part("no", "yes"), np.array([[0.25, 0.75], [0.0, 1.0]]), ["no", "yes"])
    assert (wrong["prediction"], wrong["score"]) == ("yes", 0.75)
    assert wrong["loss"] == pytest.approx(math.log(4))
    assert metrics_of([wrong, right]) == pytest.approx({"accuracy": 0.5, "log_loss": math.log(4) / 2})


def test_a_class_without_probability_or_never_seen_costs_a_lot_yet_not_infinity() -> None:
    judged = judge(part("no", "maybe"), np.array([[0.0, 1.0], [0.5, 0.5]]), ["no", "yes"])
    assert all(30 < row["loss"] < 40 for row in judged)


def test_nothing_to_judge_is_an_error_not_a_perfect_score() -> None:
    with pytest.raises(ValueError, match="no rows"):
        metrics_of([])
