from copy import deepcopy

import joblib
import numpy as np
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from network import scale, to_onnx
from tabular import Run, append_line, classification_metrics, judge, read_part, write_json

run = Run.from_environment()
train = read_part(run.inputs["sk-digits"], "train")
validation = read_part(run.inputs["sk-digits"], "validation")

network = MLPClassifier(
    hidden_layer_sizes=[run.params["hidden"]],
    batch_size=run.params["batch"],
    learning_rate_init=run.params["learning_rate"],
    random_state=run.seed,
)
best, best_epoch, best_loss = network, 0, float("inf")

# One thread: with more, sums are taken in another order, and the same seed gives other weights.
with threadpool_limits(limits=1):
    for epoch in range(1, run.params["epochs"] + 1):
        network.partial_fit(scale(train.features), train.labels, classes=np.arange(10))
        loss = log_loss(validation.labels, network.predict_proba(scale(validation.features)))
        append_line(run.outputs["progress"], {"step": epoch, "of": run.params["epochs"], "log_loss": loss})
        if loss < best_loss:
            best, best_epoch, best_loss = deepcopy(network), epoch, loss
    judged = judge(validation, best.predict_proba(scale(validation.features)), best.classes_)

joblib.dump(best, run.outputs["model"] / "model.joblib")
(run.outputs["model"] / "model.onnx").write_bytes(to_onnx(best).SerializeToString(deterministic=True))
write_json(run.outputs["metrics"], {"epoch": best_epoch, "validation": classification_metrics(judged)})
