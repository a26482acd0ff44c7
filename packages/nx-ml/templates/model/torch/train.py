import copy
import json
import os
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

from network import Network, Shape, probabilities, save
from scores import judge, metrics_of
from table import read_parts

with open(os.environ["ML_RUN"]) as file:
    run = json.load(file)
params = run["params"]
torch.manual_seed(run["seed"])
torch.use_deterministic_algorithms(True)
torch.set_num_threads(1)  # sums in one order: the same seed gives the same weights

parts = read_parts(Path(run["inputs"]["table"]))
train, validation = parts["train"], parts["validation"]
classes = sorted(set(train.labels.tolist()))
features = torch.tensor(train.features, dtype=torch.float32)
targets = torch.tensor([classes.index(label) for label in train.labels])

network = Network(Shape(columns=len(train.columns), hidden=params["hidden"], classes=classes))
network.fit_scaling(features)
optimizer = torch.optim.AdamW(
    network.parameters(), lr=params["learning_rate"], weight_decay=params["weight_decay"]
)

best_metrics, best_state, best_epoch = {"log_loss": float("inf")}, network.state_dict(), 0
for epoch in range(1, params["epochs"] + 1):
    for batch in torch.randperm(len(targets)).split(params["batch_size"]):
        optimizer.zero_grad()
        cross_entropy(network(features[batch]), targets[batch]).backward()
        optimizer.step()
    metrics = metrics_of(judge(validation, probabilities(network, validation.features), classes))
    if metrics["log_loss"] < best_metrics["log_loss"]:
        best_metrics, best_state, best_epoch = metrics, copy.deepcopy(network.state_dict()), epoch
    with open(run["outputs"]["progress"], "a") as file:
        file.write(json.dumps({"step": epoch, "of": params["epochs"], "log_loss": metrics["log_loss"]}) + "\n")
    if epoch - best_epoch >= params["patience"]:
        break

network.load_state_dict(best_state)
save(network, Path(run["outputs"]["model"]))
Path(run["outputs"]["metrics"]).write_text(json.dumps({"validation": best_metrics, "epoch": best_epoch}))
