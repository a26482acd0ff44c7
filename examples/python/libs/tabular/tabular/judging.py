"""What a classifier said, beside the truth."""

import numpy as np

from tabular.parts import Part


def judge(part: Part, probabilities: np.ndarray, classes: np.ndarray) -> list[dict]:
    """Lines of predictions.jsonl.

    probabilities: [rows, classes], each row summing to 1; classes: in rising order. The loss is in nats;
    a truth that got no probability at all costs about 36 instead of infinity.
    """
    truth = np.searchsorted(classes, part.labels.to_numpy())
    chosen = probabilities.argmax(axis=1)
    rows = np.arange(len(truth))
    losses = -np.log(np.maximum(probabilities[rows, truth], np.finfo(float).eps))
    return [
        {
            "id": part.ids[i],
            "label": str(classes[truth[i]]),
            "prediction": str(classes[chosen[i]]),
            "score": float(probabilities[i, chosen[i]]),
            "correct": bool(chosen[i] == truth[i]),
            "loss": float(losses[i]),
        }
        for i in rows
    ]


def classification_metrics(judged: list[dict]) -> dict:
    return {
        "accuracy": sum(row["correct"] for row in judged) / len(judged),
        "log_loss": sum(row["loss"] for row in judged) / len(judged),
    }
