"""The rows of the CSV files of a dataset: numeric columns, a `label`, and an `id` where there is one."""

import csv
import hashlib
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Part:
    """Rows of one part, all in the same order."""

    columns: list[str]  # names of the features
    ids: list[str]
    features: np.ndarray  # [rows, columns], float64
    labels: np.ndarray  # [rows], text


@dataclass(frozen=True)
class Row:
    key: str  # decides the part: the id, or all cells where there is none
    id: str
    features: list[float]
    label: str


def part_of(key: str) -> str:
    """The part that a row belongs to: 60% train, 20% validation, 20% test.

    Its key alone decides, so a row stays where it is when others come or go.
    """
    draw = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32
    return "train" if draw < 0.6 else "validation" if draw < 0.8 else "test"


def read_parts(folder: Path) -> dict[str, Part]:
    """The rows of all CSV files below a folder, by part."""
    files = sorted(folder.rglob("*.csv"))
    if not files:
        raise ValueError(f"{folder} holds no CSV file")
    tables = [read_table(file) for file in files]
    columns = tables[0][0]
    for file, (others, _) in zip(files, tables):
        if others != columns:
            raise ValueError(f"{file.name} has other columns than {files[0].name}")

    rows: dict[str, list[tuple[str, Row]]] = {part: [] for part in PARTS}
    copies: Counter[str] = Counter()
    for row in (row for _, table in tables for row in table):
        copies[row.key] += 1
        # Copies of a row get ids of their own and share a part: one in train and one in test would be a leak.
        id = row.id if copies[row.key] == 1 else f"{row.id}-{copies[row.key]}"
        rows[part_of(row.key)].append((id, row))
    return {
        part: Part(
            columns=columns,
            ids=[id for id, _ in members],
            features=np.array([row.features for _, row in members], dtype=float).reshape(-1, len(columns)),
            labels=np.array([row.label for _, row in members], dtype=str),
        )
        for part, members in rows.items()
    }


def read_table(file: Path) -> tuple[list[str], list[Row]]:
    """One CSV file as feature names and rows."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        header, *records = [cells for cells in csv.reader(lines) if cells]
    if "label" not in header:
        raise ValueError(f'{file.name} has no column "label"')
    columns = [name for name in header if name not in ("id", "label")]
    return columns, [_row(header, columns, cells, f"{file.name}, row {i}") for i, cells in enumerate(records, 1)]


def _row(header: list[str], columns: list[str], cells: list[str], where: str) -> Row:
    if len(cells) != len(header):
        raise ValueError(f"{where}: {len(cells)} cells, not {len(header)}")
    record = dict(zip(header, cells))
    key = record.get("id", ",".join(cells))
    return Row(
        key=key,
        id=record.get("id", hashlib.sha256(key.encode()).hexdigest()[:16]),
        features=[_number(record[name], f"{where}, column {name}") for name in columns],
        label=record["label"],
    )


def _number(cell: str, where: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f'{where}: "{cell}" is no number')
    return number
