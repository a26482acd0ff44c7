from pathlib import Path

import numpy as np
import torch

from network import Network, Shape, load, probabilities, save

FEATURES = np.array([[0.0, 5.0], [2.0, 5.0]])


def network(seed: int) -> Network:
    torch.manual_seed(seed)
    made = Network(Shape(columns=2, hidden=4, classes=["no", "yes"]))
    made.fit_scaling(torch.tensor(FEATURES, dtype=torch.float32))
    return made


def test_a_model_answers_the_same_after_save_and_load(tmp_path: Path) -> None:
    made = network(seed=1)
    save(made, tmp_path)
    again = load(tmp_path)
    assert again.shape == made.shape
    assert np.array_equal(probabilities(again, FEATURES), probabilities(made, FEATURES))
    assert np.allclose(probabilities(made, FEATURES).sum(axis=1), 1)


def test_a_constant_column_is_scaled_to_zero_and_not_to_nan() -> None:
    assert np.isfinite(probabilities(network(seed=1), FEATURES)).all()


def test_the_seed_decides_the_first_weights() -> None:
    one, same, other = (network(seed).layers[0].weight for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
