"""Trains small real models and writes each of their files twice: FOLDER/<case>.before and FOLDER/<case>.after."""

import pickle
import struct
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import xgboost
from sklearn.ensemble import RandomForestClassifier

folder = Path(sys.argv[1])
rng = np.random.default_rng(1)
torch.manual_seed(1)
torch.set_num_threads(1)


def pair(case):
    return folder / f"{case}.before", folder / f"{case}.after"


def network():
    return torch.nn.Sequential(
        torch.nn.Linear(784, 2048), torch.nn.ReLU(),
        torch.nn.Linear(2048, 2048), torch.nn.ReLU(),
        torch.nn.Linear(2048, 1024), torch.nn.ReLU(),
        torch.nn.Linear(1024, 10),
    )  # 31 MB of weights


def train(model, parameters, steps):
    """A few steps of Adam on a task that can be learned: which tenth a random projection falls in."""
    optimiser = torch.optim.Adam(parameters, lr=1e-3)
    projection = torch.randn(784)
    for _ in range(steps):
        x = torch.randn(64, 784)
        y = ((x @ projection).argsort().argsort() * 10 // 64).long()
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        optimiser.step()
    return optimiser


def fine_tuned():
    model = network()
    before, after = pair("torch-all-layers")
    train(model, model.parameters(), 5)
    torch.save(model.state_dict(), before)
    train(model, model.parameters(), 5)
    torch.save(model.state_dict(), after)

    before, after = pair("torch-head-only")
    torch.save(model.state_dict(), before)
    train(model, model[6].parameters(), 5)
    torch.save(model.state_dict(), after)

    before, after = pair("torch-one-layer-of-four")
    torch.save(model.state_dict(), before)
    train(model, model[4].parameters(), 5)
    torch.save(model.state_dict(), after)

    before, after = pair("torch-half-precision-copy")
    torch.save(model.state_dict(), before)
    torch.save(model.half().state_dict(), after)


def with_optimiser():
    """A checkpoint to go on from: the optimiser's state changes wherever a weight does."""
    model = network()
    for parameter in model[:4].parameters():
        parameter.requires_grad = False
    before, after = pair("torch-optimiser-frozen-base")
    trained = [p for p in model.parameters() if p.requires_grad]
    for path in (before, after):
        optimiser = train(model, trained, 3)
        torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict()}, path)


def adapter():
    """LoRA: two thin matrices beside each frozen layer, saved in one file with the base, as merged exports are."""
    base = network().state_dict()
    before, after = pair("torch-base-and-adapter")
    for path in (before, after):
        thin = {f"lora.{name}": torch.randn(8, 784 + 2048) for name in ("a", "b", "c")}
        torch.save({**base, **thin}, path)


def safetensors(path, tensors, metadata):
    """The layout of safetensors: the length of a JSON header, the header, the bytes of all tensors."""
    header, at = {"__metadata__": metadata}, 0
    for name, value in tensors.items():
        size = value.numel() * 4
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(value.numpy().tobytes())


def metadata():
    tensors = network().state_dict()
    before, after = pair("safetensors-metadata-only")
    safetensors(before, tensors, {"epoch": "9"})
    safetensors(after, tensors, {"epoch": "10", "note": "the same weights, evaluated again"})


def forests():
    x = rng.normal(size=(33_000, 20))
    y = (x[:, 0] + x[:, 1] * x[:, 2] + rng.normal(size=33_000) > 0).astype(int)
    for case, rows in (("sklearn-forest-10%-more-rows", (30_000, 33_000)), ("sklearn-forest-same-data-again", (30_000, 30_000))):
        for path, count in zip(pair(case), rows):
            forest = RandomForestClassifier(60, random_state=1).fit(x[:count], y[:count])
            path.write_bytes(pickle.dumps(forest))
    before, after = pair("sklearn-forest-10-more-trees")
    forest = RandomForestClassifier(60, random_state=1, warm_start=True).fit(x, y)
    before.write_bytes(pickle.dumps(forest))
    forest.set_params(n_estimators=70).fit(x, y)
    after.write_bytes(pickle.dumps(forest))

    data = xgboost.DMatrix(x, y)
    settings = {"max_depth": 12, "eta": 0.1, "objective": "binary:logistic", "nthread": 1}
    model = xgboost.train(settings, data, 150)
    more = xgboost.train(settings, data, 10, xgb_model=model)
    for case, ending in (("xgboost-10-more-trees-json", "json"), ("xgboost-10-more-trees-ubj", "ubj")):
        for booster, path in zip((model, more), pair(case)):
            booster.save_model(f"{path}.{ending}")
            Path(f"{path}.{ending}").rename(path)


def tables():
    count = 400_000
    frame = pd.DataFrame({f"x{i}": rng.normal(size=count).round(6) for i in range(6)})
    frame.insert(0, "id", np.arange(count))
    new = frame.sample(4_000, random_state=1).assign(id=lambda rows: rows.id + count)
    inserted = pd.concat([frame[:133_333], new, frame[133_333:]])
    scattered = frame.copy()
    scattered.loc[scattered.sample(40, random_state=2).index, "x3"] = 0.5
    for case, table in (
        ("csv-1%-rows-appended", pd.concat([frame, new])),
        ("csv-1%-rows-inserted", inserted),
        ("csv-40-values-changed", scattered),
        ("csv-shuffled", frame.sample(frac=1, random_state=3)),
    ):
        before, after = pair(case)
        frame.to_csv(before, index=False)
        table.to_csv(after, index=False)
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        print("parquet: left out, there is no writer (pyarrow)", file=sys.stderr)
        return
    for case, table in (("parquet-1%-rows-appended", pd.concat([frame, new])), ("parquet-1%-rows-inserted", inserted)):
        before, after = pair(case)
        frame.to_parquet(before, row_group_size=50_000)
        table.to_parquet(after, row_group_size=50_000)


for make in (fine_tuned, with_optimiser, adapter, metadata, forests, tables):
    make()
