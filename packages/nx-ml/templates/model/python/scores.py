"""What a classifier said, beside the truth."""

import numpy as np

from table import Part


def judge(part: Part, probabilities: np.ndarray, classes: list[str]) -> list[dict]:
    """Lines of predictions.jsonl.

    probabilities: [rows, classes], each row summing to 1. The score is the probability of the prediction; the loss is
    that of the truth, in nats. A truth that got no probability at all costs about 36 instead of infinity.
    """
    index = {name: i for i, name in enumerate(classes)}
    judged = []
    for id, label, row in zip(part.ids, part.labels, probabilities):
        best = int(row.argmax())
        truth = float(row[index[label]]) if label in index else 0.0
        judged.append(
            {
                "id": id,
                "label": str(label),
                "prediction": classes[best],
                "score": float(row[best]),
                "loss": float(-np.log(max(truth, np.finfo(float).eps))),
            }
        )
    return judged


def metrics_of(judged: list[dict]) -> dict[str, float]:
    """Metrics over what `judge` gave."""
    if not judged:
        raise ValueError("no rows to judge: the dataset is too small")
    return {
        "accuracy": sum(row["label"] == row["prediction"] for row in judged) / len(judged),
        "log_loss": sum(row["loss"] for row in judged) / len(judged),
    }
