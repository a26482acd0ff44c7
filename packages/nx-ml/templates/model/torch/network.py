"""The network and its file: weights and what the rows need beside them, as tensors and plain values, no code."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn


@dataclass(frozen=True)
class Shape:
    columns: int
    hidden: int
    classes: list[str]


class Network(nn.Module):
    """One hidden layer. Scaling is part of the network, so whoever uses it cannot forget it."""

    mean: torch.Tensor
    spread: torch.Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("mean", torch.zeros(shape.columns))
        self.register_buffer("spread", torch.ones(shape.columns))
        self.layers = nn.Sequential(
            nn.Linear(shape.columns, shape.hidden), nn.ReLU(), nn.Linear(shape.hidden, len(shape.classes))
        )

    def fit_scaling(self, features: torch.Tensor) -> None:
        """features: [rows, columns] of the training part."""
        self.mean.copy_(features.mean(dim=0))
        spread = features.std(dim=0, unbiased=False)
        self.spread.copy_(torch.where(spread > 0, spread, torch.ones_like(spread)))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Logits, [rows, classes]."""
        return self.layers((features - self.mean) / self.spread)


def probabilities(network: Network, features: np.ndarray) -> np.ndarray:
    """[rows, classes], in double precision so that rows sum to 1."""
    with torch.no_grad():
        logits = network(torch.tensor(features, dtype=torch.float32))
    return torch.softmax(logits.double(), dim=1).numpy()


def save(network: Network, folder: Path) -> None:
    torch.save({"shape": asdict(network.shape), "state": network.state_dict()}, folder / "model.pt")


def load(folder: Path) -> Network:
    saved = torch.load(folder / "model.pt", map_location="cpu", weights_only=True)  # refuses code
    network = Network(Shape(**saved["shape"]))
    network.load_state_dict(saved["state"])
    return network.eval()
