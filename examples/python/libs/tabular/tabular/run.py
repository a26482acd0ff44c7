"""The run document, and the JSON files that a step writes."""

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """What this run was asked to do, and where its inputs and outputs lie."""

    seed: int | None  # None where no chance is drawn: when data is prepared
    params: dict
    inputs: dict[str, Path]
    outputs: dict[str, Path]

    @classmethod
    def from_environment(cls) -> "Run":
        """Reads the document that the environment variable ML_RUN names."""
        document = json.loads(Path(os.environ["ML_RUN"]).read_text())
        return cls(
            seed=document["seed"],
            params=document["params"],
            inputs={name: Path(path) for name, path in document["inputs"].items()},
            outputs={name: Path(path) for name, path in document["outputs"].items()},
        )


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")


def write_lines(path: Path, rows: list[dict]) -> None:
    """One JSON document a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def append_line(path: Path, row: dict) -> None:
    with path.open("a") as file:
        file.write(json.dumps(row) + "\n")
