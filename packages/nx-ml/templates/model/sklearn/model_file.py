"""The model on disk.

scikit-learn models are kept as pickles, and whoever loads a pickle runs what it says. So this one may name nothing but
scikit-learn's own estimators and the few functions that rebuild NumPy arrays. skops.io does the same for more types;
this much needs no further package.
"""

import pickle
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator

ARRAYS = {
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    *((f"numpy.{core}.multiarray", name) for core in ("core", "_core") for name in ("_reconstruct", "scalar")),
    *((f"numpy.{core}.numeric", "_frombuffer") for core in ("core", "_core")),
}


class _TrustedUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in ARRAYS:
            return super().find_class(module, name)
        if module.startswith("sklearn.") and name.isidentifier():
            found = super().find_class(module, name)
            if isinstance(found, type) and issubclass(found, BaseEstimator):
                return found
        raise pickle.UnpicklingError(f"the model file names {module}.{name}, which is not trusted here")


def save(model: BaseEstimator, folder: Path) -> None:
    with (folder / "model.pickle").open("wb") as file:
        pickle.dump(model, file, protocol=4)
    load(folder)  # a model that could not be read back would be noticed too late


def load(folder: Path) -> Any:
    """Raises UnpicklingError for a file that holds more than a model."""
    with (folder / "model.pickle").open("rb") as file:
        return _TrustedUnpickler(file).load()
