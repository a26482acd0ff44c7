"""A table in three parts: train, validation and test, each a CSV file with an id, a label and features."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

SHARES = {"train": 0.6, "validation": 0.2, "test": 0.2}


@dataclass(frozen=True)
class Part:
    """Rows of one part; the three have the same length and order."""

    ids: pd.Series
    labels: pd.Series
    features: pd.DataFrame


def part_of(key: str) -> str:
    """The part that an example belongs to; the key alone decides, whatever other examples there are."""
    draw = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32
    for part, share in SHARES.items():
        if draw < share:
            return part
        draw -= share
    return "test"  # rounding can leave a last sliver


def write_parts(table: pd.DataFrame, folder: Path) -> None:
    """Splits by the features, so that rows which repeat one another are never torn apart."""
    features = table.drop(columns=["id", "label"])
    keys = features.to_csv(index=False, header=False).splitlines()
    parts = pd.Series([part_of(key) for key in keys], index=table.index)
    for part in SHARES:
        table[parts == part].to_csv(folder / f"{part}.csv", index=False)


def read_part(folder: Path, part: str) -> Part:
    table = pd.read_csv(folder / f"{part}.csv", float_precision="round_trip", dtype={"id": str})
    return Part(ids=table["id"], labels=table["label"], features=table.drop(columns=["id", "label"]))
